"""Conditions of an XLSForm (`relevant`, `required`) as rules of JSON Forms and as JSON Schema, from one tree.

An answer that isn't there is an empty text to XPath: `${x} != 'a'` holds, `${x} > 3` doesn't. Both translations keep
that, so that a page shows a field exactly when the schema asks for it.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from forms.xlsform_items import Cannot, Item, Items, scope
from forms.xpath import Node

Schema = dict[str, Any]
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip  # a table
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
BOUNDS = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value against a schema. `missing`: what the condition says when the value isn't there."""

    way: tuple[str, ...]
    schema: Schema
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """`kind`: AND, OR or NOT (of one part)."""

    kind: str
    parts: tuple[Condition, ...]


Condition = Leaf | Joined
ALWAYS, NEVER = Leaf((), {}), Leaf((), {"not": {}})


def rule_condition(condition: Condition) -> dict[str, Any]:
    """A condition as JSON Forms writes it."""
    if isinstance(condition, Joined):
        return {"type": condition.kind, "conditions": [rule_condition(part) for part in condition.parts]}
    told = not condition.missing or _holds_without_value(condition.schema)
    if not told:
        there = Leaf(condition.way, condition.schema)
        return rule_condition(Joined("OR", (Joined("NOT", (Leaf(condition.way, {}),)), there)))
    return {
        "scope": scope(condition.way),
        "schema": condition.schema,
        "failWhenUndefined": not condition.missing,
    }


def _holds_without_value(schema: Schema) -> bool:
    """Whether JSON Forms finds that a schema holds for what isn't there: upper limits do, and "not this constant"."""
    return set(schema) <= {"maxItems", "maxLength"} or set(schema.get("not", ())) == {"const"}


def as_schema(condition: Condition) -> Schema:
    """A condition as a JSON Schema for the object that its ways count from."""
    if isinstance(condition, Leaf):
        return nest(condition.way, condition.schema, required=not condition.missing)
    parts = [as_schema(part) for part in condition.parts]
    if condition.kind == "NOT":
        return {"not": parts[0]}
    return {"allOf" if condition.kind == "AND" else "anyOf": parts}


def nest(way: tuple[str, ...], schema: Schema, *, required: bool) -> Schema:
    """`schema` for the value at the end of a way."""
    for name in reversed(way):
        schema = {"properties": {name: schema}} | ({"required": [name]} if required else {})
    return schema


def both(conditions: list[Condition]) -> Condition:
    """All of some conditions; ALWAYS for none."""
    real = [one for one in conditions if one != ALWAYS]
    if not real:
        return ALWAYS
    return real[0] if len(real) == 1 else Joined("AND", tuple(real))


def condition(node: Node, items: Items, asker: Item) -> Condition:
    """A condition from its expression. Raises Cannot with the reason."""
    if node.kind == "op" and node.value in ("and", "or"):
        parts = tuple(condition(part, items, asker) for part in node.args)
        return Joined(node.value.upper(), parts)
    if node.kind == "op" and node.value in SIGNS:
        return _comparison(node, items, asker)
    if node.kind in ("ref", "sibling"):
        target = items.find(node, asker)
        return Leaf(target.way, {"not": {"const": 0}} if target.kind == "number" else {})  # 0 is false to XPath
    if node.kind == "call":
        return _call(node, items, asker)
    raise Cannot("条件里有加减乘除或者别处的路径，显示规则表达不了")


def _call(node: Node, items: Items, asker: Item) -> Condition:
    name, count = node.value, len(node.args)
    if name in ("true", "false") and not count:
        return ALWAYS if name == "true" else NEVER
    if name == "not" and count == 1:
        return Joined("NOT", (condition(node.args[0], items, asker),))
    if name == "boolean" and count == 1:
        return condition(node.args[0], items, asker)
    if name in _TESTS and count == 2 and node.args[0].kind in ("ref", "sibling") and node.args[1].kind == "text":  # noqa: PLR2004 - what is tested, and by what
        target = items.find(node.args[0], asker)
        return Leaf(target.way, _TESTS[name](target, node.args[1].value))
    raise Cannot(f"函数 {name}() 在显示规则里没有对应的写法")


def chosen(target: Item, value: str) -> Schema:
    """selected(x, 'value')"""
    if target.kind == "many":
        return {"contains": {"const": value}}
    if target.kind == "one":
        return {"const": value}
    raise Cannot(f"selected() 用在了不是选择题的字段 {target.name} 上")


def _pattern(before: str, after: str) -> Callable[[Item, str], Schema]:
    def test(target: Item, text: str) -> Schema:
        if target.kind not in ("text", "one"):
            raise Cannot(f"字段 {target.name} 不是文字，不能按文字比较")
        return {"pattern": before + re.escape(text).replace("\\ ", " ").replace("/", "\\/") + after}

    return test


def full_match(pattern: str) -> str:
    """XLSForm's regex() matches the whole text; JSON Schema's `pattern` finds a part."""
    whole = pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$") and "|" not in pattern
    return pattern if whole else f"^(?:{pattern})$"


def _regex(target: Item, pattern: str) -> Schema:
    if target.kind != "text":
        raise Cannot(f"字段 {target.name} 不是文字，不能用 regex()")
    return {"pattern": full_match(pattern)}


_TESTS: dict[str, Callable[[Item, str], Schema]] = {
    "selected": chosen,
    "regex": _regex,
    "contains": _pattern("", ""),
    "starts-with": _pattern("^", ""),
    "ends-with": _pattern("", "$"),
}


def _comparison(node: Node, items: Items, asker: Item) -> Condition:
    left, right = node.args
    sign = node.value
    if left.kind in ("text", "number") or (left.kind == "call" and left.value in ("true", "false")):
        left, right, sign = right, left, TURNED[sign]
    if right.kind == "call" and right.value in ("true", "false") and sign in ("=", "!="):
        inner = condition(left, items, asker)
        return inner if (right.value == "true") == (sign == "=") else Joined("NOT", (inner,))
    if right.kind not in ("text", "number"):
        raise Cannot("显示规则只能把一个字段与固定的值比较，不能比较两个字段或者算式")
    if left.kind == "call" and left.value in ("number", "int", "string") and len(left.args) == 1:
        left = left.args[0]
    if left.kind in ("ref", "sibling"):
        return compared(items.find(left, asker), sign, right)
    if left.kind == "call" and len(left.args) == 1 and left.args[0].kind in ("ref", "sibling"):
        return _counted(left.value, items.find(left.args[0], asker), sign, right)
    raise Cannot("比较的左边不是一个字段，显示规则表达不了")


def number(text: str) -> float | int | None:
    """A number as XPath reads it, None for what is none."""
    if not re.fullmatch(r"\s*-?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})\s*", text):
        return None
    found = float(text)
    return int(found) if found.is_integer() else found


def compared(target: Item, sign: str, literal: Node) -> Condition:
    """A field against a fixed value, as XPath compares them."""
    if literal.kind == "text" and literal.value == "" and sign in ("=", "!="):
        there = Leaf(target.way, {})
        return there if sign == "!=" else Joined("NOT", (there,))
    schema = _COMPARE.get(target.kind, _no_comparison)(target, sign, literal)
    return Leaf(target.way, schema, missing=sign == "!=")


def _no_comparison(target: Item, _sign: str, _literal: Node) -> Schema:
    raise Cannot(f"字段 {target.name} 只能问有没有填，不能比较内容")


def _equal(sign: str, value: Any) -> Schema:
    if sign not in ("=", "!="):
        raise Cannot("文字和日期不能在显示规则里比较大小")
    return {"const": value} if sign == "=" else {"not": {"const": value}}


def _text(_target: Item, sign: str, literal: Node) -> Schema:
    return _equal(sign, literal.value)


def _number(_target: Item, sign: str, literal: Node) -> Schema:
    value = number(literal.value)
    if value is None:
        raise Cannot(f"数字不能与“{literal.value}”比较")
    return {BOUNDS[sign]: value} if sign in BOUNDS else _equal(sign, value)


def _one(target: Item, sign: str, literal: Node) -> Schema:
    if literal.kind == "text" and sign in ("=", "!="):
        return _equal(sign, literal.value)
    wanted = number(literal.value)
    if wanted is None:
        raise Cannot(f"选项不能与“{literal.value}”比较大小")
    fit = [one for one in target.values() if SIGNS[sign](_as_number(one), wanted)]
    if not fit:
        return {"not": {}}
    return {"const": fit[0]} if len(fit) == 1 else {"enum": fit}


def _as_number(text: str) -> float:
    found = number(text)
    return math.nan if found is None else found


def _many(_target: Item, sign: str, literal: Node) -> Schema:
    return _equal(sign, literal.value.split())


def _yes(_target: Item, sign: str, literal: Node) -> Schema:
    return _equal(sign, value=True) if literal.value in ("OK", "ok") else {"not": {}} if sign == "=" else {}


def _computed(target: Item, sign: str, literal: Node) -> Schema:
    return _number(target, sign, literal) if literal.kind == "number" else _text(target, sign, literal)


_COMPARE: dict[str, Callable[[Item, str, Node], Schema]] = {
    "text": _text, "date": _text, "number": _number, "one": _one, "many": _many, "yes": _yes, "computed": _computed,
}  # fmt: skip  # a table
_COUNTS = {
    "string-length": (("text",), "minLength", "maxLength"),
    "count-selected": (("many",), "minItems", "maxItems"),
    "count": (("repeat",), "minItems", "maxItems"),
}


def _counted(name: str, target: Item, sign: str, literal: Node) -> Condition:
    kinds, least, most = _COUNTS.get(name, ((), "", ""))
    wanted = number(literal.value)
    if target.kind not in kinds or not isinstance(wanted, int):
        raise Cannot(f"函数 {name}() 用在 {target.name} 上，显示规则里没有对应的写法")
    return Leaf(target.way, amount(sign, wanted, least, most), missing=SIGNS[sign](0, wanted))


def amount(sign: str, wanted: int, least: str, most: str) -> Schema:
    """How many there must be, in the words of JSON Schema."""
    low, high = {
        "=": (wanted, wanted),
        "!=": (wanted, wanted),
        ">": (wanted + 1, None),
        ">=": (wanted, None),
        "<": (None, wanted - 1),
        "<=": (None, wanted),
    }[sign]
    if high is not None and high < 0:
        return {} if sign == "!=" else {"not": {}}
    schema = ({least: max(low, 0)} if low is not None else {}) | ({most: high} if high is not None else {})
    return {"not": schema} if sign == "!=" else schema
