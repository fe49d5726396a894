"""What concerns the room as a whole and no application: one event, once, with the rows that follow from it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from edge import log, submissions
from edge.database import Connection
from forms.events import Event

if TYPE_CHECKING:
    from edge.node import Node

Project = Callable[[Connection, Event], None]


def write(
    node: "Node",
    kind: str,
    act: Callable[[Connection], dict[str, Any]],
    *,
    actor: str,
    token: str,
    project: Project | None = None,
) -> bool:
    """One act in one transaction; False when the token was used before: then nothing happens again.

    `act` checks what stands and gives the body; `project` brings the rows that are worked out from such events up to
    date. Raises what `act` raises, and then nothing was written.
    """
    submissions.check_token(token)
    with node.database.write() as tx:
        if submissions.application(tx, token) is not None:
            return False
        event = log.append(tx, kind, "", act(tx), actor)
        if project is not None:
            project(tx, event)
        submissions.remember(tx, token, event)
    return True
