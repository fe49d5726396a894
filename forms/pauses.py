"""The time of special procedures that does not count for the second clock (特别程序停表), and its end."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Protocol

from forms.calendar import Calendar
from forms.reviewing import Procedure, Review

_CHINA = timezone(timedelta(hours=8))


class Stop(Protocol):
    """A special procedure as far as its time goes: begun, its own last day, ended ("" while it runs)."""

    @property
    def at(self) -> str: ...
    @property
    def until(self) -> str: ...
    @property
    def ended_at(self) -> str: ...


def running(review: Review, now: str) -> Procedure | None:
    """The procedure that stops the clock at `now`; one beyond its own last day stops nothing any more."""
    one = review.procedure
    return one if one is not None and _day(now) <= date.fromisoformat(one.until) else None


def later(due: str, review: Review, unit: str, calendar: Calendar, now: str) -> str:
    """A due day or moment with the time added that procedures have taken up to `now`, in the unit of the limit."""
    return put_off(due, review.procedures, unit, calendar, now)


def put_off(due: str, stops: Iterable[Stop], unit: str, calendar: Calendar, now: str) -> str:
    """The same for any list of procedures."""
    taken = sum(_taken(one, unit, calendar, now) for one in stops)
    if not taken:
        return due
    if unit == "hour":
        return (datetime.fromisoformat(due) + timedelta(hours=taken)).isoformat()
    day = date.fromisoformat(due)
    if unit == "workday":
        return calendar.add(day, taken).isoformat()
    return calendar.on_or_after(day + timedelta(days=taken)).isoformat()


def _taken(one: Stop, unit: str, calendar: Calendar, now: str) -> int:
    """Whole units from its beginning to its end, to its last day, or to now: whichever comes first."""
    first, last = _day(one.at), min(_day(one.ended_at or now), date.fromisoformat(one.until))
    if last <= first:
        return 0
    if unit == "workday":
        return calendar.between(first, last)
    return (last - first).days * (24 if unit == "hour" else 1)


def _day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(_CHINA).date()
