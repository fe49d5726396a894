"""Where things stand in an XLSForm workbook, so that whatever can't be carried over is named with its cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

ROW = "yizhan_row"  # a column that the reader adds: the number of the row, carried through pyxform's tree
LEFT_MAX = 500

# names of columns that mean the same, as in XLSForm's own list of them
_SAME = {
    "relevance": "relevant", "readonly": "read_only", "caption": "label", "calculate": "calculation",
    "constraining_message": "constraint_message", "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message", "jr:requiredmsg": "required_message", "count": "repeat_count",
    "jr:count": "repeat_count", "tag": "name", "value": "name", "command": "type", "list name": "list_name",
}  # fmt: skip  # a table
_HOLDERS = ("bind", "control", "body", "media")


@dataclass(frozen=True, slots=True)
class Left:
    """Something that stayed behind. `cell`: "E7", "" for a whole sheet; `row` and `column` count from 1, 0: none."""

    sheet: str
    cell: str
    row: int
    column: int
    text: str
    reason: str
    count: int = 1

    def __str__(self) -> str:
        where = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        more = f"（共 {self.count} 处）" if self.count > 1 else ""
        return f"{where} “{self.text}”：{self.reason}{more}"


@dataclass(eq=False)
class Sheet:
    """The cells of a sheet as texts, the header row first."""

    name: str
    rows: list[list[str]] = field(default_factory=list)

    def header_row(self) -> list[str]:
        """Headers by column, "" where there is none."""
        return [re.sub(" +", " ", one) for one in self.rows[0]] if self.rows else []

    def headers(self) -> list[str]:
        return [header for header in self.header_row() if header]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Column number (from 1) by the header's plain name, the leftmost of several languages."""
        found: dict[str, int] = {}
        for number, header in enumerate(self.header_row(), 1):
            found.setdefault(plain(header), number)
            found.setdefault(header, number)
        return found

    def plain_at(self, column: int) -> str:
        return plain(self.header_row()[column - 1])

    def text(self, row: int, column: int) -> str:
        cells = self.rows[row - 1] if 0 < row <= len(self.rows) else []
        return cells[column - 1] if 0 < column <= len(cells) else ""


def plain(header: str) -> str:
    """What a header is about, without language and other names of the same: "Relevance" -> "relevant"."""
    parts = [part.strip().lower() for part in (header.split("::") if "::" in header else [header])]
    if parts[0] in _HOLDERS and len(parts) > 1:
        parts = parts[1:]
    name = "_".join(parts[0].split())
    return _SAME.get(parts[0], _SAME.get(name, name))


def letters(column: int) -> str:
    """The letters of a column counted from 1: 1 -> "A", 27 -> "AA"."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def row_of(node: Mapping[str, Any]) -> int:
    """The row that a node of pyxform's tree comes from, 0 for what pyxform added itself."""
    said = node.get(ROW)
    return int(said) if isinstance(said, str) and said.isdigit() else 0


class Remarks:
    """Collects what stays behind; the same reason in the same column is kept once, with its count."""

    def __init__(self, sheets: Mapping[str, Sheet], left: list[Left]) -> None:
        self._sheets = sheets
        self._found: dict[tuple[str, int, str], Left] = {}
        self.more = 0
        for one in left:
            self._keep(one)

    def sheet(self, name: str) -> Sheet | None:
        return self._sheets.get(name)

    def add(self, sheet: str, row: int, about: str, reason: str, text: str = "") -> None:
        """`about`: plain name of the column; `text`: what stands there, looked up when not given."""
        there = self._sheets.get(sheet)
        column = there.columns.get(about, 0) if there else 0
        text = text or (there.text(row, column) if there else "") or about
        cell = f"{letters(column)}{row}" if row and column else str(row or "")
        self._keep(Left(there.name if there else sheet, cell, row, column, text[:100], reason))

    def _keep(self, one: Left) -> None:
        key = (one.sheet, one.column, one.reason if one.column else f"{one.cell} {one.text} {one.reason}")
        known = self._found.get(key)
        if known:
            self._found[key] = replace(known, count=known.count + 1)
        elif len(self._found) < LEFT_MAX:
            self._found[key] = one
        else:
            self.more += 1

    def all(self) -> list[Left]:
        """In the order of the workbook."""
        order = {sheet.name: number for number, sheet in enumerate(self._sheets.values())}
        return sorted(self._found.values(), key=lambda one: (order.get(one.sheet, len(order)), one.row, one.column))
