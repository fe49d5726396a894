"""Values as people read them, on the check page, at the review desk and on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

NOTHING = "未填写"
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def words(kind: str, value: Any, choices: Sequence[tuple[Any, str]]) -> str:
    """A value in words; "" when there is none."""
    if value is None or value in ("", [], {}):
        return ""
    if kind in ("choice", "yes-no"):
        return "、".join(_name(one, choices) for one in (value if isinstance(value, list) else [value]))
    if kind == "date":
        return date(value)
    if kind in ("list", "group"):
        return f"{len(value)}项" if isinstance(value, list) else ""
    return {"signature": "已签名", "file": "已拍照"}.get(kind, str(value))


def _name(value: Any, choices: Sequence[tuple[Any, str]]) -> str:
    for known, label in choices:
        if known == value and isinstance(known, bool) == isinstance(value, bool):
            return label
    return str(value)


def date(value: Any) -> str:
    """"2026-05-01" -> 2026年5月1日; what is no date is shown as it was typed."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return str(value)
    year, month, day = found.groups()
    return f"{year}年{int(month)}月{int(day)}日"
