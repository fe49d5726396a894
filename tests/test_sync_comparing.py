"""晾晒: the rooms of a county for one month, by the formulas of the room itself; small figures are not told."""

import json
from datetime import date

import pytest
from conftest import FixedClock
from desk_app import Desk, add_officer, centre_says, desk_app, file_one, plain

from edge import comparison, comparison_words, facts, log, projections, ratings
from edge.errors import YizhanError
from forms.figures import SMALL, Figures, Period, Rate
from sync.centre import cases, comparing, definitions, enrolment
from sync.centre import log as centre_log
from sync.centre.rounds import Rounds
from sync.suites import MODERN_1
from tests.programs import ask
from tests.sync_pair import NODE

MONTH, BOSS, OTHER = "2026-11", "centre:du", "5224250018"
NOVEMBER = Period.of("month", date(2026, 11, 1))


def worked(enrolled, node, centre, filed: int = 7, closed: int = 6) -> list[str]:
    """A month of a room: so many filed, so many of them decided, some rated; the centre holds all of it."""
    with centre.store.write() as tx:
        definitions.register(tx, node.newest("ceshi-dengji"), centre.clock.now())
    numbers = [file_one(node).number for _ in range(filed)]
    assert enrolled.drain().went_well
    for number in numbers[:closed]:
        cases.accept(centre, number, actor=BOSS)
        cases.decide(centre, number, actor=BOSS, result="granted")
    assert enrolled.drain().went_well
    for place, number in enumerate(numbers[:5]):
        ratings.give(
            node, number, "1" if place == 0 else "5", how="kiosk", actor="kiosk", token=f"rating-token-{place:04}"
        )
    assert enrolled.drain().went_well
    return numbers


def own(node) -> Figures:
    return facts.of_room(node, NOVEMBER)


def lines(told) -> dict[str, dict]:
    return {one["node"]: one for one in told.rooms}


def test_the_centre_counts_a_room_as_the_room_counts_itself_and_sums_equal_the_details(enrolled, node, centre):
    worked(enrolled, node, centre)
    enrolment.enrol(centre, OTHER, "岩脚警务室", "http://127.0.0.1:9")
    ((there, _, counted), (other, _, nothing)) = comparing.details(centre, NODE[:6], NOVEMBER)
    mine = own(node)
    assert (there, other) == (NODE, OTHER)
    assert (counted.received, counted.closed, counted.open) == (mine.received, mine.closed, mine.open) == (7, 6, 1)
    assert counted.rates == mine.rates
    assert counted.grades == mine.grades == {1: 1, 5: 4}
    assert counted.services == mine.services
    assert sum(received for received, _, _ in counted.services.values()) == counted.received
    assert sum(closed for _, closed, _ in counted.services.values()) == counted.closed
    assert sum(counted.channels.values()) == counted.received
    assert (nothing.received, nothing.rates["in_time"]) == (0, Rate())


def test_what_was_told_is_signed_comes_down_and_stands_beside_our_own_line(enrolled, node, centre):
    worked(enrolled, node, centre)
    enrolment.enrol(centre, OTHER, "岩脚警务室", "http://127.0.0.1:9")
    add_officer(node)
    desk = Desk(desk_app(node))
    page = "/console/figures?kind=month&day=2026-11-21"
    assert "还没有下发这个月" in plain(desk.text(page))
    (told,) = comparing.compare(centre, MONTH)
    assert told.fresh == 2
    assert lines(told)[NODE] | {"name": ""} == {
        "node": NODE,
        "name": "",
        "received": 7,
        "closed": 6,
        "in_time": {"part": 6, "whole": 6},
        "online": {"part": 7, "whole": 7},
        "satisfied": {"part": 4, "whole": 5},
    }
    assert enrolled.drain().went_well
    with node.database.read() as tx:
        got = comparison.of_month(tx, MONTH)
        (event,) = log.published(tx, comparison_words.KIND)
    assert comparison_words.is_genuine(event.data)
    assert got.rooms == told.rooms
    text = plain(desk.text(page))
    assert "石门乡警务室（本室）76100%100%80%" in text
    assert "岩脚警务室00少于5少于5少于5" in text
    assert "本室数字和这里不一样" not in text
    file_one(node)
    assert "本室数字和这里不一样" in plain(desk.text(page))
    assert "岩脚警务室" not in desk.text(f"{page}&outside=1")
    assert "岩脚警务室" not in desk.text("/console/figures?kind=quarter&day=2026-11-21")
    assert "最近收到的是 2026年11月" in plain(desk.text("/console/figures?kind=month&day=2026-10-21"))


def test_again_tells_nothing_new_and_other_figures_do(enrolled, node, centre):
    worked(enrolled, node, centre)
    assert [one.fresh for one in comparing.compare(centre, MONTH)] == [1]
    centre.clock.advance(minutes=5)
    assert [one.fresh for one in comparing.compare(centre, MONTH)] == [0]
    file_one(node)
    assert enrolled.drain().went_well
    (told,) = comparing.compare(centre, MONTH)
    assert (told.fresh, lines(told)[NODE]["received"]) == (1, 8)
    with centre.store.read() as tx:
        assert len(centre_log.of_room(tx, NODE, {comparison_words.KIND})) == 2
    assert enrolled.drain().went_well
    with node.database.read() as tx:
        assert comparison.of_month(tx, MONTH).rooms[0]["received"] == 8
        before = projections.dump(tx)["comparison"]
    with node.database.write() as tx:
        projections.rebuild(tx)
        assert projections.dump(tx)["comparison"] == before


def test_figures_of_a_few_are_not_told():
    rates = {"in_time": Rate(3, 4), "online": Rate(0, 0), "satisfied": Rate(5, 5)}
    few = Figures(received=SMALL - 1, closed=SMALL, rates=rates)
    (line,) = comparison_words.lines([(NODE, "大坪村", few)])
    assert line == {"node": NODE, "name": "大坪村", "closed": 5, "satisfied": {"part": 5, "whole": 5}}


def test_what_the_centre_did_not_sign_is_not_believed(enrolled, node, centre):
    worked(enrolled, node, centre, filed=1, closed=0)
    comparing.compare(centre, MONTH)
    with centre.store.read() as tx:
        ((_, event),) = centre_log.of_room(tx, NODE, {comparison_words.KIND})
    body = event.data
    assert not comparison_words.is_genuine(body | {"month": "2026-10"})
    assert not comparison_words.is_genuine(body | {"signature": "00" * 64})
    assert not comparison_words.is_genuine({})
    strange = comparison_words.sign(
        {name: body[name] for name in ("month", "county", "at", "rooms")}, MODERN_1.sign_keys()
    )
    assert comparison_words.is_genuine(strange)
    centre_says(node, comparison_words.KIND, "", strange)
    with node.database.read() as tx:
        assert comparison.of_month(tx, MONTH) is None


@pytest.mark.parametrize("month", ["2026-13", "gestern", "2027-01", ""])
def test_a_month_that_is_none_or_has_not_begun_is_refused(centre, month):
    with pytest.raises(YizhanError) as error:
        comparing.compare(centre, month)
    assert error.value.code == "bad_request"


def test_the_command_answers_as_its_schema_says(enrolled, node, centre):
    worked(enrolled, node, centre, filed=5, closed=0)
    answer = ask("centre_compare", "centre", "compare", "--month", MONTH, "--home", centre.settings.home)
    ((county),) = answer["counties"]
    assert (county["county"], county["rooms"][0]["received"]) == ("522425", 5)
    assert "closed" in county["rooms"][0]
    assert json.dumps(answer)


def test_a_serving_centre_tells_last_month_in_the_first_days_of_this_one(enrolled, node, centre, clock: FixedClock):
    worked(enrolled, node, centre, filed=5, closed=0)
    Rounds(centre).make()
    assert comparing.daily(centre) == []
    clock.advance(days=12)
    rounds = Rounds(centre)
    rounds.make()
    rounds.make()
    with centre.store.read() as tx:
        ((_, event),) = centre_log.of_room(tx, NODE, {comparison_words.KIND})
    assert event.data["month"] == MONTH
