"""The other applications of the same person: each look is an event with its reason before anything is shown (M69).

Only what lies in the area of who looks is named; of the rest he is told how many there are.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, func, insert, select

from edge.errors import problem
from forms.kinds_looking import REASON_MAX
from sync.centre import claims, log, rooms, tables, tables_review
from sync.centre.cases import Case
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.lists import Line, line
from sync.centre.who import CENTRE

KIND: Final = "person.reviewed"
HOLDS_MS: Final = 15 * 60 * 1000
REASON_MIN: Final = 4
SHOWN_MAX: Final = 50
_person, _look, _application = tables_review.person, tables_review.look, tables.application


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked, when and why."""

    name: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """`lines` in the own area, the newest first; `elsewhere` are those that are only counted."""

    lines: list[Line]
    elsewhere: int


def of_case(tx: Connection, case: Case) -> str:
    """The keyed hash of whose application it is; "" where it names nobody."""
    return tx.execute(select(_person.c.person).filter_by(node_id=case.node_id, number=case.number)).scalar() or ""


def look(centre: Centre, case: Case, *, actor: str, reason: str) -> None:
    """Write down that somebody looks, and why. Raises look_first, not_found where the application names nobody."""
    said = " ".join(reason.split())
    if not REASON_MIN <= len(said) <= REASON_MAX:
        raise problem("look_first")
    with centre.store.write() as tx:
        person = of_case(tx, case)
        if not person:
            raise problem("not_found")
        rooms.get(tx, case.node_id, lock=True)
        body = {"application": case.number, "reason": said}
        event = log.append(tx, centre.clock, case.node_id, kind=KIND, application="", body=body, actor=actor)
        row = {"node_id": case.node_id, "id": event.id, "person": person, "account": actor.removeprefix(CENTRE)}
        tx.execute(insert(_look).values(row | {"ticks": centre.clock.ticks(), "at": event.at, "reason": said}))


def may_see(tx: Connection, person: str, account: str, now: int) -> bool:
    """Whether somebody's own look at this person still holds."""
    last = select(func.max(_look.c.ticks)).where(_look.c.person == person, _look.c.account == account)
    ticks = tx.execute(last).scalar()
    return ticks is not None and 0 <= now - int(ticks) < HOLDS_MS


def others(tx: Connection, case: Case, person: str, duties: tuple[Duty, ...]) -> Found:
    """The other applications of this person."""
    joined = _person.join(
        _application, (_application.c.node_id == _person.c.node_id) & (_application.c.number == _person.c.number)
    )
    statement = select(_application).select_from(joined).where(_person.c.person == person)
    rows = tx.execute(statement.order_by(_application.c.filed_at.desc()).limit(SHOWN_MAX + 1)).all()
    names = rooms.names(tx, {row.node_id for row in rows})
    theirs = [line(row, names) for row in rows if row.number != case.number]
    own = [one for one in theirs if any(duty.covers(one.node_id, one.service_id) for duty in duties)]
    return Found(own[:SHOWN_MAX], len(theirs) - len(own))


def looks(tx: Connection, person: str) -> list[Look]:
    """Who has looked at this person here, the last one first."""
    rows = tx.execute(select(_look).filter_by(person=person).order_by(_look.c.ticks.desc()).limit(20))
    return [Look(claims.name_of(tx, row.account), row.at, row.reason) for row in rows]
