"""The figures of a room or a province and their formulas: the same sums from the same facts, wherever they are made.

A figure is never stored: whoever has the logs gets the same numbers again. Every application of its own counts once;
of a composed one (一件事) the parts count and the whole does not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal, Self

from forms import deadlines
from forms.calendar import Calendar
from forms.kinds_people import GOOD_MIN
from forms.state import State

Kind = Literal["day", "month", "quarter", "year"]
KINDS: dict[Kind, str] = {"day": "日报", "month": "月报", "quarter": "季报", "year": "年报"}
QUARTERS = "一二三四"
ONLINE = ("kiosk", "api")
SMALL = 5

FORMULAS: dict[str, tuple[str, str]] = {
    "in_time": (
        "及时办结率",
        "期内办结且没有超过法定时限的件数 ÷（期内办结的件数 + 法定时限在期内到期、至今没有办结的件数）",
    ),
    "promised": ("承诺时限内办结率", "期内办结且没有超过承诺时限的件数 ÷ 期内办结的件数"),
    "told": (
        "一次告知及时率",
        "期内收件、时限内受理或一次性告知的件数 ÷（期内收件的件数 - 时限没有到、也还没有告知的件数）",
    ),
    "first_time": ("一次办成率", "期内办结、从未要求补正的件数 ÷ 期内办结的件数"),
    "online": ("网办率", "期内从自助机和网上提交的件数 ÷ 期内收件的件数"),
    "satisfied": ("满意率", "期内评价为非常满意、满意、基本满意的次数 ÷ 期内评价的次数"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a month, a quarter or a year of the calendar; `first` and `last` belong to it."""

    kind: Kind
    first: date
    last: date

    @classmethod
    def of(cls, kind: Kind, day: date) -> Self:
        """The period in which `day` lies."""
        if kind == "day":
            return cls(kind, day, day)
        length = {"month": 1, "quarter": 3, "year": 12}[kind]
        month = (day.month - 1) // length * length + 1
        first = day.replace(month=month, day=1)
        year, month = first.year + (month + length - 1) // 12, (month + length - 1) % 12 + 1
        return cls(kind, first, date(year, month, 1) - timedelta(days=1))

    @property
    def title(self) -> str:
        year, month = self.first.year, self.first.month
        return {
            "day": f"{year}年{month}月{self.first.day}日",
            "month": f"{year}年{month}月",
            "quarter": f"{year}年第{QUARTERS[(month - 1) // 3]}季度",
            "year": f"{year}年",
        }[self.kind]

    @property
    def before(self) -> "Period":
        return Period.of(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        return Period.of(self.kind, self.last + timedelta(days=1))

    def holds(self, at: str) -> bool:
        """Whether a moment or day, RFC 3339, lies in it; "" does not."""
        return bool(at) and self.first.isoformat() <= at[:10] <= self.last.isoformat()


@dataclass(frozen=True, slots=True)
class Fact:
    """What the figures need of one application, and no more: nobody is in it.

    Moments are RFC 3339, "" for what has not happened; `limits`: notice, promised, statutory as (value, unit).
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


def fact(service: Mapping[str, Any], state: State) -> Fact:
    """That of one application as it stands; `service` is its x-service."""
    times = service["time_limit"]
    limits = (deadlines.notice_limit(service), times["promised"], times["statutory"])
    notice, promised, statutory = ((int(one["value"]), str(one["unit"])) for one in limits)
    return Fact(
        service=state.service.id,
        channel=state.channel,
        result=state.result or "",
        filed_at=state.filed_at or "",
        begun_at=state.begun_at or "",
        told_at=state.noticed_at or state.closed_at or "",
        accepted_at=state.accepted_at or "",
        closed_at=state.closed_at or "",
        corrections=len(state.corrections),
        permit=deadlines.is_permit(service),
        limits=(notice, promised, statutory),
    )


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole; never rounded up, so that 99.996 % does not read as all."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> str:
        """With two decimals, cut off; "" where there is nothing to divide by."""
        if not self.whole:
            return ""
        cut = self.part * 10000 // self.whole
        return f"{cut // 100}.{cut % 100:02}%" if cut % 100 else f"{cut // 100}%"


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of one period. `open`: what is not closed now; `late`: how many of those are over one of
    their limits.
    """

    received: int = 0
    closed: int = 0
    open: int = 0
    late: int = 0
    rates: Mapping[str, Rate] = field(default_factory=dict)
    services: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)  # (received, closed, of those in time)
    channels: Mapping[str, int] = field(default_factory=dict)
    results: Mapping[str, int] = field(default_factory=dict)
    grades: Mapping[int, int] = field(default_factory=dict)
    days: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # day -> (received, closed)


def compute(
    facts: Iterable[Fact], period: Period, calendar: Calendar, now: str, grades: Mapping[int, int] | None = None
) -> Figures:
    """The figures of a period from all facts that were filed or closed in it and from all that are open.

    `grades`: how many ratings of each grade, 5 to 1, were given in it.
    """
    found = _Sums(period, _Ends(calendar), now)
    found.grades.update(grades or {})
    for one in facts:
        found.add(one)
    return found.figures()


class _Ends:
    """When limits end, worked out once for each day of beginning."""

    def __init__(self, calendar: Calendar) -> None:
        def due(start: str, value: int, unit: str) -> str:
            return deadlines.due(start, {"value": value, "unit": unit}, calendar)

        self._due = lru_cache(maxsize=20_000)(due)

    def is_over(self, start: str, limit: tuple[int, str], at: str) -> bool:
        """Whether the limit that began at `start` was over at `at`."""
        return deadlines.is_past(self.of(start, limit), at)

    def of(self, start: str, limit: tuple[int, str]) -> str:
        value, unit = limit
        return self._due(start if unit == "hour" else start[:10] + "T00:00:00+08:00", value, unit)


class _Sums:
    """Counters that are filled fact by fact."""

    def __init__(self, period: Period, ends: _Ends, now: str) -> None:
        self.period, self.ends, self.now = period, ends, now
        self.n: Counter[str] = Counter()
        self.services: dict[str, list[int]] = {}
        self.channels: Counter[str] = Counter()
        self.results: Counter[str] = Counter()
        self.grades: Counter[int] = Counter()
        self.days: dict[str, list[int]] = {}

    def add(self, one: Fact) -> None:
        if self.period.holds(one.filed_at):
            self._received(one)
        if not one.closed_at:
            self._open(one)
        elif self.period.holds(one.closed_at):
            self._closed(one)

    def _received(self, one: Fact) -> None:
        self.n["received"] += 1
        self.channels[one.channel] += 1
        self._service(one)[0] += 1
        self.days.setdefault(one.filed_at[:10], [0, 0])[0] += 1
        late = self.ends.is_over(one.begun_at, one.limits[0], one.told_at or self.now)
        self.n["told_in"] += bool(one.told_at) and not late
        self.n["told_all"] += bool(one.told_at) or late

    def _closed(self, one: Fact) -> None:
        in_time = not self._is_late(one, 2, one.closed_at)
        self.n["closed"] += 1
        self.n["in_time"] += in_time
        self.n["in_promise"] += not self._is_late(one, 1, one.closed_at)
        self.n["at_once"] += not one.corrections
        self.results[one.result] += 1
        counted = self._service(one)
        counted[1] += 1
        counted[2] += in_time
        self.days.setdefault(one.closed_at[:10], [0, 0])[1] += 1

    def _open(self, one: Fact) -> None:
        untold = not one.told_at and self.ends.is_over(one.begun_at, one.limits[0], self.now)
        undecided = self._is_late(one, 2, self.now)
        self.n["open"] += 1
        self.n["late"] += untold or undecided
        if undecided:
            self.n["missed"] += self.period.holds(self.ends.of(self._start(one, self.now), one.limits[2]))

    def _is_late(self, one: Fact, which: int, at: str) -> bool:
        start = self._start(one, at)
        return bool(start) and self.ends.is_over(start, one.limits[which], at)

    def _start(self, one: Fact, at: str) -> str:
        """Where the second clock begins: 受理; for a permit that nobody spoke of in time 收件 (行政许可法 32)."""
        if one.permit and self.ends.is_over(one.begun_at, one.limits[0], one.told_at or at):
            return one.begun_at
        return one.accepted_at

    def _service(self, one: Fact) -> list[int]:
        return self.services.setdefault(one.service, [0, 0, 0])

    def figures(self) -> Figures:
        n, graded = self.n, sum(self.grades.values())
        online = sum(self.channels[name] for name in ONLINE)
        good = sum(count for grade, count in self.grades.items() if grade >= GOOD_MIN)
        return Figures(
            received=n["received"],
            closed=n["closed"],
            open=n["open"],
            late=n["late"],
            rates={
                "in_time": Rate(n["in_time"], n["closed"] + n["missed"]),
                "promised": Rate(n["in_promise"], n["closed"]),
                "told": Rate(n["told_in"], n["told_all"]),
                "first_time": Rate(n["at_once"], n["closed"]),
                "online": Rate(online, n["received"]),
                "satisfied": Rate(good, graded),
            },
            services={name: (one[0], one[1], one[2]) for name, one in sorted(self.services.items())},
            channels=dict(self.channels),
            results=dict(self.results),
            grades=dict(self.grades),
            days={day: (one[0], one[1]) for day, one in sorted(self.days.items())},
        )


def veiled(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts for people outside of the room: None for those from 1 to 4, behind which somebody might be known.

    Where one alone would be hidden, the next smallest is hidden as well: else the sum would say it.
    """
    hidden = {name for name, count in counts.items() if 0 < count < SMALL}
    others = sorted((count, name) for name, count in counts.items() if count >= SMALL)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return {name: None if name in hidden else count for name, count in counts.items()}
