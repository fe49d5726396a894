"""Rows that follow from taking in at the desk, worked out from the log: paper slips, and who stood there for whom."""

import json

from edge import index, log, slip_numbers, unwritten
from edge.database import Connection
from forms import proxies
from forms.definition import Definition
from forms.events import Event
from forms.kinds_receiving import ROOM_KINDS
from forms.state import State

PAD_KINDS = tuple(kind for kind in ROOM_KINDS if kind.startswith("pad."))


def project(tx: Connection, row_id: int, definition: Definition, state: State) -> None:
    """One application: its slip is used, its proxy stands in the list."""
    if state.paper is not None and not state.whole:
        _use(tx, state)
    tx.execute("DELETE FROM head_proxy WHERE head = ?", (row_id,))
    standing = proxies.of(definition, state)
    if standing is not None and not state.whole and not unwritten.keeps(definition):
        key = bytes(tx.execute("SELECT search_key FROM node").fetchone()[0])
        person = index.hashed(key, "person", standing.number or standing.name)
        day = state.paper.day if state.paper else (state.filed_at or "")[:10]
        actor = state.history[0].actor
        tx.execute("INSERT INTO head_proxy VALUES (?, ?, ?, ?, ?)", (row_id, person, standing.name, day, actor))


def _use(tx: Connection, state: State) -> None:
    """A slip that no pad of this log names was printed before a backup was taken back: it counts all the same."""
    assert state.paper is not None
    first = state.history[0]
    tx.execute(
        "INSERT INTO paper_slip VALUES (?, '', '', 'used', ?, '', ?, ?) ON CONFLICT (slip) DO UPDATE SET"
        " state = 'used', application = excluded.application, actor = excluded.actor, at = excluded.at",
        (state.paper.slip, state.number, first.actor, first.at),
    )


def project_pad(tx: Connection, event: Event) -> None:
    """Bring the slips up to date with one pad.* event; any other changes nothing."""
    data = event.data
    match event.kind:
        case "pad.printed":
            node_id = str(tx.execute("SELECT node_id FROM node").fetchone()[0])
            slips = slip_numbers.run(node_id, data["first"], data["last"])
            tx.executemany(
                "INSERT INTO paper_slip VALUES (?, ?, ?, 'unused', '', '', ?, ?) ON CONFLICT DO NOTHING",
                [(slip, data["first"], event.at, event.actor, event.at) for slip in slips],
            )
        case "pad.voided":
            tx.execute(
                "UPDATE paper_slip SET state = 'voided', reason = ?, actor = ?, at = ? WHERE slip = ?",
                (data["reason"], event.actor, event.at, data["slip"]),
            )


def refill(tx: Connection) -> None:
    """Fill the emptied table of slips again from the events of the room; applications come with their heads."""
    for event in log.of_room(tx, "node", json.dumps(PAD_KINDS)):
        project_pad(tx, event)
