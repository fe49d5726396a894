"""Calculations and constraints of an XLSForm as JSON Logic.

Dates are texts (YYYY-MM-DD) on both sides, so that they compare by themselves; `today()` is the filing day, which the
centre judges by as well. Where XPath would reckon with a missing number (NaN), the result here is missing too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from forms.xlsform_items import Cannot, Item, Items
from forms.xlsform_rules import SIGNS, number
from forms.xpath import Node

Rule = Any
_ARITHMETIC = {"+": "+", "-": "-", "*": "*", "div": "/", "mod": "%"}
_SIGN = {"=": "==", "!=": "!="}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_COUNT: Rule = {"+": [{"var": "accumulator"}, 1]}


class Logic:
    """Translates expressions that stand in the row of one item. `used`: the items that the last one refers to."""

    def __init__(self, items: Items, asker: Item) -> None:
        self._items, self._asker = items, asker
        self.used: list[Item] = []

    def rule(self, node: Node) -> Rule:
        """Raises Cannot with the reason."""
        handler = self._KINDS.get(node.kind)
        if handler is None:
            raise Cannot(f"“{node.value}”在计算里没有对应的写法")
        return handler(self, node)

    def _var(self, item: Item) -> Rule:
        if item.kind in ("note", "group", "file", "unknown"):
            raise Cannot(f"{item.name} 没有可以计算的值")
        if item not in self.used:
            self.used.append(item)
        return {"var": ".".join(item.way)}

    def item(self, node: Node) -> Item:
        return self._asker if node.kind == "here" else self._items.find(node, self._asker)

    def _reference(self, node: Node) -> Rule:
        item = self.item(node)
        if item.kind == "yes":
            return {"if": [self._var(item), "OK", ""]}
        if item.kind in ("many", "repeat"):
            raise Cannot(f"{item.name} 有好几个值，不能直接拿来计算")
        return self._var(item)

    def _literal(self, node: Node) -> Rule:
        return number(node.value) if node.kind == "number" else node.value

    def _operator(self, node: Node) -> Rule:
        name = node.value
        if name in ("and", "or"):
            return {name: [self.rule(part) for part in node.args]}
        if name in SIGNS:
            return self._compared(name, *node.args)
        if name == "neg":
            return {"-": [self.rule(node.args[0])]}
        for part in node.args:
            self._no_dates(part)
        return {_ARITHMETIC[name]: [self.rule(part) for part in node.args]}

    def _no_dates(self, node: Node) -> None:
        dated = node.kind == "call" and node.value in ("today", "now", "date")
        if dated or (node.kind in ("ref", "sibling", "here") and self.item(node).kind == "date"):
            raise Cannot("日期的加减没有对应的写法")

    def _compared(self, sign: str, left: Node, right: Node) -> Rule:
        return {_SIGN.get(sign, sign): [self._side(left, right), self._side(right, left)]}

    def _side(self, node: Node, other: Node) -> Rule:
        """One side of a comparison; a number in quotes beside a number is a number."""
        plain = number(node.value) if node.kind == "text" else None
        if plain is not None and not _DATE.fullmatch(node.value) and self._is_number(other):
            return plain
        return self.rule(node)

    def _is_number(self, node: Node) -> bool:
        return node.kind in ("ref", "sibling", "here") and self.item(node).kind == "number"

    def _call(self, node: Node) -> Rule:
        handler = _CALLS.get((node.value, len(node.args))) or _CALLS.get((node.value, -1))
        if handler is None:
            raise Cannot(f"函数 {node.value}() 没有对应的写法")
        return handler(self, node)

    def listed(self, node: Node, kind: str) -> Rule:
        """A choice of several or a repeat as a list."""
        if node.kind not in ("ref", "sibling", "here"):
            raise Cannot("这里应当是一个字段")
        item = self.item(node)
        if item.kind != kind:
            raise Cannot(f"{item.name} 不是{'多选题' if kind == 'many' else '重复组'}")
        return self._var(item)

    def inner(self, node: Node) -> tuple[Rule, str]:
        """(rows, dotted way in the row) of ${x}, when x stands in a repeat beside the item that asks."""
        for item in self._items:
            home = item.home
            if item.node.get("name") == node.value and home is not None and home.home is self._asker.home:
                return self._var(home), ".".join(item.way)
        raise Cannot(f"{node.value} 不在这一层的重复组里")

    _KINDS: ClassVar[dict[str, Callable[[Logic, Node], Rule]]] = {
        "ref": _reference,
        "sibling": _reference,
        "here": _reference,
        "number": _literal,
        "text": _literal,
        "op": _operator,
        "call": _call,
    }


def _selected(logic: Logic, node: Node) -> Rule:
    field, value = node.args
    if field.kind not in ("ref", "sibling", "here") or value.kind != "text":
        raise Cannot("selected() 的写法在计算里没有对应")
    if logic.item(field).kind == "many":
        return {"in": [value.value, logic.listed(field, "many")]}
    return {"==": [logic.rule(field), value.value]}


def _length(kind: str) -> Callable[[Logic, Node], Rule]:
    def build(logic: Logic, node: Node) -> Rule:
        return {"reduce": [logic.listed(node.args[0], kind), _COUNT, 0]}

    return build


def _sum(logic: Logic, node: Node) -> Rule:
    rows, way = logic.inner(node.args[0])
    return {"reduce": [rows, {"+": [{"var": "accumulator"}, {"var": f"current.{way}"}]}, 0]}


def _plain(logic: Logic, node: Node) -> Rule:
    return logic.rule(node.args[0])


def _if(logic: Logic, node: Node) -> Rule:
    return {"if": [logic.rule(part) for part in node.args]}


def _coalesce(logic: Logic, node: Node) -> Rule:
    first, second = (logic.rule(part) for part in node.args)
    return {"if": [{"===": [first, None]}, second, first]}


def _several(name: str) -> Callable[[Logic, Node], Rule]:
    return lambda logic, node: {name: [logic.rule(part) for part in node.args]}


def _date(logic: Logic, node: Node) -> Rule:
    text = node.args[0]
    if text.kind == "text" and not _DATE.fullmatch(text.value):
        raise Cannot(f"日期“{text.value}”应写成 2026-01-31 的样子")
    return logic.rule(text)


def _today(_logic: Logic, _node: Node) -> Rule:
    return {"var": "_ctx.filing_day"}


_CALLS: dict[tuple[str, int], Callable[[Logic, Node], Rule]] = {
    ("selected", 2): _selected,
    ("count-selected", 1): _length("many"),
    ("count", 1): _length("repeat"),
    ("sum", 1): _sum,
    ("number", 1): _plain,
    ("string", 1): _plain,
    ("boolean", 1): _plain,
    ("once", 1): _plain,
    ("if", 3): _if,
    ("coalesce", 2): _coalesce,
    ("concat", -1): _several("cat"),
    ("min", -1): _several("min"),
    ("max", -1): _several("max"),
    ("not", 1): _several("!"),
    ("date", 1): _date,
    ("today", 0): _today,
    ("true", 0): lambda _logic, _node: True,
    ("false", 0): lambda _logic, _node: False,
}


def lenient(rule: Rule, node: Node, logic: Logic) -> Rule:
    """A constraint that holds an answer against no question that wasn't answered."""
    ordered = [one for one in node if one.kind == "op" and one.value in ("<", "<=", ">", ">=")]
    others = {one.value: logic.rule(one) for part in ordered for one in part.args if one.kind in ("ref", "sibling")}
    blank = [{"===": [other, None]} for other in others.values()]
    return {"or": [*blank, rule]} if blank else rule


def complete(rule: Rule, node: Node, logic: Logic) -> Rule:
    """A calculation that is missing when one of the numbers it reckons with is."""
    wanted = {one.value: logic.rule(one) for one in _strict(node)}
    if not wanted:
        return rule
    missing = [{"===": [one, None]} for one in wanted.values()]
    return {"if": [missing[0] if len(missing) == 1 else {"or": missing}, None, rule]}


def _strict(node: Node) -> Iterator[Node]:
    """The references that arithmetic at the top of an expression rests on."""
    if node.kind == "op" and (node.value in _ARITHMETIC or node.value == "neg"):
        for part in node.args:
            yield from [part] if part.kind in ("ref", "sibling") else _strict(part)


def type_of(node: Node, items: Items, asker: Item) -> str:
    """The JSON type that a calculation gives, "" where it depends on the answers."""
    if node.kind == "op":
        return "boolean" if node.value in (*SIGNS, "and", "or") else "number"
    if node.kind == "call":
        if node.value == "if" and len(node.args) == 3:  # noqa: PLR2004 - condition, then, else
            kinds = {type_of(part, items, asker) for part in node.args[1:]}
            return kinds.pop() if len(kinds) == 1 else ""
        return _RESULTS.get(node.value, "")
    if node.kind in ("ref", "sibling"):
        return {"number": "number", "text": "string", "one": "string", "date": "string", "yes": "string"}.get(
            items.find(node, asker).kind, ""
        )
    return {"number": "number", "text": "string"}.get(node.kind, "")


_RESULTS = {
    "count": "number", "count-selected": "number", "sum": "number", "min": "number", "max": "number",
    "concat": "string", "today": "string", "date": "string", "not": "boolean", "selected": "boolean",
}  # fmt: skip  # a table
