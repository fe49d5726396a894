"""M20: nobody asks for more than the guide names. Who tries another material is refused, and it is written down."""

import secrets
from typing import TYPE_CHECKING

from edge import room_events
from edge.errors import YizhanError, problem

if TYPE_CHECKING:
    from edge.node import Node

SLOT_MAX = 100


def refuse(node: "Node", service: str, slot: str, *, actor: str, application: str = "") -> YizhanError:
    """Write down what was tried; the error to raise, material_not_named."""
    said = {"application": application} if application else {}
    body = {"service": service, "slot": slot[:SLOT_MAX] or "（空）", **said}
    room_events.write(node, "demand.refused", lambda _: body, actor=actor, token=secrets.token_urlsafe(18))
    return problem("material_not_named")
