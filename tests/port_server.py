"""The other side of a port over HTTP, on loopback: checks each signature, keeps the keys of what it has taken, answers."""

import base64
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY = "k" * 16 + "0123456789abcdef"


def signed(start, body):
    return "v1," + base64.b64encode(hmac.digest(KEY.encode(), start.encode() + body, "sha256")).decode()


class OtherSide:
    """`taken`: lines by idempotency key, each once; `asked`: every request; `statuses`: what the next POSTs are answered
    with, then 200; `answers`: what is fetched, a list of pages; `sign`: how answers are signed.
    """

    def __init__(self):
        self.taken, self.asked, self.statuses, self.answers, self.sign = {}, [], [], [], signed
        self.with_post = []

    def post(self, headers, body):
        key = json.loads(headers["idempotency-key"])
        self.asked.append(("POST", key))
        status = self.statuses.pop(0) if self.statuses else 200
        if 200 <= status < 300 or status == 504:  # 504: taken, and the answer was lost on its way
            self.taken.setdefault(key, json.loads(body))
        return status, {"answers": self.with_post} if self.with_post and status == 200 else None

    def get(self, query):
        after = query.get("after", [""])[0]
        self.asked.append(("GET", after))
        place = int(after or 0)
        if place >= len(self.answers):
            return 200, {"answers": [], "next": after}
        return 200, {"answers": self.answers[place], "next": str(place + 1)}


@contextmanager
def other_side():
    """(its address, what it holds) while the block runs."""
    side = OtherSide()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, body, act):
            start = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}."
            fits = hmac.compare_digest(self.headers["webhook-signature"], signed(start, body))
            status, said = act() if fits else (401, None)
            data = json.dumps(said).encode() if said is not None else b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.send_header("webhook-signature", side.sign(f"{start}answer.", data))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(body, lambda: side.post(self.headers, body))

        def do_GET(self):
            self._answer(b"", lambda: side.get(parse_qs(urlsplit(self.path).query)))

        def log_message(self, *_):
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/yizhan", side
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
