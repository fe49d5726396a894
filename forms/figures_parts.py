"""What one application adds to the figures: what is settled once and for all, and what still depends on the hour.

A settled part belongs to a day and does not change any more; it can be counted beforehand. The pending part of an open
application is told from three moments. Both ways of counting, from the facts or from what was counted, use these two.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Final

from forms import deadlines, pauses, steps
from forms.calendar import Calendar
from forms.steps import Branch

ONLINE: Final = ("kiosk", "api")
COUNTED: Final = ("received", "online", "told_in", "told_all", "closed", "in_time", "in_promise", "at_once")
PROMISED, STATUTORY = 1, 2
NEVER: Final = "9999"
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Pause:
    """A special procedure: when it began, its last day, when it ended ("" while it runs)."""

    at: str
    until: str
    ended_at: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What the figures need of one application, and no more: nobody is in it.

    Moments are RFC 3339, "" for what has not happened; `limits`: notice, promised, statutory as (value, unit);
    `opinions` are those that 受理 waits for, which the first clock grants its time.
    """

    service: str
    channel: str
    result: str
    filed_at: str
    begun_at: str
    told_at: str
    accepted_at: str
    closed_at: str
    corrections: int
    permit: bool
    limits: tuple[tuple[int, str], tuple[int, str], tuple[int, str]]
    opinions: tuple[Branch, ...] = ()
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Pending:
    """An open application: after which moments it is late, NEVER for none.

    `notice_end`: nobody has spoken by then; `decide_from`: it is undecided beyond the law; `decide_end` is the end of
    that limit itself, which says in which period it was missed.
    """

    notice_end: str
    decide_end: str
    decide_from: str

    def is_untold(self, now: str) -> bool:
        return now > self.notice_end

    def is_undecided(self, now: str) -> bool:
        return now > self.decide_from

    def is_late(self, now: str) -> bool:
        return self.is_untold(now) or self.is_undecided(now)


class Ends:
    """When limits end by a calendar, worked out once for each day of beginning."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._due = lru_cache(maxsize=20_000)(
            lambda start, value, unit: deadlines.due(start, {"value": value, "unit": unit}, calendar)
        )

    def of(self, start: str, limit: tuple[int, str]) -> str:
        """A day, or a moment for hours."""
        value, unit = limit
        found: str = self._due(start if unit == "hour" else start[:10] + "T00:00:00+08:00", value, unit)
        return found

    def notice(self, one: Fact) -> str:
        """The end of the first clock, with the time for opinions that 受理 waits for."""
        end = self.of(one.begun_at, one.limits[0])
        asked = steps.longest(one.opinions, one.begun_at, self._add) if one.opinions else None
        return end if asked is None else max(end, self.of(asked, one.limits[0]))

    def decision(self, one: Fact, which: int, start: str, at: str) -> str:
        """The end of a second clock that began at `start`, with the pauses up to `at`."""
        end = self.of(start, one.limits[which])
        return pauses.put_off(end, one.pauses, _unit(one, which), self.calendar, at) if one.pauses else end

    def last_decision(self, one: Fact, start: str) -> str:
        """Where the statutory limit ends at last; a pause that began when it was over puts nothing off."""
        taken: list[Pause] = []
        end = self.of(start, one.limits[STATUTORY])
        for stop in sorted(one.pauses, key=lambda pause: pause.at):
            if deadlines.is_past(end, stop.at):
                break
            taken.append(stop)
            last = stop.ended_at or f"{stop.until}T23:59:59+08:00"
            first = self.of(start, one.limits[STATUTORY])
            end = pauses.put_off(first, taken, _unit(one, STATUTORY), self.calendar, last)
        return end

    def _add(self, start: str, limit: Mapping[str, Any]) -> str:
        end = self.of(start, (limit["value"], limit["unit"]))
        return end if "T" in end else f"{end}T00:00:00+08:00"


COLUMNS: Final = (
    "service", "channel", "result", "filed_at", "begun_at", "told_at", "accepted_at", "closed_at", "corrections",
    "permit", "limits", "apart",
)  # fmt: skip  # a table


def as_row(one: Fact) -> dict[str, Any]:
    """A fact as a row of COLUMNS: `limits` and `apart` (opinions and pauses) as JSON, `permit` as 0 or 1."""
    opinions = [[branch.at, branch.limit, branch.after, branch.accept] for branch in one.opinions]
    stops = [[stop.at, stop.until, stop.ended_at] for stop in one.pauses]
    row: dict[str, Any] = {name: getattr(one, name) for name in COLUMNS if name not in {"limits", "apart"}}
    return row | {
        "permit": int(one.permit),
        "limits": json.dumps(one.limits, separators=(",", ":")),
        "apart": json.dumps([opinions, stops], separators=(",", ":")) if opinions or stops else "",
    }


def of_row(row: Mapping[str, Any]) -> Fact:
    """The fact of a row of COLUMNS."""
    plain = {name: row[name] for name in COLUMNS if name != "apart"}
    opinions, stops = _apart(row["apart"])
    return Fact(
        **(plain | {"permit": bool(row["permit"]), "limits": _limits(row["limits"])}), opinions=opinions, pauses=stops
    )


@lru_cache(maxsize=1000)
def _limits(text: str) -> Any:
    return tuple((int(value), str(unit)) for value, unit in json.loads(text))


@lru_cache(maxsize=1000)
def _apart(text: str) -> tuple[tuple[Branch, ...], tuple[Pause, ...]]:
    opinions, stops = json.loads(text) if text else ((), ())
    found = [Branch(at, tuple(limit) if limit else None, tuple(after), accept) for at, limit, after, accept in opinions]
    return tuple(found), tuple(Pause(*stop) for stop in stops)


def settled(one: Fact, ends: Ends) -> Iterator[tuple[str, frozenset[str]]]:
    """(moment, which of COUNTED it adds one to): of the filing, and of the close."""
    filed = {"received"} | ({"online"} if one.channel in ONLINE else set())
    told = one.told_at or one.closed_at
    if told:
        filed |= {"told_all"} if deadlines.is_past(ends.notice(one), told) else {"told_all", "told_in"}
    yield one.filed_at, frozenset(filed)
    if one.closed_at:
        closed = {"closed"} | (set() if one.corrections else {"at_once"})
        kept = {"in_promise": PROMISED, "in_time": STATUTORY}
        closed |= {name for name, which in kept.items() if not _was_late(one, which, ends)}
        yield one.closed_at, frozenset(closed)


def pending(one: Fact, ends: Ends) -> Pending:
    """That of an open application."""
    notice = moment(ends.notice(one))
    start = _start(one, ends)
    if one.permit and not one.told_at:  # 行政许可法 32: unsaid in time, it was accepted from 收件
        end = moment(ends.last_decision(one, one.begun_at))
        return Pending(notice, end, max(end, notice))
    end = moment(ends.last_decision(one, start)) if start else NEVER
    return Pending(NEVER if one.told_at else notice, end, end)


def moment(end: str) -> str:
    """The last second of a day or a moment as `deadlines.due` gives it, in China: what is after it is late."""
    if "T" not in end:
        return f"{end}T23:59:59+08:00"
    return datetime.fromisoformat(end).astimezone(_CHINA).isoformat(timespec="seconds")


def _was_late(one: Fact, which: int, ends: Ends) -> bool:
    start = _start(one, ends)
    return bool(start) and deadlines.is_past(ends.decision(one, which, start, one.closed_at), one.closed_at)


def _start(one: Fact, ends: Ends) -> str:
    """Where the second clock begins: 受理; for a permit that nobody spoke of in time 收件 (行政许可法 32)."""
    told = one.told_at or one.closed_at
    if one.permit and told and deadlines.is_past(ends.notice(one), told):
        return one.begun_at
    return one.accepted_at


def _unit(one: Fact, which: int) -> str:
    unit = one.limits[which][1]
    return "day" if unit == "month" else unit
