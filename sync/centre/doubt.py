"""Two histories under one identity: neither machine is believed until a person at the centre says which goes on.

A machine can't be told from its copy by its keys. So while a room is in doubt nothing new is taken from either and
nothing is handed down; what they send is put aside and shown. To settle it ends the keys of both: the machine that gets
the new enrolment file goes on, and the log that is held stays what it is.
"""

from typing import Any

from sqlalchemy import Connection, insert, select, update

from edge.errors import problem
from sync.centre import enrolment, rooms, suites, tables
from sync.centre.centre import Centre


def settle(centre: Centre, node_id: str, *, by: str, url: str = "") -> dict[str, Any]:
    """End the doubt: the answer is the enrolment file for the machine that is believed.

    It has to bring its log back with it (`yizhan restore --from-centre --enrolment`), and what it wrote besides the log
    that is held it enters anew. Raises node_unknown, not_in_doubt.
    """
    name = end(centre, node_id, by=by)
    return enrolment.enrol(centre, node_id, name, url)


def end(centre: Centre, node_id: str, *, by: str) -> str:
    """End the keys of both machines: nothing is taken until one has a new enrolment file. Gives the room's name.

    Raises node_unknown, not_in_doubt.
    """
    with centre.store.write() as tx:
        room = rooms.get(tx, node_id, lock=True)
        if not room.fork_at:
            raise problem("not_in_doubt", node=node_id)
        _note(tx, node_id, room.fork_at, by, centre.clock.now())
        ended = {"fork_at": "", "sign_key": "", "box_key": "", "bound_at": ""}
        tx.execute(update(tables.node).filter_by(node_id=node_id).values(ended))
        aside = tables.quarantine
        tx.execute(update(aside).filter_by(node_id=node_id, code="fork").values(code="fork_settled"))
        suites.bound(tx, node_id)
    return room.name


def _note(tx: Connection, node_id: str, since: str, by: str, now: str) -> None:
    row = {"node_id": node_id, "since": since, "settled_at": now, "settled_by": by}
    tx.execute(insert(tables.doubt).values(row))


def history(tx: Connection, node_id: str) -> list[Any]:
    """The doubts that were settled: (since, settled_at, settled_by), oldest first."""
    table = tables.doubt
    return list(tx.execute(select(table).filter_by(node_id=node_id).order_by(table.c.since)).all())
