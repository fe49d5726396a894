"""Which days are worked: the holidays and the moved working days of the years that are published, passed in as data.

A year whose 放假安排 is not published yet falls back to Monday to Friday; `knows` says so, and what is counted over
such a year must be shown as 可能调整.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Self

_DAY = timedelta(days=1)
_FRIDAY = 4


class Calendar(NamedTuple):
    """`holidays`: days off, weekends not needed; `workdays`: weekend days that are worked; `years`: those published."""

    years: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read {"years": [2026], "holidays": ["2026-01-01"], "workdays": ["2026-01-04"]}. Raises ValueError."""
        try:
            years = frozenset(int(year) for year in data["years"])
            return cls(years, _days(data["holidays"]), _days(data["workdays"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a calendar: {error}") from error

    def as_data(self) -> dict[str, Any]:
        return {
            "years": sorted(self.years),
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            "workdays": [day.isoformat() for day in sorted(self.workdays)],
        }

    def updated(self, newer: "Calendar") -> "Calendar":
        """The years of `newer` take the place of the same years here."""
        return Calendar(
            self.years | newer.years,
            newer.holidays | {day for day in self.holidays if day.year not in newer.years},
            newer.workdays | {day for day in self.workdays if day.year not in newer.years},
        )

    def knows(self, first: date, last: date) -> bool:
        """True if every year from `first` to `last` is published."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def is_workday(self, day: date) -> bool:
        return day in self.workdays or (day.weekday() <= _FRIDAY and day not in self.holidays)

    def on_or_after(self, day: date) -> date:
        """The first working day from `day` on (民法典 203: a period does not end on a holiday)."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which is not counted (民法典 201). 0: the first from `day` on."""
        for _ in range(count):
            day = self.on_or_after(day + _DAY)
        return self.on_or_after(day)

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative if `last` is the earlier one."""
        if last < first:
            return -self.between(last, first)
        off, moved = (bisect_right(days, last) - bisect_right(days, first) for days in _exceptions(self))
        return _weekdays(last) - _weekdays(first) - off + moved


@lru_cache(maxsize=8)
def _exceptions(calendar: Calendar) -> tuple[list[date], list[date]]:
    """Weekdays that are off and weekend days that are worked, in their order."""
    off = sorted(day for day in calendar.holidays - calendar.workdays if day.weekday() <= _FRIDAY)
    return off, sorted(day for day in calendar.workdays if day.weekday() > _FRIDAY)


def _weekdays(day: date) -> int:
    """Mondays to Fridays from the first Monday of the calendar up to and with `day`, however far away it is."""
    weeks, rest = divmod(day.toordinal(), 7)  # 0001-01-01, ordinal 1, is a Monday
    return weeks * 5 + min(rest, 5)


def _days(texts: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
