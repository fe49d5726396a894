"""Values as people read them, on the check page, at the review desk and on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from forms import divisions

NOTHING = "未填写"
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ENGLISH = {"是": "Yes", "否": "No", NOTHING: "Not filled in", "已签名": "Signed", "已拍照": "Photo taken"}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip  # a table


def words(kind: str, value: Any, choices: Sequence[tuple[Any, str]], language: str = "zh-CN") -> str:
    """A value in words; "" when there is none. A language that is not English gets the Chinese ones."""
    if value is None or value in ("", [], {}):
        return ""
    if kind in ("choice", "yes-no"):
        found = [_name(one, choices) for one in (value if isinstance(value, list) else [value])]
        return ("、" if language.startswith("zh") else ", ").join(found)
    if kind == "division":
        return divisions.path_name(str(value))
    if kind == "date":
        return date(value, language)
    if kind in ("list", "group"):
        return _count(len(value), language) if isinstance(value, list) else ""
    return {"signature": "已签名", "file": "已拍照"}.get(kind) or str(value)


def said(word: str, language: str) -> str:
    """One of our own words in the language."""
    return _ENGLISH.get(word, word) if is_english(language) else word


def is_english(language: str) -> bool:
    """Whether a language tag (BCP 47) is English, of whatever country."""
    return language.split("-", 1)[0] == "en"


def _count(rows: int, language: str) -> str:
    return f"{rows} {'entry' if rows == 1 else 'entries'}" if is_english(language) else f"{rows}项"


def _name(value: Any, choices: Sequence[tuple[Any, str]]) -> str:
    for known, label in choices:
        if known == value and isinstance(known, bool) == isinstance(value, bool):
            return label
    return str(value)


def date(value: Any, language: str = "zh-CN") -> str:
    """A date for people: 2026年5月1日 of "2026-05-01", 1958年3月 of "1958-03"; anything else as it was typed."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if not found or not 1 <= int(found[2] or 1) <= len(_MONTHS):
        return str(value)
    year, month, day = found.groups()
    if not language.startswith("zh") and not is_english(language):
        return str(value)  # ISO 8601, which every language reads
    if is_english(language):
        return " ".join([*([str(int(day))] if day else []), *([_MONTHS[int(month) - 1]] if month else []), year])
    return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")
