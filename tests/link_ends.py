"""The two ends that are measured over a bad link, each a process of its own: `centre` and `node`.

    python tests/link_ends.py centre HOME HOST PORT        the real receiver behind TLS
    python tests/link_ends.py node HOME                    the real carrying; commands on standard input

Both write a JSON object a line. The node takes: `carry`, `file N` (so many applications), `photo NAME` (an application with
a photo that can't be made smaller), `urgent` (an application whose way to its ack is timed), `quit`.
"""

from __future__ import annotations

import json
import logging
import random
import ssl
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from edge import log, materials, outgoing
from edge.carrying import Carrying
from edge.errors import YizhanError
from edge.node import Node, open_node
from sync import envelope
from sync.centre import enrolment, receiver
from sync.centre.centre import Centre, open_centre
from tests import corpus, sync_pair

NODE = sync_pair.NODE
LOOK_S = 0.02


def say(**facts: Any) -> None:
    sys.stdout.write(json.dumps({"at": time.monotonic()} | facts) + "\n")
    sys.stdout.flush()


def write_certificate(folder: Path, host: str) -> None:
    """root.pem and key.pem: P-256, signed by itself, pinned by the node."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(start).not_valid_after(start + timedelta(days=36_500))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    (folder / "root.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


class Door(BaseHTTPRequestHandler):
    """POST /sync/v1/<node>[/enrol], and POST /plain for what others do: a record, kept with one fsynced write."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 300
    centre: Centre
    plain: Path

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/plain":
            self.plain.open("ab").write(body)
            self._answer(200, b'{"ok":true}')
            return
        node, _, enrols = self.path.removeprefix("/sync/v1/").partition("/")
        try:
            said = enrolment.bind(self.centre, node, body) if enrols else receiver.receive(self.centre, node, body)
        except YizhanError as error:
            self._answer(error.status, json.dumps({"error": {"sentence": error.sentence}}).encode())
            return
        say(up=len(body), down=len(said), events=_events(body))
        self._answer(200, said)

    def _answer(self, status: int, body: bytes) -> None:
        try:
            self.wfile.write(b"HTTP/1.1 %d OK\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
            self.wfile.flush()
        except OSError:
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Lines would be measured too."""


def _events(body: bytes) -> int:
    header = envelope.peek(body)
    return max(0, header.seq_to - header.seq_from + 1)


class TlsServer(ThreadingHTTPServer):
    """A thread for each connection does its handshake, so that a dead one holds up nobody."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], folder: Path) -> None:
        super().__init__(address, Door)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / "root.pem", folder / "key.pem")

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(60)
        with self.context.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was cut is no news here."""


def centre(home: Path, host: str, port: int) -> None:
    Door.centre = open_centre(home)
    Door.plain = home / "plain"
    server = TlsServer((host, port), home)
    say(ready=True, port=server.server_port)
    server.serve_forever()


def file_many(node: Node, count: int, seed: int) -> None:
    """Applications with the bodies of the corpus, without their files, as fast as the disk takes them."""
    bodies = corpus.bodies(count, seed)
    with node.database.write() as tx:
        first = log.head(tx).seq + 1
        for place, body in enumerate(bodies):
            log.append(tx, "application.filed", sync_pair.number(first + place), body | {"materials": []}, "kiosk")


def file_photo(node: Node, seed: int, size: int = 300_000) -> str:
    """An application with one material that no encoder makes smaller; its digest."""
    data = b"%PDF-" + random.Random(seed).randbytes(size - 5)
    with node.database.write() as tx:
        held = materials.put(tx, data, "application/pdf", "扫描件.pdf", "proof")
        body = corpus.bodies(1, seed)[0] | {"materials": [sync_pair._plain(held)]}
        log.append(tx, "application.filed", sync_pair.number(log.head(tx).seq + 1), body, "kiosk")
    return held.sha256


class Watch:
    """Says when the acked head or the number of unsent materials changes, and what was handed to the system for it."""

    def __init__(self, node: Node, carrying: Carrying) -> None:
        self._node = node
        self._uplink = carrying.push._link.uplink  # type: ignore[attr-defined]  # of the HTTPS link, which this always is
        self._handed = 0
        self._seen: tuple[int, int, int] = (-1, -1, -1)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(LOOK_S):
            if (handed := self._uplink.handed) != self._handed:
                say(handed=handed - self._handed)
                self._handed = handed
            with self._node.database.read() as tx:
                log_left = log.unsent(tx)
                now = (log.acked(tx).seq, log_left, outgoing.unsent(tx) if not log_left else -1)
            if now != self._seen:
                self._seen = now
                say(acked=now[0], unsent=now[1], materials=now[2])


def node(home: Path) -> None:
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    with_node = open_node(home)
    carrying = Carrying(with_node)
    watch = Watch(with_node, carrying)
    say(ready=True)
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "carry":
            carrying.start()
        elif word == "file":
            file_many(with_node, int(rest), 5)
            say(filed=int(rest))
        elif word == "photo":
            file_photo(with_node, int(rest))
            say(photo=rest)
        elif word == "urgent":
            file_many(with_node, 1, int(rest))
            with with_node.database.read() as tx:
                say(urgent=log.head(tx).seq)
            carrying.send_now()
        elif word == "quit":
            break
    carrying.stop()
    watch.end()
    with_node.close()


if __name__ == "__main__":
    if sys.argv[1] == "centre":
        centre(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        node(Path(sys.argv[2]))
