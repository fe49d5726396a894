"""Conditions of an XLSForm mean on our pages and in our schema what XPath says they mean."""

from __future__ import annotations

import math
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import logic, rules, validation, xpath
from forms.xlsform_constraint import constraint
from forms.xlsform_items import Cannot, Items
from forms.xlsform_logic import Logic
from forms.xlsform_rules import as_schema, condition, full_match, rule_condition
from forms.xlsform_texts import code_of

CODES = ["1", "2", "10", "x"]
TREE = {
    "children": [
        {"type": "text", "name": "t", "yizhan_row": "2"},
        {"type": "group", "name": "g", "yizhan_row": "3", "children": [
            {"type": "integer", "name": "n", "yizhan_row": "4"},
            {"type": "select one", "name": "o", "yizhan_row": "5", "choices": [{"name": one} for one in CODES]},
        ]},
        {"type": "select all that apply", "name": "m", "yizhan_row": "6", "choices": [{"name": one} for one in CODES]},
        {"type": "date", "name": "d", "yizhan_row": "7"},
        {"type": "repeat", "name": "r", "yizhan_row": "8", "children": [
            {"type": "integer", "name": "inside", "yizhan_row": "9"},
            {"type": "text", "name": "beside", "yizhan_row": "10"},
        ]},
    ]
}  # fmt: skip  # a table
ITEMS = Items(TREE)
BY_NAME = {item.name: item for item in ITEMS}
SIGNS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}

leaves = st.one_of(
    st.builds("${{t}} {} '{}'".format, st.sampled_from(["=", "!="]), st.sampled_from(["", "x", "y"])),
    st.builds("${{n}} {} {}".format, st.sampled_from(list(SIGNS)), st.integers(-3, 12)),
    st.builds("{} {} ${{n}}".format, st.integers(-3, 12), st.sampled_from(list(SIGNS))),
    st.builds("${{o}} {} '{}'".format, st.sampled_from(["=", "!="]), st.sampled_from(CODES)),
    st.builds("${{o}} {} {}".format, st.sampled_from(["<", ">=", "="]), st.integers(0, 11)),
    st.builds("selected(${{m}}, '{}')".format, st.sampled_from(CODES)),
    st.builds("selected(${{o}}, '{}')".format, st.sampled_from(CODES)),
    st.builds("count-selected(${{m}}) {} {}".format, st.sampled_from(list(SIGNS)), st.integers(0, 3)),
    st.builds("string-length(${{t}}) {} {}".format, st.sampled_from(list(SIGNS)), st.integers(0, 3)),
    st.builds("${{d}} {} '{}'".format, st.sampled_from(["=", "!="]), st.sampled_from(["", "2026-01-01"])),
    st.sampled_from(["true()", "false()", "${t}", "${n}", "selected(${o}, 'x') = false()"]),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not({})".format, inner),
    ),
    max_leaves=6,
)
data = st.builds(
    lambda t, n, o, m, d: {
        **({"t": t} if t else {}),
        **({"g": {**({} if n is None else {"n": n}), **({"o": o} if o else {})}} if n is not None or o else {}),
        **({"m": m} if m else {}),
        **({"d": d} if d else {}),
    },
    st.sampled_from(["", "x", "y", "xyz"]),
    st.one_of(st.none(), st.integers(-4, 13)),
    st.sampled_from(["", *CODES]),
    st.lists(st.sampled_from(CODES), unique=True),
    st.sampled_from(["", "2026-01-01", "2026-05-01"]),
)


def text_of(node, answers):
    """The value of a field as XForms keeps it: a text, several choices with spaces between."""
    found = answers.get("g", {}).get(node.value, answers.get(node.value, ""))
    return " ".join(found) if isinstance(found, list) else str(found)


def number_of(text):
    try:
        return float(text)
    except ValueError:
        return math.nan


def value(node, answers):
    if node.kind == "ref":
        return text_of(node, answers)
    if node.kind in ("text", "number"):
        return node.value if node.kind == "text" else float(node.value)
    if node.value == "string-length":
        return float(len(text_of(node.args[0], answers)))
    if node.value == "count-selected":
        return float(len(text_of(node.args[0], answers).split()))
    return truth(node, answers)


def compared(sign, left, right):
    if isinstance(left, bool) or isinstance(right, bool):
        return SIGNS[sign](bool(left), bool(right))
    if sign in ("=", "!=") and isinstance(left, str) and isinstance(right, str):
        return SIGNS[sign](left, right)
    return SIGNS[sign](number_of(left), number_of(right))


def truth(node, answers):
    """XPath's own reading, written from its definition and nothing of ours."""
    if node.kind == "op" and node.value in ("and", "or"):
        return (all if node.value == "and" else any)(truth(part, answers) for part in node.args)
    if node.kind == "op":
        return compared(node.value, *(value(part, answers) for part in node.args))
    if node.kind == "ref":
        found = text_of(node, answers)
        return number_of(found) != 0 if node.value == "n" and found else bool(found)
    if node.value == "selected":
        return node.args[1].value in text_of(node.args[0], answers).split()
    return {"true": True, "false": False}.get(node.value, node.value == "not" and not truth(node.args[0], answers))


@settings(max_examples=400, deadline=None)
@given(source=conditions, answers=data)
def test_rule_and_schema_say_what_xpath_says(source, answers):
    node = xpath.parse(source)
    found = condition(node, ITEMS, BY_NAME["t"])
    element = {"rule": {"effect": "SHOW", "condition": rule_condition(found)}}
    wanted = truth(node, answers)
    assert rules.visible(element, answers) is wanted, source
    assert (not validation.problems(as_schema(found), answers)) is wanted, source


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("${inside} = 1", "重复组另一边"),
        ("${nobody} = 1", "不存在"),
        ("${t} > 'a'", "比较大小"),
        ("${d} > '2026-01-01'", "比较大小"),
        ("${n} = ${o}", "两个字段"),
        ("${n} + 1 > 2", "左边不是一个字段"),
        ("jr:choice-name(${o}, 'x')", "jr:choice-name"),
        ("selected(${t}, 'x')", "不是选择题"),
        ("${n} = 'abc'", "不能与"),
    ],
)
def test_what_a_rule_cannot_say_is_refused_with_its_reason(source, reason):
    with pytest.raises(Cannot, match=reason):
        condition(xpath.parse(source), ITEMS, BY_NAME["t"])


@pytest.mark.parametrize(
    ("name", "source", "keywords"),
    [
        ("n", ". >= 1 and . <= 9", {"minimum": 1, "maximum": 9}),
        ("n", "0 < . and . < 5 and . < 3", {"exclusiveMinimum": 0, "exclusiveMaximum": 3}),
        ("n", ". != 4", {"not": {"const": 4}}),
        ("t", "regex(., '[0-9]{6}')", {"pattern": "^(?:[0-9]{6})$"}),
        ("t", "string-length(.) = 6", {"minLength": 6, "maxLength": 6}),
        ("m", "count-selected(.) > 1", {"minItems": 2}),
        ("m", "not(selected(., 'x'))", {"not": {"contains": {"const": "x"}}}),
    ],
)
def test_a_constraint_becomes_keywords_where_there_are_some(name, source, keywords):
    found = constraint(xpath.parse(source), ITEMS, BY_NAME[name])
    assert (found.keywords, found.rules, found.left) == (keywords, [], [])


@pytest.mark.parametrize(
    ("name", "source", "good", "bad"),
    [
        ("n", ". = 0 or . >= 18", {"g": {"n": 18}}, {"g": {"n": 5}}),
        ("d", ". <= today()", {"d": "2026-11-20"}, {"d": "2026-11-21"}),
        ("d", ". > ${t}", {"d": "2026-11-20"}, {"d": "2026-11-20", "t": "2026-12-01"}),
        ("m", "not(selected(., 'x') and count-selected(.) > 1)", {"m": ["x"]}, {"m": ["x", "1"]}),
    ],
)
def test_other_constraints_become_a_rule_of_json_logic(name, source, good, bad):
    found = constraint(xpath.parse(source), ITEMS, BY_NAME[name])
    assert (found.keywords, len(found.rules), found.left) == ({}, 1, [])
    facts = {"_ctx": {"filing_day": "2026-11-20"}}
    assert logic.evaluate(found.rules[0], good | facts) is True
    assert logic.evaluate(found.rules[0], bad | facts) is False


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("n", "regex(., '^1[0-9]{10}$')"),
        ("t", "regex(., '(')"),
        ("t", "pulldata('a', 'b', 'c', .)"),
        ("d", ". + 1 > 3"),
    ],
)
def test_a_constraint_without_counterpart_says_so_and_keeps_the_rest(name, source):
    found = constraint(xpath.parse(f"{source} and . != '7'"), ITEMS, BY_NAME[name])
    assert len(found.left) == 1
    assert found.keywords == {"not": {"const": 7 if name == "n" else "7"}}


@pytest.mark.parametrize(
    ("source", "answers", "result"),
    [
        ("${n} * 2 + 1", {"g": {"n": 3}}, 7),
        ("${n} div 2", {"g": {"n": 3}}, 1.5),
        ("if(${n} > 2, '多', '少')", {"g": {"n": 3}}, "多"),
        ("coalesce(${n}, 5)", {}, 5),
        ("concat(${t}, '-', ${o})", {"t": "a", "g": {"o": "x"}}, "a-x"),
        ("sum(${inside})", {"r": [{"inside": 2}, {"inside": 5}]}, 7),
        ("count(${r})", {"r": [{}, {}]}, 2),
        ("count-selected(${m})", {"m": ["x", "1"]}, 2),
        ("selected(${m}, 'x')", {"m": ["x"]}, True),
    ],
)
def test_a_calculation_gives_what_it_gave(source, answers, result):
    assert logic.evaluate(Logic(ITEMS, BY_NAME["t"]).rule(xpath.parse(source)), answers) == result


def test_a_pattern_finds_whole_texts_only():
    assert full_match("^a$") == "^a$"
    assert full_match("^a|b$") == "^(?:^a|b$)$"
    assert full_match("a") == "^(?:a)$"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("中文 (zh)", "zh-CN"),
        ("English (en)", "en"),
        ("中文", "zh-CN"),
        ("French", "fr"),
        ("ئۇيغۇرچە (ug)", "ug"),
        ("Chinese (zh-TW)", "zh-TW"),
        ("bo", "bo"),
        ("Klingon of the north", ""),
        ("zh_CN", "zh-CN"),
    ],
)
def test_a_language_is_told_by_its_code_or_a_common_name(name, code):
    assert code_of(name) == code
