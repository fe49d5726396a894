"""The HTTPS link: patient with a slow line, strict with what comes back, and never an answer that is none."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from edge.errors import YizhanError
from sync import https
from sync.https import HttpsLink

CONNECT_S = 0.5
Script = Callable[[socket.socket], None]


class Server:
    """A listening socket on loopback; each connection gets the next script."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 10)  # so that a megabyte has to wait
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.scripts: list[Script] = []
        self.requests: list[bytes] = []
        self.stopped = threading.Event()
        self.wrap: Callable[[socket.socket], socket.socket] = lambda connection: connection
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def answers(self, *answers: bytes) -> None:
        """One connection on which each request gets the next answer."""
        self.scripts.append(lambda connection: self._answer(connection, answers))

    def _answer(self, connection: socket.socket, answers: tuple[bytes, ...]) -> None:
        for answer in answers:
            self.requests.append(self.read(connection))
            connection.sendall(answer)

    def read(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split()[0])
        rest = bytearray(body)
        while len(rest) < length and (piece := connection.recv(1 << 20)):
            rest += piece
        return head + b"\r\n\r\n" + rest

    def _serve(self) -> None:
        while not self.stopped.is_set():
            connection, _ = self.socket.accept()
            with connection, contextlib.suppress(ssl.SSLError):  # a client that doesn't trust us says so and goes
                if self.scripts:
                    with self.wrap(connection) as spoken:
                        self.scripts.pop(0)(spoken)

    def close(self) -> None:
        self.stopped.set()
        with socket.create_connection(self.socket.getsockname()):
            pass
        self.thread.join()
        self.socket.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def link(server: Server) -> Iterator[HttpsLink]:
    made = HttpsLink(server.url, connect_s=CONNECT_S, progress_s=20.0)
    yield made
    made.close()


def said(body: bytes, status: str = "200 OK", length: int | None = None, more: str = "") -> bytes:
    return (
        f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n{more}\r\n".encode() + body
    )


def refused(link: HttpsLink) -> YizhanError:
    with pytest.raises(YizhanError) as caught:
        link.post("5224250017", b"envelope")
    return caught.value


def test_an_envelope_goes_up_and_the_answer_comes_back(server: Server, link: HttpsLink) -> None:
    server.answers(said(b"answer"))
    assert link.post("5224250017", b"envelope") == b"answer"
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /sync/v1/5224250017 HTTP/1.1")
    assert b"application/vnd.yizhan.envelope" in head
    assert body == b"envelope"


def test_one_connection_carries_many_requests(server: Server, link: HttpsLink) -> None:
    server.answers(said(b"1"), said(b"2"), said(b"3"))
    assert [link.post("5224250017", b"x") for _ in range(3)] == [b"1", b"2", b"3"]


def test_a_connection_that_was_closed_meanwhile_is_opened_again(server: Server, link: HttpsLink) -> None:
    server.answers(said(b"1", more="Connection: close\r\n"))
    server.answers(said(b"2"))
    assert [link.post("5224250017", b"x") for _ in range(2)] == [b"1", b"2"]


def test_a_slow_line_is_no_broken_line(server: Server, link: HttpsLink) -> None:
    """Sending takes longer than the connect time-out: the trap of requests' first number."""
    body = bytes(8 << 20)

    def slow(connection: socket.socket) -> None:
        server.stopped.wait(2 * CONNECT_S)
        server.requests.append(server.read(connection))
        connection.sendall(said(b"late"))

    server.scripts.append(slow)
    assert link.post("5224250017", body) == b"late"


def test_a_slow_line_on_a_kept_connection_is_no_broken_line(server: Server, link: HttpsLink) -> None:
    def slow(connection: socket.socket) -> None:
        server.read(connection)
        connection.sendall(said(b"soon"))
        server.stopped.wait(2 * CONNECT_S)
        server.read(connection)
        connection.sendall(said(b"late"))

    server.scripts.append(slow)
    assert link.post("5224250017", b"x") == b"soon"
    assert link.post("5224250017", bytes(8 << 20)) == b"late"


def test_silence_is_an_end_after_the_progress_time(server: Server) -> None:
    link = HttpsLink(server.url, progress_s=0.2)
    done = threading.Event()
    server.scripts.append(lambda _: done.wait(5) and None)
    assert refused(link).code == "centre_unreachable"
    done.set()
    link.close()


def test_nobody_there_is_no_link(link: HttpsLink) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    nowhere = HttpsLink(url)
    assert refused(nowhere).code == "centre_unreachable"
    nowhere.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Len",
        said(b"half of the ans", length=100),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf",
        b"not HTTP at all\r\n\r\n",
    ],
)
def test_an_answer_cut_off_is_no_answer(server: Server, link: HttpsLink, answer: bytes) -> None:
    server.answers(answer)
    assert refused(link).code == "centre_unreachable"


@pytest.mark.parametrize("status", ["500 Oh", "502 Bad", "503 Busy", "429 Slow", "302 Found", "204 No"])
def test_a_centre_in_trouble_is_tried_again(server: Server, link: HttpsLink, status: str) -> None:
    server.answers(said(b"", status))
    problem = refused(link)
    assert (problem.code, problem.permanent) == ("centre_fault", False)
    assert status[:3] in problem.sentence


def test_a_refusal_repeats_what_the_centre_said(server: Server, link: HttpsLink) -> None:
    server.answers(said('{"error": {"sentence": "本节点已停用"}}'.encode(), "403 No"))
    problem = refused(link)
    assert problem.code == "centre_refused"
    assert "本节点已停用" in problem.sentence


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"error": 3}', b"x" * 5000, b"\xff"])
def test_a_refusal_without_a_sentence_gives_the_status(server: Server, link: HttpsLink, body: bytes) -> None:
    server.answers(said(body, "404 Gone"))
    assert "404" in refused(link).sentence


def test_an_answer_without_end_is_cut(server: Server, link: HttpsLink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "ENVELOPE_BYTES_MAX", 1000)
    server.answers(said(bytes(1001)))
    assert refused(link).code == "answer_untrusted"


def test_a_coding_on_top_of_the_envelope_is_not_taken_off(server: Server, link: HttpsLink) -> None:
    server.answers(said(b"as it came", more="Content-Encoding: gzip\r\n"))
    assert link.post("5224250017", b"x") == b"as it came"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost:1", "http://[::1]:1", "https://centre.example"]
)
def test_these_addresses_are_taken(url: str) -> None:
    assert https.checked_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url", ["http://centre.example", "http://10.0.0.1", "ftp://localhost", "localhost:80", "http://"]
)
def test_plain_http_leaves_this_machine_never(url: str) -> None:
    with pytest.raises(YizhanError) as caught:
        HttpsLink(url)
    assert caught.value.code == "insecure_link"


def test_without_an_address_the_node_stands_alone() -> None:
    with pytest.raises(YizhanError) as caught:
        HttpsLink("")
    assert caught.value.code == "centre_not_set"


def test_the_environment_gives_neither_proxy_nor_roots(
    server: Server, link: HttpsLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    server.answers(said(b"direct"))
    assert link.post("5224250017", b"x") == b"direct"


# --- TLS


@pytest.fixture
def tls(server: Server, tmp_path: Path) -> Path:
    """The server speaks TLS from now on; the file of its own root is given back."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "centre")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    root, secret = tmp_path / "root.pem", tmp_path / "key.pem"
    root.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(root, secret)
    server.url = server.url.replace("http:", "https:")
    server.wrap = lambda connection: context.wrap_socket(connection, server_side=True)
    return root


def test_a_pinned_root_is_trusted(server: Server, tls: Path) -> None:
    server.answers(said(b"1"), said(b"2"))
    link = HttpsLink(server.url, tls)
    assert [link.post("5224250017", b"x") for _ in range(2)] == [b"1", b"2"]
    link.close()


def test_a_server_that_nobody_vouches_for_is_not_trusted(server: Server, tls: Path) -> None:
    server.answers(said(b"1"))
    link = HttpsLink(server.url)
    problem = refused(link)
    assert problem.code == "answer_untrusted"
    assert "证书" in problem.sentence
    assert server.requests == []
    link.close()
