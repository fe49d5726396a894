"""The link over HTTPS: a kept connection on which batches follow one another, limits on everything that comes back.

TLS 1.3, resumed where a connection has to be made anew. While materials go up, what is urgent has a connection of its
own beside them, so that it waits for no lost packet of theirs.
"""

import contextlib
import http.client
import io
import json
import socket
import ssl
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection

from edge.errors import YizhanError, problem
from sync import envelope
from sync.envelope import ENVELOPE_BYTES_MAX
from sync.link import Slowness, checked_url
from sync.pipe import Begun, BrokenPipe, Pipe, nothing
from sync.uplink import Uplink, control

CONNECT_S: Final = 3.0
PROGRESS_S: Final = 8.0
SILENT_S: Final = 5.0  # nothing that we sent arrived for so long: the connection is dead, whatever it says
LANES: Final = 10  # batches that may be without an answer: small ones, while a lost packet holds up all that follow
URGENT_BYTES_MAX: Final = 8 << 10
LIGHT_BYTES_MAX: Final = 2 << 10
BBR_BYTES: Final = 32 << 10  # of a second: on lossy satellite links BBR carries twice as much, on 2G it is slower
RETRY_AFTER_S_MAX: Final = 3600
MEDIA_TYPE: Final = "application/vnd.yizhan.envelope"
_PIECE_BYTES: Final = 64 << 10
_FAULT_BYTES_MAX: Final = 4 << 10
_SENTENCE_MAX: Final = 200
_OK: Final = 200
_CLIENT_FAULT: Final = 400
# what the centre will take later, without anything being changed here
_PASSING: Final = frozenset({408, 425, 429})
_SERVER_FAULT: Final = 500
_BUSY: Final = 503


class HttpsLink:
    """Posts envelopes to `url`/sync/v1/. Plain http is for the same machine only; `ca` is a file of trusted roots.

    A connection must stand within `connect_s`; from then on only standing still for `progress_s` ends it, so a slow
    line may take its time as long as it moves. Raises YizhanError (insecure_link, centre_not_set).
    `retry_after_s` is what the centre's last refusal asked for, 0 if nothing.
    """

    lanes = LANES

    def __init__(
        self, url: str, ca: Path | None = None, *, connect_s: float = CONNECT_S, progress_s: float = PROGRESS_S
    ) -> None:
        self._url = checked_url(url)
        self.retry_after_s = 0
        self._progress_s = progress_s
        self.uplink = Uplink()
        self._sockets = _Sockets(connect_s, progress_s)
        self._session = requests.Session()
        # the environment's proxies and REQUESTS_CA_BUNDLE would override what is set here
        self._session.trust_env = False
        self._session.verify = str(ca) if ca else True
        self._session.headers.clear()
        self._session.headers["Content-Type"] = MEDIA_TYPE
        self._pipes = _PipeAdapter(self._sockets, self.uplink)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._pipes)

    def post(self, place: str, body: bytes, begun: Begun = nothing) -> bytes:
        """`begun` is called when this envelope's place in the order of sending is taken."""
        try:
            return self._exchange(f"{self._url}/sync/v1/{place}", body, begun)
        except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
            raise _unreachable(error) from error

    def stand_ready(self) -> None:
        """Begin to connect, while the first envelope is being sealed."""
        self._pipes.stand_ready(f"{self._url}/", self._session.verify, beside=False)

    def slowness(self) -> Slowness | None:
        """What its sockets say; None of a fast line, and where nothing is known."""
        gauge = self.uplink.gauge
        if gauge.is_fast or not (gauge.rate and gauge.round_trip_s):
            return None
        return Slowness(gauge.rate, gauge.round_trip_s, *self._pipes.waiting())

    def tune(self, buffer_bytes: int, progress_s: float) -> None:
        """For connections made and requests sent from now on."""
        self._sockets.buffer_bytes = buffer_bytes
        self._sockets.progress_s = progress_s if progress_s > PROGRESS_S else self._progress_s
        self.uplink.steady()

    def close(self) -> None:
        self._session.close()

    def _exchange(self, address: str, body: bytes, begun: Begun) -> bytes:
        self._pipes.begun.call = begun
        with self._session.post(address, data=body, stream=True, allow_redirects=False) as response:
            self.retry_after_s = _retry_after(response)
            if response.status_code != _OK:
                raise _refusal(response)
            answer = _limited(response, ENVELOPE_BYTES_MAX)
        if not answer:  # cut off within its header lines
            raise problem("centre_unreachable")
        return answer


def _limited(response: requests.Response, length_max: int) -> bytes:
    """The body as it was sent. Raises YizhanError (answer_untrusted) beyond the limit."""
    answer = bytearray()
    for piece in _pieces(response):
        answer += piece
        if len(answer) > length_max:
            raise problem("answer_untrusted", detail="回复过长")
    return bytes(answer)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    # not decoded: an answer is compressed inside its seal, and a coding on top could only be a bomb
    pieces: Iterator[bytes] = response.raw.stream(_PIECE_BYTES, decode_content=False)
    return pieces


def _refusal(response: requests.Response) -> YizhanError:
    status = response.status_code
    if status == _BUSY and _retry_after(response):
        return problem("centre_busy")
    if status in _PASSING or status >= _SERVER_FAULT or status < _CLIENT_FAULT:
        return problem("centre_fault", detail=status)
    return problem("centre_refused", detail=_said(response) or status)


def _retry_after(response: requests.Response) -> int:
    """Seconds that the centre asks us to stay away; 0 if it doesn't, or gives a date, which our clock can't judge."""
    text = response.headers.get("Retry-After", "").strip()
    return min(int(text), RETRY_AFTER_S_MAX) if text.isascii() and text.isdecimal() else 0


def _said(response: requests.Response) -> str:
    """The centre's own sentence, if it gave one."""
    try:
        return str(json.loads(_limited(response, _FAULT_BYTES_MAX))["error"]["sentence"])[:_SENTENCE_MAX]
    except (ValueError, TypeError, KeyError, YizhanError, urllib3.exceptions.HTTPError):
        return ""


def _unreachable(error: BaseException) -> YizhanError:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return problem("answer_untrusted", detail="服务器证书不受信任")
    return problem("centre_unreachable")


class _Sockets:
    """How sockets are made: patience, the send buffer, and the TLS session that the next connection resumes."""

    def __init__(self, connect_s: float, progress_s: float) -> None:
        self.connect_s = connect_s
        self.progress_s = progress_s
        self.buffer_bytes = 0
        self.tls = _ResumingContext(ssl.PROTOCOL_TLS_CLIENT)
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_3

    def prepare(self, made: socket.socket) -> None:
        """What the system can't do is left away: these options only help."""
        made.settimeout(self.progress_s)
        silent_ms = int(1000 * min(self.progress_s, SILENT_S))
        _try(made, socket.IPPROTO_TCP, getattr(socket, "TCP_USER_TIMEOUT", None), silent_ms)
        if self.buffer_bytes >= BBR_BYTES:
            control(made, b"bbr")
        _try(made, socket.IPPROTO_TCP, getattr(socket, "TCP_NODELAY", None), 1)
        if self.buffer_bytes:
            _try(made, socket.SOL_SOCKET, socket.SO_SNDBUF, self.buffer_bytes)

    def remember(self) -> None:
        """After an answer: a session ticket may have come with it."""
        self.tls.remember()


def _try(made: socket.socket, level: int, option: int | None, value: int | bytes) -> None:
    if option is not None:
        with contextlib.suppress(OSError):
            made.setsockopt(level, option, value)


class _ResumingContext(ssl.SSLContext):
    """Offers the newest session of an earlier connection. No roots are loaded here: requests adds the trusted ones."""

    def __init__(self, _protocol: int) -> None:
        self._made: weakref.WeakSet[ssl.SSLSocket] = weakref.WeakSet()
        self._session: ssl.SSLSession | None = None

    def remember(self) -> None:
        for made in list(self._made):
            if made.session is not None:
                self._session = made.session

    def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        made = super().wrap_socket(*args, **{**kwargs, "session": self._session})
        self._made.add(made)
        return made


class _Prepared:
    """A connection whose socket is prepared as soon as it is there."""

    sockets: _Sockets

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]  # of the urllib3 class beside it
        self.sockets.prepare(made)
        return made


class _PlainConnection(_Prepared, HTTPConnection):
    """For the same machine only."""


class _TlsConnection(_Prepared, HTTPSConnection):
    """Verified by the roots that it is given."""


class _PipeAdapter(HTTPAdapter):
    """Sends what requests has prepared over one of two connections, and makes them when they are needed."""

    def __init__(self, sockets: _Sockets, uplink: Uplink) -> None:
        self._sockets = sockets
        self._uplink = uplink
        self._turn = threading.Lock()
        self._made: dict[bool, Future[Pipe]] = {}
        self._carries_materials = False
        self._closings = 0
        self.begun = threading.local()  # what the thread that sends wants to have called
        super().__init__(max_retries=0)

    def waiting(self) -> tuple[int, int]:
        """Requests that are not on their way whole; and how many of them are urgent."""
        found = [made.result().waiting() for made in list(self._made.values()) if _is_standing(made)]
        return sum(every for every, _ in found), sum(light for _, light in found)

    def send(self, request: requests.PreparedRequest, *_: Any, verify: Any = True, **__: Any) -> requests.Response:
        body = request.body if isinstance(request.body, bytes) else b""
        urgent = not _is_heavy(body)
        beside = urgent and len(body) <= URGENT_BYTES_MAX and self._carries_materials
        if not urgent and not self._carries_materials:
            self._carries_materials = True
            self.stand_ready(request.url or "", verify, beside=True)
        pipe = self._pipe(request.url or "", verify, beside=beside)
        try:
            reply = pipe.exchange(_written(request, body), ENVELOPE_BYTES_MAX, urgent=urgent, begun=self.begun.call)
        except BaseException:
            self._uplink.broke()
            self._close_all()  # the line was cut, and the other connection may not know it yet
            raise
        found = urllib3.HTTPResponse(
            io.BytesIO(reply.body), urllib3.HTTPHeaderDict(reply.headers), reply.status, preload_content=False
        )
        answer: requests.Response = self.build_response(request, found)
        return answer

    def stand_ready(self, address: str, verify: Any, *, beside: bool) -> None:
        """A connection stands, or is being made, before it is needed; a failure is told to who needs it."""
        given = {"address": address, "verify": verify, "beside": beside, "closings": self._closings}
        threading.Thread(target=self._try_to_stand, kwargs=given, daemon=True).start()

    def _try_to_stand(self, address: str, verify: Any, *, beside: bool, closings: int) -> None:
        with contextlib.suppress(OSError, urllib3.exceptions.HTTPError):
            made = self._pipe(address, verify, beside=beside)
            if closings != self._closings:  # closed while it was being made: nobody would close it any more
                made.close()

    def close(self) -> None:
        self._closings += 1
        self._close_all()
        super().close()

    def _close_all(self) -> None:
        with self._turn:
            standing = [made.result() for made in self._made.values() if _is_standing(made)]
        for pipe in standing:
            pipe.close()

    def _pipe(self, address: str, verify: Any, *, beside: bool) -> Pipe:
        """The connection that stands; one that is being made is waited for, and its failure is everybody's."""
        with self._turn:
            found = self._made.get(beside)
            if found is None or (found.done() and not _is_standing(found)):
                mine = found = self._made[beside] = Future()
            else:
                mine = None
        if mine is not None:
            try:
                mine.set_result(self._connect(address, verify))
            except BaseException as error:  # noqa: BLE001 - raised below, by everybody who waits for it
                mine.set_exception(error)
        return found.result()

    def _connect(self, address: str, verify: Any) -> Pipe:
        parts = urlsplit(address)
        made: HTTPConnection
        if parts.scheme == "https":
            made = _TlsConnection(
                parts.hostname or "",
                parts.port or 443,
                timeout=self._sockets.connect_s,
                ssl_context=self._sockets.tls,
                cert_reqs="CERT_REQUIRED",
                ca_certs=verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH,
            )
        else:
            made = _PlainConnection(parts.hostname or "", parts.port or 80, timeout=self._sockets.connect_s)
        made.sockets = self._sockets
        made.connect()
        if made.sock is None:
            raise BrokenPipe("no connection")
        return Pipe(made.sock, self._uplink, lambda: self._sockets.progress_s, self._sockets.remember)


def _is_standing(made: "Future[Pipe]") -> bool:
    return made.done() and made.exception() is None and made.result().stands


def _written(request: requests.PreparedRequest, body: bytes) -> bytes:
    lines = [f"{request.method} {request.path_url} HTTP/1.1", f"Host: {urlsplit(request.url or '').netloc}"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _is_heavy(body: bytes) -> bool:
    """Whether it holds pieces of materials alone, and goes behind others. Nothing is proven by what a header claims."""
    try:
        header = envelope.peek(body)
    except envelope.EnvelopeError:
        return False
    return header.seq_to < header.seq_from and len(body) > LIGHT_BYTES_MAX
