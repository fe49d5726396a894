"""Options of an XLSForm's questions, and lists that depend on an earlier answer (`choice_filter`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.xlsform_items import Cannot, Item, Items
from forms.xlsform_places import row_of
from forms.xlsform_rules import ALWAYS, Condition, Joined, Leaf, both, compared
from forms.xlsform_texts import Texts, option_title
from forms.xpath import Node, parse

BRANCHES_MAX = 1_000
OPTIONS_MAX = 3_000
Choice = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """`branches`: which options there are for which answers; `shown`: when there are any; `columns`: what it reads."""

    branches: list[tuple[Condition, list[Choice]]]
    shown: Condition
    columns: set[str]


def titled(choices: list[Choice], item: Item, texts: Texts) -> list[dict[str, Any]]:
    """Options as constants with titles, each value once."""
    found: dict[str, dict[str, Any]] = {}
    for choice in choices:
        value = str(choice.get("name", ""))
        if value and value not in found:
            title = option_title(texts, choice.get("label"), value, f"{item.place}.{value}", row_of(choice))
            found[value] = {"const": value, "title": title}
    if not found:
        raise Cannot("选项表是空的")
    if len(found) > OPTIONS_MAX:
        raise Cannot(f"选项超过 {OPTIONS_MAX} 个，请改用代码表（x-lookup）")
    return list(found.values())


def filtered(source: str, item: Item, items: Items) -> Filter:
    """A filter of the common shape: column = ${earlier answer}, joined by `and`. Raises Cannot for others."""
    node = parse(source)
    parts = list(node.args) if node.kind == "op" and node.value == "and" else [node]
    pairs = [_pair(part) for part in parts]
    choices = _fixed(item.choices, pairs)
    parents = [(column, items.find(other, item)) for column, other in pairs if other.kind != "text"]
    missing = [column for column, _ in pairs if not any(column in choice for choice in item.choices)]
    if missing:
        raise Cannot(f"choices 里没有 {missing[0]} 这一列")
    groups: dict[tuple[str, ...], list[Choice]] = {}
    for choice in choices:
        groups.setdefault(tuple(str(choice.get(column, "")) for column, _ in parents), []).append(choice)
    if len(groups) > BRANCHES_MAX:
        raise Cannot(f"分出来的选项表超过 {BRANCHES_MAX} 个，请改用代码表（x-lookup）")
    branches = [(_when(values, parents), group) for values, group in groups.items() if all(values)]
    return Filter(branches, _shown(list(groups), parents), {column for column, _ in pairs})


def _pair(node: Node) -> tuple[str, Node]:
    if node.kind == "op" and node.value == "=":
        left, right = node.args
        if left.kind != "name":
            left, right = right, left
        if left.kind == "name" and right.kind in ("ref", "sibling", "text"):
            return left.value, right
    raise Cannot("只认“列名=${字段}”这样的筛选，可以用 and 连起来")


def _fixed(choices: list[Choice], pairs: list[tuple[str, Node]]) -> list[Choice]:
    fixed = [(column, other.value) for column, other in pairs if other.kind == "text"]
    found = [choice for choice in choices if all(str(choice.get(column, "")) == value for column, value in fixed)]
    if not found:
        raise Cannot("筛选以后一个选项也不剩")
    return found


def _when(values: tuple[str, ...], parents: list[tuple[str, Item]]) -> Condition:
    return both(
        [compared(parent, "=", Node("text", value)) for value, (_, parent) in zip(values, parents, strict=True)]
    )


def _shown(groups: list[tuple[str, ...]], parents: list[tuple[str, Item]]) -> Condition:
    """When a list that depends on others has something to pick from."""
    first = sorted({values[0] for values in groups if values and values[0]})
    if len(parents) == 1 and parents[0][1].kind in ("one", "text") and first:
        return Leaf(parents[0][1].way, {"enum": first})
    parts = tuple(_when(values, parents) for values in groups if all(values)) if parents else ()
    if not parts:
        return ALWAYS
    return parts[0] if len(parts) == 1 else Joined("OR", parts)
