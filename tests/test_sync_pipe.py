"""Several requests on one connection: answers in their order, the urgent first, and what breaks it breaks them all."""

import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge.errors import YizhanError
from sync import uplink
from sync.https import RETRY_AFTER_S_MAX, HttpsLink
from sync.pipe import BrokenPipe, Pipe
from sync.uplink import Gauge, Moving, Uplink
from tests.test_sync_https import Server, said, server, tls  # noqa: F401 - fixtures

BYTES_MAX = 1000
PATIENCE_S = 10.0


class Far:
    """The other end of a connection."""

    def __init__(self, made: socket.socket) -> None:
        self.socket = made
        self.held = b""

    def read(self, count: int) -> bytes:
        while len(self.held) < count:
            self.held += self.socket.recv(1 << 16)
        taken, self.held = self.held[:count], self.held[count:]
        return taken


@pytest.fixture
def ends() -> Iterator[tuple[Pipe, Far]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    pipe = Pipe(near, Uplink(), lambda: PATIENCE_S)
    with far:
        yield pipe, Far(far)
    pipe.close()


def test_requests_follow_one_another_before_the_first_is_answered(ends: tuple[Pipe, Far]) -> None:
    pipe, far = ends
    with ThreadPoolExecutor(3) as threads:
        asked = []
        for request in (b"1", b"2", b"3"):
            begun = threading.Event()
            asked.append(threads.submit(pipe.exchange, request, BYTES_MAX, urgent=True, begun=begun.set))
            assert begun.wait(PATIENCE_S)
        assert far.read(3) == b"123"
        far.socket.sendall(said(b"one") + said(b"two") + said(b"three"))
        assert [one.result(PATIENCE_S).body for one in asked] == [b"one", b"two", b"three"]
    assert pipe.stands


def test_what_is_urgent_is_written_before_what_waits(ends: tuple[Pipe, Far]) -> None:
    pipe, far = ends
    large = bytes(8 << 20)
    with ThreadPoolExecutor(3) as threads:
        asked = []
        for request, urgent in ((large, False), (b"h", False), (b"u", True)):
            begun = threading.Event()
            asked.append(threads.submit(pipe.exchange, request, BYTES_MAX, urgent=urgent, begun=begun.set))
            assert begun.wait(PATIENCE_S)
        assert pipe.waiting()[1] == 1
        assert far.read(len(large)) == large
        assert far.read(2) == b"uh"
        far.socket.sendall(said(b"large") + said(b"urgent") + said(b"heavy"))
        assert [one.result(PATIENCE_S).body for one in asked] == [b"large", b"heavy", b"urgent"]


def test_a_connection_that_ends_ends_all_that_wait_for_answers(ends: tuple[Pipe, Far]) -> None:
    pipe, far = ends
    with ThreadPoolExecutor(2) as threads:
        asked = [threads.submit(pipe.exchange, b"x", BYTES_MAX, urgent=True) for _ in range(2)]
        far.read(2)
        far.socket.sendall(said(b"cut off", length=20))
        far.socket.close()
        for one in asked:
            assert one.exception(PATIENCE_S) is not None
    assert not pipe.stands
    with pytest.raises(BrokenPipe):
        pipe.exchange(b"x", BYTES_MAX, urgent=True)


@pytest.mark.parametrize("answer", [said(b"bye", more="Connection: close\r\n"), said(bytes(BYTES_MAX + 1))])
def test_a_last_answer_or_one_without_end_closes_the_connection(ends: tuple[Pipe, Far], answer: bytes) -> None:
    pipe, far = ends
    far.socket.sendall(answer)
    assert pipe.exchange(b"x", BYTES_MAX, urgent=True).status == 200
    assert not pipe.stands


def test_closing_it_ends_a_wait_for_an_answer(ends: tuple[Pipe, Far]) -> None:
    pipe, far = ends
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(pipe.exchange, b"x", BYTES_MAX, urgent=True)
        far.read(1)
        pipe.close()
        assert isinstance(asked.exception(PATIENCE_S), OSError)


# --- what is under way


def test_a_connection_that_is_gone_has_nothing_under_way(ends: tuple[Pipe, Far]) -> None:
    pipe, _ = ends
    assert uplink.moving(pipe._socket) is not None or not hasattr(socket, "TCP_INFO")
    pipe.close()
    assert uplink.moving(pipe._socket) is None


def told(gauge: Gauge, rate: int, round_trip_s: float, seconds: int = 5) -> None:
    """A line of so many bytes a second for some time."""
    with socket.socket() as made:
        for tick in range(10 * seconds):
            now = 100 + tick / 10
            gauge.look(made, Moving(0, rate * tick // 10, round_trip_s), now)
            gauge.take(now)


def test_the_rate_of_a_line_and_what_may_be_under_way_on_it() -> None:
    gauge = Gauge()
    assert (gauge.rate, gauge.is_fast) == (0.0, False)
    told(gauge, 8_000, 0.6)
    assert 7_500 <= gauge.rate <= 8_100
    assert 8_000 * 0.6 < gauge.cap_bytes(heavy=True) < gauge.cap_bytes(heavy=False) <= 2.5 * 8_000 * 0.6
    assert not gauge.is_fast


def test_where_a_line_broke_lately_less_is_under_way_that_could_be_lost_with_it() -> None:
    gauge = Gauge()
    told(gauge, 8_000, 0.6)
    before = gauge.cap_bytes(heavy=False)
    gauge.broke(time.monotonic())
    assert 8_000 * 0.6 < gauge.cap_bytes(heavy=False) < 0.75 * before
    gauge.broke(time.monotonic() - uplink.BREAKING_S - 1)
    assert gauge.cap_bytes(heavy=False) == before


def test_a_line_that_comes_back_is_as_fast_as_it_was_until_it_shows_otherwise() -> None:
    gauge = Gauge()
    told(gauge, 8_000, 0.6)
    gauge.broke(105.0)
    gauge.take(130.0)  # nothing moved for longer than a rate is kept
    with socket.socket() as made:
        gauge.look(made, Moving(0, 1_000, 0.6), 131.0)
        gauge.take(131.0)
        assert gauge.rate > 7_500
        for tick in range(200):
            gauge.look(made, Moving(0, 1_000 + 100 * tick, 0.6), 132 + tick / 10)
            gauge.take(132 + tick / 10)
    assert gauge.rate < 1_500


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="this system does not say what is under way")
def test_of_a_short_packet_only_its_bytes_are_under_way(ends: tuple[Pipe, Far]) -> None:
    pipe, _ = ends
    pipe._socket.send(b"x" * 100)
    found = uplink.moving(pipe._socket)
    assert found is not None
    assert found.under_way <= 100


@pytest.mark.parametrize(("rate", "round_trip_s"), [(8_000, 0.001), (4 << 20, 0.6)])
def test_near_and_fast_lines_are_left_to_the_system(rate: int, round_trip_s: float) -> None:
    gauge = Gauge()
    told(gauge, rate, round_trip_s)
    assert gauge.is_fast


def test_a_line_that_took_a_rest_keeps_its_rate_and_one_that_got_slower_does_not() -> None:
    gauge = Gauge()
    told(gauge, 8_000, 0.6)
    gauge.take(500.0)
    assert gauge.rate > 7_500
    with socket.socket() as made:
        for tick in range(200):
            gauge.look(made, Moving(0, 100 * tick, 0.6), 600 + tick / 10)
            gauge.take(600 + tick / 10)
    assert gauge.rate < 1_500


def test_a_piece_waits_until_there_is_room_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Uplink()
    with socket.socket() as one:
        made.add(one)
        monkeypatch.setattr(uplink, "moving", lambda _: Moving(1 << 20, 0, 0.6))
        with pytest.raises(TimeoutError):
            made.wait(one, 10, 0.05, urgent=True)
        monkeypatch.setattr(uplink, "moving", lambda _: Moving(0, 0, 0.6))
        assert made.wait(one, 10, 0.05, urgent=True) == 10


def test_what_counts_as_handed_over_was_given_to_the_system(ends: tuple[Pipe, Far]) -> None:
    pipe, far = ends
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(pipe.exchange, b"x" * 700, BYTES_MAX, urgent=True)
        far.read(700)
        pipe.close()
        asked.exception(PATIENCE_S)
    before = pipe._uplink.handed
    assert before == 700
    with pytest.raises(OSError, match="closed"):
        pipe.exchange(b"y", BYTES_MAX, urgent=True)
    assert pipe._uplink.handed == before


def test_where_a_system_does_not_say_what_is_under_way_nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uplink, "_TCP_INFO", None)
    made = Uplink()
    with socket.socket() as one:
        made.add(one)
        assert made.wait(one, 10, 0.0, urgent=False) == 10


# --- the link over it


def test_a_connection_that_is_made_anew_resumes_the_session_of_the_last_one(server: Server, tls: Path) -> None:  # noqa: F811 - fixtures
    resumed: list[bool] = []
    plain = server.wrap

    def wrap(connection: socket.socket) -> socket.socket:
        made = plain(connection)
        assert isinstance(made, ssl.SSLSocket)
        assert made.version() == "TLSv1.3"
        resumed.append(bool(made.session_reused))
        return made

    server.wrap = wrap
    for _ in range(2):
        server.answers(said(b"last", more="Connection: close\r\n"))
    link = HttpsLink(server.url, tls)
    assert [link.post("5224250017", b"x") for _ in range(2)] == [b"last", b"last"]
    assert resumed == [False, True]
    link.close()


@pytest.mark.parametrize("is_secret", [False, True])
def test_a_connection_that_the_centre_closed_between_two_requests_is_made_anew(
    server: Server,  # noqa: F811 - fixtures
    request: pytest.FixtureRequest,
    is_secret: bool,  # noqa: FBT001 - a case
) -> None:
    root = request.getfixturevalue("tls") if is_secret else None
    for _ in range(3):
        server.answers(said(b"kept"))  # one answer, and the connection is closed without a word
    link = HttpsLink(server.url, root)
    for _ in range(3):
        assert link.post("5224250017", b"x") == b"kept"
        ready, _, _ = select.select([link._pipes._made[False].result()._socket], [], [], PATIENCE_S)
        assert ready
    link.close()


@pytest.mark.parametrize(
    ("asked", "kept"),
    [("17", 17), ("999999", RETRY_AFTER_S_MAX), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("-1", 0), ("", 0)],
)
def test_a_busy_centre_says_how_long_to_stay_away(server: Server, asked: str, kept: int) -> None:  # noqa: F811 - fixtures
    server.answers(said(b"", "503 Busy", more=f"Retry-After: {asked}\r\n"), said(b"again"))
    link = HttpsLink(server.url)
    with pytest.raises(YizhanError) as caught:
        link.post("5224250017", b"x")
    assert (caught.value.code, link.retry_after_s) == ("centre_busy" if kept else "centre_fault", kept)
    assert link.post("5224250017", b"x") == b"again"
    assert link.retry_after_s == 0
    link.close()


def test_one_attempt_to_connect_is_for_all_that_wait_for_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    link = HttpsLink(url)
    began = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        tried = [threads.submit(link.post, "5224250017", b"x") for _ in range(4)]
        assert all(isinstance(one.exception(PATIENCE_S), YizhanError) for one in tried)
    assert time.monotonic() - began < PATIENCE_S
    link.close()


def test_a_connection_that_stands_only_after_the_link_was_closed_is_closed_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        link = HttpsLink(url)
        begun = link._pipes._closings
        link.close()
        link._pipes._try_to_stand(url, verify=True, beside=False, closings=begun)
        assert not link._pipes._made[False].result().stands


def test_a_line_counts_as_slow_only_when_enough_has_gone_over_it(ends: tuple[Pipe, Far]) -> None:
    pipe, gauge = ends[0], Gauge()
    at_first = gauge.cap_bytes(heavy=False)
    for second, arrived in enumerate(range(0, 60_000, 6_000)):
        gauge.look(pipe._socket, Moving(8_000, arrived, 0.6), second)
        gauge.take(second)
        assert gauge.is_surely_slow == (arrived >= uplink.SURE_BYTES)
    assert 6_000 * 0.6 < gauge.cap_bytes(heavy=False) < at_first
    assert gauge.piece_bytes(heavy=False) < uplink.PIECE_BYTES_LIGHT
    gauge.look(pipe._socket, Moving(8_000, 200_000, 0.6), 10.0)
    gauge.take(10.0)
    assert not gauge.is_surely_slow


@pytest.mark.skipif(not hasattr(socket, "TCP_CONGESTION"), reason="this system has one rule")
def test_the_sockets_of_a_slow_line_go_on_with_cubic(ends: tuple[Pipe, Far], monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = ends[0]
    pipe._uplink.gauge = Gauge()
    control = [socket.IPPROTO_TCP, socket.TCP_CONGESTION]
    pipe._socket.setsockopt(*control, b"reno")
    pipe._uplink.steady()
    assert pipe._socket.getsockopt(*control, 16).startswith(b"reno")
    monkeypatch.setattr(Gauge, "is_surely_slow", True)
    pipe._uplink.steady()
    with socket.socket() as other:
        uplink.control(other, b"cubic")
        has_it = other.getsockopt(*control, 16).startswith(b"cubic")
    assert pipe._socket.getsockopt(*control, 16).startswith(b"cubic" if has_it else b"reno")
