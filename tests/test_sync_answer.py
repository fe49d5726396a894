"""Nothing is marked as received unless the centre's signed word says so, about this very envelope."""

import pytest

from edge import log
from edge.node import Node
from forms.events import Event, Head
from sync import status
from sync.centre import cases
from sync.centre.centre import Centre
from sync.envelope import Purpose
from sync.push import Push
from sync.suites import MODERN_1
from tests.sync_pair import (
    CentreServer,
    Reply,
    Spoil,
    acked,
    assert_nothing_received,
    centre_says,
    down,
    early,
    file_one,
    foreign_event,
    number,
    received,
    state,
)

SPOILED: dict[str, tuple[Spoil, str]] = {
    "status 500": (lambda _: Reply(b"oh", 500), "centre_fault"),
    "status 503": (lambda _: Reply(b"", 503), "centre_fault"),
    "garbage": (lambda _: b"<html>please log in</html>", "answer_untrusted"),
    "a flipped bit": (lambda a: a[:200] + bytes([a[200] ^ 1]) + a[201:], "answer_untrusted"),
    "a byte missing": (lambda a: a[:-1], "answer_untrusted"),
    "cut mid-answer": (lambda a: Reply(a, cut=len(a) // 2), "centre_unreachable"),
    "cut at once": (lambda a: Reply(a, cut=0), "centre_unreachable"),
    "empty": (lambda _: b"", "centre_unreachable"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_answer_marks_nothing_as_received(
    name: str, enrolled: Push, node: Node, server: CentreServer
) -> None:
    spoil, code = SPOILED[name]
    file_one(node)
    server.spoil.append(spoil)
    assert_nothing_received(node, enrolled.round(), code)
    assert enrolled.drain().went_well
    assert received(node)


def forged(name: str, centre: Centre, node: Node, request: bytes) -> bytes:
    other = MODERN_1.sign_keys()
    elsewhere = MODERN_1.box_keys().public
    beyond = Head(1, 9, bytes(32))
    changed = Head(1, 1, bytes(32))
    return {
        "another signer": lambda: centre_says(centre, node, request, sign=other),
        "sealed to another": lambda: centre_says(centre, node, request, box=elsewhere),
        "another batch": lambda: centre_says(centre, node, request, of=bytes(32)),
        "no batch": lambda: centre_says(centre, node, request, of=b""),
        "beyond our head": lambda: centre_says(centre, node, request, head=beyond),
        "another digest": lambda: centre_says(centre, node, request, head=changed),
        "another node": lambda: centre_says(centre, node, request, node="5224250018"),
        "no time": lambda: centre_says(centre, node, request, at="yesterday"),
        "our own request": lambda: request,
        "an enrolment": lambda: centre_says(centre, node, request, purpose=Purpose.ENROLLED),
        "a foreign history": lambda: centre_says(centre, node, request, events=(foreign_event(bytes(32)),)),
    }[name]()


FORGED = {
    "another signer": "answer_untrusted", "sealed to another": "answer_untrusted", "another batch": "answer_untrusted",
    "no batch": "answer_untrusted", "beyond our head": "ack_mismatch", "another digest": "ack_mismatch",
    "another node": "answer_untrusted", "no time": "answer_untrusted", "our own request": "answer_untrusted",
    "an enrolment": "answer_untrusted", "a foreign history": "answer_untrusted",
}  # fmt: skip  # a table


@pytest.mark.parametrize("name", FORGED)
def test_an_answer_that_is_not_proven_is_not_believed(
    name: str, enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    file_one(node)
    server.before.append(early(lambda request: forged(name, centre, node, request)))
    assert_nothing_received(node, enrolled.round(), FORGED[name])
    assert down(node) == []


def test_yesterdays_answer_is_not_taken_for_todays(enrolled: Push, node: Node, server: CentreServer) -> None:
    kept: list[bytes] = []
    file_one(node)
    server.spoil.append(lambda answer: kept.append(answer) or Reply(b"", 500))
    enrolled.round()
    server.before.append(early(lambda _: kept[0]))
    assert_nothing_received(node, enrolled.round(), "answer_untrusted")


def test_an_answer_lost_on_the_way_is_made_up_for_by_the_next(enrolled: Push, node: Node, server: CentreServer) -> None:
    """The centre has it, the node doesn't know: sent again, stored once."""
    file_one(node)
    server.spoil.append(lambda answer: Reply(answer, cut=10))
    assert not enrolled.round().went_well
    assert enrolled.drain().acked == acked(node)
    assert received(node)


def test_a_crash_while_the_answer_is_stored_leaves_all_as_it_was(
    enrolled: Push, node: Node, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_one(node)
    enrolled.drain()
    cases.accept(centre, number(1), actor="centre:li.na")
    file_one(node, 2)
    with monkeypatch.context() as patch:
        patch.setattr(status, "succeeded", lambda *_: (_ for _ in ()).throw(MemoryError))
        with pytest.raises(MemoryError):
            enrolled.round()
    assert (down(node), acked(node).seq, received(node, 2)) == ([], 1, False)
    enrolled.drain()
    assert (len(down(node)), acked(node).seq, received(node, 2)) == (1, 2, True)


def test_a_centre_that_has_lost_events_gets_them_again(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    file_one(node)
    file_one(node, 2)
    enrolled.drain()
    first = Head.of(log_event(node, 1))
    server.before.append(early(lambda request: centre_says(centre, node, request, head=first)))
    enrolled.round()
    assert (received(node, 1), received(node, 2)) == (True, False)
    enrolled.drain()
    assert received(node, 2)


def log_event(node: Node, seq: int) -> Event:
    with node.database.read() as tx:
        event = log.find(tx, "node", 1, seq)
    assert event is not None
    return event


def test_a_wrong_code_is_said_in_the_console(node: Node, push: Push) -> None:
    with node.database.write() as tx:
        tx.execute("UPDATE centre SET code = 'WRONG'")
    report = push.round()
    assert report.problem is not None
    assert report.problem.code == "centre_refused"
    assert state(node).state == "problem"


def test_an_enrolment_whose_answer_got_lost_is_repeated(node: Node, push: Push, server: CentreServer) -> None:
    server.spoil.append(lambda answer: Reply(answer, cut=5))
    assert not push.round().went_well
    assert push.round().went_well


def test_an_enrolment_answered_by_another_is_not_believed(
    node: Node, push: Push, centre: Centre, server: CentreServer
) -> None:
    thief = MODERN_1.sign_keys()
    server.before.append(
        early(lambda request: centre_says(centre, node, request, sign=thief, purpose=Purpose.ENROLLED))
    )
    report = push.round()
    assert report.problem is not None
    assert report.problem.code == "answer_untrusted"
    with node.database.read() as tx:
        assert tx.execute("SELECT enrolled_at FROM centre").fetchone()[0] == ""
