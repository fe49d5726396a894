"""The clocks of a composed service: the whole ends with its longest branch, a part begins after those before it."""

from dataclasses import replace

from forms import deadlines as plain
from forms.calendar import Calendar
from forms.deadlines import Deadline, HasService
from forms.state import State
from forms.whole import Family, Member

TOTAL = "各项全部办结"
_MIDNIGHT = "T00:00:00+08:00"


def clocks(
    definition: HasService, state: State, family: Family | None, calendar: Calendar, now: str, *, received_at: str = ""
) -> list[Deadline]:
    """As forms.deadlines.deadlines, for any application; `family` is None for one that is no part of a whole.

    `received_at`: when the centre first held the filing, by its own clock; "" if it does not yet.

    A part that waits for another has no running clock; its own begin when the last of those before it is closed.
    """
    state = plain.believed(state, received_at, now)
    if family is None or state.filed_at is None or state.begun_at is None:
        return plain.deadlines(definition, state, calendar, now)
    if state.parts:
        return [_total(family, state, state.begun_at, calendar, now)]
    member = family.member(state.number)
    if member is None or not (before := family.before(member)):
        return plain.deadlines(definition, state, calendar, now)
    if family.waits_for(member):
        return []
    begun = max(state.filed_at, *(one.state.closed_at or "" for one in before))
    return plain.deadlines(definition, replace(state, filed_at=begun, paper=None), calendar, now)


def _total(family: Family, whole: State, filed_at: str, calendar: Calendar, now: str) -> Deadline:
    """From filing to the end of the longest branch. What is closed counts as it was, the rest as it is promised."""
    ends: dict[str, str] = {}
    for member in _in_order(family):
        begun = max([filed_at, *(ends[one.part.code] for one in family.before(member))], key=_moment)
        ends[member.part.code] = member.state.closed_at or _due(member, begun, calendar)
    last = max(ends.values(), key=_moment)[:10]
    ended = whole.closed_at or ""
    return plain.span("total", TOTAL, filed_at, last, unit="workday", calendar=calendar, now=now, ended=ended)


def _in_order(family: Family) -> list[Member]:
    """Each part behind those that it waits for; the lint has refused circles."""
    left, placed = list(family.members), list[Member]()
    while left:
        done = {one.part.code for one in placed}
        known = {one.part.code for one in family.members}
        ready = [one for one in left if known & set(one.part.after) <= done] or left
        placed += ready
        left = [one for one in left if one not in ready]
    return placed


def _due(member: Member, begun: str, calendar: Calendar) -> str:
    if member.definition is None:
        return begun
    return plain.due(_moment(begun), member.definition.service["time_limit"]["promised"], calendar)


def _moment(text: str) -> str:
    """A day as the moment at which it begins: times are RFC 3339 with one offset, so they compare as texts."""
    return text if "T" in text else text + _MIDNIGHT
