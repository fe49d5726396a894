"""What a result still owes to the citizen: its documents, until they were served (送达)."""

from collections.abc import Mapping
from typing import Any

from forms.state import State

ROOM = "node"


def document_of(service: Mapping[str, Any], result: str | None) -> str:
    """The document that a kind of result gives; "" for none."""
    return next((str(one.get("document", "")) for one in service.get("results", ()) if one["kind"] == result), "")


def ways(service: Mapping[str, Any], result: str | None) -> tuple[str, ...]:
    """How the document comes to the citizen: node, window, post, proxy, electronic; nothing said: at the room."""
    found: Mapping[str, Any] = next((one for one in service.get("results", ()) if one["kind"] == result), {})
    return tuple(found.get("delivery") or (ROOM,))


def owed(service: Mapping[str, Any], state: State) -> list[str]:
    """The documents of the result that nobody has signed for, where the room may be the one who hands them over.

    A whole is served in its parts.
    """
    if state.phase != "closed" or state.parts or ROOM not in ways(service, state.result):
        return []
    name = document_of(service, state.result)
    return [name] if name and name not in state.delivery.names else []


def at_once(service: Mapping[str, Any]) -> bool:
    """即办 at the room: taken in and handed out in the same sitting, with nobody else's seal in between (M63)."""
    granted: Mapping[str, Any] = next((one for one in service.get("results", ()) if one["kind"] == "granted"), {})
    here = service.get("case_type") == "即办件" and service["decide_at"] == ROOM
    return here and granted.get("seal") in ("none", "stock") and bool(granted.get("document"))
