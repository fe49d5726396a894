"""What people come for and why they come again: counted from the logs, without anybody in it."""

import csv
import io
import json
from datetime import date

import pytest
from programs import holds

from edge import cli
from forms.state import Item
from sync.centre import cases, desks, reasons, reviewers
from sync.centre.receiver import receive
from tests.centre_browser import logged_in, serving
from tests.centre_room import NODE, enrolled, number

PASSWORD, SPAN = "vier-dicke-huehner", "first=2026-11-01&last=2026-11-30"
CHEN = "centre:chen"
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
PROOF = Item("material", "residence_proof", "住所证明", "看不清，王秀梅")
PHONE = Item("field", "/phone", "联系电话", "少一位")


@pytest.fixture
def room(centre):
    """Seven closed: all with a correction of the proof, one of them twice, four with one of the telephone; two refused."""
    made = enrolled(centre)
    for serial in range(1, 9):
        made.file_one(serial)
    body = made.batch()
    made.read(receive(centre, NODE, body), body)
    for serial in range(1, 8):
        items = [PROOF, PHONE] if serial < 5 else [PROOF]
        cases.request_correction(centre, number(serial), items=items, actor=CHEN)
    cases.request_correction(centre, number(1), items=[PROOF], actor=CHEN, reason="仍看不清")
    for serial in range(1, 8):
        cases.decide(centre, number(serial), actor=CHEN, result="refused" if serial < 3 else "granted", reason="理由")
    return made


def test_of_what_was_closed_each_place_that_was_told_counts_once_for_an_application(centre, room):
    found = reasons.look(centre, FIRST, LAST)
    assert found.whole == reasons.Counts(closed=7, corrected=7, sent_back=2, again=7)
    assert found.services == (reasons.Often(7, 7, 2, 7, "juzhu-dengji", "居住登记"),)
    assert [(one.code, one.again, one.rate.percent) for one in found.places] == [("5224", 7, "100%")]
    assert (found.few, found.looked) == ((0, 0), 7)
    assert [(one.target, one.label, one.count) for one in found.reasons] == [("material", "住所证明", 7)]
    assert found.hidden == 1  # four are too few: one could tell who it was
    assert "王秀梅" not in str(found)


def test_another_span_and_another_place_hold_nothing(centre, room):
    nothing = reasons.Reasons(reasons.Counts(), (), (), (), 0, (0, 0), 0)
    assert reasons.look(centre, date(2026, 10, 1), date(2026, 10, 31)) == nothing
    assert reasons.look(centre, FIRST, LAST, "5227") == nothing
    assert reasons.look(centre, FIRST, LAST, service="hukou-qianyi") == nothing
    of_room = reasons.look(centre, FIRST, LAST, NODE[:6])
    assert [(one.code, one.title, one.closed) for one in of_room.places] == [(NODE, "大坪村警务室", 7)]
    assert reasons.look(centre, FIRST, LAST, NODE).whole.closed == 7


def test_a_page_reads_the_notices_of_the_last_ones_only_and_counts_all(centre, room):
    found = reasons.look(centre, FIRST, LAST, looked_max=3)
    assert (found.looked, found.whole.corrected, found.reasons, found.hidden) == (3, 7, (), 2)


def test_a_service_and_a_place_with_few_are_counted_and_not_named(centre, room, monkeypatch):
    monkeypatch.setattr(reasons, "LEAST", 8)
    found = reasons.look(centre, FIRST, LAST)
    assert (found.whole.closed, found.services, found.places, found.few) == (7, (), (), (1, 1))
    assert "居住登记" not in str(found) + reasons.as_csv(found).decode()


def test_what_was_both_corrected_and_sent_back_counts_once_among_those_that_come_again(centre, room):
    cases.refuse(centre, number(8), actor=CHEN, reason="理由")
    assert reasons.look(centre, FIRST, LAST).whole == reasons.Counts(closed=8, corrected=7, sent_back=3, again=8)


def test_the_command_answers_as_its_schema_says(centre, room, capsys):
    span = ["--last", "2026-11-30", "--home", str(centre.settings.home), "--json"]
    assert cli.main(["centre", "reasons", "--first", "2026-11-01", *span]) == 0
    said = holds("centre_reasons", json.loads(capsys.readouterr().out))
    assert (said["whole"]["closed"], said["least"], said["reasons"][0]["count"]) == (7, 5, 7)
    assert said["formulas"] == reasons.FORMULAS
    assert cli.main(["centre", "reasons", "--first", "2026-11-01", "--service", "hukou-qianyi", *span]) == 0
    assert json.loads(capsys.readouterr().out)["whole"]["closed"] == 0
    assert cli.main(["centre", "reasons", "--first", "November", *span]) == 1


@pytest.fixture
def url(centre, room):
    for name, post in (("du", "supervisor"), ("wang", "supervisor"), ("li", "户政")):
        reviewers.add(centre, name, name, PASSWORD, post)
    with centre.store.write() as tx:
        desks.give(tx, "wang", (desks.Duty("read", area="5203"),))
    with serving(centre) as address:
        yield address


def browser(url, name):
    return logged_in(url, name, PASSWORD)


def test_the_supervisor_sees_by_service_and_place_why_people_come_again(url):
    du = browser(url, "du")
    assert "多跑原因" in du.get("/review/supervision").words
    page = du.get(f"/review/reasons?{SPAN}")
    told = (
        "7 件要再来一次，占 100%",
        "居住登记 住所证明 申请材料 7",
        "另有 1 处不足 5 件",
        "居住登记 7 7 2 100%",
        "市州",
    )
    assert [words for words in told if words not in page.words] == []
    assert all(formula in page.words for formula in reasons.FORMULAS.values())
    assert not any(word in page.text for word in ("王秀梅", "联系电话", number(1)))
    assert "大坪村警务室" in du.get(f"/review/reasons?{SPAN}&area=522425").words
    assert "没有办结的件" in du.get(f"/review/reasons?{SPAN}&service=hukou-qianyi").words
    assert "没有办结的件" in du.get("/review/reasons?first=2026-10-01&last=2026-10-02").words


def test_the_table_for_download_holds_what_the_page_shows(url):
    rows = list(csv.reader(io.StringIO(browser(url, "du").get(f"/review/reasons/table?{SPAN}").text.lstrip("\ufeff"))))
    assert rows[1] == ["合计", "", "合计", "7", "7", "2", "7", "100%"]
    assert ["事项", "juzhu-dengji", "居住登记", "7", "7", "2", "7", "100%"] in rows
    assert rows[-1] == ["juzhu-dengji", "居住登记", "住所证明", "申请材料", "7"]


def test_days_that_are_none_are_said_on_the_page(url):
    du = browser(url, "du")
    for wrong in ("first=2026-11-02&last=2026-11-01", "first=November&last=2026-11-01", "first=2026-11-01"):
        assert "起日不晚于止日" in du.get(f"/review/reasons?{wrong}").words
        assert du.get(f"/review/reasons/table?{wrong}").status == 400


def test_nobody_but_a_supervisor_sees_it_and_he_no_other_place(url):
    for path in ("reasons", "reasons/table"):
        assert browser(url, "li").get(f"/review/{path}?{SPAN}").status == 403
        assert browser(url, "wang").get(f"/review/{path}?{SPAN}").status == 200
        for area in ("", "5224", "52x", "52031"):
            assert browser(url, "wang").get(f"/review/{path}?{SPAN}&area={area}").status == 404
