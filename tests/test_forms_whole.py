import copy
from dataclasses import replace

import pytest
from lifecycle_data import Pair, filed

from forms import definition, lint_whole, whole, whole_clocks
from forms.calendar import Calendar
from forms.definition import build
from forms.lifecycle import phase_title, reduce
from forms.lint_service import context_of
from forms.outcomes import BY_ITS_PARTS
from forms.state import State
from forms.whole import Family, Member, Part

CATALOGUE = definition.packaged()
WHOLES = [one for one in CATALOGUE.values() if one.service.get("parts")]
BIRTH = CATALOGUE["xinshenger-chusheng"]
CALENDAR = Calendar(frozenset({2026, 2027}), frozenset())
AT = "2026-11-20T09:00:00+08:00"
NOW = "2026-11-20T10:00:00+08:00"
each = pytest.mark.parametrize("service", WHOLES, ids=[one.id for one in WHOLES])


def samples(service):
    return [(one["answers"], context_of(one)) for one in service.samples["valid"]]


def shares(service, sample=0):
    answers, context = samples(service)[sample]
    return whole.shares(service, whole.check(service, answers, context, CATALOGUE.get).answers, context, CATALOGUE.get)


def changed(service, change):
    """The service with its file changed by a function."""
    raw = copy.deepcopy(service.raw)
    change(raw)
    return build(raw, "0" * 64)


def faults(service, change):
    return {place for place, _, _ in lint_whole.across(changed(service, change), CATALOGUE.get)}


def test_birth_and_death_are_composed_of_what_several_departments_do():
    assert {one.id for one in WHOLES} == {"xinshenger-chusheng", "gongmin-shenhou"}
    for one in WHOLES:
        parts = whole.parts_of(one)
        assert len({part.by for part in parts}) >= 3
        assert parts[0].by == "派出所"
        assert all(CATALOGUE[part.service].service.get("part_only") for part in parts[1:])


@each
def test_every_sample_makes_two_applications_or_more_and_each_part_takes_its_answers(service):
    for index, _ in enumerate(samples(service)):
        found = shares(service, index)
        assert len(found) >= 2
        assert [one.problems for one in found] == [()] * len(found)


@each
def test_no_question_is_asked_twice(service):
    """What a part asks for comes from a place of the whole, which is on one page and stands there once."""
    seen = []
    pending = [service.uischema]
    while pending:
        element = pending.pop()
        seen += [element["scope"]] if "scope" in element else []
        pending += element.get("elements", [])
    assert len(seen) == len(set(seen))
    assert lint_whole.across(service, CATALOGUE.get) == []


def test_a_part_gets_its_own_answers_and_nothing_of_the_others():
    by_code = {one.part.code: one.answers for one in shares(BIRTH)}
    assert by_code["vaccine"]["applicant"]["name"] == "石大勇"
    assert by_code["card"]["card"] == {"pickup": "node"}
    assert "father" not in by_code["card"]
    assert "wants" not in by_code["household"]


def test_constants_are_filled_in_and_the_first_filled_place_counts():
    part = Part("a", "b", "c", "d", {"/name": ("/first", "/second")}, constants={"/kind": "birth"})
    assert part.handed({"second": "韦", "first": "石"}) == {"kind": "birth", "name": "石"}
    assert part.handed({"second": "韦"}) == {"kind": "birth", "name": "韦"}
    assert part.home("/name") == "/first"
    assert part.home("/elsewhere") == ""


def test_a_part_that_nobody_asked_for_is_not_made():
    assert [one.part.code for one in shares(BIRTH, 3)] == ["household", "vaccine"]


def test_a_problem_of_a_part_stands_at_the_field_of_the_whole():
    def loose(raw):
        raw["schema"]["properties"]["allowance"]["properties"]["account"].pop("pattern")

    answers, context = samples(BIRTH)[2]
    wrong = {**answers, "allowance": {**answers["allowance"], "account": "我的卡"}}
    found = whole.check(changed(BIRTH, loose), wrong, context, CATALOGUE.get).problems
    assert [(one.path, one.keyword) for one in found] == [("/allowance/account", "pattern")]
    assert found[0].message.endswith("（生育津贴申领）")


def _drop(raw):
    del raw["x-service"]["parts"][1]["answers"]["/home"]


def _longer(raw):
    raw["x-service"]["time_limit"]["promised"]["value"] = 19


def _unknown(raw):
    raw["x-service"]["parts"][1]["service"] = "mei-you"


def _options(raw):
    raw["schema"]["properties"]["card"]["properties"]["pickup"]["oneOf"].append({"const": "post", "title": "寄"})


def _type(raw):
    raw["x-service"]["parts"][4]["answers"]["/card/pickup"] = "/wants/card"
    del raw["x-service"]["parts"][4]["answers"]["/card"]


def _code(raw):
    raw["x-service"]["parts"][1]["materials"] = {"no_such": "birth_certificate"}


def _of_a_whole(raw):
    raw["x-service"]["parts"][1]["service"] = BIRTH.id


def _nowhere(raw):
    raw["x-service"]["parts"][1]["answers"]["/nowhere"] = "/child"


def _format(raw):
    raw["x-service"]["parts"][1]["answers"]["/applicant/phone"] = "/child/day"


def _nobody_asks(raw):
    for part in raw["x-service"]["parts"]:
        part["when"] = {"required": ["never"]}


def _wrong_constant(raw):
    part = raw["x-service"]["parts"][1]
    del part["answers"]["/child/sex"]
    part["constants"] = {"/child/sex": "9"}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_of_a_whole, "/x-service/parts/1/service"),
        (_nowhere, "/x-service/parts/1/answers/~1nowhere"),
        (_format, "/x-service/parts/1/answers/~1applicant~1phone"),
        (_nobody_asks, "/x-samples/valid/0"),
        (_wrong_constant, "/x-samples/valid/0/answers"),
        (_drop, "/x-service/parts/1/answers"),
        (_longer, "/x-service/time_limit/promised"),
        (_unknown, "/x-service/parts/1/service"),
        (_options, "/x-service/parts/4/answers/~1card"),
        (_type, "/x-service/parts/4/answers/~1card~1pickup"),
        (_code, "/x-service/parts/1/materials/no_such"),
    ],
)
def test_what_does_not_fit_a_part_is_a_fault_of_the_whole(change, place):
    assert place in faults(BIRTH, change)


def _title(raw):
    raw["schema"]["properties"]["child"]["properties"]["place"]["title"] = "出生的医院"


def _text(raw):
    raw["i18n"]["zh-CN"]["father.name.label"] = "爸爸的姓名"


def _unsaid(raw):
    del raw["i18n"]["zh-CN"]["child.day.description"]


def _limit(raw):
    raw["schema"]["properties"]["home"]["properties"]["address"]["maxLength"] = 20


def _rule(raw):
    raw["schema"]["x-jsf-logic"]["validations"]["dayNotInFuture"]["rule"] = True


@pytest.mark.parametrize(
    ("change", "place", "ours", "theirs"),
    [
        (_title, "/x-service/parts/0/answers/~1child", "/child/place", "chusheng-dengji.json /child/place 的 title"),
        (
            _text,
            "/x-service/parts/0/answers/~1father",
            "“爸爸的姓名”",
            "chusheng-dengji.json /father/name 的 i18n zh-CN.label",
        ),
        (
            _unsaid,
            "/x-service/parts/0/answers/~1child",
            "总表是“没有”",
            "chusheng-dengji.json /child/day 的 i18n zh-CN.description",
        ),
        (
            _limit,
            "/x-service/parts/1/answers/~1home",
            "总表是“20”",
            "yufang-jiezhongzheng.json /home/address 的 maxLength",
        ),
        (
            _rule,
            "/x-service/parts/0",
            "validations/dayNotInFuture",
            "chusheng-dengji.json /schema/x-jsf-logic/validations/dayNotInFuture",
        ),
    ],
)
def test_a_copy_that_drifted_from_its_part_is_a_fault_that_names_both_places(change, place, ours, theirs):
    found = {where: message for where, message, _ in lint_whole.across(changed(BIRTH, change), CATALOGUE.get)}
    assert ours in found[place]
    assert theirs in found[place]


@each
def test_the_packaged_copies_have_not_drifted_and_what_is_worded_apart_is_named(service):
    assert lint_whole.across(service, CATALOGUE.get) == []
    hidden = changed(service, lambda raw: raw["x-service"]["parts"][0].pop("own"))
    said = [message for _, message, _ in lint_whole.across(hidden, CATALOGUE.get)]
    assert len(said) == 1
    assert "/declaration/privacy" in said[0]


def test_words_of_a_part_that_is_never_offered_by_itself_may_differ_and_its_limits_may_not():
    only = next(one for one in whole.parts_of(BIRTH) if one.code == "card")
    assert CATALOGUE[only.service].service["part_only"]
    raw = copy.deepcopy(CATALOGUE[only.service].raw)
    raw["schema"]["properties"]["child"]["properties"]["name"] |= {"title": "娃娃的姓名", "maxLength": 5}
    find = {**dict(CATALOGUE.items()), only.service: build(raw, "0" * 64)}.get
    (said,) = [message for _, message, _ in lint_whole.across(BIRTH, find)]
    assert "maxLength" in said


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ({"after": ["card"]}, "/x-service/parts/1/after/0"),
        ({"code": "household"}, "/x-service/parts/1/code"),
        ({"service": "chusheng-dengji"}, "/x-service/parts/1/service"),
        ({"answers": {"/child": "/child", "/child/name": "/child/name"}}, "/x-service/parts/1/answers/~1child~1name"),
        ({"answers": {"/child": "/nobody"}}, "/x-service/parts/1/answers/~1child"),
        ({"materials": {"x": "no_such"}}, "/x-service/parts/1/materials/x"),
        ({"when": {"type": "nonsense"}}, "/x-service/parts/1/when"),
    ],
)
def test_a_fault_inside_of_the_file_is_named_with_its_place(entry, place):
    raw = copy.deepcopy(BIRTH.raw)
    raw["x-service"]["parts"][1] |= entry
    assert place in {found for found, _, _ in lint_whole.troubles(raw)}
    assert lint_whole.troubles(BIRTH.raw) == []


def part_state(number="1", **changes):
    return replace(State(number=number, filed_at=AT), **changes)


WHOLE = State(number="0", filed_at=AT, parts=(("a", "1"), ("b", "2"), ("c", "3")))
DONE = {"result": "granted", "closed_at": "2026-11-23T09:00:00+08:00", "noticed_at": "2026-11-23T09:00:00+08:00"}


def test_a_whole_is_closed_when_all_parts_are_and_says_how_many_until_then():
    open_, done = part_state(), part_state(**DONE)
    assert whole.derived(WHOLE, [open_] * 3).phase == "received"
    some = whole.derived(WHOLE, [open_, done, done])
    assert (some.phase, phase_title(some)) == ("accepted", "3 项中 2 项已办结")
    every = whole.derived(WHOLE, [done] * 3)
    assert (every.phase, every.result, phase_title(every)) == ("closed", "granted", "办结（准予）")
    mixed = whole.derived(WHOLE, [done, done, part_state(**{**DONE, "result": "transferred"})])
    assert phase_title(mixed) == "办结（各项分别办结）"


def test_a_whole_is_never_open_or_closed_by_what_was_written_to_itself():
    withdrawn = replace(WHOLE, result="withdrawn", closed_at=AT)
    assert whole.derived(withdrawn, [part_state(**DONE)] * 3).result == "granted"
    assert whole.derived(withdrawn, [part_state()] * 3).result is None


@pytest.mark.parametrize(
    "kind", ["application.accepted", "application.refused", "application.decided", "correction.requested"]
)
def test_what_the_centre_says_about_a_whole_takes_no_effect_on_either_side(kind):
    pair = Pair()
    pair.act("node", "application.filed", filed(parts=[{"code": "a", "number": "52242500171004223"}]))
    pair.sync()
    pair.act("centre", kind)
    state = reduce(pair.all)
    assert state.phase == "received"
    assert (state.history[-1].effective, state.history[-1].detail) == (False, BY_ITS_PARTS)


def family(**states):
    """Household, vaccine, insurance and card of a birth; states by code."""
    members = [
        Member(part, str(at), states.get(part.code, part_state(str(at))), CATALOGUE[part.service])
        for at, part in enumerate(whole.parts_of(BIRTH), 1)
        if part.code != "allowance"
    ]
    return Family("0", BIRTH.title, tuple(members))


def clocks(found, state, service=BIRTH, now=NOW):
    return {one.name: one for one in whole_clocks.clocks(service, state, found, CALENDAR, now)}


def test_the_total_limit_is_that_of_the_longest_branch():
    found = family()
    state = replace(WHOLE, parts=tuple((one.part.code, one.number) for one in found.members))
    assert clocks(found, state)["total"].due == "2026-12-11"  # the card: 15 working days after the registration
    later = family(household=part_state("1", **DONE))
    assert clocks(later, state)["total"].due == "2026-12-14"  # the registration itself took until Monday


def test_a_part_waits_for_the_one_before_it_and_its_clock_begins_when_that_is_closed():
    waiting, card = family(), CATALOGUE["shebaoka-shenling"]
    member = waiting.members[-1]
    assert waiting.waits_for(member) == ["出生登记"]
    assert waiting.words(member) == "等“出生登记”办结后再办"
    assert clocks(waiting, member.state, card) == {}
    going = family(household=part_state("1", **DONE))
    assert going.waits_for(going.members[-1]) == []
    assert clocks(going, going.members[-1].state, card)["notice"].start == DONE["closed_at"]


def test_a_part_beside_it_does_not_wait():
    found = family(household=part_state("1", corrections=()))
    vaccine = found.members[1]
    assert found.waits_for(vaccine) == []
    assert clocks(found, vaccine.state, CATALOGUE["yufang-jiezhongzheng"])["notice"].start == AT
