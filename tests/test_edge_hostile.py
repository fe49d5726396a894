"""A centre, or whoever has its key, that sends what nobody expects: it stands in the log, and the round goes on."""

import copy

import pytest

from edge import identity, log, projections, writs
from edge.errors import YizhanError
from edge.identity import CentreSet
from edge.verify import verify
from edge.writ_proof import Proof
from forms import events
from forms.events import Head
from forms.kinds import KINDS, ROOM_KINDS
from forms.lifecycle import reduce
from sync import quarantine, taking
from sync.answer import Answer
from sync.envelope import OpenKeys
from sync.frames import Ack
from sync.suites import MODERN_1
from tests.lifecycle_data import BODIES
from tests.sync_pair import file_one, number

AT = "2026-11-21T15:00:00+08:00"
ID, KEY, SHA = "0" * 32, "ab" * 32, "d" * 64
VALUES = ("a\0b", "长" * 3000, "", "9999-12-31", "2026-02-30", 2**53 - 1, -1, None, [], {}, [[]], True)
SET = {
    "generation": 2,
    "suite": "modern-1",
    "sign_key": KEY,
    "box_key": KEY,
    "at": AT,
    "by": KEY,
    "old": KEY,
    "new": KEY,
}
SERVICE = {"id": "small", "version": "2", "digest": SHA}
SIGNATURE = {"role": "centre", "key": KEY, "name": "省级中心", "at": AT, "signature": KEY}
ROOM_BODIES = {
    "rating.given": {"application": number(1), "grade": 5, "how": "phone"},
    "rooms.compared": {
        "month": "2026-10", "county": "522425", "at": AT, "rooms": [{"node": "5224250017", "name": "大坪村警务室"}],
        "key": KEY, "signature": KEY,
    },
    "board.published": {"problem": "窗口没有人", "raised": "2026-11-20"},
    "board.answered": {"entry": ID, "state": "doing", "text": "正在处理"},
    "board.withdrawn": {"entry": ID, "reason": "写错了"},
    "person.reviewed": {"application": number(1), "reason": "核对"},
    "appointment.made": {
        "number": "Y17-0001", "how": "room", "day": "2026-12-01", "start": "09:00", "what": "居住登记", "name": "王秀梅",
        "phone": "",
    },
    "appointment.moved": {"appointment": ID, "day": "2026-12-02", "start": "09:00", "reason": "停电"},
    "appointment.told": {"appointment": ID, "day": "2026-12-02", "start": "09:00"},
    "appointment.cancelled": {"appointment": ID, "reason": "不来了"},
    "reminder.sent": {"application": number(1), "text": "请尽快办理"},
    "keys.accepted": {"generation": 2, "sign_key": KEY},
    "centre_keys.announced": SET,
    "policy.published": {
        "version": 1, "not_before": "", "suites": ["modern-1"], "minimum": "modern-1", "key": KEY, "signature": KEY,
    },
    "refusal.lifted": {"epoch": 1, "seq": 1},
    "rating.called": {"application": number(1), "result": "mended", "answer": "已经改正"},
    "sample.drawn": {
        "sample": "0" * 16, "seed": "12", "first": "2026-10-01", "last": "2026-10-31", "area": "522425", "population": 9,
        "digest": SHA, "applications": [number(1)],
    },
    "sample.judged": {"sample": "0" * 16, "application": number(1), "result": "sound", "text": ""},
    "pack.file": {"sha256": SHA, "text": "{}"},
    "pack.published": {"roots": ["{}"], "timestamp": "{}"},
    "service.published": {"service": SERVICE, "source": "{}", "signatures": [SIGNATURE]},
    "record.purged": {"applications": [number(1)], "why": "term", "note": "", "files": 1},
    "records.purged": {"told": ["node:1:1"], "why": "term", "terms": [{"what": "needs", "days": 365}]},
    "fields.purged": {
        "applications": [number(1)], "why": "term", "fields": [{"service": "small", "place": "/note", "days": 30}],
    },
}  # fmt: skip  # a table
KNOWN = {**KINDS, **ROOM_KINDS}
OF_CENTRE = {
    kind: body for kind, body in {**BODIES, **ROOM_BODIES}.items() if KNOWN[kind].side == "centre" or KNOWN[kind].either
}
RAW = (b"", b"\xff", b"[]", b"[" * 100_000, b'{"reason":"\\ud800"}', b'{"n":' + b"9" * 5000 + b"}", b'{"n":1e400}')
HEADERS = (
    {"at": "soon"}, {"at": ""}, {"at": "2026-11-21"}, {"at": "9999-12-31T23:59:59+08:00"}, {"at": AT + "\0"},
    {"centre_at": "soon"}, {"actor": "\0"}, {"actor": ""}, {"seen": ""}, {"seen": f"1:{2**53 - 1}:" + "0" * 64},
    {"application": "1" * 256}, {"application": "\0"}, {"application": number(1) + "\0"}, {"application": number(7)},
    {"application": ""}, {"kind": ""}, {"kind": "\0"}, {"kind": "application.filed"}, {"kind": "keys.announced"},
    {"ticks": 2**53 - 1},
)  # fmt: skip  # a table


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


def down(node, written):
    """One answer of the centre with these events: changes of what a plain one of a kind has."""
    with node.database.write() as tx:
        held, seen, said = log.head(tx, "centre"), str(log.head(tx)), []
        for kind, changes in written:
            before = Head.of(said[-1]) if said else held
            values = {
                "seq": before.seq + 1, "epoch": 1, "id": f"{before.seq + 1:032x}", "kind": kind, "at": AT, "centre_at": AT,
                "application": "" if kind in ROOM_KINDS else number(1), "ticks": 1, "actor": "centre:li", "seen": seen,
                "body": events.canonical(OF_CENTRE[kind]), "salt": bytes(16), "prev": before.digest,
            }  # fmt: skip  # a table
            said.append(events.seal(**(values | changes)))
        ack = Ack(log.node_id(tx), log.head(tx), AT)
        taking.events(tx, node.settings, Answer(ack, held, tuple(said), OpenKeys(b"", b"", b"")))
    return said


def assert_goes_on(node, said):
    """All of it stands in the log; what follows takes effect; the tables can be made again."""
    (last,) = down(node, [("application.accepted", {"application": number(2)})])
    with node.database.read() as tx:
        assert log.down(tx) == [*said, last]
        assert reduce(log.of_application(tx, number(2))).phase == "accepted"
    with node.database.write() as tx:
        projections.rebuild(tx, node.settings)
    assert verify(node.database).whole


@pytest.fixture
def filed(node):
    file_one(node, 1)
    file_one(node, 2)
    with node.database.write() as tx:
        identity.add_centre_set(tx, CentreSet(1, MODERN_1, MODERN_1.sign_keys().public, MODERN_1.box_keys().public))
    return node


def test_every_kind_that_the_centre_may_write_is_among_those_that_are_tried():
    assert set(OF_CENTRE) == {kind for kind, known in KNOWN.items() if known.side == "centre" or known.either}


@pytest.mark.parametrize("kind", OF_CENTRE)
def test_whatever_stands_in_an_event_of_the_centre_the_round_goes_on(filed, kind):
    body = OF_CENTRE[kind]
    bodies = [events.canonical(changed(body, path, value)) for path in places(body) for value in VALUES]
    said = down(filed, [(kind, {"body": one}) for one in (*bodies, *RAW)])
    assert_goes_on(filed, said)
    with filed.database.read() as tx:
        aside = {(one.seq, one.code) for one in quarantine.open_items(tx)}
    assert {(one.seq, quarantine.UNKNOWN_EVENT) for one in said[len(bodies) :]} <= aside


@pytest.mark.parametrize("kind", OF_CENTRE)
def test_whatever_stands_in_the_header_of_an_event_of_the_centre_the_round_goes_on(filed, kind):
    assert_goes_on(filed, down(filed, [(kind, changes) for changes in HEADERS]))


def test_a_writ_is_found_behind_events_that_cannot_be_read(filed):
    said = down(filed, [("application.accepted", {"body": one}) for one in RAW])
    with filed.database.read() as tx:
        with pytest.raises(YizhanError, match="没有找到"):
            writs.find(tx, number(1), said[0].id)
        assert not writs._is_known(tx, Proof(number(1), "accepted", "2026-11-21", 1, SHA, b"", b""))
