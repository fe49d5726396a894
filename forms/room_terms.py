"""How long a room and its centre keep what names a person and no application (个人信息保护法 6, 19).

What names an application goes with it (forms.telling). The rest has a purpose and a term of its own: counted from the
day on which its purpose ended, after which its words go, and its place in the chain stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from forms.events import Event, Side, is_erased
from forms.fields import ITEMS_MAX

Told = tuple[Side, Event]
Received = Callable[[Side, Event], str]
# of a day that a body names: nobody books or announces further ahead, but under a clock that is years wrong
AHEAD_DAYS_MAX: Final = 62


@dataclass(frozen=True, slots=True)
class Term:
    """What one kind of records is for, and how long it is kept unless a setting says otherwise.

    `since`: what the days are counted from. `kinds`: each kind of events with the field that names the event which
    began the record; "" for one that begins a record itself. `until`: the fields of a body that say how long it is for.
    """

    title: str
    purpose: str
    since: str
    days: int
    kinds: Mapping[str, str]
    until: tuple[str, ...] = ()
    ends: str = ""


_APPOINTMENT: Final = dict.fromkeys(
    ("appointment.moved", "appointment.told", "appointment.cancelled", "appointment.kept"), "appointment"
)
TERMS: Final[dict[str, Term]] = {
    "appointments": Term(
        "预约", "安排到室和上门的时间，改期时找得到人", "约定的那一天", 90,
        {"appointment.made": "", **_APPOINTMENT}, until=("day",),
    ),
    "needs": Term(
        "需求登记", "回应群众提的需求，回应时找得到人", "最后一次回应，没有回应的从登记", 365,
        {"need.recorded": "", "need.answered": "need"},
    ),
    "missing": Term(
        "走失公告", "找人", "撤下或者到期", 30,
        {"missing.announced": "", "missing.ended": "notice"}, until=("until",), ends="missing.ended",
    ),
    "notes": Term(
        "日巡查、日结和报修的说明", "交接班和追查设备毛病", "记下的那一天；报修的从修复", 365,
        {"round.made": "", "day.closed": "", "ticket.opened": "", "ticket.closed": "ticket"},
    ),
}  # fmt: skip  # a table
KINDS: Final[dict[str, str]] = {kind: name for name, term in TERMS.items() for kind in term.kinds}


def days_of(settings: object) -> dict[str, int]:
    """For how many days each of TERMS is kept, by the settings of a room or a centre."""
    return {name: int(getattr(settings, f"{name}_keep_days")) for name in TERMS}


def over(told: Iterable[Told], days: Mapping[str, int], today: str, received: Received) -> list[list[Told]]:
    """The records whose term is over on `today`, each with all of its events; `days`: by the names of TERMS.

    `today` is a day of the centre. `received` gives when the centre had an event (RFC 3339): it is asked where the
    writer's clock was ahead. An event that is erased already says nothing.
    """
    return [
        record
        for (name, _), record in _records(told).items()
        if _is_over(TERMS[name], record, _days_before(today, days[name]), today, received)
    ]


def _records(told: Iterable[Told]) -> dict[tuple[str, str], list[Told]]:
    found: dict[tuple[str, str], list[Told]] = {}
    for side, event in told:
        name = KINDS.get(event.kind)
        if name is not None and not is_erased(event.body):
            begun = TERMS[name].kinds[event.kind]
            found.setdefault((name, _text(event, begun) or event.id), []).append((side, event))
    return found


def _is_over(term: Term, record: list[Told], before: str, today: str, received: Received) -> bool:
    ended = any(event.kind == term.ends for _, event in record)
    fields = () if ended else term.until
    return all(_last_day(fields, one, today, received) < before for one in record)


def _last_day(fields: Iterable[str], told: Told, today: str, received: Received) -> str:
    """The last day that one event is of use on; what a wrong clock wrote is held to what the centre knows."""
    side, event = told
    written = _past(max(event.at, event.centre_at), today) or _past(received(side, event), today) or today
    named = (min(_text(event, name), _days_before(written, -AHEAD_DAYS_MAX)) for name in fields)
    return max([written, *named])


def _past(moment: str, today: str) -> str:
    """The day of a moment; "" for one that is no day, or later than today."""
    try:
        day = date.fromisoformat(moment[:10]).isoformat()
    except ValueError:
        return ""
    return day if day <= today else ""


def _text(event: Event, name: str) -> str:
    """One field of a body; "" where it has none such. A body that its kind does not allow may stand in a log."""
    try:
        said = event.data.get(name, "") if name else ""
    except (AttributeError, ValueError):
        return ""
    return said if isinstance(said, str) else ""


def _days_before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def said(records: Iterable[Iterable[Told]], days: Mapping[str, int]) -> list[dict[str, Any]]:
    """The bodies of the records of an erasing, as many as the list of places needs."""
    gone = [one for record in records for one in record]
    pieces = [gone[first : first + ITEMS_MAX] for first in range(0, len(gone), ITEMS_MAX)]
    return [{"told": [_place(one) for one in piece], "terms": _terms(piece, days), "why": "term"} for piece in pieces]


def _place(told: Told) -> str:
    side, event = told
    return f"{side}:{event.epoch}:{event.seq}"


def _terms(told: Iterable[Told], days: Mapping[str, int]) -> list[dict[str, Any]]:
    names = dict.fromkeys(KINDS[event.kind] for _, event in told)
    return [{"what": name, "days": days[name]} for name in names]
