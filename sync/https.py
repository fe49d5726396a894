"""The link over HTTPS: up to three kept connections, limits on everything that comes back.

TLS 1.3, resumed where a connection has to be made anew. On a slow line the send buffer is kept small: what the system
holds back for seconds, no time-out sees and nothing urgent can overtake.
"""

import contextlib
import io
import json
import math
import socket
import ssl
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from edge.errors import YizhanError, problem
from sync.envelope import ENVELOPE_BYTES_MAX
from sync.link import checked_url

CONNECT_S: Final = 3.0
PROGRESS_S: Final = 8.0
LANES: Final = 3
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
        self._connect_s = connect_s
        self._progress_s = progress_s
        self._sockets = _Sockets(progress_s)
        self._session = requests.Session()
        # the environment's proxies and REQUESTS_CA_BUNDLE would override what is set here
        self._session.trust_env = False
        self._session.verify = str(ca) if ca else True
        # requests leaves out a header that is None; its types don't know that
        self._session.headers = {"Content-Type": MEDIA_TYPE, "Accept-Encoding": "identity", "User-Agent": None}  # type: ignore[dict-item]
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _PatientAdapter(self._sockets))

    def post(self, place: str, body: bytes) -> bytes:
        try:
            return self._exchange(f"{self._url}/sync/v1/{place}", body)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _unreachable(error) from error

    @property
    def round_trip_s(self) -> float | None:
        """The shortest time that a connection took to stand; None before the first."""
        return self._sockets.connected_s or None

    def tune(self, buffer_bytes: int, progress_s: float) -> None:
        """For connections made and requests sent from now on."""
        self._sockets.buffer_bytes = buffer_bytes
        self._sockets.progress_s = progress_s if progress_s > PROGRESS_S else self._progress_s

    def close(self) -> None:
        self._session.close()

    def _exchange(self, address: str, body: bytes) -> bytes:
        # a file is sent in pieces of 16 KiB, and the time-out is for each piece; bytes would have to leave in one
        with self._session.post(
            address,
            data=io.BytesIO(body),
            timeout=(self._connect_s, self._sockets.progress_s),
            stream=True,
            allow_redirects=False,
        ) as response:
            self.retry_after_s = _retry_after(response)
            if response.status_code != _OK:
                raise _refusal(response)
            answer = _limited(response, ENVELOPE_BYTES_MAX)
        self._sockets.remember()
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

    def __init__(self, progress_s: float) -> None:
        self.progress_s = progress_s
        self.buffer_bytes = 0
        self.connected_s = 0.0
        self.tls = _ResumingContext(ssl.PROTOCOL_TLS_CLIENT)
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_3

    def prepare(self, made: socket.socket) -> None:
        """What the system can't do is left away: these options only help."""
        made.settimeout(self.progress_s)
        _try(made, socket.IPPROTO_TCP, getattr(socket, "TCP_USER_TIMEOUT", None), int(self.progress_s * 1000))
        if self.buffer_bytes >= BBR_BYTES:
            _try(made, socket.IPPROTO_TCP, getattr(socket, "TCP_CONGESTION", None), b"bbr")
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


class _Patient:
    """Waits for each piece once the connection stands. urllib3 alone sends under the connect time-out."""

    sockets: _Sockets
    sock: socket.socket | None
    timeout: float | None

    def _new_conn(self) -> socket.socket:
        began = time.monotonic()
        made: socket.socket = super()._new_conn()  # type: ignore[misc]  # of the urllib3 class beside it
        self.sockets.connected_s = min(time.monotonic() - began, self.sockets.connected_s or math.inf)
        self.sockets.prepare(made)
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            self.timeout = self.sockets.progress_s
        super().request(*args, **kwargs)  # type: ignore[misc]  # of the urllib3 class beside it


class _PatientAdapter(HTTPAdapter):
    def __init__(self, sockets: _Sockets) -> None:
        self._sockets = sockets
        super().__init__(pool_connections=1, pool_maxsize=LANES, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._sockets.tls, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pool_classes(self._sockets)


def _pool_classes(made_by: _Sockets) -> dict[str, type[HTTPConnectionPool]]:
    class PlainConnection(_Patient, HTTPConnection):
        sockets = made_by

    class TlsConnection(_Patient, HTTPSConnection):
        sockets = made_by

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}
