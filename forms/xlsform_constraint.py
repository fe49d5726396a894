"""`constraint` of an XLSForm: keywords of JSON Schema where it has them, one rule of JSON Logic for the rest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from forms.lint_schema import pattern_fault
from forms.xlsform_items import Cannot, Item, Items
from forms.xlsform_logic import Logic, lenient
from forms.xlsform_rules import BOUNDS, SIGNS, TURNED, amount, chosen, full_match, number
from forms.xpath import Node

LOWER, UPPER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems"}), frozenset({
    "maximum", "exclusiveMaximum", "maxLength", "maxItems",
})  # fmt: skip  # a table


@dataclass(slots=True)
class Constraint:
    """`keywords`: for the field's schema; `rules`: JSON Logic; `left`: reasons for parts that have no counterpart."""

    keywords: dict[str, Any] = field(default_factory=dict)
    extra: list[dict[str, Any]] = field(default_factory=list)  # keywords that the first set has already
    rules: list[Any] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def constraint(node: Node, items: Items, item: Item) -> Constraint:
    """What a constraint says about the answers of `item`."""
    found = Constraint()
    for part in _parts(node):
        try:
            _add(found, _keywords(part, item))
        except Cannot as reason:
            _as_rule(found, part, items, item, reason)
    return found


def _parts(node: Node) -> list[Node]:
    if node.kind == "op" and node.value == "and":
        return [part for one in node.args for part in _parts(one)]
    return [node]


def _add(found: Constraint, keywords: dict[str, Any]) -> None:
    for name, value in keywords.items():
        known = found.keywords.get(name)
        if known is None:
            found.keywords[name] = value
        elif name in LOWER:
            found.keywords[name] = max(known, value)
        elif name in UPPER:
            found.keywords[name] = min(known, value)
        elif known != value:
            found.extra.append({name: value})


def _as_rule(found: Constraint, part: Node, items: Items, item: Item, first: Cannot) -> None:
    logic = Logic(items, item)
    try:
        rule = lenient(logic.rule(part), part, logic)
    except Cannot as reason:
        found.left.append(str(first) if "没有对应" not in str(first) else str(reason))
        return
    found.rules.append(rule)


def _keywords(part: Node, item: Item) -> dict[str, Any]:
    """One part as keywords. Raises Cannot where JSON Schema has none for it."""
    if part.kind == "call":
        return _called(part, item)
    if part.kind != "op" or part.value not in SIGNS:
        raise Cannot("这种约束没有对应的写法")
    left, right = part.args
    sign = part.value
    if left.kind in ("number", "text"):
        left, right, sign = right, left, TURNED[sign]
    if right.kind not in ("number", "text"):
        raise Cannot("这种约束没有对应的写法")
    if left.kind == "here":
        return _value(sign, right, item)
    if left.kind == "call" and len(left.args) == 1 and left.args[0].kind == "here":
        return _size(left.value, sign, right, item)
    raise Cannot("这种约束没有对应的写法")


def _value(sign: str, literal: Node, item: Item) -> dict[str, Any]:
    if item.kind == "number":
        wanted = number(literal.value)
        if wanted is None:
            raise Cannot(f"数字不能与“{literal.value}”比较")
        return {BOUNDS[sign]: wanted} if sign in BOUNDS else _same(sign, wanted)
    if item.kind in ("text", "one", "date") and sign in ("=", "!="):
        return _same(sign, literal.value) if literal.value else {"minLength": 1}
    raise Cannot("这种约束没有对应的写法")


def _same(sign: str, value: Any) -> dict[str, Any]:
    return {"const": value} if sign == "=" else {"not": {"const": value}}


def _size(name: str, sign: str, literal: Node, item: Item) -> dict[str, Any]:
    wanted = number(literal.value)
    if not isinstance(wanted, int):
        raise Cannot(f"{name}() 要与整数比较")
    if name == "string-length" and item.kind == "text":
        return amount(sign, wanted, "minLength", "maxLength")
    if name == "count-selected" and item.kind == "many":
        return amount(sign, wanted, "minItems", "maxItems")
    raise Cannot(f"{name}() 用在了 {item.node.get('type')} 题上，没有对应的写法；数字请用 . >= 和 . <= 限定范围")


def _called(part: Node, item: Item) -> dict[str, Any]:
    here = len(part.args) == 2 and part.args[0].kind == "here" and part.args[1].kind == "text"  # noqa: PLR2004 - what is tested, and by what
    if part.value == "regex" and here:
        return _regex(part.args[1].value, item)
    if part.value == "selected" and here:
        return chosen(item, part.args[1].value)
    if part.value == "not" and len(part.args) == 1:
        return {"not": _keywords(part.args[0], item)}
    raise Cannot("这种约束没有对应的写法")


def _regex(pattern: str, item: Item) -> dict[str, Any]:
    if item.kind != "text":
        raise Cannot("regex() 用在了不是文字的题上；号码请用 text 题型，数字请用 . >= 和 . <= 限定范围")
    whole = full_match(pattern)
    fault = pattern_fault(whole)
    if fault:
        raise Cannot(fault)
    return {"pattern": whole}
