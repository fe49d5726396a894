"""The official number of an application: given once, held for ever on both sides, found by whoever has it on paper."""

from pathlib import Path

import pytest

from edge import heads
from edge.errors import YizhanError
from edge.node import Node
from sync.centre import lists, log, numbering
from sync.centre.centre import Centre
from sync.push import Push
from tests.programs import ask
from tests.sync_pair import file_one, number

OFFICIAL = "1152242500012345673440103001000" + "20261121" + "0017"
CHEN = "centre:chen"


@pytest.fixture
def two(enrolled: Push, node: Node) -> Push:
    file_one(node, 1)
    file_one(node, 2)
    assert enrolled.drain().went_well
    return enrolled


def refused(code: str, centre: Centre, *given: str) -> None:
    with pytest.raises(YizhanError) as caught:
        numbering.give(centre, *given, actor=CHEN)
    assert caught.value.code == code


def test_it_comes_down_to_the_room_and_both_sides_find_the_application_by_it(
    two: Push, node: Node, centre: Centre
) -> None:
    given = numbering.give(centre, number(1), f" {OFFICIAL[:20]} {OFFICIAL[20:]} ", actor=CHEN)
    assert given.state.official == OFFICIAL
    assert two.drain().went_well
    with node.database.read() as tx:
        state = heads.state_of(tx, number(1))
        found = [[one.number for one in heads.search(tx, text)] for text in (OFFICIAL, OFFICIAL[-6:], OFFICIAL[:30])]
    assert (state.official, state.history[-1].detail) == (OFFICIAL, OFFICIAL)
    assert found == [[number(1)], [number(1)], []]
    with centre.store.read() as tx:
        seen = [
            [line.number for line in lists.applications(tx, "all", "2026-11-21", text=text)]
            for text in (OFFICIAL, OFFICIAL[-6:])
        ]
    assert seen == [[number(1)], [number(1)]]


def test_it_is_given_once_and_to_one_application(two: Push, node: Node, centre: Centre) -> None:
    for _ in range(2):
        numbering.give(centre, number(1), OFFICIAL, actor=CHEN)
    refused("official_stands", centre, number(1), "GZ-2026-000018")
    refused("official_taken", centre, number(2), OFFICIAL.lower())
    for wrong in ("", "12345", "编号-000001", "1" * 65):
        refused("official_wrong", centre, number(2), wrong)
    refused("not_found", centre, number(3), OFFICIAL)
    with centre.store.read() as tx:
        kinds = [event.kind for event in log.walk(tx, node.settings.node_id, "centre")]
    assert kinds.count("application.numbered") == 1


def test_a_second_number_takes_no_effect_wherever_it_comes_from(two: Push, node: Node, centre: Centre) -> None:
    numbering.give(centre, number(1), OFFICIAL, actor=CHEN)
    with centre.store.write() as tx:
        log.append(
            tx,
            centre.clock,
            node.settings.node_id,
            kind="application.numbered",
            application=number(1),
            body={"number": "GZ-2026-000018"},
            actor=CHEN,
        )
    assert two.drain().went_well
    with node.database.read() as tx:
        state = heads.state_of(tx, number(1))
    assert (state.official, [entry.effective for entry in state.history[-2:]]) == (OFFICIAL, [True, False])


def test_the_command_says_what_belongs_together(two: Push, centre: Centre, tmp_path: Path) -> None:
    home = centre.settings.home
    said = ask("centre_number", "centre", "number", number(2), "GZ-2026-000018", "--home", home)
    assert said == {"number": number(2), "official": "GZ-2026-000018"}
