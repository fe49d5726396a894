"""A real node, the real centre, and real HTTP between them; a test may spoil the next answers."""

import hashlib
import json
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from edge import definitions, heads, identity, log, materials
from edge.errors import YizhanError, problem
from edge.node import Node
from forms import definition as files
from forms.events import Event, Head
from forms.events import seal as seal_event
from forms.state import Material
from sync import envelope, frames, status
from sync.centre import doors, enrolment
from sync.centre.centre import Centre
from sync.envelope import Purpose, SealKeys
from sync.frames import Ack
from sync.link import Link
from sync.push import Report
from sync.status import SyncStatus
from tests.lifecycle_data import filed

NODE = "5224250017"
PHOTO = b"\xff\xd8\xff" + hashlib.shake_128(b"photo").digest(300_000)
RAW = {
    "id": "small",
    "version": "1",
    "uischema": {"type": "Categorization", "elements": []},
    "schema": {
        "type": "object",
        "properties": {
            "applicant": {"type": "object", "properties": {"name": {"type": "string", "format": "person-name"}}}
        },
    },
}
DEFINITION = files.build(RAW, "d" * 64)
_LETTERS = str.maketrans("01", "AB")  # the letters of a receipt's token

Spoil = Callable[[bytes], "Reply | bytes"]


class Reply:
    """An HTTP answer as a test wants it; `cut` sends that many bytes of the body and closes the connection."""

    def __init__(self, body: bytes = b"", status: int = 200, cut: int | None = None) -> None:
        self.body, self.status, self.cut = body, status, cut


class _Server(ThreadingHTTPServer):
    """Ends with all that it began: no thread answers, and no socket is open, when the centre behind it is closed."""

    daemon_threads = False

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._open: set[Any] = set()
        self._turn = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._turn:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._turn:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked may have gone meanwhile; anything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def end(self) -> None:
        self.shutdown()
        with self._turn:
            for request in self._open:
                with suppress(OSError):
                    request.shutdown(socket.SHUT_RDWR)
        self.server_close()  # waits for the threads


class CentreServer:
    """The real receiver behind the standard library's server; each item of `spoil` changes one answer."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.spoil: list[Spoil] = []
        self.before: list[Callable[[bytes], Reply | None]] = []
        self.bodies: list[bytes] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.bodies.append(body)
                reply = outer._reply(self.path, body)
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut])
                self.close_connection = reply.cut is not None

            def log_message(self, *args: Any) -> None:
                """Tests read answers, not lines."""

        self._server = _Server(Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def _reply(self, path: str, body: bytes) -> Reply:
        early = self.before.pop(0)(body) if self.before else None
        if early is not None:
            return early
        try:
            answer = doors.take(self.centre, path.removeprefix("/sync/v1/"), body)
        except YizhanError as error:
            return Reply(json.dumps({"error": {"code": error.code, "sentence": error.sentence}}).encode(), error.status)
        spoiled = self.spoil.pop(0)(answer) if self.spoil else answer
        return spoiled if isinstance(spoiled, Reply) else Reply(spoiled)

    def close(self) -> None:
        self._server.end()
        self._thread.join()


def number(serial: int) -> str:
    return f"{NODE}1{serial:05d}0"


def give_enrolment(node: Node, centre: Centre, url: str) -> None:
    """Give the node an enrolment file; it has not spoken to the centre yet."""
    file = enrolment.enrol(centre, NODE, "大坪村警务室", url)
    with node.database.write() as tx:
        identity.set_centre(tx, file)


def file_one(node: Node, serial: int = 1, photos: tuple[bytes, ...] = (), **changes: Any) -> Event:
    """File an application as the node does, past the form."""
    with node.database.write() as tx:
        definitions.keep(tx, DEFINITION)
        held = [materials.put(tx, photo, "image/jpeg", "照片.jpg", "proof") for photo in photos]
        service = {"id": DEFINITION.id, "version": DEFINITION.version, "digest": DEFINITION.digest}
        receipt = {"token": f"{serial:025o}".translate(_LETTERS) + "Z", "code": "204816"}
        body = filed(service=service, receipt=receipt, materials=[_plain(one) for one in held], **changes)
        event = log.append(tx, "application.filed", number(serial), body, "kiosk")
        heads.project(tx, number(serial))
    return event


def _plain(material: Material) -> dict[str, Any]:
    return {name: getattr(material, name) for name in ("sha256", "size", "media_type", "name", "slot")}


def state(node: Node) -> SyncStatus:
    """What the console shows."""
    return status.status(node)


def acked(node: Node) -> Head:
    with node.database.read() as tx:
        return log.acked(tx)


def down(node: Node) -> list[Event]:
    """What the node holds of the centre's log."""
    with node.database.read() as tx:
        return log.down(tx)


def assert_nothing_received(node: Node, report: Report, code: str) -> None:
    """One filed application, still unsent, and the console says why."""
    assert report.problem is not None
    assert report.problem.code == code
    assert not received(node)
    assert acked(node).seq == 0
    now = state(node)
    assert now.state == ("no_link" if code == "centre_unreachable" else "problem")
    assert now.sentence == report.problem.sentence
    assert now.unsent_events == 1


def centre_says(
    centre: Centre,
    node: Node,
    request: bytes,
    /,
    *,
    sign: Any = None,
    box: bytes | None = None,
    purpose: Purpose = Purpose.DOWN,
    events: tuple[Event, ...] = (),
    **changes: Any,
) -> bytes:
    """An answer in the centre's name with whatever a test wants to be wrong in it."""
    with node.database.read() as tx:
        head = log.head(tx)
    ack = Ack(NODE, head, "2026-11-21T09:13:00+08:00", of=envelope.digest_of(request))
    start = Head.start("centre", NODE)
    header = envelope.header_for(purpose, NODE, start, events, bytes(16))
    keys = sign or centre.identity.sign
    sealing = SealKeys(keys.private, keys.public, box or node.identity.box.public)
    return envelope.seal(header, frames.pack(events, ack=replace(ack, **changes)), sealing)


def early(make: Callable[[bytes], bytes]) -> Callable[[bytes], Reply | None]:
    """The centre never sees the request; somebody else answers."""
    return lambda request: Reply(make(request))


def foreign_event(prev: bytes, **changes: Any) -> Event:
    values: dict[str, Any] = {
        "seq": 1, "epoch": 1, "id": "77" * 16, "application": number(1), "kind": "application.accepted",
        "at": "2026-11-21T09:13:00+08:00", "centre_at": "", "ticks": 1, "actor": "centre:li.na", "seen": "",
        "body": b'{"note":""}', "salt": bytes(16), "prev": prev,
    }  # fmt: skip  # a table
    return seal_event(**values | changes)


def received(node: Node, serial: int = 1) -> bool:
    """Whether a screen would say 省级中心已接收."""
    with node.database.read() as tx:
        head = heads.find(tx, number(serial))
    assert head is not None
    return head.received_by_centre


class Cut:
    """A link that carries so many envelopes and then breaks."""

    def __init__(self, link: Link, count: int) -> None:
        self._link, self.left = link, count

    def post(self, place: str, body: bytes) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise problem("centre_unreachable")
        return self._link.post(place, body)

    def close(self) -> None:
        self._link.close()
