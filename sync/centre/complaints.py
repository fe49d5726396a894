"""投诉的回应和升级: every complaint is answered within two working days, else it is shown to the next level too.

What a complaint says stays sealed; here stands that there is one, since when, and who answered it. No room hears of it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, or_, select, update

from edge import sealing
from edge.errors import problem
from edge.sealing import SealingError
from forms import escalation
from forms.escalation import ANSWERED, LEVELS
from forms.state import State
from sync.centre import key_pair, rooms, scopes, supervisor_keys, tables, tables_figures, tables_review
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.store import add_missing, upsert

SHOWN_MAX: Final = 100
NOTE_MAX: Final = 500
FILED, PHONE = "filed", "phone"
_table, _raised = tables_figures.complaint, tables_figures.escalation
_phone, _event = tables.phone_complaint, tables.event


@dataclass(frozen=True, slots=True)
class Entry:
    """One complaint. `words`, `callback` and `note` are "" where it is not from a phone, or its seal does not open.

    `level` is an index of LEVELS: whose it is now, or was when it was answered; `last_day`: by when that level answers.
    """

    node_id: str
    room: str
    id: str
    kind: str
    about: str
    since: str
    level: int
    last_day: str
    late: bool
    answered_at: str
    answered_by: str
    outcome: str
    words: str = ""
    callback: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait for an answer, how many of them beyond their two working days, and how many for each level."""

    open: int
    late: int
    levels: tuple[int, ...]


def project(tx: Connection, node_id: str, number: str, state: State, received_at: str) -> None:
    """The row of one that was filed and sealed: its first answer is the first act that the centre took."""
    if not sealing.is_sealed(state.answers):
        return
    answered = state.noticed_at or state.closed_at or ""
    by = next((one.actor for one in state.history if one.side == "centre" and one.effective and one.at == answered), "")
    row = {"node_id": node_id, "id": number, "kind": FILED, "since": received_at}
    upsert(tx, _table, [row | {"answered_at": answered, "answered_by": by, "outcome": state.result or ""}])


def is_one(table: Any) -> ColumnElement[bool]:
    """The condition that a row, which has a room and a number, is of a sealed application."""
    return exists().where(_table.c.node_id == table.c.node_id, _table.c.id == table.c.number, _table.c.kind == FILED)


def note(tx: Connection, node_id: str, code: str, now: str) -> None:
    """One that somebody sealed on a phone."""
    add_missing(tx, _table, [{"node_id": node_id, "id": code, "kind": PHONE, "since": now}])


def entries(
    tx: Connection, centre: Centre, duties: Iterable[Duty], accounts: frozenset[str], *, show: str
) -> list[Entry]:
    """`show`: "open" for what waits, the oldest first; "raised" for what became a higher level's; "done" for the rest.

    `accounts`: of the one who looks, at rooms and here; what is about a case of his own is not shown to him.
    Raises supervisor_key_missing.
    """
    shown = _shown(centre, show)
    rows = tx.execute(shown.where(*_visible(duties, accounts)).limit(SHOWN_MAX)).all()
    private = supervisor_keys.private_key(centre.settings.supervisor_file) if rows else b""
    names = rooms.names(tx, {row.node_id for row in rows})
    return [_entry(centre, row, names[row.node_id], private) for row in rows]


def _shown(centre: Centre, show: str) -> Select[Any]:
    phone = and_(_phone.c.node_id == _table.c.node_id, _phone.c.id == _table.c.id)
    found = select(_table, _phone.c.application.label("about"), _phone.c.sealed).select_from(
        _table.outerjoin(_phone, phone)
    )
    if show == "done":
        return found.where(_table.c.answered_at != "").order_by(_table.c.answered_at.desc(), _table.c.id)
    found = found.where(_table.c.answered_at == "").order_by(_table.c.since, _table.c.id)
    return found.where(_table.c.since < _late_before(centre)) if show == "raised" else found


def counts(tx: Connection, centre: Centre, duties: Iterable[Duty], accounts: frozenset[str]) -> Counts:
    """What waits within somebody's areas."""
    now = centre.clock.now()
    found = select(_table.c.since).where(_table.c.answered_at == "", *_visible(duties, accounts))
    levels = [escalation.level(since, now, centre.calendar) for since in tx.execute(found).scalars()]
    return Counts(len(levels), sum(map(bool, levels)), tuple(levels.count(place) for place in range(len(LEVELS))))


def raised(tx: Connection, centre: Centre, duties: Sequence[Duty], accounts: frozenset[str]) -> int:
    """How many have become this person's by not being answered below him: the number beside his menu."""
    own = max((escalation.level_of_area(area) for area in scopes.areas(duties)), default=0)
    levels = counts(tx, centre, duties, accounts).levels
    return sum(levels[max(1, own) :])


def raise_late(centre: Centre) -> int:
    """Write down what became the next level's; how many that were. For a timetable; again changes nothing."""
    now = centre.clock.now()
    with centre.store.read() as tx:
        late = select(_table.c.node_id, _table.c.id, _table.c.since).where(_table.c.answered_at == "")
        waiting = tx.execute(late.where(_table.c.since < _late_before(centre))).all()
        known = {tuple(row) for row in tx.execute(select(_raised.c.node_id, _raised.c.id, _raised.c.level))}
    fresh = [
        {"node_id": row.node_id, "id": row.id, "level": name, "at": now}
        for row in waiting
        for name in LEVELS[1 : 1 + escalation.level(row.since, now, centre.calendar)]
        if (row.node_id, row.id, name) not in known
    ]
    if fresh:
        with centre.store.write() as tx:
            add_missing(tx, _raised, fresh)
    return len(fresh)


def answer(
    centre: Centre, code: str, outcome: str, text: str, *, actor: str, duties: Iterable[Duty], accounts: frozenset[str]
) -> None:
    """What was done about one from a phone; the same again does nothing.

    Raises not_found, complaint_answer, complaint_answered, complaint_closed.
    """
    text = text.strip()
    if outcome not in ANSWERED or not 0 < len(text) <= NOTE_MAX:
        raise problem("complaint_answer", most=NOTE_MAX)
    public = key_pair.public_key(centre.settings.supervisor_file)
    if not public:
        raise problem("complaint_closed")
    with centre.store.write() as tx:
        found = select(_table).where(_table.c.id == code, _table.c.kind == PHONE, *_visible(duties, accounts))
        row = tx.execute(found).first()
        if row is None:
            raise problem("not_found")
        rooms.get(tx, row.node_id, lock=True)
        row = tx.execute(found).one()
        if row.answered_at:
            if (row.outcome, row.answered_by) == (outcome, actor):
                return
            raise problem("complaint_answered")
        sealed = sealing.seal(bytes.fromhex(public), code, {"words": text}, ())
        values = {"outcome": outcome, "note": json.dumps(sealed), "answered_by": actor}
        place = update(_table).filter_by(node_id=row.node_id, id=code)
        tx.execute(place.values(answered_at=centre.clock.now(), **values))


def late_of_room(tx: Connection, centre: Centre, node_id: str, since: str) -> list[tuple[str, str, str, int]]:
    """(since, last day, answered, level) of those of a room that were not answered in two working days: what is open,
    and what was answered since a day.
    """
    ended = or_(_table.c.answered_at == "", _table.c.answered_at >= since)
    rows = tx.execute(select(_table).filter_by(node_id=node_id).where(ended).order_by(_table.c.since))
    now, calendar = centre.clock.now(), centre.calendar
    return [
        (row.since, escalation.last_days(row.since, calendar)[0], row.answered_at, found)
        for row in rows
        if (found := escalation.level(row.since, row.answered_at or now, calendar))
    ]


def _late_before(centre: Centre) -> str:
    return escalation.first_late_day(centre.clock.today(), centre.calendar)


def _visible(duties: Iterable[Duty], accounts: frozenset[str]) -> list[Any]:
    """Within one's areas, and nothing about a case in which one had a hand, or which is about oneself."""
    names = sorted(accounts)
    told = _phone.alias("told")
    actors = [f"{side}:{name}" for name in names for side in ("centre", "officer")]
    acted = exists().where(
        _event.c.node_id == told.c.node_id, _event.c.application == told.c.application, _event.c.actor.in_(actors)
    )
    own = or_(acted, _is_about(names, told.c.node_id, told.c.application))
    hidden = exists().where(told.c.node_id == _table.c.node_id, told.c.id == _table.c.id, own)
    within = scopes.within(_table.c.node_id, scopes.areas(duties))
    return [within, ~hidden, ~_is_about(names, _table.c.node_id, _table.c.id)]


def _is_about(names: list[str], node_id: Any, number: Any) -> Any:
    table = tables_review.concerned
    return exists().where(table.c.node_id == node_id, table.c.number == number, table.c.account.in_(names))


def _entry(centre: Centre, row: Row[Any], room: str, private: bytes) -> Entry:
    now = row.answered_at or centre.clock.now()
    level = escalation.level(row.since, now, centre.calendar)
    last = escalation.last_days(row.since, centre.calendar)
    said = _opened(private, row.id, row.sealed)
    noted = _opened(private, row.id, row.note)
    return Entry(
        row.node_id,
        room,
        row.id,
        row.kind,
        row.about or "",
        row.since,
        level,
        last[level],
        escalation.is_late(row.since, now, centre.calendar),
        row.answered_at,
        row.answered_by,
        row.outcome,
        said.get("words", ""),
        said.get("callback", ""),
        noted.get("words", ""),
    )


def _opened(private: bytes, code: str, sealed: str | None) -> dict[str, Any]:
    if not sealed:
        return {}
    try:
        return sealing.open_content(private, code, json.loads(sealed)).answers
    except SealingError:
        return {}
