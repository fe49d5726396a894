import pytest
from conftest import KEY

from edge import calls, drafts, migrations
from edge.database import Database
from edge.errors import YizhanError


@pytest.fixture
def draft(node):
    return drafts.create(node, "ceshi-dengji", "kiosk:a")


def test_a_call_shows_at_the_desk_with_a_code_that_finds_the_draft(node, draft):
    made = calls.call(node.database, "kiosk:a", draft.id)
    with node.database.read() as tx:
        assert calls.waiting(tx) == [made]
        assert calls.by_code(tx, made.code).draft == draft.id
    assert len(made.code) == 4
    assert made.at == "2026-11-21T09:12:03+08:00"


def test_a_second_touch_is_the_same_call(node, draft):
    first = calls.call(node.database, "kiosk:a")
    again = calls.call(node.database, "kiosk:a", draft.id)
    assert (again.id, again.code, again.draft) == (first.id, first.code, draft.id)
    with node.database.read() as tx:
        assert len(calls.waiting(tx)) == 1


def test_two_visits_wait_under_two_codes(node):
    assert calls.call(node.database, "kiosk:a").code != calls.call(node.database, "kiosk:b").code


def test_an_answered_call_waits_no_more_and_its_code_opens_nothing(node):
    made = calls.call(node.database, "kiosk:a")
    calls.answer(node.database, made.id)
    calls.answer(node.database, made.id)
    with node.database.read() as tx:
        assert calls.waiting(tx) == []
        with pytest.raises(YizhanError) as error:
            calls.by_code(tx, made.code)
    assert error.value.code == "not_found"
    assert calls.call(node.database, "kiosk:a").id != made.id


def test_a_draft_that_is_thrown_away_leaves_the_call_without_one(node, draft):
    calls.call(node.database, "kiosk:a", draft.id)
    drafts.delete(node, draft.id, "kiosk:a")
    with node.database.read() as tx:
        assert [call.draft for call in calls.waiting(tx)] == [""]


def test_the_calls_of_an_ended_visit_are_forgotten_and_no_others(node):
    calls.call(node.database, "kiosk:a")
    other = calls.call(node.database, "kiosk:b")
    with node.database.write() as tx:
        calls.forget(tx, "kiosk:a")
    with node.database.read() as tx:
        assert calls.waiting(tx) == [other]


def test_who_waits_when_the_program_is_upgraded_waits_at_the_kiosk_of_this_machine(tmp_path, clock, monkeypatch):
    steps = migrations.steps.functions
    before = next(place for place, step in enumerate(steps) if step.__name__ == "m220_call_kiosk")
    opened = Database(tmp_path / "n.db", KEY, clock)
    try:
        with monkeypatch.context() as older:
            older.setattr(migrations.steps, "functions", steps[:before])
            migrations.migrate(opened)
        with opened.write() as tx:
            tx.execute("INSERT INTO call (owner, code, at) VALUES ('kiosk:a', '0417', ?)", (clock.now(),))
        assert "m220_call_kiosk" in migrations.migrate(opened)
        assert migrations.migrate(opened) == []
        with opened.read() as tx:
            (waiting,) = calls.waiting(tx)
        assert (waiting.code, waiting.kiosk) == ("0417", "")
        assert calls.call(opened, "kiosk:b", kiosk="走廊").kiosk == "走廊"
    finally:
        opened.close()
