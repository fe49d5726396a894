"""差评回访: what is owed to whoever left a number with a bad rating, and what a supervisor found by calling.

The room is told what to mend. It is not told who rated, what he wrote, or what he said; that stands here alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, exists, func, select, update

from edge.errors import problem
from forms import call_backs
from forms.call_backs import CallBack
from forms.deadlines import is_past
from forms.kinds import check_body
from forms.kinds_oversight import ANSWER_MAX, CALLED, CALLED_BACK, NOT_REACHED
from forms.people import people
from sync.centre import board, cases, log, rooms, scopes, tables, tables_figures, tables_review
from sync.centre.cases import Case
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.store import add_missing

SHOWN_MAX: Final = 100
_table, _rating, _application = tables_figures.call_back, tables.rating, tables.application


@dataclass(frozen=True, slots=True)
class Entry:
    """One bad rating as its supervisor sees it. `last_day`: of the call; `late`: nobody was reached by then."""

    node_id: str
    room: str
    number: str
    title: str
    grade: int
    words: str
    callback: str
    owed: CallBack
    last_day: str
    late: bool
    result: str
    answer: str
    note: str
    by: str


def note(tx: Connection, node_id: str, given: Mapping[str, Any], now: str) -> None:
    """A rating that the centre has just heard of."""
    if call_backs.is_owed(given):
        add_missing(tx, _table, [{"node_id": node_id, "application": given["application"], "since": now}])


def of_applications(tx: Connection, node_id: str, numbers: Iterable[str]) -> dict[str, CallBack]:
    """What is or was owed for these applications of a room."""
    rows = tx.execute(select(_table).filter_by(node_id=node_id).where(_table.c.application.in_(sorted(numbers))))
    return {row.application: _owed(row) for row in rows}


def owed_numbers(tx: Connection, node_id: str) -> list[str]:
    """The applications of a room with a rating that nobody has called back."""
    return list(tx.execute(select(_table.c.application).filter_by(node_id=node_id, done_at="")).scalars())


def count(tx: Connection, duties: Iterable[Duty], own: frozenset[str]) -> int:
    """How many calls are owed within somebody's areas."""
    found = select(func.count()).select_from(_table).where(_table.c.done_at == "", *_visible(duties, own))
    return int(tx.execute(found).scalar_one())


def entries(tx: Connection, centre: Centre, duties: Iterable[Duty], own: frozenset[str], *, done: bool) -> list[Entry]:
    """What is owed, the longest waiting first; or what was done, the latest first. At most SHOWN_MAX."""
    of_rating = and_(_rating.c.node_id == _table.c.node_id, _rating.c.application == _table.c.application)
    of_head = and_(_application.c.node_id == _table.c.node_id, _application.c.number == _table.c.application)
    columns = (_table, _rating.c.grade, _rating.c.words, _rating.c.callback, _application.c.title)
    found = select(*columns).select_from(_table.join(_rating, of_rating).outerjoin(_application, of_head))
    order = _table.c.done_at.desc() if done else _table.c.since
    found = found.where(_table.c.done_at != "" if done else _table.c.done_at == "", *_visible(duties, own))
    rows = tx.execute(found.order_by(order, _table.c.application).limit(SHOWN_MAX)).all()
    names = rooms.names(tx, {row.node_id for row in rows})
    return [_entry(centre, row, names[row.node_id]) for row in rows]


def of_case(tx: Connection, centre: Centre, case: Case) -> Entry:
    """That of one application. Raises call_back_none."""
    of_rating = and_(_rating.c.node_id == _table.c.node_id, _rating.c.application == _table.c.application)
    columns = (_table, _rating.c.grade, _rating.c.words, _rating.c.callback)
    found = select(*columns).select_from(_table.join(_rating, of_rating))
    row = tx.execute(found.where(_table.c.node_id == case.node_id, _table.c.application == case.number)).one_or_none()
    if row is None:
        raise problem("call_back_none")
    return _entry(centre, row, case.room, case.definition.title if case.definition else "")


def record(
    centre: Centre, number: str, *, result: str, answer: str = "", note: str = "", tries: int, actor: str
) -> None:
    """What a call found. `tries`: of how many earlier calls that reached nobody the caller knew; the same again does
    nothing.

    Raises not_found, call_back_none, call_back_own, call_back_over, call_back_text, call_back_words.
    """
    answer, note = " ".join(answer.split()), note.strip()
    case = cases.get(centre, number)
    _must_be_a_stranger(case, actor)
    with centre.store.write() as tx:
        rooms.get(tx, case.node_id, lock=True)
        entry = of_case(tx, centre, case)
        again = (entry.result, entry.answer, entry.by) == (result, answer, actor)
        if again and (entry.owed.done_at or tries < entry.owed.tries):
            return
        if entry.owed.done_at:
            raise problem("call_back_over")
        _check(case, entry, result, answer, note)
        body = {"application": number, "result": result, "answer": answer}
        check_body(CALLED_BACK, body)
        event = log.append(tx, centre.clock, case.node_id, kind=CALLED_BACK, application="", body=body, actor=actor)
        values: dict[str, Any] = {"result": result, "answer": answer, "note": note, "by": actor}
        if result == NOT_REACHED:
            values |= {"tries": entry.owed.tries + 1}
        else:
            values |= {"done_at": event.at}
        tx.execute(update(_table).filter_by(node_id=case.node_id, application=number).values(**values))


def _must_be_a_stranger(case: Case, actor: str) -> None:
    """Who had a hand in it, at the room or here, does not ask how satisfied people were with him."""
    acted = {entry.actor for entry in case.state.history if entry.side == "centre"}
    if actor in case.handlers | acted:
        raise problem("call_back_own")


def _check(case: Case, entry: Entry, result: str, answer: str, note: str) -> None:
    wanted = result != NOT_REACHED and not answer
    if result not in CALLED or wanted or max(len(answer), len(note)) > ANSWER_MAX:
        raise problem("call_back_text", most=ANSWER_MAX)
    applicant = people(case.definition, case.state.answers).applicant if case.definition else ""
    told = [one for one in (applicant, entry.callback, entry.words) if len(one) > 1 and one in answer]
    found = next(iter(told), "") or board.number_in(answer)
    if found:
        raise problem("call_back_words", found=found)


def _visible(duties: Iterable[Duty], own: frozenset[str]) -> list[Any]:
    concerned = tables_review.concerned
    about = exists().where(
        concerned.c.node_id == _table.c.node_id,
        concerned.c.number == _table.c.application,
        concerned.c.account.in_(sorted(own)),
    )
    return [scopes.within(_table.c.node_id, scopes.areas(duties)), ~about]


def _owed(row: Row[Any]) -> CallBack:
    return CallBack(row.since, row.done_at, row.tries)


def _entry(centre: Centre, row: Row[Any], room: str, title: str = "") -> Entry:
    owed = _owed(row)
    last = call_backs.last_day(owed.since, centre.calendar)
    late = is_past(last, owed.done_at or centre.clock.now())
    named = title or getattr(row, "title", None) or ""
    return Entry(
        row.node_id,
        room,
        row.application,
        named,
        row.grade,
        row.words,
        row.callback,
        owed,
        last,
        late,
        row.result,
        row.answer,
        row.note,
        row.by,
    )
