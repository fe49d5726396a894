"""Which codebook is used: only one that the other side named last, and none after anything could not be read."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from edge import log
from edge.node import Node
from sync import batch, envelope, frames
from sync.centre import cases, opening, receiver
from sync.centre.centre import Centre
from sync.coding import library
from sync.envelope import Purpose
from sync.keys import read
from sync.push import Push
from tests.sync_pair import NODE, CentreServer, acked, down, file_one, number


def kinds(centre: Centre, node: Node, body: bytes) -> list[int]:
    """The types of the frames in an envelope that went up."""
    keys = centre.identity.opens(node.identity.sign.public)
    opened = envelope.open_envelope(body, keys, purpose=Purpose.UP, node=NODE)
    return [kind for kind, _ in frames._split(opened.inner)]


def named(node: Node) -> tuple[bytes, ...]:
    with node.database.read() as tx:
        return log.centre_codebooks(tx)


@pytest.fixture
def without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[ModuleType], None]:
    """Takes the codebooks away from one side, which is then as old as it was before there were any."""
    nothing = SimpleNamespace(PACKAGED=library.Library(tmp_path / "nothing"))
    return lambda side: monkeypatch.setattr(side, "library", nothing)


def test_events_are_coded_once_the_centre_has_named_a_codebook(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    assert named(node) == library.PACKAGED.names()
    event = file_one(node)
    assert enrolled.drain().went_well
    assert kinds(centre, node, server.bodies[-1]) == [frames.ACK, frames.READS, frames.RUN]
    assert acked(node).digest == event.digest


def test_the_centre_codes_its_events_for_a_node_that_named_a_codebook(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    file_one(node)
    enrolled.drain()
    cases.accept(centre, number(1), actor="centre:li.na")
    answers: list[bytes] = []
    server.spoil.append(lambda answer: answers.append(answer) or answer)
    assert enrolled.round().received == 1
    with node.database.read() as tx:
        opened = envelope.open_envelope(answers[0], read(tx).opens, purpose=Purpose.DOWN, node=NODE)
    assert frames.RUN in [kind for kind, _ in frames._split(opened.inner)]
    assert [event.kind for event in down(node)] == ["application.accepted"]


def test_an_old_centre_gets_plain_events(
    push: Push, node: Node, centre: Centre, server: CentreServer, without: Callable[[ModuleType], None]
) -> None:
    without(receiver)
    push.round()
    file_one(node)
    assert push.drain().went_well
    assert named(node) == ()
    assert kinds(centre, node, server.bodies[-1]) == [frames.ACK, frames.EVENT]


def test_an_old_node_sends_and_gets_plain_events(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer, without: Callable[[ModuleType], None]
) -> None:
    without(batch)
    file_one(node)
    assert enrolled.drain().went_well
    assert kinds(centre, node, server.bodies[-1]) == [frames.ACK, frames.EVENT]
    cases.accept(centre, number(1), actor="centre:li.na")
    assert enrolled.drain().received == 1


def test_a_codebook_that_the_centre_lost_is_refused_once_and_the_next_batch_goes_plainly(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer, without: Callable[[ModuleType], None]
) -> None:
    file_one(node)
    without(opening)
    without(receiver)
    first = enrolled.round()
    assert first.problem is not None
    assert first.problem.code == "centre_refused"
    assert acked(node).seq == 0
    second = enrolled.round()
    assert (second.problem, second.sent) == (None, 1)
    assert kinds(centre, node, server.bodies[-1]) == [frames.ACK, frames.EVENT]
    assert acked(node).seq == 1


def test_an_answer_that_cannot_be_read_is_asked_for_plainly(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    file_one(node)
    enrolled.drain()
    cases.accept(centre, number(1), actor="centre:li.na")
    server.spoil.append(lambda answer: answer[:-1] + bytes([answer[-1] ^ 1]))
    assert enrolled.round().problem is not None
    assert named(node) == ()
    assert enrolled.round().received == 1
    assert kinds(centre, node, server.bodies[-1]) == [frames.ACK]
    assert named(node) == library.PACKAGED.names()
