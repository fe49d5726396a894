"""What an assistant (辅警) or the kiosk takes in, and a police officer (民警) has to confirm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge import concerns
from forms import lookup
from forms.ranks import ASSISTANT, OFFICER, POLICE, RANKS

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.node import Node
    from forms.definition import Definition
    from forms.state import State

__all__ = ["ASSISTANT", "OFFICER", "POLICE", "RANKS", "mark", "of_actor", "project", "tables", "waiting"]
KIOSK = "kiosk"


def of_actor(tx: Connection, actor: str) -> str:
    """The rank of who acts, "" for what is no officer of this room."""
    if not actor.startswith(OFFICER):
        return ""
    row = tx.execute("SELECT rank FROM officer WHERE account = ?", (actor.removeprefix(OFFICER),)).fetchone()
    return str(row["rank"]) if row else ""


def mark(tx: Connection, definition: Definition, actor: str) -> dict[str, Any]:
    """The field of an event that says that it waits for a police officer; {} where nothing is to be confirmed.

    What other programs bring was received elsewhere, and what is sealed no one of the room looks at.
    """
    service = definition.service
    if service.get("sealed") or not service.get("officer_confirms"):
        return {}
    waits = actor.startswith(KIOSK) or of_actor(tx, actor) == ASSISTANT
    return {"to_confirm": True} if waits else {}


def tables(node: Node, source: str) -> lookup.Override | None:
    """What the place puts over a code table: the names of this room's people, else what the province says."""
    if source != lookup.OFFICERS:
        return node.data(source)
    with node.database.read() as tx:
        rows = tx.execute("SELECT name, rank FROM officer WHERE active = 1 ORDER BY account").fetchall()
    return lookup.Override(entries={row["name"]: f"{row['name']}（{row['rank']}）" for row in rows})


def project(tx: Connection, head: int, state: State) -> None:
    """The row of a list that follows from one application's state: whether it waits for a police officer."""
    tx.execute("DELETE FROM head_waiting WHERE head = ?", (head,))
    if state.confirmation.pending and state.phase != "closed":
        tx.execute("INSERT INTO head_waiting VALUES (?, ?)", (head, state.confirmation.at))


def waiting(tx: Connection) -> int:
    """How many open applications wait for a police officer."""
    unseen, account = concerns.shown()
    query = f"SELECT count(*) FROM head_waiting{unseen and f' WHERE {unseen}'}"  # noqa: S608  own text
    return int(tx.execute(query.replace("head.id", "head_waiting.head"), account).fetchone()[0])
