"""Carrying between a real node and the real centre: everything arrives, once, in order, and the console knows."""

import hashlib
import random
import threading

from edge import log
from edge.file_locks import only_one
from edge.node import Node
from forms.events import Head
from sync import envelope
from sync.centre import cases
from sync.centre import log as centre_log
from sync.centre.centre import Centre
from sync.envelope import Purpose
from sync.https import HttpsLink
from sync.pace import Pace
from sync.push import Push, next_delay
from tests.sync_pair import NODE, PHOTO, CentreServer, acked, down, file_one, number, received, state

SHA = hashlib.sha256(PHOTO).hexdigest()


def test_a_filed_application_is_received_once_the_centre_has_signed_for_it(
    node: Node, push: Push, centre: Centre
) -> None:
    event = file_one(node)
    assert not received(node)
    report = push.drain()
    assert (report.problem, report.sent, report.acked) == (None, 1, Head.of(event))
    assert received(node)
    assert cases.get(centre, number(1)).state.phase == "received"
    assert state(node).state == "ok"
    assert state(node).sentence == "全部内容省级中心已接收"


def test_a_sync_with_nothing_new_is_one_round_trip_and_small(enrolled: Push, node: Node, server: CentreServer) -> None:
    server.bodies.clear()
    report = enrolled.drain()
    assert report.went_well
    assert (report.rounds, len(server.bodies), report.sent) == (1, 1, 0)
    assert len(server.bodies[0]) <= 512


def test_a_picture_that_is_gone_keeps_a_room_from_no_contact(enrolled: Push, node: Node, server: CentreServer) -> None:
    file_one(node, photos=(PHOTO,))
    assert enrolled.round().acked
    with node.database.write() as tx:
        tx.execute("DELETE FROM material")
    server.bodies.clear()
    report = enrolled.drain()
    assert (report.problem, report.rounds, len(server.bodies)) == (None, 1, 1)


def test_the_first_contact_enrols_and_only_the_first(push: Push, node: Node, server: CentreServer) -> None:
    push.round()
    push.round()
    purposes = [envelope.peek(body).purpose for body in server.bodies]
    assert purposes == [Purpose.ENROL, Purpose.UP, Purpose.UP]


def test_a_decision_of_the_centre_comes_down(enrolled: Push, node: Node, centre: Centre) -> None:
    file_one(node)
    enrolled.drain()
    cases.accept(centre, number(1), actor="centre:li.na")
    cases.decide(centre, number(1), actor="centre:li.na", result="granted", reason="")
    report = enrolled.drain()
    assert report.received == 2
    assert [event.kind for event in down(node)] == ["application.accepted", "application.decided"]
    with node.database.read() as tx:
        head = tx.execute("SELECT phase, result FROM head").fetchone()
    assert tuple(head) == ("closed", "granted")


def test_many_events_go_in_several_batches(enrolled: Push, node: Node) -> None:
    for serial in range(1, 61):
        file_one(node, serial)
    enrolled._pace.batch_bytes = 1 << 10
    report = enrolled.drain()
    assert (report.sent, report.problem) == (60, None)
    assert report.rounds > 2
    assert acked(node).seq == 60


def test_a_material_goes_up_in_pieces_and_arrives_whole(enrolled: Push, node: Node, centre: Centre) -> None:
    file_one(node, photos=(PHOTO,))
    assert state(node).unsent_materials == 1
    enrolled._pace.batch_bytes = 64 << 10
    report = enrolled.drain()
    assert report.went_well
    assert state(node).unsent_materials == 0
    case = cases.get(centre, number(1))
    assert case.materials[SHA].complete_at
    assert centre.blobs.read(NODE, SHA) == PHOTO


def test_events_never_wait_behind_materials(enrolled: Push, node: Node) -> None:
    file_one(node, photos=(PHOTO,))
    enrolled._pace.batch_bytes = 64 << 10
    enrolled.round()
    file_one(node, 2)
    enrolled._pace.batch_bytes = 8 << 10
    assert enrolled.round().sent == 1
    assert received(node, 2)
    assert state(node).unsent_materials == 1


def test_a_small_material_goes_before_a_large_one(enrolled: Push, node: Node, server: CentreServer) -> None:
    small = b"\xff\xd8\xff" + bytes(range(200)) * 30
    file_one(node, photos=(PHOTO, small))
    enrolled._pace.batch_bytes = 16 << 10
    enrolled.round()
    with node.database.read() as tx:
        lacking = [item["sha256"] for item in log.missing(tx)]
    assert lacking == [SHA]


def test_both_logs_are_equal_in_the_end(enrolled: Push, node: Node, centre: Centre) -> None:
    for serial in range(1, 4):
        file_one(node, serial)
    enrolled.drain()
    with centre.store.read() as tx:
        theirs = list(centre_log.walk(tx, NODE, "node"))
    with node.database.read() as tx:
        assert theirs == log.up(tx)


def test_two_pushers_do_not_run_at_once(node: Node, push: Push, server: CentreServer) -> None:
    with only_one(node.settings.database.parent / "push.lock") as free:
        assert free
        report = push.round()
    assert (report.note, report.problem, server.bodies) == ("另一个上传正在进行", None, [])
    assert push.round().went_well


def test_a_second_push_during_a_round_steps_back(enrolled: Push, node: Node, server: CentreServer) -> None:
    file_one(node)
    notes: list[str] = []
    link = HttpsLink(server.url)
    second = Push(node, link)

    def meanwhile(_: bytes) -> None:
        thread = threading.Thread(target=lambda: notes.append(second.round().note))
        thread.start()
        thread.join()

    server.before.append(meanwhile)
    assert enrolled.round().went_well
    assert notes == ["另一个上传正在进行"]
    link.close()


def test_the_pause_after_failures_is_random_short_at_first_and_has_a_ceiling() -> None:
    rng = random.Random(1)
    for failures in range(1, 2000):
        assert 0.25 <= next_delay(failures, rng) <= 300
    assert max(next_delay(4, rng) for _ in range(200)) <= 2
    assert max(next_delay(20, rng) for _ in range(200)) > 200
    assert min(next_delay(20, rng) for _ in range(200)) < 20


def test_a_batch_is_about_a_second_of_the_link() -> None:
    pace = Pace()
    now = 100.0
    sent: list[tuple[float, int]] = []
    line_free = 0.0
    for _ in range(60):  # 64 kbit/s and 600 ms
        while len(sent) < 3 and pace.has_room(now):
            sent.append((now, pace.batch_bytes))
            pace.sent(pace.batch_bytes, now)
        sent_at, size = sent.pop(0)
        line_free = max(line_free, sent_at) + size / 8_000
        now = max(now, line_free + 0.6)
        pace.answered(size, sent_at, now, round_trip_s=0.6)
    assert 4_096 <= pace.batch_bytes <= 14_000
    assert 6_000 <= (pace.rate or 0) <= 9_000
    assert pace.progress_s == 8.0


def test_a_batch_shrinks_when_it_does_not_arrive() -> None:
    pace = Pace()
    pace.batch_bytes = 16 << 10
    pace.sent(8 << 10, 1.0)
    pace.failed(8 << 10)
    assert (pace.batch_bytes, pace.under_way) == (8 << 10, 0)


def test_what_breaks_at_once_shrinks_a_batch_once_and_each_break_shrinks_it_again() -> None:
    pace = Pace()
    pace.batch_bytes = 256 << 10
    for broken in (128 << 10, 64 << 10, 32 << 10):
        for _ in range(3):
            pace.sent(8 << 10, 1.0)
        for _ in range(3):
            pace.failed(8 << 10)
        assert pace.batch_bytes == broken


def test_a_batch_is_never_too_small_to_move_nor_too_large_to_seal() -> None:
    pace = Pace()
    for _ in range(50):
        pace.failed()
    assert pace.batch_bytes == 4 << 10
    now = 0.0
    for _ in range(50):
        pace.sent(1 << 20, now)
        now += 0.01
        pace.answered(1 << 20, now - 0.01, now)
    assert pace.batch_bytes == 1 << 20
    assert pace.buffer_bytes == 0
