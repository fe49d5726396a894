"""A room with good keys that sends what an engine refuses: the item is refused by itself, and its log goes on."""

import copy
from dataclasses import replace

import pytest
from sqlalchemy import String, select
from sqlalchemy.exc import DataError, OperationalError

from forms import events
from forms.events import HEADER_FIELDS, Head
from forms.kinds import KINDS, ROOM_KINDS
from sync import envelope, frames
from sync.centre import aside, intake, lists, log, projection, recall, reviewers, room_said, tables, verification
from sync.centre.app import create_app
from sync.centre.headers import CHARS_MAX, fits
from sync.centre.receiver import receive
from sync.envelope import Purpose
from sync.frames import Ack, Rendition
from tests.centre_room import MATERIAL, NODE, SHA, enrolled, number, sample
from tests.lifecycle_data import BODIES

NAME = "not for any log"
VALUES = ("a\0b", "长" * 3000, "", "9999-12-31", "2026-02-30", 2**53 - 1, -1, None, [], {}, [[]], True)
HEADERS = {
    "a number longer than its column": {"application": number(2) + "7" * 60},
    "a number with a NUL": {"application": number(2) + "\0"},
    "a kind with a NUL": {"kind": "application.filed\0"},
    "no kind": {"kind": ""},
    "an actor with a NUL": {"actor": "kio\0sk"},
    "a moment that is none": {"at": "2026-13-41T25:61:61+08:00"},
    "a day": {"at": "2026-11-21"},
    "a moment with a NUL": {"at": "2026-11-21T09:12:03+08:00\0"},
    "a moment of another place": {"at": "2026-11-21T09:12:03Z"},
    "a moment of the centre that is none": {"centre_at": "soon"},
}


@pytest.fixture
def room(centre):
    return enrolled(centre)


def exchange(centre, room, **which):
    body = room.batch(**which)
    return room.read(receive(centre, NODE, body), body).ack


def codes(ack):
    return [(one.seq, one.code) for one in ack.refused]


def rows(centre, *columns):
    with centre.store.read() as tx:
        return tx.execute(select(*columns).order_by(*columns)).all()


def taken(centre):
    return [row.number for row in rows(centre, tables.application.c.number)]


def kept(centre):
    with centre.store.read() as tx:
        return list(log.walk(tx, NODE, "node"))


def places(value, path=()):
    """The way to every value within a body, inner ones too."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def changed(body, path, value):
    made = copy.deepcopy(body)
    at = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


def test_an_event_whose_header_no_column_takes_is_refused_by_itself_and_kept_as_it_came(centre, room):
    room.file_one(1)
    for changes in HEADERS.values():
        room.write(**({"kind": "application.filed", "body": sample(), "serial": 2} | changes))
    room.file_one(3)
    ack = exchange(centre, room)
    assert ack.head == Head.of(room.log[-1])
    assert codes(ack) == [(seq, "bad_header") for seq in range(2, len(HEADERS) + 2)]
    assert codes(exchange(centre, room)) == codes(ack)
    assert kept(centre) == room.log
    assert taken(centre) == [number(1), number(3)]
    assert verification.verify(centre)["whole"]


def test_what_was_refused_for_its_header_is_listed_judged_anew_and_given_back_as_it_came(centre, room):
    room.write("application.filed", sample(), **HEADERS["a number with a NUL"])
    exchange(centre, room)
    with centre.store.read() as tx:
        assert [(one.seq, one.code, one.kind) for one in aside.refused(tx, NODE)] == [(1, "bad_header", "")]
    assert aside.retry(centre, NODE, 1, 1, by="centre:li").reason == intake.REFUSALS["bad_header"]
    answer = recall.give(centre, NODE, room.asks_back())
    opened = envelope.open_envelope(answer, room.opens, purpose=Purpose.RECALLED, node=NODE)
    assert list(opened.contents().events) == room.log


def test_whatever_stands_in_a_filing_in_place_of_what_should_the_rest_of_the_batch_is_taken(centre, room):
    body = sample(materials=[MATERIAL])
    made = [changed(body, path, value) for path in places(body) for value in VALUES]
    for serial, one in enumerate(made, 1):
        room.write("application.filed", one, serial)
    room.file_one(len(made) + 1)
    ack = exchange(centre, room)
    assert ack.head == Head.of(room.log[-1])
    assert {one.code for one in ack.refused} == {"bad_body", "material_too_large"}
    assert number(len(made) + 1) in taken(centre)
    assert kept(centre) == room.log


def test_a_nul_anywhere_in_a_body_of_any_kind_stops_nothing(centre, room):
    """Where the kind allows it, the body is taken as it is; otherwise it is refused like any other fault."""
    for serial, (kind, body) in enumerate(BODIES.items(), 1):
        known = KINDS.get(kind) or ROOM_KINDS[kind]
        if known.side != "node" and not known.either:
            continue
        if kind not in (*ROOM_KINDS, "application.filed"):
            room.file_one(serial)
        for path in places(body):
            of = {"application": ""} if kind in ROOM_KINDS else {"serial": serial}
            room.write(kind, changed(body, path, "a\0b"), **of)
    ack = exchange(centre, room)
    assert ack.head == Head.of(room.log[-1])
    assert "not_processed" not in {code for _, code in codes(ack)}
    assert kept(centre) == room.log


def test_a_name_with_a_nul_stands_in_the_lists_without_it_and_in_the_body_with_it(centre, room):
    room.write("application.filed", changed(sample(), ("answers", "applicant", "name"), "王\0秀梅"))
    assert exchange(centre, room).refused == ()
    with centre.store.read() as tx:
        found = lists.applications(tx, "all", "2026-11-22", text="王秀梅")
        state = projection.state_of(tx, NODE, number(1))
    assert [(one.number, one.applicant) for one in found] == [(number(1), "王秀梅")]
    assert state.answers["applicant"]["name"] == "王\0秀梅"
    assert kept(centre) == room.log


def test_a_smaller_form_with_a_nul_in_its_type_is_expected_without_it(centre, room):
    room.file_one(1, materials=[MATERIAL])
    exchange(centre, room)
    form = Rendition(SHA, "preview", "b" * 64, 900, "image/\0webp")
    held = Head.start("centre", NODE)
    header = envelope.header_for(Purpose.UP, NODE, Head.of(room.log[-1]), (), bytes(16))
    inner = frames.pack(ack=Ack(NODE, held, "2026-11-21T09:12:03+08:00"), renditions=[form])
    receive(centre, NODE, envelope.seal(header, inner, room.seals))
    assert ("b" * 64, "image/webp") in rows(centre, tables.material.c.sha256, tables.material.c.media_type)


@pytest.mark.parametrize("place", [f"{10**40}:1", f"1:{10**40}", "-1:1", "9" * 5000 + ":1"])
def test_a_log_that_claims_to_go_on_from_a_number_that_no_event_has_is_another_history_and_no_fault(
    centre, room, place
):
    room.file_one(1)
    exchange(centre, room)
    prev = bytes(32)
    opened = {"reason": "restored", "after": f"{place}:{prev.hex()}"}
    begin = room.write("epoch.opened", opened, application="", epoch=2, seq=1, prev=prev)
    header = envelope.header_for(Purpose.UP, NODE, Head(2, 0, prev), (begin,), bytes(16))
    inner = frames.pack(events=[begin], ack=Ack(NODE, Head.start("centre", NODE), "2026-11-21T09:12:03+08:00"))
    ack = room.read(receive(centre, NODE, body := envelope.seal(header, inner, room.seals)), body).ack
    assert [one.code for one in ack.refused] == ["fork"]


# --- what nobody foresaw


class Stumbling:
    """What notes an event, and fails at one of them as long as it is told to."""

    def __init__(self, seq, error):
        self.seq, self.error, self.note = seq, error, room_said.note

    def __call__(self, tx, node_id, event, now):
        if event.seq == self.seq and self.error is not None:
            raise self.error
        self.note(tx, node_id, event, now)


@pytest.mark.parametrize("error", [ValueError(NAME), OverflowError(NAME), DataError(NAME, {}, Exception(NAME))])
def test_an_event_at_which_the_centre_stumbles_is_refused_by_itself_and_taken_later(
    centre, room, monkeypatch, caplog, error
):
    stumbling = Stumbling(2, error)
    monkeypatch.setattr(room_said, "note", stumbling)
    for serial in (1, 2, 3):
        room.file_one(serial)
    room.write("application.withdrawn", {}, 2)
    room.write("application.withdrawn", {}, 3)
    ack = exchange(centre, room)
    assert ack.head == Head.of(room.log[-1])
    assert f"{type(error).__name__} in __call__" in caplog.text
    assert "not for any log" not in caplog.text
    assert codes(ack) == [(2, "not_processed"), (4, "not_filed")]
    assert rows(centre, tables.application.c.number, tables.application.c.phase) == [
        (number(1), "received"),
        (number(3), "closed"),
    ]
    assert verification.verify(centre)["whole"]
    assert aside.retry(centre, NODE, 1, 2, by="centre:li").outcome == "refused"
    stumbling.error = None
    assert aside.retry(centre, NODE, 1, 2, by="centre:li") == aside.Done("taken", others=1)
    assert taken(centre) == [number(1), number(2), number(3)]
    assert verification.verify(centre)["whole"]


def test_a_store_that_fails_refuses_no_event(centre, room, monkeypatch):
    stumbling = Stumbling(1, OperationalError("INSERT", {}, Exception("the server went away")))
    monkeypatch.setattr(room_said, "note", stumbling)
    room.file_one(1)
    with pytest.raises(OperationalError):
        exchange(centre, room)
    assert kept(centre) == []
    stumbling.error = None
    assert exchange(centre, room).refused == ()


# --- what comes by a browser or a program


@pytest.fixture
def client(centre):
    return create_app(centre).test_client()


def test_a_nul_in_a_question_to_any_route_is_refused_before_the_store_sees_it(client):
    for rule in client.application.url_map.iter_rules():
        path = rule.build(dict.fromkeys(rule.arguments, "1"))[1]
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(path, method=method, query_string={"text": "a\0b"})
            assert answer.status_code == (400 if method == "GET" else answer.status_code) < 500, rule
            answer.close()


def test_a_nul_in_a_path_a_form_or_a_body_is_refused_and_what_only_looks_like_one_is_not(client, centre):
    reviewers.add(centre, "li", "李审批", "vier-dicke-huehner")
    key = {"Authorization": f"Bearer {reviewers.add_key(centre, 'li', '省政务平台')}"}
    place = f"/api/v1/applications/{number(1)}/decisions"
    assert client.get("/s/1%00").status_code == 404
    assert client.get("/review/applications/1%00").status_code == 404
    assert client.get("/api/v1/applications?text=%00", headers=key).status_code == 400
    assert client.post("/sync/v1/1/enrol", data={"a": "\0"}).status_code == 400
    said = [client.post(place, json={"act": "refuse", "reason": one}, headers=key) for one in ("a\0b", "a\\u0000b")]
    assert [one.status_code for one in said] == [400, 404]
    assert "U+0000" in said[0].text


# --- the table of limits


def test_the_limits_of_a_header_are_those_of_its_columns():
    widths = {name: tables.event.c[name].type for name in HEADER_FIELDS}
    found = {name: kind.length for name, kind in widths.items() if type(kind) is String}
    assert found == CHARS_MAX


def test_a_header_is_taken_up_to_the_width_of_its_column(room):
    event = room.file_one(1)
    assert fits(replace(event, application="1" * 22))
    assert not fits(replace(event, application="1" * 23))
    assert fits(replace(event, centre_at="2026-11-21T09:12:03+08:00"))


def test_the_head_of_a_log_has_numbers_that_an_event_can_have():
    digest = bytes(32).hex()
    assert Head.parse(f"1:{2**53 - 1}:{digest}").seq == 2**53 - 1
    for place in (f"1:{2**53}", f"{2**53}:1", "-1:1", "1:-1"):
        with pytest.raises(ValueError, match="not the head"):
            Head.parse(f"{place}:{digest}")
    assert events.NUMBER_END == frames.wire.NUMBER_MAX + 1
