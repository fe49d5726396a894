"""The two clocks of an application, and the time that it lay unsent.

The first runs from 收件 at the node to the centre's first word (一次性告知、受理、不予受理). For a 行政许可 it has five
working days (行政许可法 32); unsaid by then, the application counts as accepted from 收件. Other kinds: on the spot.
The second runs from 受理 to the decision. A correction pauses neither; a special procedure (特别程序) pauses the
second, up to its own last day.
The day on which a period begins does not count, a month ends on the same day or the month's last, a period that would
end on a day off ends on the next working day (民法典 201-203); permits are counted in working days (行政许可法 82).
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Literal, Protocol

from forms import pauses, steps
from forms.calendar import Calendar
from forms.state import State

Level = Literal["ok", "due", "late", "stopped"]
LEVELS: dict[Level, str] = {"ok": "时限内", "due": "即将到期", "late": "已超期", "stopped": "已停止计时"}
UNITS: dict[str, str] = {"workday": "个工作日", "day": "天", "hour": "小时", "month": "个月"}

UNPUBLISHED = "放假安排未发布，可能调整"
DEEMED = "逾期未告知，自收件之日起即为受理"
ON_PAPER = "补录，自纸质凭证上的日期起算"
ASKING = "受理以前先征求其他部门意见，所需时间另计"
DUE_SHARE = 0.2

_PERMIT = "行政许可"
_PERMIT_NOTICE = {"value": 5, "unit": "workday"}
_ON_THE_SPOT = {"value": 0, "unit": "workday"}
_CHINA = timezone(timedelta(hours=8))


class HasService(Protocol):
    """Any definition: only its x-service is read."""

    @property
    def service(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock: "notice" is the first, "promised" and "statutory" the second, "correction" the citizen's own,
    "procedure" that of a special procedure, which meanwhile pauses the second (`paused` is its title).

    `due` is a day, or a moment for hours; `left` counts in whole `unit`s (months are counted down in days); it is
    negative when late, and 0 while no whole unit has passed: what ended on Friday is over on Saturday, but by no
    working day. A stopped clock stands as it stood when it stopped: `late` says whether it was over by then. `note` is
    "" or a sentence.
    """

    name: str
    label: str
    start: str
    due: str
    unit: str
    left: int
    late: bool
    level: Level
    stopped_at: str = ""
    note: str = ""
    paused: str = ""


@dataclass(frozen=True, slots=True)
class Unsent:
    """How long the application lay at the node before the centre first held it; it is part of the first clock."""

    seconds: int
    running: bool

    @property
    def label(self) -> str:
        words = duration_words(self.seconds)
        return f"尚未上传，已等待{words}" if self.running else f"上传前在警务室等待{words}"


def believed(state: State, received_at: str, now: str) -> State:
    """The state with a time of filing that can be: not later than the centre first held it, and not later than now.

    A node's clock may be years ahead; the clocks of the law run from when the paper was really handed in. It can't be
    behind what the centre signed before: see edge.clock.
    """
    latest = min((one for one in (received_at, now) if one), key=_moment)
    if state.filed_at is None or _moment(state.filed_at) <= _moment(latest):
        return state
    return replace(state, filed_at=latest)


def deadlines(definition: HasService, state: State, calendar: Calendar, now: str) -> list[Deadline]:
    """All clocks of an application that have started, running or stopped. `now` is RFC 3339.

    They run from `state.begun_at`: 收件, or the day on the paper slip of what was entered later.
    """
    begun = state.begun_at
    if begun is None:
        return []
    clocks = _Clocks(definition.service, state, calendar, now)
    return [clocks.first(begun), *clocks.second(begun), *clocks.procedure(), *clocks.correction()]


def span(
    name: str, label: str, start: str, due: str, *, unit: str, calendar: Calendar, now: str, ended: str = ""
) -> Deadline:
    """A clock from a start to a due day that somebody else has worked out; `ended` stops it."""
    return _Span(start, due, unit, calendar).deadline(name, label, now, ended)


def unsent(state: State, received_at: str | None, now: str) -> Unsent:
    """`received_at`: when the centre first held the filing (its own time), None if it does not yet."""
    if state.filed_at is None:
        return Unsent(0, running=False)
    until = _moment(received_at or now)
    seconds = int((until - _moment(state.filed_at)).total_seconds())
    return Unsent(max(seconds, 0), running=received_at is None)


def duration_words(seconds: int) -> str:
    """A length of time in words, the two largest units of it: 2天3小时."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return "不到1分钟"
    minutes = seconds // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "天"), (hours, "小时"), (minutes, "分钟")]
    shown = [f"{count}{word}" for count, word in parts if count]
    return "".join(shown[:2])


def left_words(clock: Deadline) -> str:
    """How a clock stands: 剩 3 个工作日, 今天到期, 已超期 2 天; without a count where no whole unit has passed."""
    count = f" {abs(clock.left)} {UNITS[clock.unit]}"
    if clock.late:
        return f"已超期{count}" if clock.left else "已超期"
    if clock.left:
        return f"剩{count}"
    return "剩不到 1 小时" if clock.unit == "hour" else "今天到期"


def limit_words(limit: Mapping[str, Any]) -> str:
    """A time limit of a definition in words: 当场, 5个工作日, 24小时."""
    return f"{limit['value']}{UNITS[limit['unit']]}" if limit["value"] else "当场"


def due(start: str, limit: Mapping[str, Any], calendar: Calendar) -> str:
    """When a limit ends that began at `start` (RFC 3339): a day, or for hours a moment."""
    if limit["unit"] == "hour":
        return (_moment(start) + timedelta(hours=limit["value"])).isoformat()
    return _due_day(_moment(start).date(), limit, calendar).isoformat()


def is_permit(service: Mapping[str, Any]) -> bool:
    """Whether a service, its x-service, is a 行政许可: only then does silence count as 受理 (行政许可法 32)."""
    return bool(service["type"] == _PERMIT)


def notice_limit(service: Mapping[str, Any]) -> Mapping[str, Any]:
    """The limit of a service's first clock: its own, else five working days for a permit, on the spot for others."""
    usual = _PERMIT_NOTICE if is_permit(service) else _ON_THE_SPOT
    limit: Mapping[str, Any] = service["time_limit"].get("notice", usual)
    return limit


def awaited(service: Mapping[str, Any], state: State) -> tuple[steps.Asked, ...]:
    """The opinions that the first clock gives their time: none for a permit, whose five days are the law's, and none
    where the first word was said without asking anybody.
    """
    told_without = state.noticed_at is not None and not state.review.opinions
    return () if is_permit(service) or told_without else steps.asked(service, state.answers)


def is_past(end: str, at: str) -> bool:
    """Whether `end`, a day or a moment as `due` gives it, was over at a moment: a day is over when it has passed."""
    return _moment(at) > _moment(end) if "T" in end else _day(at) > _day(end)


def _due_day(start: date, limit: Mapping[str, Any], calendar: Calendar) -> date:
    match limit["unit"]:
        case "workday":
            return calendar.add(start, limit["value"])
        case "day":
            return calendar.on_or_after(start + timedelta(days=limit["value"]))
        case "month":
            return calendar.on_or_after(_add_months(start, limit["value"]))
        case unit:
            raise ValueError(f"not a unit of time limits: {unit}")


def _add_months(start: date, count: int) -> date:
    """The same day of a later month, or that month's last day (民法典 202)."""
    years, month = divmod(start.month - 1 + count, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class _Clocks:
    """The clocks of one application at one moment."""

    service: Mapping[str, Any]
    state: State
    calendar: Calendar
    now: str

    def first(self, filed_at: str) -> Deadline:
        ended = self.state.noticed_at or self.state.closed_at or ""
        span = replace(self._span(filed_at, self._notice_limit()), note=ON_PAPER if self.state.paper else "")
        asked = self._opinions(filed_at)
        if asked is not None:
            notes = [span.note, ASKING]
            later = due(asked, self._notice_limit(), self.calendar)
            span = replace(span, due=max(span.due, later), note="；".join(part for part in notes if part))
        return span.deadline("notice", f"一次性告知或受理（{limit_words(self._notice_limit())}）", self.now, ended)

    def _opinions(self, filed_at: str) -> str | None:
        """When the opinions are there that 受理 waits for."""
        asked = awaited(self.service, self.state)

        def add(start: str, limit: Mapping[str, Any]) -> str:
            end = due(start, limit, self.calendar)
            return end if "T" in end else f"{end}T00:00:00+08:00"

        return steps.ends(asked, self.state.review, filed_at, add)

    def second(self, filed_at: str) -> list[Deadline]:
        """The promised limit, and the statutory one where it is another."""
        deemed = is_permit(self.service) and self.first(filed_at).late
        start = filed_at if deemed else self.state.accepted_at
        if start is None:
            return []
        note = DEEMED if deemed else ""
        return [self._decision(name, label, start, note) for name, label in self._decision_names()]

    def procedure(self) -> list[Deadline]:
        """What a special procedure may take; it says nothing once it was ended."""
        one = self.state.review.procedure
        if one is None:
            return []
        span = _Span(one.at, one.until, "day", self.calendar)
        return [span.deadline("procedure", f"特别程序（{one.title}）", self.now, self.state.closed_at or "")]

    def correction(self) -> list[Deadline]:
        """What the citizen has until the day that the notice names; it is shown and decides nothing by itself."""
        notice = self.state.correction
        if notice is None or not notice.due_day:
            return []
        span = _Span(notice.at, notice.due_day, "day", self.calendar)
        return [span.deadline("correction", "补正期限", self.now, "")]

    def _notice_limit(self) -> Mapping[str, Any]:
        return notice_limit(self.service)

    def _decision_names(self) -> list[tuple[str, str]]:
        limits = self.service["time_limit"]
        if limits["promised"] == limits["statutory"]:
            return [("statutory", "办结")]
        return [("promised", "承诺办结"), ("statutory", "法定办结")]

    def _decision(self, name: str, label: str, start: str, note: str) -> Deadline:
        limit = self.service["time_limit"][name]
        ended = self.state.closed_at or ""
        span = replace(self._span(start, limit), note=note)
        end = pauses.later(span.due, self.state.review, span.unit, self.calendar, ended or self.now)
        shown = replace(span, due=end).deadline(name, f"{label}（{limit_words(limit)}）", self.now, ended)
        running = None if ended else pauses.running(self.state.review, self.now)
        return replace(shown, paused=running.title) if running else shown

    def _span(self, start: str, limit: Mapping[str, Any]) -> "_Span":
        unit = "day" if limit["unit"] == "month" else limit["unit"]
        return _Span(start, due(start, limit, self.calendar), unit, self.calendar)


@dataclass(frozen=True, slots=True)
class _Span:
    """From a start to a due day or moment, counted in one unit."""

    start: str
    due: str
    unit: str
    calendar: Calendar
    note: str = ""

    def deadline(self, name: str, label: str, now: str, ended: str) -> Deadline:
        """The clock at `now`, or as it was when it `ended` ("" while it runs)."""
        at = ended or now
        left, late = self._count(at, self.due), self._is_over(at)
        level: Level = "stopped" if ended else self._level(left, late=late)
        notes = [self.note, "" if self._published() else UNPUBLISHED]
        return Deadline(
            name,
            label,
            self.start,
            self.due,
            self.unit,
            left,
            late,
            level,
            ended,
            "；".join(part for part in notes if part),
        )

    def _level(self, left: int, *, late: bool) -> Level:
        if late:
            return "late"
        whole = self._count(self.start, self.due)
        return "due" if left <= whole * DUE_SHARE else "ok"

    def _is_over(self, at: str) -> bool:
        return is_past(self.due, at)

    def _count(self, first: str, last: str) -> int:
        """Whole units from `first` to `last`, below zero where `last` is the earlier one."""
        if self.unit == "hour":
            return int((_moment(last) - _moment(first)).total_seconds() / 3600)
        if self.unit == "workday":
            return self.calendar.between(_day(first), _day(last))
        return (_day(last) - _day(first)).days

    def _published(self) -> bool:
        return self.unit == "hour" or self.calendar.knows(_day(self.start), _day(self.due))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(_CHINA)


def _day(text: str) -> date:
    """The day in China of a moment; a plain day is itself."""
    return _moment(text).date() if "T" in text else date.fromisoformat(text)
