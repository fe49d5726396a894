"""A province with packs for tests: keys, genuine documents of two packs, and a room that goes by them."""

from dataclasses import dataclass, field, replace
from typing import Any

from edge import packs
from edge.packs import Known, Place, documents
from edge.packs.documents import Document
from sync.suites import MODERN_1

NODE = "5224250017"
COUNTY, OTHER = "522425", "522426"
SOON, LATER, LONG = "2026-12-21T00:00:00+08:00", "2027-06-21T00:00:00+08:00", "2028-11-21T00:00:00+08:00"
NOW, AFTER = "2026-11-21T09:12:03+08:00", "2027-01-21T09:12:03+08:00"
KEYS = {
    name: bytes([number]) * 32
    for number, name in enumerate(
        ("root-1", "root-2", "root-3", "content-1", "content-2", "snapshot", "timestamp", "county", "neighbour", "centre"), 1
    )
}  # fmt: skip  # a table


def public(name: str) -> str:
    return MODERN_1.sign_keys(KEYS[name]).public.hex()


def role(threshold: int, *names: str) -> dict[str, Any]:
    return {"keys": [public(name) for name in names], "threshold": threshold}


def signed(said: dict[str, Any], *names: str) -> Document:
    one = documents.draft(said)
    for name in names:
        one = documents.sign(one, KEYS[name])
    return one


def root(version: int = 1, *names: str, expires: str = LONG, **roles: Any) -> Document:
    standing = {
        "root": role(2, "root-1", "root-2", "root-3"),
        "content": role(2, "content-1", "content-2"),
        "snapshot": role(1, "snapshot"),
        "timestamp": role(1, "timestamp"),
    }
    said = {"type": "root", "version": version, "expires": expires, "roles": standing | roles}
    return signed(said, *(names or ("root-1", "root-2")))


def named(one: Document) -> dict[str, Any]:
    return {"version": one.version, "sha256": one.sha256}


def content(version: int, files: dict[str, str], *names: str, expires: str = LONG, **more: Any) -> Document:
    listed = {path: documents.sha256_of(text) for path, text in files.items()}
    counties = {COUNTY: role(1, "county"), OTHER: role(1, "neighbour")}
    said = {"type": "content", "version": version, "expires": expires, "files": listed, "services": {}}
    return signed(said | {"counties": counties} | more, *(names or ("content-1", "content-2")))


def county(version: int, files: dict[str, str], *names: str, area: str = COUNTY, expires: str = LONG) -> Document:
    listed = {path: documents.sha256_of(text) for path, text in files.items()}
    said = {"type": "county", "area": area, "version": version, "expires": expires, "files": listed}
    return signed(said, *(names or ("county",)))


def snapshot(version: int, of: Document, counties: dict[str, Document], *names: str, expires: str = LATER) -> Document:
    listed = {area: named(one) for area, one in counties.items()}
    said = {"type": "snapshot", "version": version, "expires": expires, "content": named(of), "counties": listed}
    return signed(said, *(names or ("snapshot",)))


def timestamp(version: int, of: Document, *names: str, expires: str = SOON) -> Document:
    said = {"type": "timestamp", "version": version, "expires": expires, "snapshot": named(of)}
    return signed(said, *(names or ("timestamp",)))


@dataclass
class World:
    """Everything that was ever made, by its SHA-256: whoever carries it can give any of it to a room."""

    texts: dict[str, str] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    files: dict[str, str] = field(default_factory=dict)

    def put(self, *made: Document | str) -> None:
        for one in made:
            text = one if isinstance(one, str) else one.text
            self.texts[documents.sha256_of(text)] = text

    def take(self, stamp: Document, now: str = NOW) -> packs.Taken:
        """What a room does; it keeps what it believed."""
        taken = packs.take(self.known, stamp.text, Place(NODE, now, self.texts.get))
        self.known, self.files = taken.known, dict(taken.files)
        return taken


FIRST = {"province.toml": 'fees = "1"\n'}
SECOND = {"province.toml": 'fees = "2"\n'}
HOME_1, HOME_2 = {f"{COUNTY}/home.toml": "hidden = [1]\n"}, {f"{COUNTY}/home.toml": "hidden = [2]\n"}


@dataclass
class History:
    """Two genuine packs; the room has the second."""

    world: World
    content: tuple[Document, Document]
    county: tuple[Document, Document]
    snapshot: tuple[Document, Document]
    timestamp: tuple[Document, Document]


def history() -> History:
    world = World()
    contents = content(1, FIRST), content(2, SECOND)
    counties = county(1, HOME_1), county(2, HOME_2)
    shots = tuple(snapshot(n + 1, contents[n], {COUNTY: counties[n]}) for n in (0, 1))
    stamps = tuple(timestamp(n + 1, shots[n]) for n in (0, 1))
    world.put(
        *contents, *counties, *shots, *stamps, *FIRST.values(), *SECOND.values(), *HOME_1.values(), *HOME_2.values()
    )
    world.known = packs.follow(Known(), [root().text])
    made = History(world, contents, counties, (shots[0], shots[1]), (stamps[0], stamps[1]))
    world.take(made.timestamp[0])
    world.take(made.timestamp[1])
    return made


__all__ = ["Known", "Place", "replace"]
