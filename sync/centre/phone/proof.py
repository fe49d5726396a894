"""The last four of the identity number, or the printed 查询码: what a phone shows before it reads anything personal.

An attempt is committed before it is looked at, so that neither a kill nor a restart gives a free one. A receipt that
is not here yet is answered like a wrong one, after the same work on another application of the room.
"""

import hashlib
import hmac
import secrets
from typing import Final

from sqlalchemy import Connection, delete, func, select

from edge import accounts, sealing
from edge.errors import problem
from forms.people import applicant_number
from forms.state import State
from sync.centre import projection, rooms, tables
from sync.centre.centre import Centre
from sync.centre.phone.code import Found
from sync.centre.store import upsert

LAST: Final = 4
CODE_TRIES_MAX: Final = 5
SOURCE_TRIES_MAX: Final = 30
WINDOW_MS: Final = 60 * 60 * 1000
PASS_MS: Final = 30 * 60 * 1000
_try, _pass, _application = tables.phone_try, tables.phone_pass, tables.application


def prove(centre: Centre, found: Found, typed: str, *, source: str, session: str) -> bool:
    """Whether `typed` is right; then this browser may read for half an hour.

    `source`: the address that asks; `session`: the id of the browser's session. Raises phone_slow.
    """
    abouts = (f"code:{found.number}", "source:" + hashlib.sha256(source.encode()).hexdigest())
    with centre.store.write() as tx:
        mark = _attempt(tx, centre, found.node, abouts)
    with centre.store.read() as tx:
        right = _is_right(tx, centre, found, typed.strip().upper())
    if not right:
        return False
    with centre.store.write() as tx:
        tx.execute(delete(_try).filter_by(node_id=found.node, about=abouts[0]))
        tx.execute(delete(_try).filter_by(node_id=found.node, id=mark))
        until = centre.clock.ticks() + PASS_MS
        row = {"node_id": found.node, "application": found.number, "session_hash": accounts.token_hash(session)}
        upsert(tx, _pass, [row | {"until": until}])
    return True


def _attempt(tx: Connection, centre: Centre, node_id: str, abouts: tuple[str, str]) -> str:
    """Count it, unless there were too many; attempts and passes that are over go."""
    now = centre.clock.ticks()
    rooms.get(tx, node_id, lock=True)  # two programs at once count one after the other
    tx.execute(delete(_try).where(_try.c.node_id == node_id, _try.c.at <= now - WINDOW_MS))
    tx.execute(delete(_pass).where(_pass.c.node_id == node_id, _pass.c.until <= now))
    for about, most in zip(abouts, (CODE_TRIES_MAX, SOURCE_TRIES_MAX), strict=True):
        count = select(func.count()).select_from(_try).filter_by(node_id=node_id, about=about)
        if tx.execute(count).scalar_one() >= most:
            raise problem("phone_slow", minutes=WINDOW_MS // 60_000)
    mark = secrets.token_hex(16)
    upsert(tx, _try, [{"node_id": node_id, "about": about, "id": mark, "at": now} for about in abouts])
    return mark


def _is_right(tx: Connection, centre: Centre, found: Found, typed: str) -> bool:
    held = found.kind == "held"
    number = found.number if held else _another(tx, found.node)
    state = projection.state_of(tx, found.node, number)
    right = hmac.compare_digest(_expected(centre, state).encode(), typed.encode())
    return right and held


def _another(tx: Connection, node_id: str) -> str:
    """Any application of the room, to do the same work on; "" where there is none."""
    statement = select(_application.c.number).filter_by(node_id=node_id).order_by(_application.c.number)
    return str(tx.execute(statement.limit(1)).scalar() or "")


def _expected(centre: Centre, state: State) -> str:
    """The last four of the applicant's number; the 查询码 where the form has none, or nobody here can read it."""
    definition = centre.definitions.get(state.service.digest)
    if definition is None or sealing.is_sealed(state.answers):
        return state.receipt.code
    return applicant_number(definition, state.answers)[-LAST:].upper() or state.receipt.code


def may_read(centre: Centre, found: Found, session: str) -> bool:
    """Whether this browser has proven itself for this application."""
    if found.kind != "held" or not session:
        return False
    place = {"node_id": found.node, "application": found.number, "session_hash": accounts.token_hash(session)}
    with centre.store.read() as tx:
        until = tx.execute(select(_pass.c.until).filter_by(**place)).scalar()
    return until is not None and until > centre.clock.ticks()


def leave(centre: Centre, session: str, found: Found) -> None:
    """End the pass of a browser."""
    place = {"node_id": found.node, "application": found.number, "session_hash": accounts.token_hash(session)}
    with centre.store.write() as tx:
        tx.execute(delete(_pass).filter_by(**place))
