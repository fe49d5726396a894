"""Rules as JSON Forms' reference decides them, corner by corner."""

import pytest

from forms import rules


def element(effect="SHOW", **condition):
    return {"type": "Control", "scope": "#/properties/x", "rule": {"effect": effect, "condition": condition}}


def shown(data, effect="SHOW", root=None, **condition):
    return rules.visible(element(effect, **condition), data, root=root)


def test_an_element_without_a_rule_is_shown_and_can_be_filled():
    assert rules.visible({"type": "Control"}, {})
    assert rules.enabled({"type": "Control"}, {})


@pytest.mark.parametrize(
    ("effect", "holds", "visible", "enabled"),
    [
        ("SHOW", True, True, True),
        ("SHOW", False, False, True),
        ("HIDE", True, False, True),
        ("HIDE", False, True, True),
        ("ENABLE", True, True, True),
        ("ENABLE", False, True, False),
        ("DISABLE", True, True, False),
        ("DISABLE", False, True, True),
        ("UNKNOWN", True, True, True),
    ],
)
def test_each_effect_does_one_thing(effect, holds, visible, enabled):
    one = element(effect, scope="#/properties/a", schema={"const": 1})
    data = {"a": 1 if holds else 2}
    assert (rules.visible(one, data), rules.enabled(one, data)) == (visible, enabled)


def test_a_missing_value_fails_what_compares_and_passes_the_rest():
    at = {"scope": "#/properties/a"}
    assert not shown({}, schema={"const": 1}, **at)
    assert not shown({}, schema={"enum": [1]}, **at)
    assert not shown({}, schema={"type": "string"}, **at)
    assert shown({}, schema={"minimum": 18}, **at)
    assert shown({}, schema={"not": {"const": 1}}, **at)
    assert not shown({}, schema={"minimum": 18}, failWhenUndefined=True, **at)
    assert not shown({}, schema={"not": {"const": 1}}, failWhenUndefined=True, **at)


def test_a_missing_value_goes_through_every_combination():
    at = {"scope": "#/properties/a"}
    yes, no = {"minimum": 1}, {"const": 1}
    assert shown({}, schema={"allOf": [yes, yes]}, **at)
    assert not shown({}, schema={"allOf": [yes, no]}, **at)
    assert shown({}, schema={"anyOf": [no, yes]}, **at)
    assert not shown({}, schema={"oneOf": [yes, yes]}, **at)
    assert not shown({}, schema={"if": yes, "then": no}, **at)
    assert shown({}, schema={"if": no, "then": no}, **at)
    assert not shown({}, schema={"allOf": [False]}, **at)


def test_null_is_a_value_and_missing_is_none():
    assert not shown({"a": None}, type="LEAF", scope="#/properties/a", expectedValue="x")
    assert shown({"a": None}, type="LEAF", scope="#/properties/a", expectedValue=None)
    assert not shown({}, type="LEAF", scope="#/properties/a", expectedValue=None)


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (1, 1.0, True),
        (True, 1, False),
        (1, True, False),
        ("1", 1, False),
        ([], [], False),
        ({}, {}, False),
        ("x", "x", True),
    ],
)
def test_a_leaf_compares_as_javascript_does(value, expected, same):
    assert shown({"a": value}, type="LEAF", scope="#/properties/a", expectedValue=expected) is same


def test_and_or_not_and_their_empty_forms():
    yes = {"scope": "#/properties/a", "schema": {"const": 1}}
    no = {"scope": "#/properties/a", "schema": {"const": 2}}
    data = {"a": 1}
    assert shown(data, type="AND", conditions=[yes, yes])
    assert not shown(data, type="AND", conditions=[yes, no])
    assert shown(data, type="OR", conditions=[no, yes])
    assert not shown(data, type="OR", conditions=[])
    assert shown(data, type="AND", conditions=[])
    assert shown(data, type="NOT", conditions=[no])
    assert not shown(data, type="NOT", conditions=[yes])
    assert shown(data, type="OR", conditions=[no, {"type": "AND", "conditions": [yes]}])


def test_an_unknown_condition_holds():
    assert shown({}, type="WEIRD")
    assert not shown({}, effect="HIDE", type="WEIRD")


def test_scopes_lead_to_values():
    assert rules.data_segments("#/properties/a/properties/b~1c") == ("a", "b/c")
    assert rules.data_segments("#/allOf/12/properties/a/then/properties/b") == ("a", "b")
    assert rules.data_segments("#") == ()
    assert rules.value_at({"a": {"b": 1}}, "#/properties/a/properties/b") == 1
    assert rules.value_at({"a": [5, 6]}, "#/properties/a/items/1") == 6
    assert rules.value_at({"a": "xy"}, "#/properties/a/properties/length") == 2
    assert rules.value_at({"a": "村𠮷"}, "#/properties/a/properties/length") == 3, "as JavaScript counts"
    assert rules.value_at({"a": "村𠮷"}, "#/properties/a/items/1") == "\ufffd"
    assert rules.value_at({"a": 1}, "#") == {"a": 1}
    assert rules.value_at({"a": 0}, "#/properties/a/properties/b") is rules.MISSING


ROOT = {
    "$id": "https://example.cn/s",
    "$defs": {"minor": {"properties": {"age": {"maximum": 15}}, "required": ["age"]}},
}


@pytest.mark.parametrize("ref", ["#/$defs/minor", "https://example.cn/s#/$defs/minor"])
def test_a_condition_may_refer_to_the_schema_it_belongs_to(ref):
    assert shown({"age": 10}, root=ROOT, scope="#", schema={"$ref": ref})
    assert not shown({"age": 20}, root=ROOT, scope="#", schema={"$ref": ref})
    assert not shown({}, root=ROOT, scope="#/properties/x", failWhenUndefined=True, schema={"$ref": ref})


def test_a_condition_may_refer_to_itself():
    schema = {"$ref": "#/$defs/one", "$defs": {"one": {"const": 1}}}
    assert shown({"a": 1}, root=ROOT, scope="#/properties/a", schema=schema)
    assert not shown({"a": 2}, root=ROOT, scope="#/properties/a", schema=schema)


def test_a_condition_that_cannot_be_judged_hides_nothing():
    assert shown({"a": 1}, scope="#/properties/a", schema={"$ref": "http://example.cn/x"})
    assert shown({"a": 1}, scope="#/properties/a", schema={"type": "nonsense"})


def test_a_row_is_judged_by_its_own_data():
    rule = element(type="LEAF", scope="#/properties/child", expectedValue=True)
    assert rules.visible(rule, {"child": True})
    assert not rules.visible(rule, {"child": False})
