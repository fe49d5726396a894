"""监管移交 (M56): a permit that is granted is handed over to 互联网+监管, once.

The record is made in the transaction of the decision, signed, under the key of the application: a decision that didn't
happen has none, and there is never a second. `give` writes each as one file into HOME/hand-over, which the supervision
platform's program takes away. Killed at any point, the next call writes the same bytes under the same name again; the
name is that of the application, so a repeat is no second record.

There is no way here to the real platform: the file drop is the adapter, and its format is this module's.
"""

import json
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from edge.durable import write_whole
from forms import deadlines
from forms.definition import Definition
from forms.events import Event, canonical
from forms.people import people
from forms.state import State
from sync.centre import tables_review
from sync.centre.centre import Centre
from sync.centre.store import add_missing

FOLDER: Final = "hand-over"
BATCH_MAX: Final = 500
NODE_DIGITS: Final = 10
_table = tables_review.hand_over


def make(tx: Connection, centre: Centre, state: State, definition: Definition | None, event: Event) -> None:
    """The record of a permit that this event has granted; nothing for any other act."""
    said = event.data
    granted = event.kind == "application.decided" and said["result"] == "granted"
    if not granted or definition is None or not deadlines.is_permit(definition.service):
        return
    node_id = state.number[:NODE_DIGITS]
    body = canonical(_record(node_id, state, definition, event))
    newest = centre.identity.newest
    row = {"node_id": node_id, "number": state.number, "body": body, "key": newest.sign.public, "made_at": event.at}
    signature = newest.suite.sign(newest.sign.private, body)
    add_missing(tx, _table, [row | {"signature": signature, "given": False, "given_at": ""}])


def _record(node_id: str, state: State, definition: Definition, event: Event) -> dict[str, Any]:
    writ = event.data.get("writ", {})
    service = definition.service
    named: dict[str, Any] = next((step for step in service["steps"] if step["code"] == "supervise"), {})
    return {
        "application": state.number,
        "decided_at": event.at,
        "holder": people(definition, state.answers).applicant,
        "organ": writ.get("organ", ""),
        "place": node_id[:6],
        "service": {
            "code": service["code"],
            "digest": definition.digest,
            "id": definition.id,
            "title": definition.title,
        },
        "supervised_by": named.get("by", ""),
        "writ": writ.get("number", ""),
    }


def of(tx: Connection, node_id: str, number: str) -> Row[Any] | None:
    """The record of one application, None where there is none."""
    return tx.execute(select(_table).filter_by(node_id=node_id, number=number)).one_or_none()


def waiting(tx: Connection) -> list[Row[Any]]:
    """What has not been given on yet, the oldest first."""
    return list(tx.execute(select(_table).filter_by(given=False).order_by(_table.c.made_at).limit(BATCH_MAX)))


def give(centre: Centre) -> list[str]:
    """Write a file for each record that waits; returns their names."""
    folder = centre.settings.home / FOLDER
    names: list[str] = []
    while True:
        with centre.store.read() as tx:
            rows = waiting(tx)
        if not rows:
            return names
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for row in rows:
            write_whole(folder / f"{row.number}.json", _file(row))
            with centre.store.write() as tx:
                given = {"given": True, "given_at": centre.clock.now()}
                tx.execute(update(_table).filter_by(node_id=row.node_id, number=row.number).values(**given))
            names.append(f"{row.number}.json")


def _file(row: Row[Any]) -> bytes:
    """{"record": …, "key": hex, "signature": hex}: the signature is over the record in canonical form (RFC 8785)."""
    said = {"record": json.loads(row.body), "key": row.key.hex(), "signature": row.signature.hex()}
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"
