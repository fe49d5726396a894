"""JavaScript's conversions and comparisons of JSON values, which JSON Logic is defined by."""

from __future__ import annotations

import math
import re
from typing import Any

from forms import limits

_FLOAT = re.compile(r"\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def truthy(value: Any) -> bool:
    """JSON Logic's truth: as JavaScript's, but an empty list is false."""
    if isinstance(value, float) and math.isnan(value):
        return False
    return isinstance(value, dict) or bool(value)


def number(value: Any) -> float:
    """Number(value): "" and None are 0, what can't be read is NaN."""
    if value is None:
        return 0.0
    if isinstance(value, bool | int | float):
        return _float(value)
    if isinstance(value, list):
        return number(text(value))
    if not isinstance(value, str):
        return math.nan
    stripped = value.strip()
    if not stripped:
        return 0.0
    return float(stripped) if _NUMBER.fullmatch(stripped) else math.nan


def parse_float(value: Any) -> float:
    """parseFloat(value): reads the number at the start of a text; true, None and "" are NaN."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _float(value)
    found = _FLOAT.match(text(value)) if isinstance(value, str | list) else None
    return float(found.group(1)) if found else math.nan


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def integer(value: Any) -> int:
    """A position or count: NaN is 0, decimals are cut, and no more than the texts we allow."""
    found = number(value)
    if math.isnan(found):
        return 0
    bound = limits.LOGIC_TEXT_MAX * 2
    return int(max(-bound, min(bound, found)))


def text(value: Any, depth: int = 0) -> str:
    """String(value); lists are joined by commas."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null" if depth == 0 else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(text(item, depth + 1) for item in value) if depth < limits.LOGIC_DEPTH_MAX else ""
    if isinstance(value, int | float):
        return _number_text(value)
    return "[object Object]"


def _number_text(value: float) -> str:
    try:
        whole = float(value).is_integer()
    except OverflowError:
        return "Infinity"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if whole and abs(value) < 1e21 else repr(value)  # noqa: PLR2004 - where JavaScript turns to 1e+21


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def strictly_equal(left: Any, right: Any) -> bool:
    """===; lists and objects equal only themselves."""
    if isinstance(left, dict | list) or isinstance(right, dict | list):
        return left is right
    if _numeric(left) and _numeric(right):
        return bool(left == right)
    return type(left) is type(right) and bool(left == right)


def loosely_equal(left: Any, right: Any) -> bool:
    """==; None equals only None, numbers and texts meet as numbers."""
    if left is None or right is None:
        return left is right
    if isinstance(left, dict | list) and isinstance(right, dict | list):
        return left is right
    left, right = _primitive(left), _primitive(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return number(left) == number(right)


def _primitive(value: Any) -> Any:
    return text(value) if isinstance(value, dict | list) else value


def less(left: Any, right: Any) -> bool:
    """<; two texts by their characters, everything else as numbers, NaN is never less."""
    left, right = _primitive(left), _primitive(right)
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    return number(left) < number(right)


def less_or_equal(left: Any, right: Any) -> bool:
    """<=."""
    left, right = _primitive(left), _primitive(right)
    if isinstance(left, str) and isinstance(right, str):
        return left <= right
    return number(left) <= number(right)
