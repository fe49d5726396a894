"""统计: the figures of the room on the page, on paper and as a table; the same numbers from the same log, always."""

import csv
import io
from datetime import date

import pytest
from desk_app import Desk, add_officer, centre_says, desk_app, file_one, plain

from edge import facts, projections
from edge.node import Node
from forms.figures import Period, Rate

MONTH = "/console/figures?kind=month&day=2026-11-21"


@pytest.fixture
def desk(node: Node) -> Desk:
    add_officer(node)
    return Desk(desk_app(node))


def november(node: Node) -> Period:
    return Period.of("month", date.fromisoformat(node.clock.today()))


def decided(node: Node, number: str) -> None:
    centre_says(node, "application.accepted", number, {})
    centre_says(node, "application.decided", number, {"result": "granted"})


def test_a_room_without_applications_says_so(desk):
    page = plain(desk.text(MONTH))
    assert "2026年11月" in page
    assert "没有收件，也没有办结" in page


def test_what_was_filed_and_decided_is_counted(desk, node):
    numbers = [file_one(node).number for _ in range(3)]
    decided(node, numbers[0])
    found = facts.of_room(node, november(node))
    assert (found.received, found.closed, found.open) == (3, 1, 2)
    assert found.rates["in_time"] == Rate(1, 1)
    assert found.rates["online"] == Rate(3, 3)
    page = plain(desk.text(MONTH))
    assert "测试登记31100%" in page
    assert all(words in page for words in ("及时办结率", "期内办结且没有超过法定时限的件数", "1 / 1"))


def test_the_same_figures_come_out_of_the_log_again(node):
    decided(node, file_one(node).number)
    file_one(node)
    before = facts.of_room(node, november(node))
    with node.database.write() as tx:
        projections.rebuild(tx, node.settings)
    assert facts.of_room(node, november(node)) == before
    assert before.received == 2


def test_the_table_has_the_numbers_of_the_page_and_no_name(desk, node):
    number = file_one(node, "王秀梅").number
    decided(node, number)
    answer = desk.get("/console/figures.csv?kind=month&day=2026-11-21")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert ["数量", "收件", "1", ""] in rows
    assert ["指标", "及时办结率", "100%", "1 / 1"] in rows
    assert "王秀梅" not in answer.text
    assert number not in answer.text


def test_outside_of_the_room_small_counts_are_not_shown(desk, node):
    for _ in range(2):
        file_one(node)
    page = plain(desk.text(f"{MONTH}&outside=1"))
    assert "对外公布用" in page
    assert "收件少于5" in page
    assert "其他事项少于5" in page
    assert "测试登记" not in page


def test_a_service_with_enough_applications_is_named_outside_of_the_room(desk, node):
    for _ in range(5):
        file_one(node)
    assert "测试登记50" in plain(desk.text(f"{MONTH}&outside=1"))


def test_a_day_that_is_none_or_lies_ahead_is_today(desk):
    for day in ("2026-13-45", "2031-01-01", "", "0001-01-01"):
        assert "2026年11月" in desk.text(f"/console/figures?kind=month&day={day}")
    assert "统计 · 2026年11月21日" in plain(desk.text("/console/figures?kind=day"))
    assert "统计 · 2026年11月" in plain(desk.text("/console/figures?kind=nonsense"))


def test_who_is_concerned_counts_himself_out(desk, node):
    number = file_one(node).number
    with node.database.write() as tx:
        tx.execute("INSERT INTO head_concern SELECT 'wei', id FROM head WHERE number = ?", (number,))
    assert "没有收件，也没有办结" in plain(desk.text(MONTH))


def test_nobody_sees_them_without_an_account(node):
    add_officer(node)
    stranger = Desk(desk_app(node), account=None)
    assert stranger.get(MONTH, follow=False).status_code in (302, 303, 401)
