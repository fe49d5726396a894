"""Dates of which only the year or the month is known: the format `partial-date`.

ISO 8601 reduced precision, EDTF level 0 (ISO 8601-2): "1958", "1958-03" or "1958-03-07", and never more than was said:
nothing fills in a first of January. How much must be said stands in the schema as a plain `minLength`: 4 (a year is
enough; so without one), 7 (the month too), 10 (a whole day).

Rules compare these texts as they compare days, by their characters, which puts a period before every day in it:

- "not after the filing day" is {"<=": [{"var": "death"}, {"var": "_ctx.filing_day"}]}: a period that has begun holds.
  It also keeps what is after that day away from the calendar of the kiosk; {">=": ...} keeps away what is before.
- "not before birth" is {"or": [{">=": [{"var": "death"}, {"var": "birth"}]}, {"in": [{"var": "death"},
  {"var": "birth"}]}]}: the second half holds when birth lies inside of the period ("1958" stands in "1958-03-07").

No deadline is counted from such a date: the clocks of an application run from what happened to it (forms.deadlines).
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any

FORMAT = "partial-date"
YEAR, MONTH, DAY = 4, 7, 10  # what minLength may say
_ENDS = {"<=": "latest", "<": "latest", ">=": "earliest", ">": "earliest"}
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def is_date(text: str) -> bool:
    """A day that exists, YYYY-MM-DD."""
    return len(text) == DAY and is_partial(text)


def is_partial(text: str) -> bool:
    """A year, a month or a day that exists; years from 0001."""
    found = _PARTIAL.fullmatch(text)
    if not found or not text.isascii():
        return False
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def first_day(text: str) -> str:
    """The first day of the period, YYYY-MM-DD. Raises ValueError for what is no such date."""
    year, month, day = _parts(text)
    return f"{year}-{month or '01'}-{day or '01'}"


def last_day(text: str) -> str:
    """The last day of the period, YYYY-MM-DD. Raises ValueError for what is no such date."""
    year, month, day = _parts(text)
    month = month or "12"
    return f"{year}-{month}-{day or monthrange(int(year), int(month))[1]}"


def _parts(text: str) -> tuple[str, str, str]:
    found = _PARTIAL.fullmatch(text)
    if not found or not is_partial(text):
        raise ValueError(f"no date of reduced precision: {text!r}")
    year, month, day = found.groups()
    return year, month or "", day or ""


def months_later(day: str, months: int) -> str:
    """The same day of a later month, or of an earlier one; where it has none, its last day (民法典 202).

    Raises ValueError for a day that is none, or a year past 9999.
    """
    start = date.fromisoformat(day)
    place = start.year * 12 + start.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1])).isoformat()


def end_of(rule: Any, name: str) -> str:
    """Which end a rule sets to the calendar of the date `name` (dotted): "latest", "earliest"; "" for any other rule.

    `rule`: JSON Logic, {"<=": [{"var": name}, {"var": "_ctx.filing_day"}]} or the same with <, >= or >.
    """
    compared = [{"var": name}, {"var": "_ctx.filing_day"}]
    return next((end for sign, end in _ENDS.items() if rule == {sign: compared}), "")


def asked(schema: Mapping[str, Any]) -> str:
    """How much of the date must be said: "year", "month" or "day"."""
    if schema.get("format") != FORMAT:
        return "day"
    least = schema.get("minLength", YEAR)
    least = least if isinstance(least, int) else YEAR
    return "year" if least <= YEAR else "month" if least <= MONTH else "day"
