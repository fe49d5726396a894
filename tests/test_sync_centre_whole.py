"""A composed service (一件事) at the centre: decided in its parts, and the same at both ends."""

import pytest

from edge import applications
from edge.errors import YizhanError
from sync.centre import cases, lists, outside, projection

SERVICE = "gongmin-shenhou"
CHEN = "centre:chen"


@pytest.fixture
def filed(node, enrolled):
    """A whole that the centre holds: (its number, the numbers of its parts by code)."""
    given = node.newest(SERVICE).samples["valid"][0]["answers"]
    made = applications.file(node, SERVICE, given, token="token-0001", channel="import", actor="import")
    assert enrolled.round().went_well
    with node.database.read() as tx:
        return made.number, dict(applications.get(tx, made.number).state.parts)


def here(node, number):
    with node.database.read() as tx:
        return applications.get(tx, number)


def test_the_whole_can_not_be_decided_and_says_where_to(centre, filed):
    number, _ = filed
    for do, more in ((cases.accept, {}), (cases.refuse, {"reason": "不办"}), (cases.decide, {"result": "granted"})):
        with pytest.raises(YizhanError) as caught:
            do(centre, number, actor=CHEN, **more)
        assert caught.value.code == "whole_by_parts"
    assert cases.possible_acts(cases.get(centre, number), CHEN) == set()


def test_a_stranger_to_the_number_finds_nothing(centre, filed):
    number, _ = filed
    with pytest.raises(YizhanError) as caught:
        cases.get(centre, str(int(number) + 1))
    assert caught.value.code == "not_found"


def test_both_ends_say_the_same_about_the_whole_and_its_parts(centre, node, enrolled, filed):
    number, parts = filed
    cases.decide(centre, parts["household"], actor=CHEN, result="granted")
    cases.decide(centre, parts["pension"], actor=CHEN, result="transferred", reason="已转送人力资源社会保障部门")
    assert outside.as_json(centre, cases.get(centre, number))["summary"] == "4 项中 2 项已办结"
    assert enrolled.round().went_well
    assert here(node, number).head.phase_title == "4 项中 2 项已办结"
    for code in ("license", "funeral"):
        cases.decide(centre, parts[code], actor=CHEN, result="transferred", reason="已转送")
    assert enrolled.round().went_well
    there = cases.get(centre, number)
    assert (there.state.phase, there.state.result) == ("closed", "mixed")
    assert here(node, number).head.phase_title == "办结（各项分别办结）"
    assert outside.as_json(centre, there)["parts"] == here(node, number).family.as_json()


def test_the_work_list_shows_the_parts_and_not_the_whole(centre, filed):
    number, parts = filed
    with centre.store.read() as tx:
        work = {line.number for line in lists.applications(tx, "todo", "2026-11-21")}
        every = {line.number: line.phase for line in lists.applications(tx, "all", "2026-11-21")}
    assert work == set(parts.values())
    assert every[number] == projection.IN_PARTS


def test_a_part_names_its_whole_and_one_that_waits_says_for_what(centre, filed):
    number, parts = filed
    funeral = outside.as_json(centre, cases.get(centre, parts["funeral"]))
    assert funeral["whole"] == number
    assert funeral["deadlines"] == []
    whole = outside.as_json(centre, cases.get(centre, number))
    assert {one["code"]: one["state_title"] for one in whole["parts"]}["funeral"] == "等“社会保险待遇终止”办结后再办"
    cases.decide(centre, parts["pension"], actor=CHEN, result="transferred", reason="已转送")
    assert outside.as_json(centre, cases.get(centre, parts["funeral"]))["deadlines"] != []


def test_rows_made_anew_are_the_same(centre, filed):
    number, parts = filed
    cases.decide(centre, parts["license"], actor=CHEN, result="granted")
    with centre.store.write() as tx:
        before = {line.number: line for line in lists.applications(tx, "all", "2026-11-21")}
        projection.rebuild(tx, centre, number[:10])
        assert {line.number: line for line in lists.applications(tx, "all", "2026-11-21")} == before
