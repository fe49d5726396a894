"""What machines say of themselves, as it comes in: the last word of each counts."""

from typing import Final

from sqlalchemy import Connection

from forms.events import Event
from sync.centre import tables
from sync.centre.store import remove, upsert

REPORTED: Final = "node.reported"


def note(tx: Connection, node_id: str, event: Event) -> None:
    """Keep a report; any other event is none."""
    if event.kind == REPORTED:
        said = dict(event.data)
        said.pop("accounts", None)  # it is the event itself that holds it (edge.account_witness)
        wrong = dict.fromkeys(said.pop("checks", ()))
        upsert(tx, tables.node_report, [{"node_id": node_id, "said_at": event.at, **said}])
        remove(tx, tables.node_check, {"node_id": node_id})
        upsert(tx, tables.node_check, [{"node_id": node_id, "name": name} for name in wrong])
