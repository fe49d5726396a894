"""Head rows of applications: what lists and queues show. They can be dropped and made again from both logs."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from forms import whole, whole_clocks
from forms.deadlines import Deadline
from forms.events import Event, Side
from forms.lifecycle import State, reduce
from forms.people import People, people
from forms.whole import Family
from sync.centre import complaints, counting, foreseen, log, queue_rows, tables, who, words
from sync.centre.centre import Centre
from sync.centre.statements import matching
from sync.centre.store import gathering, upsert

NOTHING_DUE = "9999"
AT_ONCE = 500  # applications of a rebuild that are held in memory together
Heard = tuple[Side, Event, str]  # whose, what, received when
_table = tables.application
_EXISTING = matching(select(_table.c.number), _table, "node_id").where(
    _table.c.number.in_(bindparam("numbers", expanding=True))
)
IN_PARTS = "parts"  # the phase of a row that nobody has to act on: an open whole is handled in its parts


def state_of(tx: Connection, node_id: str, number: str) -> State:
    """The state of one application after every event of both logs; that of a composed one as its parts make it."""
    return _with_parts(tx, node_id, _own_state(tx, node_id, number))


def _with_parts(tx: Connection, node_id: str, state: State) -> State:
    return whole.derived(state, (_own_state(tx, node_id, part) for _, part in state.parts)) if state.parts else state


def _own_state(tx: Connection, node_id: str, number: str) -> State:
    return reduce((side, event) for side, event, _ in log.of_application(tx, node_id, number))


def family_of(tx: Connection, centre: Centre, node_id: str, state: State) -> Family | None:
    """The composed service that an application is, or is a part of; None for any other."""
    return whole.family(state, lambda number: state_of(tx, node_id, number), centre.definitions.get)


def project(tx: Connection, centre: Centre, node_id: str, number: str) -> State:
    """Write the head row of one application anew, for a part that of its whole too; returns its state."""
    return project_all(tx, centre, node_id, [number])[number]


def project_all(tx: Connection, centre: Centre, node_id: str, numbers: Iterable[str]) -> dict[str, State]:
    """The same for several of a room at once: what was heard of them is read together, and written together."""
    states: dict[str, State] = {}
    with gathering(tx):
        for number, events in log.of_applications(tx, node_id, numbers).items():
            states[number] = _project(tx, centre, node_id, number, events)
    if foreseen.of(tx) is not None and any(state.whole or state.parts for state in states.values()):
        raise foreseen.Apart
    counting.project(tx, centre, node_id, states)
    wholes = existing(tx, node_id, {state.whole for state in states.values() if state.whole})
    if wholes:
        project_all(tx, centre, node_id, wholes)
    return states


def _project(tx: Connection, centre: Centre, node_id: str, number: str, events: Sequence[Heard]) -> State:
    state = _with_parts(tx, node_id, reduce((side, event) for side, event, _ in events))
    received_at = min((at for side, _, at in events if side == "node"), default="")
    definition = centre.definitions.get(state.service.digest)
    named = people(definition, state.answers) if definition else None
    row = _row(centre, state, family_of(tx, centre, node_id, state), received_at, named)
    place = {"node_id": node_id, "number": number}
    queue_rows.project(
        tx, place, state, definition, secret=centre.secret, due=row["due"], now=centre.clock.now(), named=named
    )
    upsert(tx, tables.application, [place | row | {"received_at": received_at, "version": version(events)}])
    complaints.project(tx, node_id, number, state, received_at)
    who.project(tx, node_id, number, state)
    words.project(tx, place, row["applicant"], row["filed_at"], state.official)
    return state


def existing(tx: Connection, node_id: str, numbers: set[str]) -> set[str]:
    """Those of the numbers that are applications already."""
    if not numbers:
        return set()
    seen = foreseen.of(tx)
    if seen is not None:
        return seen.existing(node_id, numbers)
    return set(tx.execute(_EXISTING, {"node_id": node_id, "numbers": sorted(numbers)}).scalars())


def rebuild(tx: Connection, centre: Centre, node_id: str) -> None:
    """Drop and make again all head rows of a node."""
    for table in (tables.application, tables.unconfirmed, tables.word, *queue_rows.PROJECTED):
        tx.execute(delete(table).filter_by(node_id=node_id))
    counting.forget(tx, node_id)
    numbers = log.applications(tx, node_id)
    for start in range(0, len(numbers), AT_ONCE):
        project_all(tx, centre, node_id, numbers[start : start + AT_ONCE])


def version(events: Sequence[Heard]) -> str:
    """What a reviewer has seen of an application: how many events of each side. It changes with every new one."""
    sides = [side for side, _, _ in events]
    return f"{sides.count('node')}-{sides.count('centre')}"


def clocks(centre: Centre, state: State, family: Family | None, received_at: str) -> list[Deadline]:
    """The clocks as they stand now; nothing where the definition is not known here. The filing is believed to be no
    later than `received_at`, whatever the room's clock said.
    """
    definition = centre.definitions.get(state.service.digest)
    if definition is None:
        return []
    now = centre.clock.now()
    return whole_clocks.clocks(definition, state, family, centre.calendar, now, received_at=received_at)


def urgent_first(running: list[Deadline]) -> list[Deadline]:
    """The clocks that the centre has to keep, the next one first. What the citizen has to keep is not among them."""
    ours = [one for one in running if one.level != "stopped" and one.name != "correction" and not one.paused]
    return sorted(ours, key=lambda one: one.due)


def _row(centre: Centre, state: State, family: Family | None, received_at: str, named: People | None) -> dict[str, Any]:
    definition = centre.definitions.get(state.service.digest)
    due = next((one.due for one in urgent_first(clocks(centre, state, family, received_at))), NOTHING_DUE)
    return {
        "service_id": state.service.id,
        "service_version": state.service.version,
        "service_digest": state.service.digest,
        "title": definition.title if definition else state.service.id,
        "applicant": named.applicant if named else "",
        "phase": IN_PARTS if state.parts and state.phase != "closed" else state.phase,
        "result": state.result or "",
        "channel": state.channel,
        "urgent": state.urgent,
        "filed_at": state.filed_at or "",
        "due": due,
    }
