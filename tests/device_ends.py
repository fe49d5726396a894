"""The other ends of devices, for tests: a maker's reader service, a printer on the network; real sockets, no doubles."""

import base64
import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.kiosk_app import jpeg

QUESTIONS = (b"\x10\x04\x02", b"\x10\x04\x04")  # why it does not print, and whether there is paper
NUMBER, NAME = "522425198903129841", "王秀梅"
FACE = jpeg((90, 110, 140), (102, 126))
INFO = {
    "idCode": NUMBER, "name": NAME, "sex": "女", "nation": "汉", "birthday": "19890312",
    "address": "贵州省纳雍县龙场镇大坪村三组17号", "department": "纳雍县公安局", "startDate": "20170221",
    "endDate": "20370221", "Photo": base64.b64encode(FACE).decode(),
}  # fmt: skip  # a table
READ = {"result": {"resultFlag": 0, "errorMsg": ""}, "info": INFO}
NO_CARD = {"result": {"resultFlag": -2, "errorMsg": "未放卡"}}
MAPPING = """good = { place = "/result/resultFlag", value = "0" }
fields = { number = "/info/idCode", name = "/info/name", sex = "/info/sex", birth = "/info/birthday", nation = "/info/nation", address = "/info/address", issuer = "/info/department", valid_from = "/info/startDate", valid_until = "/info/endDate", photo = "/info/Photo" }
"""


class ReaderService:
    """A maker's service on loopback. `answer`: what it says next, bytes as they are; `asked`: (method, path, body)."""

    def __init__(self) -> None:
        self.answer: object = READ
        self.status = 200
        self.asked: list[tuple[str, str, bytes]] = []
        self.silent = threading.Event()  # set: it takes the request and says nothing
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/cgi-bin/readCard?n=1"

    def close(self) -> None:
        self.silent.clear()
        self.server.shutdown()
        self.server.server_close()

    def _handler(service):  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                service.asked.append((self.command, self.path, body))
                if service.silent.is_set():
                    self.rfile.read(1)  # until the other side has had enough
                    return
                data = service.answer if isinstance(service.answer, bytes) else json.dumps(service.answer).encode()
                self.send_response(service.status)
                if service.status == 302:
                    self.send_header("Location", service.url)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_GET  # noqa: N815 - the name that the library calls

            def log_message(self, *_):
                """Nothing on the screen of the tests."""

        return Handler


def toml(*parts: str, place: str = "kiosk") -> str:
    return "\n".join([*parts, f"[mapping.{place}]"])


def http_reader(url: str, timeout_s: float = 3, more: str = 'method = "POST"\n') -> str:
    return f'[[readers]]\nname = "shenfenzheng"\nkind = "id-card"\ndriver = "http"\nurl = "{url}"\ntimeout_s = {timeout_s}\n{more}{MAPPING}'


class NetworkPrinter:
    """A receipt printer on the network that answers questions of status, unless it is one of those that never do.

    `cover`, `paper_left`: what it says; 1 is a roll that ends while it prints. `jobs`: what it was sent.
    """

    def __init__(self, *, answers: bool = True) -> None:
        self.answers, self.cover, self.paper_left = answers, False, 100
        self.jobs: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        job = b""
        while data := connection.recv(65536):
            question = next((one for one in QUESTIONS if data.endswith(one)), b"")
            job += data.removesuffix(question)
            if job and self.paper_left == 1:
                self.paper_left = 0
            if question and self.answers:
                connection.sendall(bytes([self._status(question)]))
        if job:
            self.jobs.append(job)

    def _status(self, question: bytes) -> int:
        if question == QUESTIONS[0]:
            return 0x12 | (0x04 if self.cover else 0) | (0x20 if not self.paper_left else 0)
        return 0x12 | (0x60 if not self.paper_left else 0)


@contextmanager
def closed_port():
    """A port of this machine where nobody listens while the block runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
