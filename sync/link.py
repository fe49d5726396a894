"""What carries envelopes between this node and the centre. A link knows nothing of what it carries and proves nothing:
whether an answer is to be believed is decided by its signature alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit

from edge.errors import problem


class Link(Protocol):
    """Two methods. Every link passes the same tests."""

    def post(self, place: str, body: bytes) -> bytes:
        """Hand over one envelope and give back the answer as it came, believed by nobody yet.

        `place` is the node id, or the node id, "/" and the name of another door: those of sync.centre.doors, which
        answers at the other end. The same envelope may be handed over any number of times. Raises
        edge.errors.YizhanError (centre_unreachable, centre_fault, centre_refused, answer_untrusted) with the sentence
        for the officer; nothing may be taken as received then.
        """

    def close(self) -> None:
        """Let go of connections and files; a later `post` opens them again."""


@dataclass(frozen=True, slots=True)
class Slowness:
    """Of a line on which bytes have to be counted: bytes a second, its shortest round trip.

    `waiting`: requests that are not on their way whole, `waiting_light` those of them that hold events or nothing.
    """

    rate: float
    round_trip_s: float
    waiting: int
    waiting_light: int


@runtime_checkable
class Tunable(Protocol):
    """A link over a network: `lanes` posts may be under way at once, and it can be told how the network is."""

    lanes: int

    def post(self, place: str, body: bytes, begun: Callable[[], None]) -> bytes:
        """As that of any link; `begun` is called when the place in the order of sending is taken."""

    def slowness(self) -> Slowness | None:
        """What its sockets say; None of a fast line, and where nothing is known."""

    def stand_ready(self) -> None:
        """Begin to connect: something will be posted soon. Never waits, never fails."""

    def tune(self, buffer_bytes: int, progress_s: float) -> None:
        """For what is sent from now on: the system's send buffer (0: as it is), and how long nothing may move."""


def tune(link: Link, buffer_bytes: int, progress_s: float) -> None:
    """Tell a link how much may be under way (bytes) and how long it may stand still; others are left alone."""
    if isinstance(link, Tunable):
        link.tune(buffer_bytes, progress_s)


def stand_ready(link: Link) -> None:
    """Have a link open its connections before they are needed, where it can."""
    if isinstance(link, Tunable):
        link.stand_ready()


def checked_url(url: str) -> str:
    """The address without its last slash. Raises YizhanError (centre_not_set, insecure_link)."""
    if not url:
        raise problem("centre_not_set")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise problem("insecure_link", url=url)
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    from ipaddress import ip_address

    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def post(link: Link, place: str, body: bytes, begun: Callable[[], None]) -> bytes:
    """One request and its answer; `begun` is called when the answer begins, where the link can tell."""
    return link.post(place, body, begun) if isinstance(link, Tunable) else link.post(place, body)
