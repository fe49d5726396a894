"""Answers that go before their application at the centre: no row and no page says them, and nothing brings them back."""

from dataclasses import replace

import pytest

from edge import residues
from edge.errors import YizhanError
from forms import apart, events
from forms.events import Head
from sync.centre import cases, erasing, erasing_fields, intake, log, outside, projection, tables, verification
from sync.centre.centre import open_centre
from sync.centre.receiver import receive
from tests.centre_room import NODE, enrolled, number, sample
from tests.test_edge_erasing_fields import encodings
from tests.test_sync_centre_erasing import rows_that_say

SERVICE, ACCOUNT, PLACE = "sangzang-buzhu", "6217009988776655443", "/heir/account"
DAY_MINUTES = 24 * 60
KEY = "7" * 32


def filing(account=ACCOUNT):
    """(the body of a filing without the account, the body that holds it)."""
    body = sample(SERVICE)
    heir = {name: value for name, value in body["answers"]["heir"].items() if name != "account"}
    left = body | {"answers": body["answers"] | {"heir": heir}, "apart": [{"key": KEY, "places": [PLACE]}]}
    return left, {"key": KEY, "days": 90, "values": {PLACE: account}}


@pytest.fixture
def room(centre):
    """Two applications with an account each; the first is granted."""
    room = enrolled(centre)
    for serial, account in ((1, ACCOUNT), (2, "6217000000000000111")):
        left, beside = filing(account)
        room.write("application.filed", left, serial)
        room.write(apart.KIND, beside, serial)
    sent = room.batch()
    room.read(receive(centre, NODE, sent), sent)
    cases.accept(centre, number(1), actor="centre:chen")
    cases.decide(centre, number(1), actor="centre:chen", result="granted")
    return room


def account_of(centre, serial=1):
    return cases.get(centre, number(serial)).state.answers["heir"].get("account", "")


def legible(centre):
    key = bytes.fromhex(centre.settings.key_file.read_text(encoding="ascii").strip())
    pages = list(residues.pages_of(centre.settings.home / "centre.db", key))
    return sum(page.count(one) for page in pages for one in set(encodings(ACCOUNT)))


def test_nothing_of_it_is_left_after_its_term_and_both_chains_stand(centre, room, clock):
    assert account_of(centre) == ACCOUNT
    assert rows_that_say(centre, ACCOUNT) == {("event", "body")}
    assert legible(centre) > 0
    clock.advance(minutes=90 * DAY_MINUTES)
    assert erasing_fields.due(centre) == []
    clock.advance(minutes=DAY_MINUTES)
    assert erasing_fields.due(centre) == [number(1)]
    done = erasing_fields.daily(centre)
    assert (done.applications, done.fields, done.log_emptied) == ((number(1),), 1, True)
    assert (rows_that_say(centre, ACCOUNT), legible(centre)) == (set(), 0)
    for side in ("node", "centre"):
        with centre.store.read() as tx:
            events.verify_chain(log.walk(tx, NODE, side), Head.start(side, NODE))
    assert verification.verify(centre)["whole"]
    assert outside.as_json(centre, cases.get(centre, number(1)))["answers"]["heir"]["account"] == apart.GONE
    with centre.store.read() as tx:
        said = [event for _, event in log.of_room(tx, NODE, ["fields.purged"])]
    assert [event.data for event in said] == [
        {"applications": [number(1)], "fields": [{"service": SERVICE, "place": PLACE, "days": 90}], "why": "term"}
    ]


def test_an_open_application_and_a_stranger_keep_theirs_and_a_repeat_writes_nothing(centre, room, clock):
    clock.advance(minutes=400 * DAY_MINUTES)
    assert erasing_fields.erase(centre, [number(2)]) == erasing_fields.Expired()
    assert erasing_fields.daily(centre).applications == (number(1),)
    with centre.store.read() as tx:
        head = log.head(tx, NODE, "centre")
    assert erasing_fields.daily(centre) == erasing_fields.Expired()
    assert erasing_fields.erase(centre, [number(1)]) == erasing_fields.Expired()
    with centre.store.read() as tx:
        assert log.head(tx, NODE, "centre") == head
    assert account_of(centre, 2) == "6217000000000000111"
    with pytest.raises(YizhanError) as caught:
        erasing_fields.erase(centre, ["9" * 17])
    assert caught.value.code == "node_unknown"


def test_the_same_batch_again_and_rows_made_anew_bring_nothing_back(centre, room, clock):
    clock.advance(minutes=91 * DAY_MINUTES)
    erasing_fields.daily(centre)
    sent = room.batch()
    room.read(receive(centre, NODE, sent), sent)
    with centre.store.write() as tx:
        projection.rebuild(tx, centre, NODE)
    assert account_of(centre) == ""
    assert rows_that_say(centre, ACCOUNT) == set()
    assert verification.verify(centre)["whole"]


def test_a_stop_in_the_midst_leaves_all_or_nothing(centre, room, clock, monkeypatch):
    clock.advance(minutes=91 * DAY_MINUTES)
    with monkeypatch.context() as patched:
        patched.setattr(projection, "project", lambda *_: (_ for _ in ()).throw(OSError(5, "killed here")))
        with pytest.raises(OSError, match="killed here"):
            erasing_fields.daily(centre)
    assert account_of(centre) == ACCOUNT
    assert erasing_fields.daily(centre).applications == (number(1),)
    assert rows_that_say(centre, ACCOUNT) == set()


def test_a_centre_that_lost_it_takes_the_event_again_without_its_body(centre, empty_centre, tmp_path, clock):
    """The room deletes what was acknowledged; a store of before asks for the same events once more."""
    room = enrolled(centre)
    left, beside = filing()
    room.write("application.filed", left, 1)
    event = room.write(apart.KIND, beside, 1)
    room.log[-1] = replace(event, body=events.erased(event.salt, event.body), salt=bytes(16))
    sent = room.batch()
    contents = room.read(receive(centre, NODE, sent), sent)
    assert contents.ack.refused == ()
    assert contents.ack.head == Head.of(event)
    assert account_of(centre) == ""
    assert verification.verify(centre)["whole"]
    with centre.store.read() as tx:
        heard = log.after(tx, NODE, "node", Head.start("node", NODE), 1 << 20)
    assert intake._is_sound(heard[1])
    assert not intake._is_sound(replace(heard[1], kind="application.filed"))


def test_every_row_of_its_application_that_says_it_goes(centre, room, clock):
    with centre.store.write() as tx:
        row = {"node_id": NODE, "epoch": 1, "seq": 99, "digest": "d" * 64, "code": "fork", "reason": "", "at": ""}
        line = f'{{"application":"{number(1)}","account":"{ACCOUNT}"}}'.encode()
        tx.execute(tables.quarantine.insert().values(**row, line=line))
    clock.advance(minutes=91 * DAY_MINUTES)
    assert ("quarantine", "line") in rows_that_say(centre, ACCOUNT)
    erasing_fields.daily(centre)
    assert rows_that_say(centre, ACCOUNT) == set()


def test_a_whole_application_takes_what_stands_apart_with_it(centre, room):
    erasing.erase(centre, [number(1)], why="request", note="本人书面要求", actor="centre:chen")
    assert rows_that_say(centre, ACCOUNT) == set()
    assert verification.verify(centre)["whole"]


def test_a_store_of_before_gets_the_index_and_still_opens(centre, room, clock):
    with centre.store.write() as tx:
        tx.exec_driver_sql("DROP INDEX event_set_apart")
    home = centre.settings.home
    centre.close()
    again = open_centre(home, clock)
    try:
        with again.store.read() as tx:
            names = tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'event_set_apart'").all()
        assert len(names) == 1
    finally:
        again.close()
