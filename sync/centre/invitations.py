"""One-time codes for the machines of rooms: made here, shown for a few days, used once, or taken back.

The code stands in no table: it is made of the centre's key and a serial number, so that the page that shows it can be
opened again while it is good, and nobody who reads the store learns it. What goes onto paper is short: the room, the
code, where the centre is, and the fingerprint of the file that the machine then fetches, so that nobody on the way can
put other keys into it.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from edge import enrolment_text
from edge.errors import problem
from sync.centre import rooms, tables
from sync.centre.centre import Centre
from sync.centre.identity import derive
from sync.centre.statements import matching

DAYS: Final = 14
CODE_BYTES: Final = 20
SHOWN: Final = 20
_code, _node = tables.enrolment_code, tables.node
_LAST = matching(select(_code), _code, "node_id").order_by(_code.c.made_at.desc(), _code.c.serial.desc()).limit(1)
STATES: Final = {"open": "可以用", "used": "已经用过", "expired": "已经过期", "ended": "已经收回"}


@dataclass(frozen=True, slots=True)
class Code:
    """One that was given out. `state`: one of STATES at the moment when it was asked for."""

    node_id: str
    serial: str
    made_at: str
    by: str
    expires: str
    used_at: str
    ended_at: str
    ended_by: str

    def state(self, now: str) -> str:
        if self.used_at:
            return "used"
        if self.ended_at:
            return "ended"
        return "expired" if now > self.expires else "open"


def make(centre: Centre, tx: Connection, node_id: str, by: str, days: int = DAYS) -> str:
    """A fresh code for a room that is known; an earlier one that nobody used ends. The caller has locked the room."""
    now = centre.clock.now()
    _end(tx, node_id, now, by)
    serial = secrets.token_hex(16)
    code = _words(centre, node_id, serial)
    ends = (datetime.fromisoformat(now) + timedelta(days=days)).isoformat(timespec="seconds")
    row = {"node_id": node_id, "made_at": now, "code_hash": hashed(code), "serial": serial, "by": by, "expires": ends}
    tx.execute(insert(_code).values(row | {"used_at": "", "ended_at": "", "ended_by": ""}))
    tx.execute(update(_node).filter_by(node_id=node_id).values(code_hash=hashed(code)))
    return code


def _end(tx: Connection, node_id: str, now: str, by: str) -> None:
    waiting = update(_code).filter_by(node_id=node_id, used_at="", ended_at="")
    tx.execute(waiting.values(ended_at=now, ended_by=by))


def _words(centre: Centre, node_id: str, serial: str) -> str:
    key = derive(centre.secret, b"yizhan-enrolment-codes-1")
    made = hmac.digest(key, f"{node_id}:{serial}".encode(), "sha256")[:CODE_BYTES]
    return base64.b32encode(made).decode()


def hashed(code: str) -> str:
    """What is kept of a code; however it is written down."""
    return hashlib.sha256("".join(code.split()).upper().encode()).hexdigest()


def check(tx: Connection, room: rooms.Room, code: str, now: str) -> None:
    """A code is good once and for some days; without a good one a room that has its machine keeps it.

    Raises enrolment_taken, enrolment_wrong, enrolment_late.
    """
    if not hmac.compare_digest(hashed(code), room.code_hash):
        raise problem("enrolment_taken" if room.bound_at else "enrolment_wrong")
    row = tx.execute(select(_code).filter_by(node_id=room.node_id, code_hash=room.code_hash)).one_or_none()
    if row is not None and now > row.expires:  # one from before codes had an end has none
        raise problem("enrolment_late")


def used(tx: Connection, room: rooms.Room, now: str) -> None:
    """A machine was bound by the room's code."""
    tx.execute(update(_code).filter_by(node_id=room.node_id, code_hash=room.code_hash).values(used_at=now))


def of_room(tx: Connection, node_id: str) -> list[Code]:
    """Every code that was given out for a room, the last first."""
    rows = tx.execute(select(_code).filter_by(node_id=node_id).order_by(_code.c.made_at.desc()).limit(SHOWN))
    return [_of(row) for row in rows]


def _of(row: Any) -> Code:
    return Code(row.node_id, row.serial, row.made_at, row.by, row.expires, row.used_at, row.ended_at, row.ended_by)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a code shows and prints: the file, and the text of its QR."""

    code: Code
    file: Mapping[str, Any]
    text: str


def shown(centre: Centre, node_id: str) -> Shown | None:
    """The code that a room waits to use; None where there is none. Raises node_unknown."""
    from sync.centre import enrolment  # which makes codes

    with centre.store.read() as tx:
        room = rooms.get(tx, node_id)
        row = tx.execute(_LAST, {"node_id": node_id}).one_or_none()
        if row is None or not room.code_hash or row.code_hash != room.code_hash:
            return None
        one = _of(row)
        if one.state(centre.clock.now()) != "open":
            return None
        plain = enrolment.public_part(centre, tx, room)
    code = _words(centre, node_id, one.serial)
    text = enrolment_text.write(node_id, code, plain)
    return Shown(one, plain | {"code": code}, text)


def revoke(centre: Centre, node_id: str, by: str) -> None:
    """The code that nobody has used is worth nothing from now on. Again is harmless. Raises node_unknown."""
    with centre.store.write() as tx:
        rooms.get(tx, node_id, lock=True)
        _end(tx, node_id, centre.clock.now(), by)
        tx.execute(update(_node).filter_by(node_id=node_id).values(code_hash=""))


def unbind(centre: Centre, node_id: str, by: str) -> None:
    """The machine of a room is stolen or scrapped: its keys are worth nothing from now on. Its log stays, and another
    machine gets it back with a new code. Again is harmless. Raises node_unknown.
    """
    from sync.centre import suites

    with centre.store.write() as tx:
        rooms.get(tx, node_id, lock=True)
        _end(tx, node_id, centre.clock.now(), by)
        gone = {"sign_key": "", "box_key": "", "bound_at": "", "code_hash": ""}
        tx.execute(update(_node).filter_by(node_id=node_id).values(gone))
        suites.bound(tx, node_id)


def hash_in(body: bytes) -> str:
    """What a machine shows of its code; "" where it shows nothing."""
    try:
        said = json.loads(body)["code_hash"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return said if isinstance(said, str) and said.isascii() else ""


def fetched(centre: Centre, node_id: str, code_hash: str) -> dict[str, Any]:
    """The file for a machine that shows the SHA-256 of a good code; the code itself stays with it.

    Raises enrolment_wrong, whatever is wrong: a stranger learns not even which rooms there are.
    """
    from sync.centre import enrolment

    with centre.store.read() as tx:
        if node_id not in rooms.names(tx, [node_id]):
            raise problem("enrolment_wrong")
        room = rooms.get(tx, node_id)
        row = tx.execute(_LAST, {"node_id": node_id}).one_or_none()
        good = row is not None and bool(room.code_hash) and hmac.compare_digest(code_hash, room.code_hash)
        if not good or _of(row).state(centre.clock.now()) != "open":
            raise problem("enrolment_wrong")
        return enrolment.public_part(centre, tx, room)
