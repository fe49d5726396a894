"""What a kiosk on a machine of its own may see: the kiosk's pages once it is paired, till then one that pairs it.

A WSGI layer around the whole program, so that no route can be forgotten: what came through the second listener and is
not on the list is not there. The console is reached on this machine alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any, Final

from edge import pairing, tls_door

if TYPE_CHECKING:
    from edge.devices.at_hand import PlaceName
    from edge.node import Node
    from edge.pairing import Kiosk

COOKIE: Final = "__Host-yizhan_paired"  # set over TLS for "/": no other host can put one in its place
COOKIE_DAYS: Final = 400  # as long as browsers keep one; each visit renews it
KIOSK: Final = "yizhan.paired"  # in the environment of a request: the paired kiosk
AT_DOOR: Final = "yizhan.door"  # in the environment of a request that came through the second listener
PAIR: Final = "/kiosk/pair"
OPEN: Final = ("/static/",)
PAGES: Final = ("/kiosk/", "/print/")

# on the few answers that are given here and not by the program, which has headers of its own
_BARE: Final = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)

Environ = dict[str, Any]
Start = Callable[..., Any]
Program = Callable[[Environ, Start], Iterable[bytes]]


class PairedDoor:
    """Around the program of a room, open or locked."""

    def __init__(self, program: Program, node: Node) -> None:
        self._program, self._node = program, node
        self._pairings = pairing.Pairings(node.settings.home)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not str(environ.get("REMOTE_ADDR", "")).startswith(tls_door.CAME):
            return self._program(environ, start)
        environ["wsgi.url_scheme"], environ[AT_DOOR] = "https", self._pairings
        path = environ.get("PATH_INFO", "")
        kiosk = self._pairings.known(_token(environ))
        if kiosk is not None:
            environ[KIOSK] = kiosk
            self._node.at_hand.kiosks_seen[kiosk.id] = self._node.clock.now()
        if path.startswith(OPEN) or (path == PAIR and (kiosk is None or environ["REQUEST_METHOD"] == "POST")):
            return self._program(environ, start)
        if kiosk is None or path in ("/", "/kiosk", PAIR):
            return _to("/kiosk/" if kiosk else PAIR, environ, start)
        if path.startswith(PAGES):
            return self._program(environ, start)
        start("404 Not Found", [("Content-Type", "text/plain; charset=utf-8"), *_BARE])
        return [b""]


def _to(path: str, environ: Environ, start: Start) -> Iterable[bytes]:
    """On to the only page there is; a change that a stranger asks for is none."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        start("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), *_BARE])
        return [b""]
    start("303 See Other", [("Location", path), *_BARE])
    return [b""]


def _token(environ: Environ) -> str:
    try:
        found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def of_request(environ: Environ) -> Kiosk | None:
    """The paired kiosk that a request came from; None for the one of this machine."""
    found: Kiosk | None = environ.get(KIOSK)
    return found


def place(environ: Environ) -> PlaceName:
    """Whose devices a request of a kiosk uses."""
    return "paired" if of_request(environ) else "kiosk"


def listen(server: tls_door.Server, node: Node) -> tls_door.Door | None:
    """The second listener of a room, where node.toml says one."""
    given = node.settings
    if not given.kiosk_listen_host:
        return None
    return tls_door.Door(server, given.home, given.kiosk_listen_host, given.kiosk_listen_port)
