"""What the province's page for phones says of this room: told in the log when it changes, never asked for.

With it go the public keys of the sealed inboxes: a receipt of one of them is checked at the province before its
application has come in. The private keys stay here.
"""

import json
from typing import TYPE_CHECKING, Any, Final

from edge import log, words
from edge.database import Connection
from edge.inbox import sets

if TYPE_CHECKING:
    from edge.node import Node

KIND: Final = "room.described"
_SETS_MAX = 100


def tell(node: "Node") -> bool:
    """Write it down where it is not what the log said last; whether it was."""
    with node.database.read() as tx:
        if _said(node, tx) == _last(tx):
            return False
    with node.database.write() as tx:
        said = _said(node, tx)
        if said == _last(tx):
            return False
        log.append(tx, KIND, "", said, "system")
    return True


def _said(node: "Node", tx: Connection) -> dict[str, Any]:
    room = node.room
    rows = tx.execute(
        "SELECT id FROM inbox_set WHERE kind = 'locked' OR until >= ? ORDER BY at DESC, id LIMIT ?",
        (node.clock.today(), _SETS_MAX),
    ).fetchall()
    open_sets = [keys for row in rows if (keys := sets.keys(tx, row["id"])) is not None]
    return {
        "name": room.name,
        "address": room.address,
        "hours": room.hours,
        "telephone": words.telephone(room),
        "complaint": words.complaint_telephone(room),
        **({"station": room.station} if room.station else {}),
        "sets": [{"set": one.id, "key": one.sign_public.hex()} for one in open_sets],
    }


def _last(tx: Connection) -> dict[str, Any] | None:
    told = log.of_room(tx, "node", json.dumps([KIND]))
    return told[-1].data if told else None
