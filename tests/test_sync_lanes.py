"""Carrying over several connections: in any order, over failing ones, and nothing twice at once."""

import hashlib
import threading

import pytest

from edge import log, outgoing
from edge.node import Node
from forms.events import Head
from sync import batch, frames
from sync.centre import cases
from sync.centre import log as centre_log
from sync.centre.centre import Centre
from sync.centre.turns import Turns
from sync.flight import Flight
from sync.frames import Chunk
from sync.push import Push
from tests.sync_pair import NODE, PHOTO, CentreServer, Reply, acked, file_one, number, state

SHA = hashlib.sha256(PHOTO).hexdigest()


def small_batches(push: Push) -> None:
    push._pace.batch_bytes = 4 << 10


def carry_all(push: Push) -> None:
    """A busy machine may let a connection stand still for the two seconds that these tests allow it."""
    for _ in range(20):
        if push.drain().went_well:
            return
    raise AssertionError("nothing was carried")


def theirs(centre: Centre) -> list[bytes]:
    with centre.store.read() as tx:
        return [event.digest for event in centre_log.walk(tx, NODE, "node")]


def ours(node: Node) -> list[bytes]:
    with node.database.read() as tx:
        return [event.digest for event in log.up(tx)]


def test_many_events_over_several_connections_arrive_once_and_in_order(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    for serial in range(1, 121):
        file_one(node, serial)
    small_batches(enrolled)
    server.bodies.clear()
    carry_all(enrolled)
    assert acked(node).seq == 120
    assert theirs(centre) == ours(node)
    assert len(server.bodies) > 2


def test_one_connection_that_fails_does_not_end_the_carrying(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    for serial in range(1, 81):
        file_one(node, serial)
    small_batches(enrolled)

    def later_fails(body: bytes) -> Reply | None:
        return Reply(b"", 200, cut=0)

    server.before += [lambda _: None, lambda _: None, later_fails]
    carry_all(enrolled)
    assert theirs(centre) == ours(node)


def test_an_answer_that_comes_late_takes_nothing_back(enrolled: Push, node: Node, server: CentreServer) -> None:
    for serial in range(1, 41):
        file_one(node, serial)
    small_batches(enrolled)
    held = threading.Event()

    def slow(answer: bytes) -> bytes:
        held.wait(1.0)
        return answer

    server.spoil.append(slow)
    carry_all(enrolled)
    assert acked(node).seq == 40


def test_what_is_under_way_is_not_cut_again(enrolled: Push, node: Node) -> None:
    for serial in range(1, 11):
        file_one(node, serial)
    flight = Flight()
    seen: list[int] = []
    with node.database.read() as tx:
        while (made := batch.cut(tx, 600, flight)).events:
            flight.put(made.after, made.events, made.chunks)
            seen += [event.seq for event in made.events]
    assert seen == list(range(1, 11))


def test_a_batch_that_failed_is_cut_again_before_those_that_follow_it(enrolled: Push, node: Node) -> None:
    for serial in range(1, 11):
        file_one(node, serial)
    flight = Flight()
    with node.database.read() as tx:
        first = batch.cut(tx, 600, flight)
        flight.put(first.after, first.events, first.chunks)
        second = batch.cut(tx, 600, flight)
        flight.put(second.after, second.events, second.chunks)
        flight.take(first.after, first.events, first.chunks)
        again = batch.cut(tx, 100_000, flight)
    assert (again.after, again.events) == (first.after, first.events)


def test_the_free_parts_of_a_material_lie_between_those_under_way_and_those_kept() -> None:
    flight = Flight()
    piece = [Chunk(SHA, 10, 100, bytes(10)), Chunk(SHA, 40, 100, bytes(20))]
    flight.put(Head(1, 0, b""), (), piece)
    flight.keep(SHA, [Chunk(SHA, 70, 100, bytes(30))])
    assert list(flight.free(SHA, 5, 100)) == [(5, 10), (20, 40), (60, 70)]
    flight.take(Head(1, 0, b""), (), piece)
    assert list(flight.free(SHA, 5, 100)) == [(5, 70)]


def test_a_material_in_many_pieces_over_several_connections_arrives_whole(
    enrolled: Push, node: Node, centre: Centre
) -> None:
    file_one(node, photos=(PHOTO,))
    small_batches(enrolled)
    carry_all(enrolled)
    assert state(node).unsent_materials == 0
    assert centre.blobs.read(NODE, SHA) == PHOTO
    assert cases.get(centre, number(1)).materials[SHA].complete_at


def test_a_sender_that_forgot_everything_goes_on_where_the_centre_stands(
    enrolled: Push, node: Node, server: CentreServer
) -> None:
    file_one(node, photos=(PHOTO,))
    enrolled._pace.batch_bytes = 64 << 10
    enrolled.round()
    enrolled.round()
    with node.database.read() as tx:
        (before,) = log.missing(tx)
    again = Push(node, enrolled._link)
    server.bodies.clear()
    assert again.drain().went_well
    assert 0 < before["from"] < len(PHOTO)
    assert sum(map(len, server.bodies)) < len(PHOTO)


def test_an_early_batch_waits_at_the_door_until_its_turn() -> None:
    held, looks = iter((3, 3, 7)), []
    Turns(wait_s=60).wait(1, 8, lambda: looks.append(next(held, 7)) or Head(1, looks[-1], b""))
    assert looks == [3, 3, 7]


@pytest.mark.parametrize(("epoch", "seq"), [(1, 4), (1, 2), (2, 9)])
def test_what_is_not_early_waits_for_nobody(epoch: int, seq: int) -> None:
    looks: list[int] = []

    def held() -> Head:
        looks.append(1)
        return Head(1, 3, b"")

    Turns(wait_s=60).wait(epoch, seq, held)
    assert looks == [1]


def test_no_more_than_a_few_wait_at_once() -> None:
    looks = []
    Turns(waiting_max=0, wait_s=60).wait(1, 9, lambda: looks.append(1) or Head(1, 3, b""))
    assert looks == [1], "whoever waits looks again"


def test_the_centre_names_few_materials_and_counts_all(enrolled: Push, node: Node, server: CentreServer) -> None:
    photos = tuple(b"\xff\xd8\xff" + bytes([place]) * 70_000 for place in range(30))
    file_one(node, photos=photos)
    answers: list[bytes] = []
    server.spoil.append(lambda answer: answers.append(answer) or answer)
    enrolled._pace.batch_bytes = 4 << 10
    enrolled.round()
    with node.database.read() as tx:
        assert len(log.missing(tx)) == 30
        assert outgoing.unsent(tx) == 30
    assert len(answers[0]) < 2_000


def test_frames_of_what_is_held_and_of_smaller_forms_come_back_as_they_were() -> None:
    ack = frames.Ack(
        NODE, Head(1, 2, bytes(32)), "2026-11-21T09:13:00+08:00", lacking=40, held=(frames.Missing(SHA, 8),)
    )
    forms = (frames.Rendition(SHA, "page", "ab" * 32, 4_000, "image/avif"),)
    found = frames.unpack(frames.pack(ack=ack, renditions=forms), bytes(32))
    assert (found.ack, found.renditions) == (ack, forms)


def test_a_form_without_a_name_is_refused() -> None:
    good = frames.pack(renditions=[frames.Rendition(SHA, "page", "ab" * 32, 4_000, "image/avif")])
    bad = good.replace(bytes.fromhex(SHA) + b"\x02", bytes.fromhex(SHA) + b"\x07")
    with pytest.raises(frames.FrameError):
        frames.unpack(bad, bytes(32))
