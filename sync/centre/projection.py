"""Head rows of applications: what lists and queues show. They can be dropped and made again from both logs."""

from typing import Any

from sqlalchemy import Connection, delete, select

from forms.deadlines import Deadline, deadlines
from forms.lifecycle import State, reduce
from forms.people import people
from sync.centre import log, tables
from sync.centre.centre import Centre
from sync.centre.store import upsert

NOTHING_DUE = "9999"


def state_of(tx: Connection, node_id: str, number: str) -> State:
    """The state of one application after every event of both logs."""
    return reduce((side, event) for side, event, _ in log.of_application(tx, node_id, number))


def project(tx: Connection, centre: Centre, node_id: str, number: str) -> State:
    """Write the head row of one application anew; returns its state."""
    events = log.of_application(tx, node_id, number)
    state = reduce((side, event) for side, event, _ in events)
    row = _row(centre, state)
    place = {"node_id": node_id, "number": number}
    received_at = min((at for side, _, at in events if side == "node"), default="")
    upsert(tx, tables.application, [place | row | {"received_at": received_at, "version": version(events)}])
    return state


def existing(tx: Connection, node_id: str, numbers: set[str]) -> set[str]:
    """Those of the numbers that are applications already."""
    table = tables.application
    statement = select(table.c.number).filter_by(node_id=node_id).where(table.c.number.in_(numbers))
    return set(tx.execute(statement).scalars())


def rebuild(tx: Connection, centre: Centre, node_id: str) -> None:
    """Drop and make again all head rows of a node."""
    tx.execute(delete(tables.application).filter_by(node_id=node_id))
    for number in log.applications(tx, node_id):
        project(tx, centre, node_id, number)


def version(events: list[Any]) -> str:
    """What a reviewer has seen of an application: how many events of each side. It changes with every new one."""
    sides = [side for side, _, _ in events]
    return f"{sides.count('node')}-{sides.count('centre')}"


def clocks(centre: Centre, state: State) -> list[Deadline]:
    """Both clocks as they stand now; nothing where the definition is not known here."""
    definition = centre.definitions.get(state.service.digest)
    return deadlines(definition, state, centre.calendar, centre.clock.now()) if definition else []


def urgent_first(running: list[Deadline]) -> list[Deadline]:
    """The clocks that the centre has to keep, the next one first. What the citizen has to keep is not among them."""
    ours = [one for one in running if one.level != "stopped" and one.name != "correction"]
    return sorted(ours, key=lambda one: one.due)


def _row(centre: Centre, state: State) -> dict[str, Any]:
    definition = centre.definitions.get(state.service.digest)
    due = next((one.due for one in urgent_first(clocks(centre, state))), NOTHING_DUE)
    return {
        "service_id": state.service.id,
        "service_version": state.service.version,
        "service_digest": state.service.digest,
        "title": definition.title if definition else state.service.id,
        "applicant": people(definition, state.answers).applicant if definition else "",
        "phase": state.phase,
        "result": state.result or "",
        "channel": state.channel,
        "urgent": state.urgent,
        "filed_at": state.filed_at or "",
        "due": due,
    }
