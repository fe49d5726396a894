"""The centre opens its slot in a room's sheet: for a request that two people vouch for, or for a room that may unlock
itself. Each answer is written down before it is given.
"""

from typing import Any

from sqlalchemy import Connection, delete, select, update

from edge import recovery_words
from edge.errors import problem
from edge.recovery_words import Request
from sync.centre import recovery_keys, rooms
from sync.centre.centre import Centre
from sync.centre.store import add_missing, upsert
from sync.centre.tables import account
from sync.centre.tables_recovery import key_return, unlock_grant


def give(centre: Centre, request: Request, code: str, *, actor: str, witness: str, reason: str) -> bytes:
    """The answer to a request that came by hand; `code`: as the room read it out over the telephone.

    Raises recovery_code_wrong, key_return_persons (two accounts of the centre, and a reason), node_unknown, slot_shut,
    recovery_key_missing.
    """
    if "".join(code.split()) != "".join(request.code.split()):
        raise problem("recovery_code_wrong")
    with centre.store.read() as tx:
        active = set(tx.execute(select(account.c.name).filter_by(active=True)).scalars())
    people = {actor.removeprefix("centre:"), witness.removeprefix("centre:")}
    if len(people) != 2 or not people <= active or not reason.strip():  # noqa: PLR2004  two people
        raise problem("key_return_persons")
    return _give(centre, request, {"way": "file", "actor": actor, "witness": witness, "reason": reason.strip()})


def unlock(centre: Centre, node_id: str, body: bytes) -> bytes:
    """The answer to a room that may unlock itself. Raises recovery_wrong, unlock_refused, slot_shut."""
    request = recovery_words.read_request(body)
    with centre.store.read() as tx:
        granted = tx.execute(select(unlock_grant.c.until).filter_by(node_id=node_id)).scalar()
    if request.node != node_id or not granted or granted < centre.clock.now()[:10]:
        raise problem("unlock_refused")
    return _give(centre, request, {"way": "line", "actor": "system"})


def _give(centre: Centre, request: Request, said: dict[str, str]) -> bytes:
    answer = recovery_words.answer(request, recovery_keys.private_key(centre.settings.recovery_file))
    row = {"node_id": request.node, "place": request.digest.hex(), "slot": request.slot.id, "code": request.code}
    with centre.store.write() as tx:
        rooms.get(tx, request.node)
        _note(tx, {**row, "at": centre.clock.now(), **said})
    return answer


def _note(tx: Connection, row: dict[str, Any]) -> None:
    """The same request again gets the same answer, and counts."""
    named = {"node_id": row["node_id"], "place": row["place"]}
    if tx.execute(select(key_return.c.times).filter_by(**named)).scalar() is None:
        add_missing(tx, key_return, [{"witness": "", "reason": "", **row, "times": 1}])
    else:
        tx.execute(update(key_return).filter_by(**named).values(times=key_return.c.times + 1))


def grant(centre: Centre, node_id: str, until: str, actor: str) -> None:
    """Let a room unlock itself until that day (""; not any more). Raises node_unknown."""
    with centre.store.write() as tx:
        rooms.get(tx, node_id)
        if not until:
            tx.execute(delete(unlock_grant).filter_by(node_id=node_id))
            return
        upsert(tx, unlock_grant, [{"node_id": node_id, "until": until, "actor": actor, "at": centre.clock.now()}])


def returns(centre: Centre) -> list[dict[str, Any]]:
    """Every answer that was given, the newest first."""
    with centre.store.read() as tx:
        rows = tx.execute(select(key_return).order_by(key_return.c.at.desc(), key_return.c.place)).mappings()
        return [{name: value for name, value in row.items() if name != "place"} for row in rows]


def grants(centre: Centre) -> list[dict[str, Any]]:
    """The rooms that may unlock themselves, by number: node_id, until (a day), actor, at."""
    with centre.store.read() as tx:
        return [dict(row) for row in tx.execute(select(unlock_grant).order_by(unlock_grant.c.node_id)).mappings()]
