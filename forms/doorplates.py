"""What a scanned door plate says about the place: 门牌 QR codes carry a division code, in an address or in digits.

Provinces print them differently, so each layout is a row of a table that the province can replace. A row is a text in
which `{division}` stands for a code of 12, 9 or 6 digits, `{village}` for one of 12, and `*` for anything:

    https://mp.example.gov.cn/q?xzqh={division}*

There is one way to read a row and no going back in it, so that no text takes long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from forms import formats

TEXT_MAX = 500
DIGITS_MIN = 12
_LENGTHS = {"{division}": (12, 9, 6), "{village}": (12,)}


class Rule(NamedTuple):
    """One layout: its name for people and its row."""

    title: str
    pattern: str


# a standard address code (标准地址编码) begins with the village
PACKAGED = (Rule("以十二位区划代码开头的地址编码", "{village}*"),)


class Plate(NamedTuple):
    """`code`: the division, "" when none was read. `fault`: a sentence when the text is a plate and says nothing."""

    code: str = ""
    fault: str = ""


def looks_like_one(text: str) -> bool:
    """Whether somebody scanned rather than typed: an address of a page, or a long row of digits."""
    plain = formats.narrow(text).strip()
    return "://" in plain or len(plain) - len(plain.lstrip("0123456789")) >= DIGITS_MIN


def read(text: str, rules: Iterable[Rule], known: Callable[[str], bool]) -> Plate:
    """The division that a scanned text names. `known`: whether a code is in the tables."""
    plain = formats.narrow(text).strip()[:TEXT_MAX]
    unknown = ""
    for rule in rules:
        for code in _codes(plain, rule.pattern):
            if known(code):
                return Plate(code)
            unknown = unknown or code
    if unknown:
        return Plate(fault=f"门牌上的区划代码{unknown}不在本机的区划表里，请按级选择")
    return Plate(fault="这个门牌的二维码认不出来，请按级选择，或者输入地名查找")


def fault(pattern: str) -> str:
    """Why a row can't be used, "" when it can."""
    marks = [mark for mark in _LENGTHS for _ in range(pattern.count(mark))]
    if len(marks) != 1:
        return "写一处 {division}（12、9 或 6 位区划代码）或 {village}（12 位）"
    if pattern.partition(marks[0])[0].endswith("*"):
        return f"{marks[0]} 前面要有固定的文字，不能紧跟 *"
    return ""


def _codes(text: str, pattern: str) -> list[str]:
    """The codes that a text may mean by this row, the longest first; none when it is laid out otherwise."""
    mark = next(mark for mark in _LENGTHS if mark in pattern)
    before, _, after = pattern.partition(mark)
    start = _after(text, before)
    if start < 0:
        return []
    digits = text[start : start + 12]
    digits = digits[: len(digits) - len(digits.lstrip("0123456789"))]
    return [
        digits[:length]
        for length in _LENGTHS[mark]
        if len(digits) >= length and _ends(text[start + length :], after) and formats.is_division(digits[:length])
    ]


def _after(text: str, before: str) -> int:
    """Where the text goes on behind the row's beginning, -1 when it begins otherwise."""
    first, *rest = before.split("*")
    if not text.startswith(first):
        return -1
    place = len(first)
    for part in rest:
        found = text.find(part, place)
        if found < 0:
            return -1
        place = found + len(part)
    return place


def _ends(text: str, after: str) -> bool:
    *parts, last = after.split("*")
    if not parts:
        return text == last
    place = _after(text, "*".join(parts))
    return place >= 0 and text.endswith(last) and len(text) - len(last) >= place
