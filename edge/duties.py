"""岗位职责, 窗口服务规范 and the rules of the house: read and signed at the first login, and again when they change.

The texts are files (duties/*.md, those of the room in place of the packaged ones). A signature names the digest of all
of them together, so that a changed word asks again.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from edge import log, room_events
from edge.config.content import Duty
from edge.database import Connection
from edge.errors import problem
from forms.events import Event, canonical

if TYPE_CHECKING:
    from edge.node import Node
    from edge.officers import Officer

KIND = "officer.signed"
NAME_MAX = 100


def digest(documents: Mapping[str, Duty]) -> str:
    """SHA-256 (hex) of all texts with their titles."""
    return hashlib.sha256(canonical([[name, one.title, one.body] for name, one in documents.items()])).hexdigest()


def signed(node: "Node", account: str) -> bool:
    """Whether this account has signed the texts as they are now."""
    with node.database.read() as tx:
        return _has(tx, account, digest(node.files.duties))


def _has(tx: Connection, account: str, documents: str) -> bool:
    row = tx.execute("SELECT 1 FROM officer_signed WHERE account = ? AND documents = ?", (account, documents))
    return row.fetchone() is not None


def sign(node: "Node", officer: "Officer", *, name: str, read: Collection[str], shown: str, token: str) -> None:
    """One event of the room, once. `read`: the texts that were ticked; `shown`: the digest of what stood on the page.

    Raises duties_changed, not_all_read, name_not_own.
    """
    documents = node.files.duties
    if shown != digest(documents):
        raise problem("duties_changed")
    if not set(documents) <= set(read):
        raise problem("not_all_read")
    if "".join(name.split()) != "".join(officer.name.split()):
        raise problem("name_not_own", name=officer.name)
    room_events.write(
        node,
        KIND,
        lambda _tx: {"account": officer.account, "documents": shown, "name": officer.name[:NAME_MAX]},
        actor=officer.actor,
        token=token,
        project=project,
    )


def project(tx: Connection, event: Event) -> None:
    """The row that follows from one signature."""
    given = event.data
    tx.execute(
        "INSERT OR IGNORE INTO officer_signed VALUES (?, ?, ?)", (given["account"], given["documents"], event.at)
    )


def refill(tx: Connection) -> None:
    """Fill the emptied table again from the log."""
    for event in log.of_room(tx, "node", json.dumps([KIND])):
        project(tx, event)
