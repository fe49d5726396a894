"""待民警确认 at the room: a police officer confirms what an assistant or the kiosk took in, or says why not."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from edge import applications, ranks, wholes
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from forms.deadlines import Deadline
from forms.events import Event
from forms.lifecycle import phase_title
from forms.state import State

if TYPE_CHECKING:
    from edge.node import Node
    from edge.officers import Officer

REASON_MAX = 500


def confirm(node: "Node", number: str, officer: "Officer", *, face_to_face: bool, token: str | None) -> Application:
    """A police officer confirms. `face_to_face`: he has also compared person and document.

    Raises not_found, police_only, nothing_to_confirm.
    """
    return _say(node, number, officer, {"ok": True, **({"identity": True} if face_to_face else {})}, token)


def refuse(node: "Node", number: str, officer: "Officer", *, reason: str, token: str | None) -> Application:
    """A police officer does not confirm, and says why. Raises reason_missing, and what `confirm` raises."""
    if not reason.strip():
        raise problem("reason_missing", act="不予确认")
    return _say(node, number, officer, {"ok": False, "reason": reason.strip()[:REASON_MAX]}, token)


def _say(node: "Node", number: str, officer: "Officer", body: dict[str, Any], token: str | None) -> Application:
    if officer.rank != ranks.POLICE:
        raise problem("police_only")

    def act(tx: Connection, state: State) -> Event:
        if state.phase == "closed" or not state.confirmation.pending:
            raise problem("nothing_to_confirm", phase=phase_title(state))
        return wholes.act(tx, state, "application.confirmed", body, officer.actor)

    return applications.act_on(node, number, token, act)


def presses(clocks: list[Deadline], now: str) -> bool:
    """Whether half of the first clock is gone: many rooms have no police officer for days, so it has to be early."""
    first = next((clock for clock in clocks if clock.name == "notice" and clock.level != "stopped"), None)
    return first is not None and _half_gone(first, now)


def _half_gone(clock: Deadline, now: str) -> bool:
    """By the hour, days off too: the alarm is for people who have to come from elsewhere."""
    start = datetime.fromisoformat(clock.start)
    due = datetime.fromisoformat(clock.due if "T" in clock.due else f"{clock.due}T23:59:59+08:00")
    return (datetime.fromisoformat(now) - start) * 2 >= due - start
