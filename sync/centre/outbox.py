"""The outbox: one row for each change and each hook, written in the transaction in which the change is.

A change is an event of an application that stands in a log and was not refused. Its id is the place of the event, so it
is the same for ever, and an event that comes again makes no second row. Where nobody is told, nothing is written.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from forms.events import Event, Side
from sync.centre import foreseen, tables
from sync.centre.store import add_missing

_outbox, _hook = tables.outbox, tables.webhook
_HOOKS = select(_hook.c.id, _hook.c.area).where(_hook.c.active)
DECIDED = "application.decided"


def note(tx: Connection, node_id: str, side: Side, events: Iterable[Event]) -> None:
    """Every active hook of this place is to be told of these events. Again is harmless."""
    seen = foreseen.of(tx)
    hooks = [hook.id for hook in (hooks_of(tx) if seen is None else seen.hooks) if node_id.startswith(hook.area)]
    told = [event for event in events if event.application] if hooks else ()
    rows = [_row(node_id, side, event) | {"hook": hook} for event in told for hook in hooks]
    if rows:
        add_missing(tx, _outbox, rows)


def hooks_of(tx: Connection) -> Sequence[Any]:
    """Rows of (id, area): who is told now."""
    return tx.execute(_HOOKS).all()


def _row(node_id: str, side: Side, event: Event) -> dict[str, object]:
    return {
        "node_id": node_id,
        "id": change_id(node_id, side, event),
        "number": event.application,
        "kind": event.kind,
        "at": event.at,
        "result": str(event.data["result"]) if event.kind == DECIDED else "",
    }


def withdraw(tx: Connection, node_id: str, side: Side, event: Event) -> None:
    """An event that couldn't be acted on is no change; what was told already is told."""
    tx.execute(delete(_outbox).filter_by(node_id=node_id, id=change_id(node_id, side, event), state="waiting"))


def change_id(node_id: str, side: Side, event: Event) -> str:
    """Such as "5224250017-node-1-42"."""
    return f"{node_id}-{side}-{event.epoch}-{event.seq}"
