"""A police room as the centre sees it: keys, a log, sealed batches. Written from PROTOCOL.md, apart from the real node."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from forms import events
from forms.definition import PACKAGED, Definition, load
from forms.events import Event, Head
from sync import envelope, frames
from sync.centre import enrolment
from sync.envelope import OpenKeys, Purpose, SealKeys
from sync.frames import Ack, Chunk, Contents, Enrolment
from sync.recall import Wanted, wanted
from sync.suites import MODERN_1, KeyPair
from tests.lifecycle_data import filed

NODE = "5224250017"
NAME = "大坪村警务室"
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 80
SHA = hashlib.sha256(PHOTO).hexdigest()
MATERIAL = {
    "sha256": SHA,
    "size": len(PHOTO),
    "media_type": "image/jpeg",
    "name": "房产证.jpg",
    "slot": "residence-proof",
}


def number(serial: int, node: str = NODE) -> str:
    return f"{node}1{serial:05d}0"


@dataclass
class Room:
    """One machine in a room; `log` are its own events, `down` what it got from the centre."""

    file: dict[str, Any]
    sign: KeyPair = field(default_factory=MODERN_1.sign_keys)
    box: KeyPair = field(default_factory=MODERN_1.box_keys)
    log: list[Event] = field(default_factory=list)
    down: list[Event] = field(default_factory=list)

    @property
    def node(self) -> str:
        return str(self.file["node"])

    @property
    def seals(self) -> SealKeys:
        return SealKeys(self.sign.private, self.sign.public, bytes.fromhex(self.file["centre_box_key"]))

    @property
    def opens(self) -> OpenKeys:
        return OpenKeys(self.box.private, self.box.public, bytes.fromhex(self.file["centre_sign_key"]))

    def first_word(self, code: str | None = None) -> bytes:
        word = Enrolment(self.file["code"] if code is None else code, self.box.public, "0.1.0")
        header = envelope.header_for(Purpose.ENROL, self.node, Head.start("node", self.node), (), bytes(16))
        header = replace(header, sender_key=self.sign.public)
        return envelope.seal(header, frames.pack(enrolment=word), self.seals)

    def write(self, kind: str, body: dict[str, Any], serial: int = 1, **changes: Any) -> Event:
        values: dict[str, Any] = {
            "seq": len(self.log) + 1, "epoch": 1, "id": f"{len(self.log) + 1:032x}", "kind": kind,
            "application": number(serial, self.node), "at": "2026-11-21T09:12:03+08:00", "centre_at": "", "ticks": 5,
            "actor": "kiosk", "seen": str(Head.of(self.down[-1])) if self.down else "",
            "body": events.canonical(body), "salt": bytes(16),
            "prev": self.log[-1].digest if self.log else events.genesis("node", self.node),
        }  # fmt: skip  # a table
        self.log.append(events.seal(**{**values, **changes}))
        return self.log[-1]

    def file_one(self, serial: int = 1, **changes: Any) -> Event:
        return self.write("application.filed", sample(**changes), serial)

    def head_before(self, seq: int) -> Head:
        return Head.of(self.log[seq - 2]) if seq > 1 else Head.start("node", self.node)

    def batch(self, first: int = 1, last: int | None = None, chunks: tuple[Chunk, ...] = ()) -> bytes:
        """Seal the events from seq `first` to `last` (by place in `log`) with an ack for the centre's log."""
        some = tuple(self.log[first - 1 : last])
        held = Head.of(self.down[-1]) if self.down else Head.start("centre", self.node)
        header = envelope.header_for(Purpose.UP, self.node, self.head_before(first), some, bytes(16))
        ack = Ack(self.node, held, "2026-11-21T09:12:03+08:00")
        return envelope.seal(
            header, frames.pack(events=some, chunks=chunks, ack=ack, after=self.head_before(first)), self.seals
        )

    def asks_back(self) -> bytes:
        """A sealed question for all that this room ever sent."""
        header = envelope.header_for(Purpose.RECALL, self.node, Head.start("node", self.node), (), bytes(16))
        ack = Ack(self.node, Head.start("centre", self.node), "2026-11-21T09:12:03+08:00")
        return envelope.seal(header, frames.pack(ack=ack, others=[wanted(Wanted())]), self.seals)

    def read(self, answer: bytes, of: bytes) -> Contents:
        """Open the centre's answer to the envelope `of` and keep its events."""
        opened = envelope.open_envelope(answer, self.opens, purpose=Purpose.DOWN, node=self.node)
        contents = opened.contents()
        assert contents.ack is not None
        assert contents.ack.of == hashlib.sha256(of).digest()
        self.down += contents.events
        return contents


def enrolled(centre: Any, node: str = NODE, name: str = NAME) -> Room:
    """A room whose keys the centre has bound."""
    room = Room(enrolment.enrol(centre, node, name, "http://127.0.0.1:1"))
    enrolment.bind(centre, node, room.first_word())
    return room


def pieces(data: bytes = PHOTO, size: int = 8192) -> tuple[Chunk, ...]:
    sha256 = hashlib.sha256(data).hexdigest()
    return tuple(Chunk(sha256, at, len(data), data[at : at + size]) for at in range(0, len(data), size))


@cache
def packaged(service: str) -> Definition:
    return load(PACKAGED / f"{service}.json")


def sample(service: str = "juzhu-dengji", **changes: Any) -> dict[str, Any]:
    """The body of a filing with the first example of a packaged service."""
    definition = packaged(service)
    pinned = {"id": definition.id, "version": definition.version, "digest": definition.digest}
    return filed(service=pinned, answers=definition.samples["valid"][0]["answers"], **changes)
