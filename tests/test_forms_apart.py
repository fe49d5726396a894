"""Answers with a term of their own: apart when written, whole when read, a sentence when gone; who may have one."""

import copy

import pytest
from forms_support import DEFINITION, definition_file
from lifecycle_data import BODIES, Pair, answered, filed, situation

from forms import apart, lint
from forms.definition import build, packaged
from forms.kinds import check_body
from forms.kinds_apart import KIND
from forms.lifecycle import reduce
from forms.supplied import joined as both

PLACE, ACCOUNT, KEY = "/heir/account", "6200000000000000000", "7" * 32
PART = {"key": KEY, "days": 90, "values": {PLACE: ACCOUNT}}
NAMED = [{"key": KEY, "places": [PLACE]}]
LEFT = {"heir": {"bank": "农村商业银行石桥支行"}}
WHOLE = {"heir": {"bank": "农村商业银行石桥支行", "account": ACCOUNT}}


def held(*parts, side="node", **body):
    """An application whose account stands apart."""
    pair = Pair()
    pair.act("node", "application.filed", filed(answers=LEFT, apart=NAMED) | body)
    for part in parts:
        pair.act(side, KIND, part)
    return pair


def test_a_body_is_split_by_terms_and_comes_back_whole():
    funeral = packaged()["sangzang-buzhu"]
    assert apart.terms(funeral) == {PLACE: 90}
    assert apart.terms(packaged()["juzhu-dengji"]) == {}
    body = filed(answers=WHOLE)
    left, parts = apart.split(funeral, body, lambda: KEY)
    assert (left["answers"], left["apart"], parts) == (LEFT, NAMED, [PART])
    assert body["answers"] == WHOLE
    check_body("application.filed", left)
    check_body(KIND, parts[0])
    assert apart.split(funeral, filed(answers=LEFT), lambda: KEY) == (filed(answers=LEFT), [])
    state = reduce(held(PART).all)
    assert (state.answers, state.lacking, len(state.history)) == (WHOLE, (), 1)


def test_any_order_and_a_repeat_give_the_same():
    pair = held(PART)
    assert reduce(pair.all[::-1]) == reduce(pair.all) == reduce(pair.all + pair.all)


@pytest.mark.parametrize(
    ("part", "side"),
    [
        (PART | {"key": "8" * 32}, "node"),
        (PART, "centre"),
        ({"key": KEY, "days": 90}, "node"),
        (PART | {"days": 0}, "node"),
        (PART | {"values": {"/applicant/name": "别人"}}, "node"),
    ],
)
def test_what_belongs_to_no_answer_of_its_log_completes_nothing(part, side):
    state = reduce(held(part, side=side).all)
    assert (state.answers, state.lacking) == (LEFT, (PLACE,))


def test_of_two_the_first_stands_and_an_answer_is_never_replaced():
    second = PART | {"values": {PLACE: "1" * 19}}
    assert reduce(held(PART, second).all).answers == WHOLE
    pair = held(second, answers=WHOLE)
    assert reduce(pair.all).answers == WHOLE


@pytest.mark.parametrize("place", ["/heir/bank/deep", "/heir/bank", "/heir/0/x", "/0/1/2", "/heir//", "/~2"])
def test_no_place_makes_the_reducer_raise_or_takes_the_place_of_an_answer(place):
    pair = held()
    pair.logs["node"].clear()
    pair.act("node", "application.filed", filed(answers=LEFT, apart=[{"key": KEY, "places": [place]}]))
    pair.act("node", KIND, PART | {"values": {place: "x"}})
    pair.sync()
    pair.act("centre", "application.decided", BODIES["application.decided"])
    state = reduce(pair.all)
    assert state.answers["heir"]["bank"] == LEFT["heir"]["bank"]
    assert apart.shown(state)["heir"]["bank"] == LEFT["heir"]["bank"]


def test_a_sentence_stands_for_it_only_once_the_application_is_closed():
    pair = held()
    assert apart.shown(reduce(pair.all)) == LEFT
    pair.sync()
    pair.act("centre", "application.decided", BODIES["application.decided"])
    state = reduce(pair.all)
    assert apart.shown(state) == {"heir": LEFT["heir"] | {"account": apart.GONE}}
    assert state.answers == LEFT


def test_a_correction_brings_its_own_and_both_ends_may_answer():
    pair = situation("correction")
    request = reduce(pair.all).correction.request
    online, room = ({**PART, "key": one * 32, "values": {PLACE: one * 19}} for one in "12")
    for side, kind, part in (("centre", "correction.supplied", online), ("node", "correction.answered", room)):
        pair.act(side, kind, answered(request, answers=LEFT, apart=[{"key": part["key"], "places": [PLACE]}]))
        pair.act(side, KIND, part)
    before = reduce(situation("correction").all).answers
    answers = [{"heir": LEFT["heir"] | {"account": one * 19}} for one in "12"]
    assert reduce(pair.all).answers == both(before, *answers)


@pytest.mark.parametrize(
    ("closed", "today", "over"),
    [
        ("2026-11-21T23:59:59+08:00", "2027-02-19", False),
        ("2026-11-21T23:59:59+08:00", "2027-02-20", True),
        ("", "2099-01-01", False),
        ("2026-11-21T00:00:00+08:00", "", False),
        ("9999-12-31T00:00:00+08:00", "9999-12-31", False),
        ("gestern", "2027-02-20", False),
    ],
)
def test_a_term_runs_in_whole_days_from_closing(closed, today, over):
    assert apart.is_over(closed, 90, today) is over


def faults_of(change):
    content = definition_file()
    change(content["schema"]["properties"], content)
    return [(place, message) for place, message, _ in lint.troubles(content)]


def with_note(properties, **said):
    properties["note"] = {"type": "string", "title": "备注", "x-purpose": "联系", "x-retention": {"days": 30}} | said


def test_a_plain_text_may_go_early_and_the_file_stays_sound():
    assert all("x-retention" not in place for place, _ in faults_of(lambda fields, _: with_note(fields)))
    content = copy.deepcopy(DEFINITION)
    with_note(content["schema"]["properties"])
    assert apart.terms(build(content, "d" * 64)) == {"/note": 30}


@pytest.mark.parametrize(
    "said",
    [
        {"x-person": "phone"},
        {"format": "person-name"},
        {"format": "cn-ric"},
        {"format": "file-ref"},
        {"readOnly": True},
        {"type": "integer"},
        {"type": ["string", "null"]},
        {"type": "object"},
        {"x-retention": {"days": 0}},
        {"x-retention": {"days": 3651}},
        {"x-retention": {"days": "30"}},
        {"x-retention": {}},
        {"x-retention": {"days": 30, "after": "收件"}},
    ],
    ids=str,
)
def test_what_is_needed_later_or_written_wrongly_may_not(said):
    found = faults_of(lambda fields, _: with_note(fields, **said))
    assert any("/schema/properties/note/x-retention" in place for place, _ in found), found


@pytest.mark.parametrize(
    "use",
    [
        lambda service, _: service["materials"][0].update(required={"required": ["note"]}),
        lambda service, _: service["materials"][0].update(required={"properties": {"note": {"const": "x"}}}),
        lambda _, logic: logic.setdefault("computedValues", {}).update(length={"rule": {"cat": [{"var": "note"}]}}),
    ],
)
def test_what_a_rule_of_the_service_rests_on_may_not(use):
    def change(fields, content):
        with_note(fields)
        use(content["x-service"], content["schema"].setdefault("x-jsf-logic", {}))

    assert any("规则要用到这一项" in message for _, message in faults_of(change))


def test_a_field_of_a_list_may_not():
    def change(fields, _):
        row = {"type": "object", "properties": {}}
        with_note(row["properties"])
        fields["others"] = {"type": "array", "title": "同住的人", "x-purpose": "登记", "items": row}

    assert any("单个文字" in message for _, message in faults_of(change))


def test_more_of_them_than_fit_a_record_are_refused():
    def change(fields, _):
        for place in range(51):
            with_note(fields)
            fields[f"note{place}"] = fields["note"]

    assert any("超过 50 项" in message for _, message in faults_of(change))
