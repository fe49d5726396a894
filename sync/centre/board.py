"""曝光纠错: the supervisor makes a problem public that a complaint told of, without whoever told it, and answers it.

What is written is a draft until a person has read it through as everybody will see it; the words that the complaint
keeps secret, and anything that could be a number of somebody, are looked for before. The room learns the text and no
more: which complaint it came from is written here alone.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from edge.errors import problem
from edge.sealing import Content
from forms import pointer
from forms.events import canonical
from forms.kinds import check_body
from forms.kinds_board import ANSWER_WORKDAYS, ANSWERED, PUBLISHED, REASON_MAX, STATES, TEXT_MAX, WITHDRAWN
from sync.centre import cases, log, rooms, supervisor, tables
from sync.centre.cases import Case
from sync.centre.centre import Centre
from sync.centre.store import upsert

SHOWN_MAX: Final = 200
SECRET_MIN, SECRET_MAX = 2, 20  # shorter words are in any text; a longer one is a story, not somebody's name
_NUMBER = re.compile(r"\d[\dXx -]{5,}[\dXx]")  # a telephone, a card; 12389 is shorter, and a day is none
_DAY = re.compile(r"20\d\d-\d\d-\d\d")
_table, _draft = tables.board, tables.board_draft


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be made public: a problem, with its answer or before it; `state` and `answer` come together."""

    problem: str
    state: str = ""
    answer: str = ""

    @property
    def digest(self) -> str:
        """SHA-256: what a person has read through is what becomes public."""
        return hashlib.sha256(canonical([self.problem, self.state, self.answer])).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One public problem as its supervisor sees it. `room`: of which room; `late`: unanswered for too long."""

    node_id: str
    room: str
    application: str
    id: str
    draft: Draft
    raised: str
    at: str
    answered_at: str
    withdrawn_at: str
    reason: str
    late: bool


def entries(centre: Centre) -> list[Entry]:
    """All that was made public, of all rooms, what waits longest first and what was taken down last."""
    with centre.store.read() as tx:
        names = rooms.names(tx)
        rows = tx.execute(select(_table).order_by(_table.c.raised, _table.c.id).limit(SHOWN_MAX)).all()
    found = [_entry(centre, row, names.get(row.node_id, "")) for row in rows]
    return sorted(found, key=lambda one: (bool(one.withdrawn_at), bool(one.answered_at)))


def find(centre: Centre, case: Case) -> Entry | None:
    """What was made public of this complaint, also after it was taken down; None for nothing."""
    with centre.store.read() as tx:
        row = _row(tx, case)
    return None if row is None else _entry(centre, row, case.room)


def _row(tx: Connection, case: Case) -> Row[Any] | None:
    return tx.execute(select(_table).filter_by(node_id=case.node_id, application=case.number)).one_or_none()


def _entry(centre: Centre, row: Row[Any], room: str) -> Entry:
    last = centre.calendar.add(date.fromisoformat(row.raised), ANSWER_WORKDAYS).isoformat()
    late = not row.answered_at and not row.withdrawn_at and centre.clock.today() > last
    return Entry(
        row.node_id,
        room,
        row.application,
        row.id,
        Draft(row.problem, row.state, row.answer),
        row.raised,
        row.at,
        row.answered_at,
        row.withdrawn_at,
        row.reason,
        late,
    )


def draft_of(centre: Centre, number: str, actor: str) -> Draft:
    """What is written so far, else what is public. Raises as supervisor.open_complaint."""
    case, _ = _opened(centre, number, actor)
    with centre.store.read() as tx:
        row = tx.execute(select(_draft).filter_by(node_id=case.node_id, application=number)).one_or_none()
    if row is not None:
        return Draft(row.problem, row.state, row.answer)
    known = find(centre, case)
    return known.draft if known is not None else Draft("")


def write(centre: Centre, number: str, draft: Draft, *, actor: str) -> None:
    """Keep a draft. Raises board_text, board_names, board_over and as supervisor.open_complaint."""
    case, content = _opened(centre, number, actor)
    known = find(centre, case)
    draft = Draft(draft.problem.strip(), draft.state, draft.answer.strip())
    if known is not None:
        _must_be_shown(known)
        draft = replace(draft, problem=known.draft.problem)
    _check(draft, secrets(case, content), answer_wanted=known is not None)
    row = {"node_id": case.node_id, "application": number, "by": actor, "at": centre.clock.now()}
    with centre.store.write() as tx:
        rooms.get(tx, case.node_id, lock=True)
        upsert(tx, _draft, [row | {"problem": draft.problem, "state": draft.state, "answer": draft.answer}])


def publish(centre: Centre, number: str, *, read: str, actor: str) -> None:
    """Make the draft public. `read`: the digest of what a person read through and vouched for.

    The same again does nothing. Raises board_not_read, board_changed, board_over, as supervisor.open_complaint.
    """
    case, _ = _opened(centre, number, actor)
    with centre.store.write() as tx:
        rooms.get(tx, case.node_id, lock=True)
        row = tx.execute(select(_draft).filter_by(node_id=case.node_id, application=number)).one_or_none()
        before = _row(tx, case)
        if row is None and before is not None and Draft(before.problem, before.state, before.answer).digest == read:
            return
        if not read:
            raise problem("board_not_read")
        if row is None or Draft(row.problem, row.state, row.answer).digest != read:
            raise problem("board_changed")
        if before is not None:
            _must_be_shown(_entry(centre, before, case.room))
        _make_public(tx, centre, case, Draft(row.problem, row.state, row.answer), before, actor=actor)
        tx.execute(delete(_draft).filter_by(node_id=case.node_id, application=number))


def _make_public(
    tx: Connection, centre: Centre, case: Case, draft: Draft, before: Row[Any] | None, *, actor: str
) -> None:
    now, place = centre.clock.now(), {"node_id": case.node_id, "application": case.number}
    if before is None:
        raised = case.received_at[:10]
        identity = _say(tx, centre, case, PUBLISHED, {"problem": draft.problem, "raised": raised}, actor=actor)
        row = {"id": identity, "problem": draft.problem, "raised": raised, "at": now, "by": actor}
        tx.execute(insert(_table).values(place | row))
    else:
        identity = before.id
    if draft.answer and (before is None or (draft.state, draft.answer) != (before.state, before.answer)):
        _say(tx, centre, case, ANSWERED, {"entry": identity, "state": draft.state, "text": draft.answer}, actor=actor)
        answer = {"state": draft.state, "answer": draft.answer, "answered_at": now, "answered_by": actor}
        tx.execute(update(_table).filter_by(**place).values(answer))


def withdraw(centre: Centre, number: str, reason: str, *, actor: str) -> None:
    """Take it down; a second time does nothing. Raises board_reason, not_found, as supervisor.open_complaint."""
    case, _ = _opened(centre, number, actor)
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= REASON_MAX:
        raise problem("board_reason", most=REASON_MAX)
    with centre.store.write() as tx:
        rooms.get(tx, case.node_id, lock=True)
        row = _row(tx, case)
        if row is None:
            raise problem("not_found")
        if row.withdrawn_at:
            return
        _say(tx, centre, case, WITHDRAWN, {"entry": row.id, "reason": reason}, actor=actor)
        over = {"withdrawn_at": centre.clock.now(), "withdrawn_by": actor, "reason": reason}
        tx.execute(update(_table).filter_by(node_id=case.node_id, application=number).values(over))
        tx.execute(delete(_draft).filter_by(node_id=case.node_id, application=number))


def _say(tx: Connection, centre: Centre, case: Case, kind: str, body: dict[str, Any], *, actor: str) -> str:
    check_body(kind, body)
    return log.append(tx, centre.clock, case.node_id, kind=kind, application="", body=body, actor=actor).id


def _opened(centre: Centre, number: str, actor: str) -> tuple[Case, Content]:
    return cases.get(centre, number), supervisor.open_complaint(centre, number, actor)


def _must_be_shown(entry: Entry) -> None:
    if entry.withdrawn_at:
        raise problem("board_over")


def _check(draft: Draft, hidden: frozenset[str], *, answer_wanted: bool) -> None:
    wrong_state = draft.state not in STATES if draft.answer else bool(draft.state)
    too_long = any(len(text) > TEXT_MAX for text in (draft.problem, draft.answer))
    if not draft.problem or wrong_state or too_long or (answer_wanted and not draft.answer):
        raise problem("board_text", most=TEXT_MAX)
    for text in (draft.problem, draft.answer):
        found = next((word for word in hidden if word in text), None) or number_in(text)
        if found:
            raise problem("board_names", found=found)


def number_in(text: str) -> str:
    """What could be somebody's number in a text that others will read; "" for nothing."""
    found = (one.group() for one in _NUMBER.finditer(text))
    return next((one for one in found if not _DAY.fullmatch(one)), "")


def secrets(case: Case, content: Content) -> frozenset[str]:
    """The words of the complaint that must not be read on a wall: names, telephones, places of somebody."""
    wanted = case.definition.service["privacy"]["sensitive"] if case.definition is not None else ()
    named = [str(pointer.get(content.answers, place, "")) for place in wanted] or list(_texts(content.answers))
    return frozenset(word.strip() for word in named if SECRET_MIN <= len(word.strip()) <= SECRET_MAX)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
