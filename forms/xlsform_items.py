"""The rows of an XLSForm as a tree of items, each with its type, its place in the answers and who may refer to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms import pointer
from forms.xlsform_places import row_of
from forms.xpath import Node

# what pyxform calls a type -> what it is to us
KINDS = {
    "text": "text", "string": "text", "barcode": "text", "time": "text", "dateTime": "text", "datetime": "text",
    "integer": "number", "int": "number", "decimal": "number", "range": "number",
    "date": "date", "select one": "one", "select all that apply": "many", "acknowledge": "yes", "trigger": "yes",
    "photo": "file", "file": "file", "note": "note", "calculate": "computed", "hidden": "computed",
    "group": "group", "repeat": "repeat",
}  # fmt: skip  # a table
META = frozenset({
    "start", "end", "today", "deviceid", "device id", "subscriberid", "subscriber id", "simserial", "sim id",
    "phonenumber", "phone number", "username", "email", "audit", "start-geopoint", "background-audio",
})  # fmt: skip  # a table
DEPTH_MAX = 8
_TABLE_LABEL = re.compile(r"generated_table_list_label_\d+")
_OWN = re.compile(r"generated_table_list_label_\d+|reserved_name_for_field_list_labels_\d+|meta|entity")


class Cannot(ValueError):  # noqa: N818 - the word that stands in the list: what can't be carried over
    """Something has no counterpart; the message is a Chinese phrase that says why."""


@dataclass(eq=False)
class Item:
    """One question, group or repeat. `row`: its row in the sheet `survey`, or the nearest one above."""

    node: Mapping[str, Any]
    kind: str
    name: str
    row: int
    parent: Item | None = None
    children: list[Item] = field(default_factory=list)

    @property
    def home(self) -> Item | None:
        """The repeat whose rows hold this item; None for the answers themselves."""
        above = self.parent
        while above is not None and above.kind != "repeat":
            above = above.parent
        return above

    @property
    def way(self) -> tuple[str, ...]:
        """Names from the home down to the item."""
        names, here = [self.name], self.parent
        while here is not None and here.kind != "repeat":
            names.append(here.name)
            here = here.parent
        return tuple(reversed(names))

    @property
    def place(self) -> str:
        """Key of its texts: "home.members.age"."""
        names, here = [self.name], self.parent
        while here is not None:
            names.append(here.name)
            here = here.parent
        return ".".join(reversed(names))

    @property
    def above(self) -> list[Item]:
        """Itself and the groups around it up to its home, the outermost first."""
        found, here = [self], self.parent
        while here is not None and here.kind != "repeat":
            found.append(here)
            here = here.parent
        return found[::-1]

    def bind(self, name: str) -> Any:
        held = self.node.get("bind")
        return held.get(name) if isinstance(held, Mapping) else None

    def control(self, name: str) -> Any:
        held = self.node.get("control")
        return held.get(name) if isinstance(held, Mapping) else None

    @property
    def appearance(self) -> set[str]:
        said = self.control("appearance")
        return set(said.split()) if isinstance(said, str) else set()

    @property
    def choices(self) -> list[Mapping[str, Any]]:
        said = self.node.get("choices")
        return [one for one in said if isinstance(one, Mapping)] if isinstance(said, list) else []

    def values(self) -> list[str]:
        """Values of its choices, each once."""
        return list(dict.fromkeys(str(one.get("name", "")) for one in self.choices if one.get("name") is not None))

    def __iter__(self) -> Iterator[Item]:
        yield self
        for child in self.children:
            yield from child


def scope(way: tuple[str, ...]) -> str:
    """The `scope` of a control for the names on the way to its value."""
    return "#" + "".join(f"/properties/{pointer.encode(name)}" for name in way)


class Items:
    """All items of a form; `top`: those that stand in no group."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.nested_too_deep: list[Item] = []
        self.counts: dict[str, str] = {}  # how many rows a repeat has, where pyxform made a calculation of it
        self.top = self._children(tree, None, 0, 1)
        self._named: dict[str, list[Item]] = {}
        for item in self:
            self._named.setdefault(str(item.node.get("name", "")), []).append(item)

    def __iter__(self) -> Iterator[Item]:
        for item in self.top:
            yield from item

    def _children(self, node: Mapping[str, Any], parent: Item | None, depth: int, row: int) -> list[Item]:
        found: list[Item] = []
        for child in node.get("children") or ():
            if isinstance(child, Mapping) and not self._added(child):
                row = row_of(child) or row
                kind = KINDS.get(str(child.get("type", "")), "unknown")
                item = Item(child, kind, _unique(str(child.get("name", "")), found), row, parent)
                found.append(item)
                if kind in ("group", "repeat"):
                    self._fill(item, depth + 1)
        return found

    def _added(self, node: Mapping[str, Any]) -> bool:
        """Whether pyxform added a node that no row speaks of."""
        if row_of(node):
            return False
        name, bind = str(node.get("name", "")), node.get("bind")
        if node.get("type") == "calculate" and isinstance(bind, Mapping):
            self.counts[name] = str(bind.get("calculate", ""))
            return True
        return bool(_OWN.fullmatch(name))

    def _fill(self, item: Item, depth: int) -> None:
        for child in item.node.get("children") or ():
            # the label of a table-list, which pyxform moves into a note
            if isinstance(child, Mapping) and not row_of(child) and _TABLE_LABEL.fullmatch(str(child.get("name", ""))):
                item.node = {**child, **item.node}
        if depth > DEPTH_MAX:
            self.nested_too_deep.append(item)
        else:
            item.children = self._children(item.node, item, depth, item.row)

    def find(self, node: Node, asker: Item) -> Item:
        """The item that ${name} or ../name means. Raises Cannot when that isn't one item that `asker` can see."""
        known = self._named.get(node.value, [])
        if node.kind == "sibling":
            known = [one for one in known if one.parent is asker.parent]
        near = [one for one in known if one.home is asker.home]
        if not known:
            raise Cannot(f"引用的字段 {node.value} 不存在")
        if not near:
            raise Cannot(f"引用了重复组另一边的字段 {node.value}，规则只能看到同一行的内容")
        if len(near) > 1:
            raise Cannot(f"叫 {node.value} 的字段不止一个，分不清是哪一个")
        if near[0].kind == "unknown":
            raise Cannot(f"引用的字段 {node.value} 没有导入")
        return near[0]


def _unique(name: str, siblings: list[Item]) -> str:
    """A name without dots, which would be read as a path, and different from those beside it."""
    plain = name.replace(".", "_") or "field"
    taken = {one.name for one in siblings}
    number, found = 2, plain
    while found in taken:
        found, number = f"{plain}_{number}", number + 1
    return found
