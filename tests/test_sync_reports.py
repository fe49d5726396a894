"""周报、月报、季报、年报: made by themselves once, the same to the byte when made again, signed, for whose place it is."""

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from edge.errors import YizhanError
from forms.figures import FORMULAS, Period
from sync.centre import cases, desks, reports, reviewers, tables
from sync.centre.desks import Duty
from sync.centre.receiver import receive
from sync.centre.rounds import Rounds
from tests.centre_browser import logged_in, serving
from tests.centre_room import enrolled, number
from tests.programs import ask

PASSWORD = "vier-dicke-huehner"
NOVEMBER = Period.of("month", date(2026, 11, 1))
ROOMS = ("5224250017", "5203010001")


@pytest.fixture
def province(centre):
    """Two rooms of two cities on the 21st of November, one application granted in each."""
    for node in ROOMS:
        room = enrolled(centre, node, f"警务室{node[-4:]}")
        for serial in (1, 2):
            room.file_one(serial)
        body = room.batch(first=1)
        room.read(receive(centre, node, body), body)
        cases.accept(centre, number(1, node), actor="centre:chen")
        cases.decide(centre, number(1, node), actor="centre:chen", result="granted")
    return centre


def kept(centre):
    with centre.store.read() as tx:
        table = tables.report
        rows = tx.execute(select(table.c.kind, table.c.first, table.c.area, table.c.edition)).all()
    return {tuple(row) for row in rows}


def content(centre, area=""):
    with centre.store.read() as tx:
        return reports.content(tx, centre, NOVEMBER, area)


def test_a_month_is_reported_by_itself_when_it_has_settled_and_once(province):
    areas = {"", "5224", "522425", "5203", "520301"}
    province.clock.advance(days=12)  # the 3rd of December: the week before is settled, the month is not
    Rounds(province).make()
    assert ("month", "2026-11-01", "", 1) not in kept(province)
    province.clock.advance(days=1)
    Rounds(province).make()
    assert {(area, edition) for kind, _, area, edition in kept(province) if kind == "month"} == {(a, 1) for a in areas}
    before = kept(province)
    assert reports.daily(province) == 0
    Rounds(province).make()
    assert kept(province) == before


def test_made_twice_it_is_the_same_to_the_byte_whenever_that_is(province):
    province.clock.advance(days=13)
    first = reports.make(province, NOVEMBER, "", actor="cli")
    for days in (0, 1, 40):
        province.clock.advance(days=days)
        assert content(province) == first.body
        assert reports.make(province, NOVEMBER, "", actor="another") == first
    assert reports.as_csv(first.said) == reports.as_csv(first.said)
    assert first.is_genuine


def test_what_came_late_gives_another_edition_beside_the_first(province):
    province.clock.advance(days=13)
    first = reports.make(province, NOVEMBER, "", actor="cli")
    with province.store.write() as tx:
        tx.execute(tables.tally.update().where(tables.tally.c.node_id == ROOMS[0]).values(received=7))
    second = reports.make(province, NOVEMBER, "", actor="cli")
    assert (first.edition, second.edition) == (1, 2)
    with province.store.read() as tx:
        assert reports.get(tx, "month", "2026-11-01", "", 1) == first
        assert reports.get(tx, "month", "2026-11-01", "") == second


def test_its_rows_make_its_sums_and_it_names_nobody(province):
    province.clock.advance(days=13)
    said = reports.make(province, NOVEMBER, "", actor="cli").said
    assert [one["area"] for one in said["rows"]] == ["5203", "5224"]
    for name in ("received", "closed"):
        assert sum(one[name] for one in said["rows"]) == said["whole"][name]
    for code in FORMULAS:
        for part in ("part", "whole"):
            assert sum(one["rates"][code][part] for one in said["rows"]) == said["whole"]["rates"][code][part]
    assert "王秀梅" not in str(said)
    *rows, whole = csv.DictReader(io.StringIO(reports.as_csv(said).decode("utf-8-sig")))
    assert sum(int(row["收件"]) for row in rows) == int(whole["收件"]) == 4


def test_a_report_that_was_changed_is_not_genuine(province):
    province.clock.advance(days=13)
    made = reports.make(province, NOVEMBER, "", actor="cli")
    forged = made.body.replace(b'"received":4', b'"received":9')
    assert forged != made.body
    assert not replace(made, body=forged).is_genuine


def test_a_period_that_is_not_over_has_no_report(province):
    with pytest.raises(YizhanError) as error:
        reports.make(province, NOVEMBER, "", actor="cli")
    assert (error.value.code, kept(province)) == ("bad_request", set())


def test_a_report_that_could_not_be_kept_is_made_by_the_next_round(province, monkeypatch):
    province.clock.advance(days=13)
    with monkeypatch.context() as patch:
        patch.setattr(reports, "insert", lambda *_: (_ for _ in ()).throw(OSError))
        Rounds(province).make()
    assert kept(province) == set()
    Rounds(province).make()
    assert ("month", "2026-11-01", "", 1) in kept(province)


def test_the_pages_show_it_to_those_whose_place_it_is(province):
    province.clock.advance(days=13)
    reports.daily(province)
    for name, duties in (("li", ()), ("wang", (Duty("read", area="5224"),))):
        reviewers.add(province, name, name, PASSWORD, "分析")
        with province.store.write() as tx:
            desks.give(tx, name, duties)
    with serving(province) as address:
        all_, city = logged_in(address, "li", PASSWORD), logged_in(address, "wang", PASSWORD)
        assert "月报" in all_.get("/review/reports").words
        assert "大屏" in all_.page.words  # the same menu as on every page of the figures
        page = all_.get("/review/reports/month/2026-11-01")
        assert all(words in page.words for words in ("本期收件 4 件", "签名核对无误", "SHA-256"))
        assert all_.get("/review/reports/month/2026-11-01/table").text.count("\n") == 4
        assert "本期收件 2 件" in city.get("/review/reports/month/2026-11-01").words
        for path in ("?area=", "/month/2026-11-01?area=5203", "/month/2026-11-01/table?area=520301"):
            assert city.get(f"/review/reports{path}").status == 404
        assert all_.get("/review/reports/month/2025-01-01").status == 404
    asked = ("--day", "2020-05-05", "--home", province.settings.home)
    first, again = (ask("centre_report", "centre", "report", *asked) for _ in range(2))
    assert first == again
    assert (first["genuine"], first["edition"]) == (True, 1)
