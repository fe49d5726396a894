"""After events went up whose answer nobody heard, the centre is asked first, and gets nothing that it holds again."""

from dataclasses import replace
from pathlib import Path

import pytest

from edge import log
from edge.node import Node
from sync import answer, batch, envelope, keys, quarantine
from sync.centre import cases, intake
from sync.centre import log as centre_log
from sync.centre.centre import Centre
from sync.centre.ferry import hand_out
from sync.centre.ferry import take_in as centre_in
from sync.ferry_in import take_in
from sync.ferry_out import export
from sync.flight import Flight
from sync.lanes import Lanes
from sync.push import Push
from sync.unheard import DOUBT_BYTES, Unheard
from tests.ferry_pair import carry, downs
from tests.sync_pair import NODE, PHOTO, CentreServer, Reply, acked, file_one, number

COUNT = 120


@pytest.fixture
def mark(node: Node) -> Path:
    return node.settings.database.with_name("push.unheard")


def carried(server: CentreServer) -> list[int]:
    """How many events each envelope held that came to the centre."""
    headers = [envelope.peek(body) for body in server.bodies]
    return [header.seq_to - header.seq_from + 1 for header in headers]


def file_many(node: Node) -> None:
    for serial in range(1, COUNT + 1):
        file_one(node, serial)


def lose_the_answer(push: Push, server: CentreServer) -> None:
    """All events go up in one envelope, the centre keeps them, and the line breaks within its answer."""
    push._pace.batch_bytes = 1 << 20
    server.spoil.append(lambda answer: Reply(answer, cut=20))
    assert push.drain().problem is not None
    assert carried(server)[-1] == COUNT
    server.bodies.clear()


def test_what_the_centre_holds_already_is_not_sent_again(
    enrolled: Push, node: Node, server: CentreServer, centre: Centre, mark: Path
) -> None:
    file_many(node)
    lose_the_answer(enrolled, server)
    assert mark.exists()
    assert enrolled.drain().went_well
    assert sum(carried(server)) == 0
    assert acked(node).seq == COUNT
    assert not mark.exists()
    with centre.store.read() as tx:
        assert len(list(centre_log.walk(tx, NODE, "node"))) == COUNT


def test_a_new_process_asks_as_well(enrolled: Push, node: Node, server: CentreServer) -> None:
    file_many(node)
    lose_the_answer(enrolled, server)
    assert Push(node, enrolled._link).drain().went_well
    assert sum(carried(server)) == 0
    assert acked(node).seq == COUNT


def test_what_never_arrived_is_sent_after_the_question(enrolled: Push, node: Node, server: CentreServer) -> None:
    file_many(node)
    enrolled._pace.batch_bytes = 1 << 20
    server.before.append(lambda _: Reply(b"", 200, cut=0))
    assert enrolled.drain().problem is not None
    server.bodies.clear()
    assert enrolled.drain().went_well
    assert carried(server)[0] == 0
    assert sum(carried(server)) == COUNT
    assert acked(node).seq == COUNT


def test_a_question_whose_answer_is_lost_is_asked_again(enrolled: Push, node: Node, server: CentreServer) -> None:
    file_many(node)
    lose_the_answer(enrolled, server)
    server.spoil.append(lambda answer: Reply(answer, cut=20))
    assert enrolled.drain().problem is not None
    assert enrolled.drain().went_well
    assert carried(server)[:2] == [0, 0]
    assert sum(carried(server)) == 0


def test_few_bytes_are_sent_again_without_a_question(
    enrolled: Push, node: Node, server: CentreServer, mark: Path
) -> None:
    file_one(node)
    server.spoil.append(lambda answer: Reply(answer, cut=20))
    assert enrolled.drain().problem is not None
    assert not mark.exists()
    server.bodies.clear()
    assert enrolled.drain().went_well
    assert carried(server) == [1]


def test_a_room_with_nothing_to_send_asks_nothing_more(enrolled: Push, server: CentreServer, mark: Path) -> None:
    mark.touch()
    server.bodies.clear()
    assert enrolled.drain().went_well
    assert carried(server) == [0]
    assert not mark.exists()


def test_a_stranger_who_answers_the_question_is_not_believed(
    enrolled: Push, node: Node, server: CentreServer, mark: Path
) -> None:
    file_many(node)
    lose_the_answer(enrolled, server)
    server.spoil.append(lambda answer: answer[:-1] + bytes([answer[-1] ^ 1]))
    report = enrolled.drain()
    assert report.problem is not None
    assert report.problem.code == "answer_untrusted"
    assert acked(node).seq == 0
    assert mark.exists()


def test_a_mark_that_cannot_be_written_stops_nothing(enrolled: Push, node: Node, mark: Path) -> None:
    file_many(node)
    enrolled._unheard = Unheard(mark.parent / "not there" / "push.unheard")
    assert enrolled.drain().went_well
    assert acked(node).seq == COUNT


def test_the_question_carries_nothing_and_follows_what_was_acknowledged(enrolled: Push, node: Node) -> None:
    file_many(node)
    with node.database.read() as tx:
        made = batch.cut(tx, 1 << 20)
    assert made.events
    question = made.question
    assert question.empty
    assert question.after == made.heard == made.acked
    assert question == replace(made, after=made.heard, events=(), chunks=(), renditions=(), guess=0)


def refuse_the_first(centre: Centre, node: Node) -> None:
    """A centre that allows no photographs, and an application that has one."""
    server_settings = replace(centre.settings, material_bytes_max=10)
    object.__setattr__(centre, "settings", server_settings)
    file_one(node, 1, photos=(PHOTO,))
    file_one(node, 2)


def refusals(node: Node) -> list[tuple[int, str]]:
    """Of events; that the photograph itself is not taken either stands beside them."""
    return [(item.seq, item.code) for item in quarantine.items(node) if item.seq]


@pytest.mark.parametrize("count", [3, COUNT])
def test_a_refusal_whose_answer_was_lost_is_heard_with_the_next(
    enrolled: Push, node: Node, server: CentreServer, centre: Centre, count: int
) -> None:
    refuse_the_first(centre, node)
    for serial in range(3, count + 1):
        file_one(node, serial)
    enrolled._pace.batch_bytes = 1 << 20
    server.spoil.append(lambda answer: Reply(answer, cut=20))
    assert enrolled.drain().problem is not None
    assert refusals(node) == []
    assert enrolled.drain().went_well
    assert enrolled.drain().went_well
    assert refusals(node) == [(1, "material_too_large")]


def test_a_refusal_is_asked_for_when_a_later_answer_came_in_its_stead(
    enrolled: Push, node: Node, server: CentreServer, centre: Centre
) -> None:
    refuse_the_first(centre, node)
    with node.database.read() as tx:
        parties = keys.read(tx)
        first = batch.cut(tx, 60)
        flight = Flight()
        flight.put(first.after, first.events, first.chunks)
        second = batch.cut(tx, 60, flight)
    assert [event.seq for event in (*first.events, *second.events)] == [1, 2]
    enrolled._link.post(NODE, batch.seal(first, parties))  # its answer goes astray
    lanes = Lanes(enrolled._work, 2)
    enrolled._carry(lanes, enrolled._unit(lanes, second))
    assert acked(node).seq == 2
    assert refusals(node) == []
    with node.database.read() as tx:
        assert (log.heard(tx).seq, batch.cut(tx, 60).after.seq) == (0, 0)
    assert enrolled.drain().went_well
    assert refusals(node) == [(1, "material_too_large")]
    with node.database.read() as tx:
        assert log.heard(tx) == log.acked(tx)
    enrolled.drain()  # again is harmless
    assert refusals(node) == [(1, "material_too_large")]


def refuse_five(centre: Centre, node: Node, patch: pytest.MonkeyPatch) -> None:
    """Five applications that the centre refuses, where an ack names two at the most."""
    patch.setattr(answer, "REFUSED_MAX", 2)
    patch.setattr(intake, "REFUSED_MAX", 2)
    object.__setattr__(centre, "settings", replace(centre.settings, material_bytes_max=10))
    for serial in range(1, 6):
        file_one(node, serial, photos=(PHOTO,))


def test_more_refusals_than_an_ack_can_name_are_heard_one_after_the_other(
    enrolled: Push, node: Node, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_five(centre, node, monkeypatch)
    enrolled._pace.batch_bytes = 1 << 20
    said = []
    for _ in range(4):
        assert enrolled.drain().went_well
        with node.database.read() as tx:
            said.append((len(refusals(node)), log.heard(tx).seq, log.acked(tx).seq))
    assert said == [(2, 2, 5), (4, 4, 5), (5, 5, 5), (5, 5, 5)]


def test_a_stick_that_names_as_many_refusals_as_it_can_leaves_the_others_to_the_next_question(
    enrolled: Push, node: Node, centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_five(centre, node, monkeypatch)
    (tmp_path / "stick").mkdir()
    carry(node, centre, tmp_path / "stick")
    with node.database.read() as tx:
        assert (log.heard(tx).seq, log.acked(tx).seq) == (0, 5)
    for _ in range(3):
        assert enrolled.drain().went_well
    assert [seq for seq, _ in refusals(node)] == [1, 2, 3, 4, 5]


def test_a_stick_that_lost_a_file_says_nothing_of_what_was_refused(
    enrolled: Push, node: Node, centre: Centre, tmp_path: Path
) -> None:
    assert enrolled.drain().went_well
    refuse_the_first(centre, node)
    medium = tmp_path / "stick"
    medium.mkdir()
    export(node, medium)
    centre_in(centre, medium)
    cases.accept(centre, number(2), actor="centre:li")
    cases.decide(centre, number(2), actor="centre:li", result="granted")
    hand_out(replace(centre, settings=replace(centre.settings, answer_bytes_max=1)), medium)
    min(downs(medium), key=lambda path: envelope.peek(path.read_bytes()).seq_to).unlink()
    assert not take_in(node, medium).went_well
    with node.database.read() as tx:
        assert (log.heard(tx).seq, log.acked(tx).seq) == (0, 2)
    assert enrolled.drain().went_well
    assert refusals(node) == [(1, "material_too_large")]


def test_a_mark_stands_while_more_is_under_way_than_a_question_costs(tmp_path: Path) -> None:
    mark = tmp_path / "push.unheard"
    found = Unheard(mark)
    found.begin()
    found.sent(DOUBT_BYTES)
    assert not mark.exists()
    found.sent(1)
    assert mark.exists()
    found.heard(1)
    assert not mark.exists()
    assert not found.asks
