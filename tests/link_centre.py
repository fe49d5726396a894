"""The centre's end of a bad link: the real receiver behind TLS; a JSON object a line for each envelope that it took.

POST /plain is for what others do: a record, kept with one fsynced write.
"""

from __future__ import annotations

import json
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from link_said import say

from edge.errors import YizhanError
from sync import envelope
from sync.centre import enrolment, receiver
from sync.centre.centre import Centre, open_centre


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
