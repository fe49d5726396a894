"""Answers that go before their application: nothing of them is left here, the rest stands, and no copy brings them back."""

import base64
from urllib.parse import quote

import pytest

from edge import (
    answers_csv,
    applications,
    backup,
    erasing_fields,
    heads,
    housekeeping,
    log,
    projections,
    residues,
    rolling,
    verify,
)
from edge.node import open_node
from forms import apart
from forms.kinds_apart import EXPIRED, KIND, PURGED
from sync.centre import cases, outside
from sync.centre import erasing_fields as at_centre
from tests.programs import ask

ACCOUNT, SERVICE, PLACE, DAYS = "6217009988776655443", "gongmin-shenhou", "/heir/account", 90
DAY_MINUTES = 24 * 60
CHEN = "centre:chen"


def encodings(mark):
    """The mark as six programs would write it."""
    raw = mark.encode()
    return (
        raw,
        mark.encode("gbk"),
        mark.encode("utf-16-le"),
        base64.b64encode(raw),
        raw.hex().encode(),
        quote(mark).encode(),
    )


def legible(node, mark=ACCOUNT):
    pages = list(residues.pages_of(node.database.path, node.database.key))
    return sum(page.count(one) for page in pages for one in set(encodings(mark)))


def file(node, token="token-1001", account=ACCOUNT):
    answers = node.newest(SERVICE).samples["valid"][0]["answers"]
    answers["heir"]["account"] = account
    return applications.file(node, SERVICE, answers, token=token, channel="import", actor="import").number


def here(node, number):
    with node.database.read() as tx:
        return applications.get(tx, number)


def told(node, kind, side="node"):
    with node.database.read() as tx:
        return [event for event in log.all_of(tx, side) if event.kind == kind]


@pytest.fixture
def closed(node, enrolled, centre):
    """(the whole, its part that pays the money), both closed here and at the centre."""
    number = file(node)
    assert enrolled.drain().went_well
    parts = dict(here(node, number).state.parts)
    for part in parts.values():
        cases.decide(centre, part, actor=CHEN, result="granted")
    for _ in range(3):
        assert enrolled.drain().went_well
    assert here(node, number).state.phase == "closed"
    return number, parts["funeral"]


def later(clock, enrolled, days):
    """So many days on, by the centre's word."""
    clock.advance(minutes=days * DAY_MINUTES)
    assert enrolled.drain().went_well


def test_the_value_stands_apart_from_the_filing_and_is_shown_with_it(node):
    number = file(node)
    with node.database.read() as tx:
        family = [event for _, event in log.of_application(tx, number)]
    filing, beside = family
    assert (filing.kind, beside.kind) == ("application.filed", KIND)
    assert ACCOUNT not in filing.body.decode()
    assert beside.data["values"] == {PLACE: ACCOUNT}
    assert (beside.data["days"], beside.data["key"]) == (DAYS, filing.data["apart"][0]["key"])
    assert here(node, number).state.answers["heir"]["account"] == ACCOUNT
    assert [entry.kind for entry in here(node, number).state.history] == ["application.filed"]


def test_after_its_term_nothing_of_it_is_left_in_six_encodings_and_the_rest_stands(node, closed, clock, enrolled):
    whole, part = closed
    assert legible(node) > 0  # the control: before, the same look finds it
    later(clock, enrolled, DAYS)
    assert erasing_fields.due(node) == []
    later(clock, enrolled, 1)
    assert set(erasing_fields.due(node)) == {whole, part}
    with node.database.read() as tx:
        before = [event.digest for event in log.chain_of(tx, "node")]
    done = erasing_fields.erase(node, erasing_fields.due(node))
    assert (set(done.applications), done.fields, done.marks, done.residues) == ({whole, part}, 2, 1, 0)
    assert legible(node) == 0
    report = verify.verify(node.database)
    assert report.whole, report.faults
    with node.database.read() as tx:
        assert [event.digest for event in log.chain_of(tx, "node")][: len(before)] == before
        assert heads.search(tx, limit=9)
    for number in closed:
        found = here(node, number)
        assert found.state.phase == "closed"
        assert "account" not in found.state.answers["heir"]
        assert apart.shown(found.state)["heir"] == {**found.state.answers["heir"], "account": apart.GONE}
        assert apart.GONE in answers_csv.table(found)
    said = told(node, EXPIRED)
    assert {one.application for one in said} == {""}
    assert [one.data for one in said] == [
        {"applications": [number], "why": "term", "fields": [{"service": service, "place": PLACE, "days": DAYS}]}
        for number, service in ((whole, SERVICE), (part, "sangzang-buzhu"))
    ]


def test_a_repeat_writes_nothing_and_a_stranger_is_not_touched(node, closed, clock, enrolled):
    other = file(node, "token-1002", "6217000000000000111")
    later(clock, enrolled, DAYS + 1)
    assert other not in erasing_fields.due(node)
    assert erasing_fields.erase(node, [other, "9" * 17]) == erasing_fields.Expired()
    assert erasing_fields.erase(node, erasing_fields.due(node)).fields == 2
    with node.database.read() as tx:
        head = log.head(tx)
    assert erasing_fields.due(node) == []
    assert erasing_fields.erase(node, closed) == erasing_fields.Expired()
    with node.database.read() as tx:
        assert log.head(tx) == head
    assert here(node, other).state.answers["heir"]["account"] == "6217000000000000111"


def test_a_clock_that_jumps_ahead_deletes_nothing_before_the_centre_says_that_day(node, closed, clock, enrolled):
    clock.advance(minutes=30 * 365 * DAY_MINUTES)
    assert erasing_fields.due(node) == []
    assert erasing_fields.erase(node, closed) == erasing_fields.Expired()
    clock.advance(minutes=-30 * 365 * DAY_MINUTES)
    later(clock, enrolled, DAYS + 1)
    clock.advance(minutes=-40 * 365 * DAY_MINUTES)  # a battery that died: the centre's word of before still holds
    assert set(erasing_fields.due(node)) == set(closed)


def test_what_the_centre_has_not_acknowledged_stays(node, enrolled, clock):
    number = file(node)
    assert enrolled.drain().went_well
    applications.withdraw(node, number, actor="officer:wei")
    clock.advance(minutes=(DAYS + 1) * DAY_MINUTES)
    node.clock.set_centre_time(clock.now())
    assert erasing_fields.due(node) == []
    later(clock, enrolled, 0)
    assert number in erasing_fields.due(node)


def test_a_stop_in_the_midst_leaves_all_or_nothing(node, closed, clock, enrolled, monkeypatch):
    later(clock, enrolled, DAYS + 1)
    with monkeypatch.context() as patched:
        patched.setattr(heads, "project", lambda *_: (_ for _ in ()).throw(OSError(5, "killed here")))
        with pytest.raises(OSError, match="killed here"):
            erasing_fields.erase(node, closed)
    assert here(node, closed[0]).state.answers["heir"]["account"] == ACCOUNT
    assert told(node, EXPIRED) == []
    with monkeypatch.context() as patched:  # after the transaction, before the file is cleaned
        patched.setattr(type(node.database), "empty_log", lambda _: (_ for _ in ()).throw(OSError(5, "killed here")))
        with pytest.raises(OSError, match="killed here"):
            erasing_fields.erase(node, closed)
    home = node.settings.home
    node.close()
    again = open_node(home, clock)
    try:
        assert verify.verify(again.database).whole
        assert erasing_fields.due(again) == []
        again.database.empty_log()
        again.database.vacuum()
        assert legible(again) == 0
    finally:
        again.close()


def test_projections_made_anew_bring_nothing_back(node, closed, clock, enrolled):
    later(clock, enrolled, DAYS + 1)
    erasing_fields.erase(node, closed)
    with node.database.read() as tx:
        before = projections.dump(tx)
    with node.database.write() as tx:
        projections.rebuild(tx, node.settings)
    with node.database.read() as tx:
        assert projections.dump(tx) == before
    assert legible(node) == 0


def test_a_body_that_somebody_blanks_by_himself_is_found(node, closed):
    with node.database.write() as tx:
        tx.execute(
            "UPDATE event SET body = CAST(x'0065726173656400' || zeroblob(32) AS BLOB), salt = zeroblob(16)"
            " WHERE kind = ? AND application = ?",
            (KIND, closed[0]),
        )
    faults = verify.verify(node.database).faults
    assert any("没有清除记录" in one for one in faults)
    assert any("不对" in one for one in faults)


def test_the_round_of_a_room_deletes_once_a_day_and_makes_its_backups_anew(node, closed, clock, enrolled, tmp_path):
    old = rolling.run(node).made[0].file
    keeper = housekeeping.Keeper(node, lambda _: 1 << 40)
    keeper.look()
    assert told(node, EXPIRED) == []
    kept = tmp_path / "drawer.backup"
    kept.write_bytes(old.read_bytes())
    later(clock, enrolled, DAYS + 1)
    fresh = housekeeping.Keeper(node, lambda _: 1 << 40)
    fresh.look()
    assert len(told(node, EXPIRED)) == 2
    assert legible(node) == 0
    left = list(old.parent.iterdir())
    assert old not in left
    assert len(left) == 1
    for file_, count in ((left[0], 0), (kept, 1)):  # the control: what lay in a drawer says it still
        home = tmp_path / f"from-{count}"
        backup.restore(file_, home, node.clock, key_file=node.settings.key_file)
        opened = open_node(home, node.clock)
        try:
            assert min(legible(opened), 1) == count
            opened.clock.set_centre_time(clock.now())
            erasing_fields.erase(opened, erasing_fields.due(opened))  # its first round
            assert legible(opened) == 0
            assert verify.verify(opened.database).whole
            assert len(told(opened, EXPIRED)) == 2
        finally:
            opened.close()


def test_the_commands_say_what_they_did(node, closed, clock, enrolled):
    later(clock, enrolled, DAYS + 1)
    home = node.settings.home
    node.close()
    dry = ask("purge", "purge", "--dry-run", "--home", home)
    assert (set(dry["early"]), dry["erased"], dry["fields"]) == (set(closed), False, 0)
    done = ask("purge", "purge", "--home", home)
    assert (done["applications"], set(done["early"]), done["fields"], done["residues"]) == ([], set(closed), 2, 0)
    assert done["backups_left"] == []
    assert ask("verify", "verify", "--home", home)["whole"]


def test_the_centre_deletes_by_its_own_clock_and_gives_no_copy_back(node, closed, clock, enrolled, centre):
    later(clock, enrolled, DAYS + 1)
    assert set(at_centre.due(centre)) == set(closed)
    done = at_centre.daily(centre)
    assert (set(done.applications), done.fields, done.log_emptied) == (set(closed), 2, True)
    assert at_centre.daily(centre).applications == ()
    assert at_centre.erase(centre, closed).applications == ()
    for number in closed:
        case = cases.get(centre, number)
        assert ACCOUNT not in str(outside.as_json(centre, case))
        assert outside.as_json(centre, case)["answers"]["heir"]["account"] == apart.GONE
    assert enrolled.drain().went_well
    assert len(told(node, PURGED, "centre")) == 2
    assert ACCOUNT in str(here(node, closed[0]).state.answers)  # the room's copy goes by the room's own look
