"""电子监察: for each rule a history in which it fires and one, as near to it as can be, in which it doesn't."""

from dataclasses import dataclass, field, replace

import pytest
from lifecycle_data import BODIES, ITEM, PARCEL, PHOTO, Pair, answered, filed

from forms.calendar import Calendar
from forms.call_backs import CallBack
from forms.lifecycle import reduce
from forms.supervision import BACKLOG_HOURS, RULES, Case, of_case
from forms.supervision_room import BATCH_MIN, Act, batches, night_acts, of_complaints, of_room
from forms.supervision_room import RULES as ROOM_RULES

FILED = "2026-11-02T09:00:00+08:00"  # a Monday
NOW = "2026-11-30T18:00:00+08:00"
CALENDAR = Calendar(frozenset({2026}))
PROOF = {"code": "proof", "name": "住所证明", "source": "applicant", "form": "original", "required": True}
HEARING = {"code": "hearing", "title": "听证", "limit": {"value": 10, "unit": "workday"}, "basis": "另有规定"}
OTHER = {**ITEM, "ref": "id", "label": "身份证件"}


@dataclass
class Definition:
    """Only what the rules read of a definition."""

    service: dict = field(default_factory=dict)


def definition(**given) -> Definition:
    times = {"promised": {"value": 5, "unit": "workday"}, "statutory": {"value": 10, "unit": "workday"}}
    plain = {
        "type": "行政许可",
        "time_limit": times,
        "fee": {"amount": 20, "basis": "发改价格〔2003〕2322号"},
        "materials": [PROOF, {**PROOF, "code": "id", "required": False}],
        "special_procedures": [HEARING],
    }
    return Definition({**plain, **given})


def on(day: int, hour: int = 10) -> str:
    return f"2026-11-{day:02d}T{hour:02d}:00:00+08:00"


def fired(*acts, service=None, received_at=FILED, filing=None, **more) -> list[str]:
    """The codes that fire for an application filed on Monday the 2nd; `acts`: (side, kind, at, body or None, actor)."""
    pair = Pair()
    pair.act("node", "application.filed", filing, at=FILED)
    for side, kind, at, *rest in acts:
        pair.sync()
        body, actor = ([*rest, None, None])[:2]
        pair.act(side, kind, body, at=at, **({"actor": actor} if actor else {}))
    case = Case(reduce(pair.all), definition(**(service or {})), CALENDAR, NOW, received_at, **more)
    return [finding.rule for finding in of_case(case)]


ACCEPTED = ("centre", "application.accepted", on(3))
DECIDED = ("centre", "application.decided", on(4))
ASKED = ("centre", "correction.requested", on(3))
SEEN = ("node", "originals.seen", on(2))
FEW = {"reason": "材料相互矛盾"}


def asked_again(item, **more) -> tuple:
    """A first notice of one defect, its answer without anything new, and a second notice."""
    pair = Pair()
    pair.act("node", "application.filed", at=FILED)
    request = pair.act("centre", "correction.requested", {"items": [ITEM]}, at=on(3)).id
    body = answered(request, answers=filed()["answers"], materials=[{**PHOTO, "slot": "proof"}])
    return (
        ("centre", "correction.requested", on(3), {"items": [ITEM]}),
        ("node", "correction.answered", on(4), body),
        ("centre", "correction.requested", on(5), {"items": [item], **FEW, **more}),
    )


def paused(**more) -> tuple:
    body = {"procedure": "hearing", "title": "听证", "reason": "申请人要求听证", "until": "2026-11-17", **more}
    return ACCEPTED, ("centre", "procedure.begun", on(3, 12), body), DECIDED


def charged(amount: int) -> tuple:
    return ACCEPTED, ("node", "payment.due", on(3, 12), {**BODIES["payment.due"], "amount": amount}), DECIDED


def posted(*after) -> tuple:
    return SEEN, ACCEPTED, DECIDED, ("node", "document.posted", on(5)), *after


SIGNED_FOR = {
    "documents": [{"name": "居住证"}],
    "how": "post",
    "proof": "carrier",
    "materials": [],
    "checked": "officer",
    "remark": PARCEL["carrier"],
}
HANDED = ("node", "document.handed", on(5))

# rule -> (acts and arguments with which it fires, those with which it doesn't)
CASES = {
    "notice_late": (
        ((("centre", "application.accepted", on(10)), ("centre", "application.decided", on(10))), {}),
        ((("centre", "application.accepted", on(9)), ("centre", "application.decided", on(9))), {}),
    ),
    "promise_over": (
        ((ACCEPTED, ("centre", "application.decided", on(11))), {}),
        ((ACCEPTED, ("centre", "application.decided", on(10))), {}),
    ),
    "law_over": (
        ((ACCEPTED,), {}),
        ((ACCEPTED, ("centre", "application.decided", on(17))), {}),
    ),
    "correction_again": ((asked_again(ITEM), {}), ((ASKED,), {})),
    "correction_avoidable": ((asked_again(OTHER), {}), (asked_again(ITEM), {})),
    "pause_unfounded": ((paused(until="2026-11-18"), {}), (paused(), {})),
    "fee_other": ((charged(2500), {}), (charged(2000), {})),
    "material_outside": (
        ((("centre", "correction.requested", on(3), {"items": [{**ITEM, "ref": "certificate"}]}),), {}),
        ((ASKED,), {}),
    ),
    "delivery_unsigned": (
        (posted(), {}),
        (posted(("node", "document.handed", on(7), SIGNED_FOR)), {}),
    ),
    "original_unseen": (((ACCEPTED, DECIDED, HANDED), {}), ((SEEN, ACCEPTED, DECIDED, HANDED), {})),
    "backlog_old": (
        ((ACCEPTED, DECIDED), {"received_at": on(5, 10)}),
        ((ACCEPTED, DECIDED), {"received_at": on(5, 9)}),
    ),
    "clock_back": (
        ((("node", "identity.verified", "2026-11-01T09:00:00+08:00"), ACCEPTED, DECIDED), {}),
        ((("node", "identity.verified", "2026-11-02T08:59:30+08:00"), ACCEPTED, DECIDED), {}),
    ),
    "same_person": (
        ((ACCEPTED, DECIDED), {"handlers": frozenset({"centre:chen"})}),
        ((ACCEPTED, DECIDED), {"handlers": frozenset({"centre:luo"})}),
    ),
    "rating_uncalled": (
        ((ACCEPTED, DECIDED), {"call_back": CallBack(on(4), on(9))}),
        ((ACCEPTED, DECIDED), {"call_back": CallBack(on(4), on(6))}),
    ),
}


def test_every_rule_has_both_of_its_cases():
    assert CASES.keys() == RULES.keys()
    assert all(one.title and one.basis for one in (*RULES.values(), *ROOM_RULES.values()))
    assert not RULES.keys() & ROOM_RULES.keys()


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_fires_where_it_should_and_only_there(rule):
    (acts, given), (others, otherwise) = CASES[rule]
    assert rule in fired(*acts, **given)
    assert rule not in fired(*others, **otherwise)


def test_an_application_that_was_handled_as_it_should_be_shows_nothing():
    assert fired(SEEN, ACCEPTED, DECIDED, HANDED) == []


@pytest.mark.parametrize(
    "change",
    [{"procedure": "holiday"}, {"reason": " "}],
    ids=["a procedure that the service does not know", "a reason of blanks"],
)
def test_a_pause_needs_a_ground_and_a_reason(change):
    assert "pause_unfounded" in fired(*paused(**change))


@pytest.mark.parametrize(
    "service",
    [
        {"fee": {"amount": 0, "basis": "以当地公布为准"}},
        {"fee": {"amount": {"parameter": "cost"}, "basis": "另有规定"}},
        {
            "fee": {"amount": 20, "basis": "另有规定"},
            "parameters": {"cost": {"title": "工本费", "unit": "元", "default": 5}},
        },
    ],
    ids=["the place publishes it", "a parameter", "a parameter beside it"],
)
def test_of_a_fee_that_the_place_sets_nothing_is_said(service):
    assert "fee_other" not in fired(*charged(2500), service=service)


@pytest.mark.parametrize(
    ("owed", "seen"),
    [(None, False), (CallBack(on(26)), False), (CallBack(on(25)), True), (CallBack(on(25), tries=2), True)],
)
def test_a_rating_that_nobody_called_back_is_late_after_its_second_working_day(owed, seen):
    assert ("rating_uncalled" in fired(SEEN, ACCEPTED, DECIDED, HANDED, call_back=owed)) is seen


def test_each_notice_after_the_first_is_counted_by_its_place():
    pair = Pair()
    pair.act("node", "application.filed", at=FILED)
    for day, items in ((3, [ITEM]), (4, [ITEM, OTHER]), (5, [OTHER])):
        pair.act("centre", "correction.requested", {"items": items, **FEW}, at=on(day))
    found = of_case(Case(reduce(pair.all), definition(), CALENDAR, NOW, FILED))
    assert [(one.words, one.at) for one in found if one.rule == "correction_again"] == [
        ("第 2 次要求补正，2 项", on(4)),
        ("第 3 次要求补正，1 项", on(5)),
    ]


@pytest.mark.parametrize(
    ("received_at", "seen"), [("2026-11-05T09:00:00+08:00", False), ("2026-11-05T09:00:01+08:00", True)]
)
def test_what_lay_unsent_for_seventy_two_hours_is_no_backlog_and_a_second_more_is(received_at, seen):
    assert ("backlog_old" in fired(ACCEPTED, DECIDED, received_at=received_at)) is seen


def test_a_service_without_a_fee_allows_none():
    assert "fee_other" in fired(*charged(2000), service={"fee": {"amount": 0, "basis": "本事项不收费"}})


def test_who_confirmed_over_the_link_does_not_decide():
    filing = filed(to_confirm=True, channel="console")
    confirmed = ("centre", "application.confirmed_remotely", on(3, 9), {"ok": True})
    assert "same_person" in fired(confirmed, ACCEPTED, DECIDED, filing=filing)
    others = ((*ACCEPTED[:3], None, "centre:du"), (*DECIDED[:3], None, "centre:du"))
    assert "same_person" not in fired(confirmed, *others, filing=filing)


def test_a_special_procedure_within_its_limit_does_not_count_against_the_promise():
    begun = {"procedure": "hearing", "title": "听证", "reason": "申请人要求听证", "until": "2026-11-17"}
    acts = (ACCEPTED, ("centre", "procedure.begun", on(3, 12), begun), ("centre", "application.decided", on(20)))
    assert fired(*acts) == []


def test_a_composed_one_is_looked_at_in_its_parts():
    whole = filed(parts=[{"code": "a", "number": "52242500171004216"}])
    assert fired(ACCEPTED, filing=whole, handlers=frozenset({"centre:chen"})) == []


def test_no_finding_names_anybody():
    pair = Pair()
    pair.act("node", "application.filed", at=FILED)
    pair.act("centre", "application.accepted", at=on(20))
    case = Case(reduce(pair.all), definition(), CALENDAR, NOW, on(19), frozenset({"centre:chen"}))
    found = of_case(case)
    assert {one.rule for one in found} == {"notice_late", "promise_over", "law_over", "backlog_old", "same_person"}
    assert not [one for one in found if "王秀梅" in one.words or "chen" in one.words]
    waited = next(one.words for one in found if one.rule == "backlog_old")
    assert int(waited.removeprefix("上传前在警务室等待").split("天")[0]) > BACKLOG_HOURS // 24


# --- rooms and nights ---


def room_event(kind, body):
    pair = Pair()
    return pair.act("node", kind, body, application="")


OPENED = {"reason": "restored", "after": f"1:7:{'0' * 64}"}
LOST = {"epoch": 1, "first": 8, "last": 9}


def test_a_complaint_that_was_not_answered_in_time_is_said_without_naming_it():
    assert of_complaints([]) == []
    (open_, answered) = of_complaints([(on(2), "2026-11-04", "", 1), (on(2), "2026-11-04", on(6), 1)])
    assert open_.words == "2026年11月2日收到，2026年11月4日到期，还没有回应，已升级到市级"
    assert "2026年11月6日才回应" in answered.words
    assert {open_.rule, answered.rule} <= ROOM_RULES.keys()


def test_a_log_in_doubt_a_gap_and_an_outside_demand_are_seen_in_a_room():
    assert [one.rule for one in of_room(FILED, [])] == ["log_forked"]
    (gap,) = of_room("", [room_event("epoch.opened", OPENED | {"reason": "lost", "lost": LOST})])
    assert (gap.rule, gap.words) == ("log_lost", "第 1 期缺 8 号至 9 号")
    (asked,) = of_room("", [room_event("demand.refused", {"service": "juzhu-dengji", "slot": "村委会证明"})])
    assert (asked.rule, asked.words) == ("demand_outside", "事项 juzhu-dengji：村委会证明")


def test_a_room_whose_log_goes_on_after_a_backup_shows_nothing():
    assert of_room("", [room_event("epoch.opened", OPENED)]) == []


def many(count: int, at: str, actor: str = "centre:chen") -> list[Act]:
    return [Act(actor, "", at, f"{serial:017d}") for serial in range(count)]


def test_many_applications_of_one_account_in_an_hour_of_the_night_are_a_batch():
    ((act, finding),) = batches(many(BATCH_MIN, on(3, 23)))
    assert (act.actor, finding.rule, finding.at) == ("centre:chen", "night_batch", on(3, 23))
    assert str(BATCH_MIN) in finding.words


@pytest.mark.parametrize(
    "acts",
    [
        many(BATCH_MIN - 1, on(3, 23)),
        many(BATCH_MIN - 1, on(3, 23)) * 2,
        many(BATCH_MIN - 1, on(3, 23)) + many(BATCH_MIN - 1, on(4, 0)),
        many(BATCH_MIN - 1, on(3, 23)) + many(BATCH_MIN - 1, on(3, 23), "centre:du"),
        [replace(one, room=room) for one, room in zip(many(BATCH_MIN, on(3, 23)), "ab" * BATCH_MIN, strict=False)],
    ],
    ids=["one too few", "the same ones again", "two hours", "two people", "the same name in two rooms"],
)
def test_fewer_are_none(acts):
    assert batches(acts) == []


@pytest.mark.parametrize(("hour", "count"), [(21, 0), (22, 1), (5, 1), (6, 0)])
def test_the_night_has_its_hours(hour, count):
    pair = Pair()
    pair.act("node", "application.filed", at=on(3, hour))
    pair.act("node", "identity.verified", at=on(3, hour), actor="officer:luo")
    assert [(one.actor, one.room) for one in night_acts(reduce(pair.all), "5224250017")] == [
        ("officer:luo", "5224250017")
    ] * count
