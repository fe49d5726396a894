"""The figures of a room or a province and their formulas: the same sums from the same facts, wherever they are made.

Whoever has the logs gets the same numbers again; what is counted beforehand is counted by forms.figures_parts, from
which these sums are made too. Every application of its own counts once; of a composed one (一件事) the parts count and
the whole does not. Complaints are none of them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, Self

from forms import deadlines, steps
from forms.calendar import Calendar
from forms.figures_parts import Ends, Fact, Pause, pending, settled
from forms.kinds_people import GOOD_MIN
from forms.state import State

Kind = Literal["day", "week", "month", "quarter", "year"]
KINDS: dict[Kind, str] = {"day": "日报", "week": "周报", "month": "月报", "quarter": "季报", "year": "年报"}
QUARTERS = "一二三四"
SMALL = 5

FORMULAS: dict[str, tuple[str, str]] = {
    "in_time": (
        "及时办结率",
        (
            "期内办结且没有超过法定时限的件数 ÷（期内办结的件数 + 法定时限在期内到期、至今没有办结的件数）；"
            "特别程序的时间不计入"
        ),
    ),
    "promised": ("承诺时限内办结率", "期内办结且没有超过承诺时限的件数 ÷ 期内办结的件数"),
    "told": (
        "一次告知及时率",
        (
            "期内收件、时限内受理或一次性告知的件数 ÷（期内收件的件数 - 时限没有到、也还没有告知的件数）；"
            "受理以前要征求其他部门意见的，征求意见的时间另计"
        ),
    ),
    "first_time": ("一次办成率", "期内办结、从未要求补正的件数 ÷ 期内办结的件数"),
    "online": ("网办率", "期内从自助机和网上提交的件数 ÷ 期内收件的件数"),
    "satisfied": ("满意率", "期内评价为非常满意、满意、基本满意的次数 ÷ 期内评价的次数"),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a week from Monday on, a month, a quarter or a year of the calendar; `first` and `last` belong to it."""

    kind: Kind
    first: date
    last: date

    @classmethod
    def of(cls, kind: Kind, day: date) -> Self:
        """The period in which `day` lies."""
        if kind == "day":
            return cls(kind, day, day)
        if kind == "week":
            monday = day - timedelta(days=day.weekday())
            return cls(kind, monday, monday + timedelta(days=6))
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
            "week": f"{year}年{month}月{self.first.day}日至{self.last.month}月{self.last.day}日",
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


def counts(service: Mapping[str, Any], state: State) -> bool:
    """Whether an application is one of the figures: of its own, with limits, and no complaint. What is sealed to the
    supervisors is counted at their desk alone (投诉), or a sum would tell of what its reader can't open.
    """
    return "time_limit" in service and not state.parts and not service.get("sealed")


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
        opinions=steps.branches(deadlines.awaited(service, state), state.review),
        pauses=tuple(Pause(one.at, one.until, one.ended_at) for one in state.review.procedures),
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
    found = _Sums(period, Ends(calendar), now)
    found.grades.update(grades or {})
    for one in facts:
        found.add(one)
    return found.figures()


class _Sums:
    """Counters that are filled fact by fact."""

    def __init__(self, period: Period, ends: Ends, now: str) -> None:
        self.period, self.ends, self.now = period, ends, now
        self.n: Counter[str] = Counter()
        self.services: dict[str, list[int]] = {}
        self.channels: Counter[str] = Counter()
        self.results: Counter[str] = Counter()
        self.grades: Counter[int] = Counter()
        self.days: dict[str, list[int]] = {}

    def add(self, one: Fact) -> None:
        for at, counted in settled(one, self.ends):
            if self.period.holds(at):
                self.n.update(counted)
                self._aside(one, at, counted)
        if not one.closed_at:
            self._open(one)

    def _aside(self, one: Fact, at: str, counted: frozenset[str]) -> None:
        """By service, day, channel and result."""
        row, day = self.services.setdefault(one.service, [0, 0, 0]), self.days.setdefault(at[:10], [0, 0])
        if "received" in counted:
            self.channels[one.channel] += 1
            row[0] += 1
            day[0] += 1
        if "closed" in counted:
            self.results[one.result] += 1
            row[1] += 1
            row[2] += "in_time" in counted
            day[1] += 1

    def _open(self, one: Fact) -> None:
        waits = pending(one, self.ends)
        self.n["open"] += 1
        self.n["late"] += waits.is_late(self.now)
        self.n["told_all"] += waits.is_untold(self.now) and self.period.holds(one.filed_at)
        self.n["missed"] += waits.is_undecided(self.now) and self.period.holds(waits.decide_end)

    def figures(self) -> Figures:
        n, graded = self.n, sum(self.grades.values())
        good = sum(count for grade, count in self.grades.items() if grade >= GOOD_MIN)
        return Figures(
            received=n["received"],
            closed=n["closed"],
            open=n["open"],
            late=n["late"],
            rates=rates(n | Counter(good=good, graded=graded)),
            services={name: (one[0], one[1], one[2]) for name, one in sorted(self.services.items())},
            channels=dict(self.channels),
            results=dict(self.results),
            grades=dict(self.grades),
            days={day: (one[0], one[1]) for day, one in sorted(self.days.items())},
        )


def rates(n: Mapping[str, int]) -> dict[str, Rate]:
    """The rates of FORMULAS from counts: those of figures_parts.COUNTED, `missed`, `good` and `graded`."""

    def of(name: str) -> int:
        return n.get(name, 0)

    return {
        "in_time": Rate(of("in_time"), of("closed") + of("missed")),
        "promised": Rate(of("in_promise"), of("closed")),
        "told": Rate(of("told_in"), of("told_all")),
        "first_time": Rate(of("at_once"), of("closed")),
        "online": Rate(of("online"), of("received")),
        "satisfied": Rate(of("good"), of("graded")),
    }


def veiled(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts for people outside of the room: None for those from 1 to 4, behind which somebody might be known.

    Where one alone would be hidden, the next smallest is hidden as well: else the sum would say it.
    """
    hidden = {name for name, count in counts.items() if 0 < count < SMALL}
    others = sorted((count, name) for name, count in counts.items() if count >= SMALL)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return {name: None if name in hidden else count for name, count in counts.items()}
