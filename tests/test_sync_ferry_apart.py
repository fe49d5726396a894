"""Answers of a shorter term on a stick: sealed while they are carried, gone after their term whatever stick comes back."""

import json
import shutil
import zipfile

import pytest

from edge import applications, erasing_fields, leaving, log, verify
from edge.cli import main
from edge.commands.desk import as_json
from forms import apart
from forms.kinds_apart import EXPIRED, KIND, PURGED
from sync.centre import cases, reviewers, verification
from sync.centre import erasing_fields as at_centre
from sync.centre import log as centre_log
from sync.centre.ferry import hand_out
from sync.centre.ferry import take_in as centre_in
from sync.ferry import export, take_in
from tests.ferry_pair import carry, logs_agree
from tests.sync_pair import NODE, give_enrolment
from tests.test_edge_erasing_fields import encodings
from tests.test_sync_centre_erasing import rows_that_say
from tests.test_sync_set_apart import DAY_MINUTES, DAYS, OLD, PLACE, bodies, file, legible, phone_of, timed  # noqa: F401  a fixture

CHEN = "centre:chen"


@pytest.fixture
def medium(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def fresh(timed, node, centre, medium):  # noqa: F811  the fixture
    """(room, centre, stick) that know one another by a stick alone."""
    give_enrolment(node, centre, "https://127.0.0.1:1")
    carry(node, centre, medium)
    return node, centre, medium


@pytest.fixture
def carried(fresh, tmp_path):
    """(number, a copy of the stick that brought it): an application that came by stick alone, granted and heard of."""
    node, centre, medium = fresh
    number = file(node)
    assert export(node, medium).events == 2
    old = tmp_path / "old"
    shutil.copytree(medium, old)
    assert centre_in(centre, medium).lines[0].events == 2
    cases.decide(centre, number, actor=CHEN, result="granted")
    hand_out(centre, medium)
    take_in(node, medium)
    return number, old


def there(folder):
    """How often the value stands on a medium in six encodings."""
    data = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert data
    return sum(one.count(form) for one in data for form in set(encodings(OLD)))


def later(node, centre, medium, clock, days):
    clock.advance(minutes=days * DAY_MINUTES)
    carry(node, centre, medium)


def test_the_value_crosses_by_stick_sealed_and_stands_apart_at_both_ends(carried, node, centre):
    number, old = carried
    assert there(old) == 0
    assert legible(node, OLD) > 0  # the control: the same text is found where it is legible
    assert phone_of(node, number) == OLD
    assert cases.get(centre, number).state.answers["applicant"]["phone"] == OLD
    assert [one["values"] for one in bodies(node)] == [{PLACE: OLD}]
    logs_agree(node, centre)


def test_after_the_term_both_ends_erase_and_tell_one_another_by_stick(carried, node, centre, medium, clock):
    number, _ = carried
    later(node, centre, medium, clock, DAYS)
    assert erasing_fields.due(node) == []
    later(node, centre, medium, clock, 1)
    assert erasing_fields.erase(node, erasing_fields.due(node)).fields == 1
    assert at_centre.daily(centre).fields == 1
    for _ in range(2):
        carry(node, centre, medium)
    with node.database.read() as tx:
        assert [event.data["applications"] for event in log.all_of(tx, "centre") if event.kind == PURGED] == [[number]]
        assert apart.shown(applications.get(tx, number).state)["applicant"]["phone"] == apart.GONE
    with centre.store.read() as tx:
        assert EXPIRED in [event.kind for event in centre_log.walk(tx, NODE, "node")]
    assert (legible(node, OLD), rows_that_say(centre, OLD), there(medium)) == (0, set(), 0)
    assert verify.verify(node.database).whole
    assert verification.verify(centre)["whole"]


def test_the_old_stick_put_in_again_after_the_term_brings_nothing_back_however_often(
    carried, node, centre, medium, clock
):
    number, old = carried
    later(node, centre, medium, clock, DAYS + 1)
    erasing_fields.erase(node, erasing_fields.due(node))
    at_centre.daily(centre)
    with centre.store.read() as tx:
        before = centre_log.head(tx, NODE, "node")
    for _ in range(2):
        taken = centre_in(centre, old)
        assert sum(line.events for line in taken.lines) == 0
    with centre.store.read() as tx:
        assert centre_log.head(tx, NODE, "node") == before
    assert rows_that_say(centre, OLD) == set()
    assert cases.get(centre, number).state.answers["applicant"].get("phone") is None
    assert verification.verify(centre)["whole"]
    take_in(node, old)
    assert (legible(node, OLD), phone_of(node, number)) == (0, "")


def test_a_stick_that_is_late_for_the_whole_term_is_taken_and_nothing_goes_before_the_end_is_told(fresh, clock):
    """It lay in a drawer: nothing goes at the room before the centre has it, and the centre counts from 办结."""
    node, centre, medium = fresh
    number = file(node)
    export(node, medium)
    clock.advance(minutes=(DAYS + 30) * DAY_MINUTES)
    assert erasing_fields.due(node) == []
    assert centre_in(centre, medium).lines[0].events == 2
    assert at_centre.daily(centre).fields == 0
    assert cases.get(centre, number).state.answers["applicant"]["phone"] == OLD


def test_a_value_put_on_a_stick_by_somebody_else_is_refused(carried, node, centre, medium):
    """A stranger's stick: an envelope that is changed in one place brings no value of his."""
    _, old = carried
    for path in old.rglob("*.YZU"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    taken = centre_in(centre, old)
    assert taken.notes
    with centre.store.read() as tx:
        assert [event.kind for event in centre_log.walk(tx, NODE, "node")].count(KIND) == 1


def test_an_export_names_what_it_holds_too_long_and_one_made_after_the_term_holds_it_no_more(
    carried, fresh, clock, tmp_path
):
    number, (node, centre, medium) = carried[0], fresh
    before = leaving.export(node, tmp_path / "before", as_json)
    assert before["timed"] == 1
    (line,) = json.loads((tmp_path / "before" / "terms.json").read_text())
    assert (line["application"], line["place"], line["days"]) == (number, PLACE, DAYS)
    assert [leaving.check(tmp_path / "before", day)["over"] for day in ("", line["until"], "2099-01-01")] == [0, 0, 1]
    later(node, centre, medium, clock, DAYS + 1)
    assert clock.today() > line["until"]
    erasing_fields.erase(node, erasing_fields.due(node))
    after = leaving.export(node, tmp_path / "after", as_json)
    assert (after["timed"], there(tmp_path / "after"), min(there(tmp_path / "before"), 1)) == (0, 0, 1)
    assert leaving.check(tmp_path / "after", "2099-01-01") | {"head": ""} == {
        "files": len(after["files"]),
        "head": "",
        "faults": [],
        "whole": True,
        "over": 0,
    }


@pytest.mark.parametrize("spoilt", ["[", "{}", '[{"until": 1}]', "[{}]", "[1]"])
def test_a_list_of_terms_that_somebody_spoilt_says_nothing_and_is_named_as_changed(node, tmp_path, spoilt):
    leaving.export(node, tmp_path / "out", as_json)
    (tmp_path / "out" / "terms.json").write_text(spoilt)
    found = leaving.check(tmp_path / "out", "2099-01-01")
    assert any("terms.json" in fault for fault in found["faults"])
    assert found["over"] in (0, 1)


def test_an_archive_says_until_when_it_may_be_kept_and_one_packed_after_the_term_holds_nothing(
    carried, fresh, clock, tmp_path, capsys
):
    number, (node, centre, medium) = carried[0], fresh
    reviewers.add(centre, "li", "李复审", "kuaima-jiabian-29", "")
    more = ("--as", "centre:li", "--why", "移交档案馆", "--home", str(centre.settings.home))
    assert main(["centre", "archive", number, "--out", str(tmp_path / "a.zip"), *more]) == 0
    assert "只保存到" in capsys.readouterr().out
    later(node, centre, medium, clock, DAYS + 1)
    at_centre.daily(centre)
    assert main(["centre", "archive", number, "--out", str(tmp_path / "b.zip"), *more]) == 0
    assert "只保存到" not in capsys.readouterr().out
    texts = ["".join(text_of(tmp_path / name)) for name in ("a.zip", "b.zip")]
    assert [OLD in text for text in texts] == [True, False]
    assert main(["verify-archive", str(tmp_path / "b.zip")]) == 0


def text_of(path):
    with zipfile.ZipFile(path) as package:
        return [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
