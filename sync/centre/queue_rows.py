"""The rows of the queue, as they follow from an application's state: whose turn it is, which opinions can be written,
whose application it is, whom it is about. They go with the head row, and can be made again from the logs.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from forms import pauses, persons, steps
from forms.definition import Definition
from forms.people import People, people
from forms.state import State
from forms.steps import ACCEPT, DECIDE
from sync.centre import desks, tables_review
from sync.centre.store import remove, upsert

_OPEN = (tables_review.queue, tables_review.claim, tables_review.presence)
PROJECTED = (tables_review.queue, tables_review.opinion_due, tables_review.concerned, tables_review.person)
_opinion, _concerned = tables_review.opinion_due, tables_review.concerned


def project(
    tx: Connection,
    place: Mapping[str, str],
    state: State,
    definition: Definition | None,
    *,
    secret: bytes,
    due: str,
    now: str,
    named: People | None,
) -> None:
    """Write anew what the lists need of one application; its row goes when it is closed. `named`: who is, in it."""
    node_id = place["node_id"]
    _project_person(tx, secret, place, subject(definition, state.answers, named))
    for account in state.concerns:
        upsert(tx, _concerned, [{**place, "account": account}])
    asks = definition is not None and any("opinion" in step for step in definition.service["steps"])
    if asks:
        remove(tx, _opinion, place)
    if state.parts or state.phase in ("closed", "unknown"):
        for table in _OPEN:
            remove(tx, table, place)
        return
    rank = ("0" if state.urgent else "1") + due
    asked = steps.asked(definition.service, state.answers) if definition and asks else ()
    row = {"county": node_id[:6], "city": node_id[:4], "level": desks.level_of(state, definition)}
    row["title"] = definition.title if definition else state.service.id
    row |= {"service_id": state.service.id, "waits": _waits(state, asked, now), "rank": rank, "due": due}
    upsert(tx, tables_review.queue, [{**place, **row}])
    open_ = [one for one in asked if steps.to_write(state, one.code)]
    ready = [one for one in open_ if not steps.waits_for(one, asked, state.review)]
    for one in ready:
        upsert(tx, _opinion, [{**place, "step": one.code, "desk": one.desk, "rank": rank}])


def _waits(state: State, asked: tuple[steps.Asked, ...], now: str) -> str:
    """For what an application waits that isn't the deciding desk: a word that says no is the desk's turn again."""
    if state.phase == "correction":
        return "correction"
    if pauses.running(state.review, now):
        return "procedure"
    missing = steps.missing(asked, state.review, DECIDE if state.accepted_at else ACCEPT)
    unsaid = [one for one in missing if steps.to_write(state, one.code)]
    return "opinion" if unsaid and len(unsaid) == len(missing) else ""


def _project_person(tx: Connection, secret: bytes, place: Mapping[str, str], number: str) -> None:
    if number:
        upsert(tx, tables_review.person, [{**place, "person": hashed(secret, number)}])


def subject(definition: Definition | None, answers: Mapping[str, Any], named: People | None = None) -> str:
    """The identity number of whose application it is; "" where none is given, or where lists may name nobody."""
    if definition is None or definition.service.get("private") or definition.service.get("sealed"):
        return ""
    numbers = [value for kind, value in (named or people(definition, answers)).numbers if kind == "person"]
    said = persons.subject(definition, dict(answers))
    return said if said in numbers else next(iter(numbers), "")


def hashed(secret: bytes, number: str) -> str:
    """The keyed hash under which a person is found."""
    return hmac.new(secret, b"person\0" + number.upper().encode(), hashlib.sha256).hexdigest()
