"""Every field in which a person may be named has a purpose and a term (个人信息保护法 6, 19)."""

from datetime import date, timedelta
from types import FunctionType

import pytest

from edge.config import one_file
from forms import events, fields, kinds_apart, room_terms, telling
from forms.kinds import KINDS, ROOM_KINDS
from sync.centre.settings import CentreSettings

# who writes nothing of a citizen into it, and why that holds; a new kind with words stands in one of four lists
NAMELESS = {
    **dict.fromkeys(("stock.received", "stock.issued", "stock.voided", "stock.counted"), "sealed blanks"),
    "pad.voided": "numbered slips that were spoilt",
    "shift.settled": "what is wrong with a till",
    "room.described": "the room's own address and telephones",
    "demand.refused": "a service and a material",
    **dict.fromkeys(
        ("board.published", "board.answered", "board.withdrawn"), "read through for names, then made public"
    ),
    "officer.signed": "the room's own people, by whose names what they did stands in the log",
    "rooms.compared": "figures of rooms",
    "sample.drawn": "a seed",
    "slots.changed": "the name of a key slot",
    "epoch.opened": "the machine's log",
    "node.reported": "the machine's health",
    **dict.fromkeys(("record.erased", "record.purged"), "on which ground something was erased"),
    **dict.fromkeys(("fields.expired", "fields.purged"), "services and places of forms"),
    "video.indexed": "a camera and a folder; the film has its own last day",
    **dict.fromkeys(("service.published", "pack.file", "pack.published"), "what the province publishes"),
    **dict.fromkeys(("keys.announced", "keys.accepted", "centre_keys.announced", "policy.published"), "keys"),
}
# checks of closed lists, numbers and days, which name nobody whatever is written
SHUT = {"day", "time", "time_or_none", "flag", "count", "size", "hex64", "key", "suite", "account", "amount", "nothing"}
MIDNIGHT = "T00:00:00+08:00"
DAYS = {name: term.days for name, term in room_terms.TERMS.items()}


def words_of(check, name="") -> list[str]:
    """The names of the fields below one check that take words; a check that nobody knows counts as one."""
    parts = check.__qualname__.partition(".")[0] if isinstance(check, FunctionType) else ""
    cells = dict(zip(check.__code__.co_freevars, check.__closure__ or (), strict=True))
    if parts == "object_of":
        inner = cells["fields"].cell_contents
        return [found for below, field in inner.items() for found in words_of(field.check, below)]
    if parts == "list_of":
        return words_of(cells["item"].cell_contents, name)
    return [] if parts in {"one_of", "pattern", "whole"} | SHUT else [name]


def worded(table):
    return {
        kind for kind, one in table.items() if any(words_of(field.check, name) for name, field in one.fields.items())
    }


def of_an_application(kind):
    field = ROOM_KINDS[kind].fields.get("application")
    return (field is not None and field.required) or kind == telling.ANSWERED


def test_every_kind_with_words_has_a_term_or_goes_with_its_application_or_names_nobody():
    naming = worded(ROOM_KINDS)
    with_application = {kind for kind in naming if of_an_application(kind)} & (telling.SPOKEN | telling.LOOKS)
    assert naming == with_application | (room_terms.KINDS.keys() & naming) | (NAMELESS.keys() & naming)
    assert not room_terms.KINDS.keys() & NAMELESS.keys()
    assert NAMELESS.keys() <= telling.KEPT.keys() | {"board.published", "board.answered", "board.withdrawn"}
    assert not telling.SPOKEN - with_application - room_terms.KINDS.keys() - NAMELESS.keys()


def test_a_new_kind_with_a_name_in_it_would_be_seen():
    planted = fields.Kind("node", "来访登记", {"guests": fields.Field("谁来过", fields.list_of(fields.object_of(
        {"name": fields.Field("姓名", fields.text(1, 60)), "day": fields.Field("哪一天", fields.day)})))})  # fmt: skip  # nested as a kind is
    assert worded({"guest.came": planted}) == {"guest.came"}
    assert words_of(planted.fields["guests"].check) == ["name"]
    strange = fields.Kind(
        "node", "新的", {"what": fields.Field("什么", kinds_apart.KINDS["answers.set_apart"].fields["values"].check)}
    )
    assert worded({"new.kind": strange}) == {"new.kind"}


def test_events_of_an_application_carry_its_number_and_go_with_it():
    assert not KINDS.keys() & ROOM_KINDS.keys()
    assert not KINDS.keys() & room_terms.KINDS.keys()


def test_every_term_says_what_for_and_from_when_and_can_be_set_in_the_room_and_at_the_centre():
    rules = one_file.schema("node")["properties"]
    for name, term in room_terms.TERMS.items():
        assert term.purpose
        assert term.since
        rule = rules[f"{name}_keep_days"]
        assert (rule["default"], rule["minimum"], rule["maximum"]) == (term.days, 1, 3650)
        assert CentreSettings.__dataclass_fields__[f"{name}_keep_days"].default == term.days
        assert term.kinds.keys() <= ROOM_KINDS.keys()


def event(kind, body, at="2026-01-10", place=1, **changes):
    header = {
        "seq": place, "epoch": 1, "id": f"{place:032x}", "application": "", "kind": kind, "at": at + MIDNIGHT,
        "centre_at": "", "ticks": 0, "actor": "kiosk", "seen": "", "salt": bytes(16), "prev": bytes(32),
    }  # fmt: skip  # a table
    return events.seal(**{**header, "body": events.canonical(body), **changes})


def gone(told, today, received="2026-01-11"):
    records = room_terms.over([("node", one) for one in told], DAYS, today, lambda *_: received + MIDNIGHT)
    return [[one.kind for _, one in record] for record in records]


NEED = {"kind": "other", "village": "", "what": "修路", "how": "console"}
APPOINTMENT = {
    "number": "Y1-0001",
    "how": "room",
    "day": "2026-02-01",
    "start": "09:00",
    "what": "办证",
    "name": "甲",
    "phone": "",
}
NOTICE = {"text": "一位老人", "place": "村口", "seen": "2026-01-09", "phone": "110", "until": "2026-02-01"}


def next_day(day):
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("told", "last"),
    [
        ([event("need.recorded", NEED)], "2027-01-10"),
        ([event("need.recorded", NEED), event("need.answered", {"need": f"{1:032x}", "state": "done", "text": "修了"}, "2026-03-01", 2)], "2027-03-01"),
        ([event("appointment.made", APPOINTMENT)], "2026-05-02"),
        ([event("appointment.made", APPOINTMENT), event("appointment.moved", {"appointment": f"{1:032x}", "day": "2026-02-11", "start": "", "reason": ""}, place=2)], "2026-05-12"),
        ([event("missing.announced", NOTICE)], "2026-03-03"),
        ([event("missing.announced", NOTICE), event("missing.ended", {"notice": f"{1:032x}", "result": "found"}, "2026-01-12", 2)], "2026-02-11"),
        ([event("ticket.opened", {"what": "power", "note": ""}), event("ticket.closed", {"ticket": f"{1:032x}", "note": "好了"}, "2026-01-20", 2)], "2027-01-20"),
    ],
)  # fmt: skip  # a table
def test_a_record_is_kept_through_its_last_day_and_goes_whole_on_the_next(told, last):
    assert gone(told, last) == []
    assert gone(told, next_day(last)) == [[one.kind for one in told]]


def test_a_wrong_clock_neither_erases_early_nor_keeps_for_ever():
    behind = event("need.recorded", NEED, "2003-01-01", centre_at="2026-01-10" + MIDNIGHT)
    assert gone([behind], "2026-12-31") == []
    ahead = event("need.recorded", NEED, "2056-01-01")
    assert gone([ahead], "2027-01-11") == []
    assert gone([ahead], "2027-01-12") == [["need.recorded"]]
    booked = event("appointment.made", {**APPOINTMENT, "day": "2056-02-01"}, "2056-01-01")
    assert gone([booked], "2026-06-12") == []
    assert gone([booked], "2026-06-13") == [["appointment.made"]]  # 62 days ahead of when the centre had it, and 90


@pytest.mark.parametrize("at", ["soon", "", "9999-12-31T23:59:59+08:00", "0000-00-00"])
def test_a_time_that_is_none_keeps_the_record_and_stops_nothing(at):
    strange = event("appointment.made", APPOINTMENT, at=at)
    records = room_terms.over([("centre", strange)], DAYS, "2030-01-01", lambda *_: at)
    assert records == []


def test_a_body_that_is_not_what_its_kind_asks_has_a_term_too():
    odd = [event("appointment.moved", ["no", "object"]), event("need.answered", {"need": 7}, place=2)]
    assert gone(odd, "2027-02-01") == [["appointment.moved"], ["need.answered"]]


def test_many_are_written_down_in_as_many_records_as_they_need():
    told = [[("node", event("need.recorded", NEED, place=place))] for place in range(1, 102)]
    made = room_terms.said([*told, [("centre", event("appointment.made", APPOINTMENT))]], DAYS)
    assert [len(one["told"]) for one in made] == [100, 2]
    assert made[1]["told"] == ["node:1:101", "centre:1:1"]
    assert made[1]["terms"] == [{"what": "needs", "days": 365}, {"what": "appointments", "days": 90}]
    for one in made:
        fields.check_fields(ROOM_KINDS["records.expired"].fields, one, "")
