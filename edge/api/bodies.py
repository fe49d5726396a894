"""What comes in and goes out over the API as JSON."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from edge import applications, filings, materials, offering
from edge.api.counter import counter
from edge.applications import Application
from edge.errors import problem
from edge.filings import Filed
from edge.heads import Summary
from edge.node import Node
from forms import validation
from forms.calendar import Calendar
from forms.state import Correction, Material, State
from forms.whole import Family

ACTOR = "api"


def read(body: Any, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A submission that fits the contract. Raises bad_request naming the first thing that doesn't."""
    wrong = validation.problems(dict(schema), body)
    if wrong:
        place = wrong[0].path or "/"
        raise problem("bad_request", detail=f"{place} {wrong[0].message}")
    found: dict[str, Any] = body
    return found


def file(node: Node, submission: Mapping[str, Any]) -> Filed:
    """Store the materials and file.

    Raises Refused, service_unknown, service_not_yet, service_over, bad_request, and what materials.store raises.
    """
    first = applications.earlier(node, submission["token"])
    if first is not None:
        return first
    offering.must_be_open(node, node.newest(submission["service"]), submission.get("on"))
    decoded = [(entry, _decoded(entry)) for entry in submission.get("materials", ())]
    stored = [materials.store(node, data, entry["name"], ACTOR, entry["slot"]) for entry, data in decoded]
    return applications.file(
        node,
        submission["service"],
        submission["answers"],
        token=submission["token"],
        channel="api",
        actor=ACTOR,
        materials=stored,
        on=submission.get("on"),
    )


def _decoded(entry: Mapping[str, str]) -> bytes:
    try:
        return base64.b64decode(entry["data"], validate=True)
    except binascii.Error:
        raise problem("bad_request", detail=f"材料 {entry['slot']} 不是 base64") from None


def line(head: Summary, state: State) -> dict[str, Any]:
    """What a list says of one application, and every account of it begins with. No name is in it."""
    return {
        "number": head.number,
        "service": {"id": head.service_id, "version": head.version, "title": head.title},
        "state": state.phase,
        "state_title": head.phase_title,
        "result": state.result,
        "filed_at": head.filed_at,
        "urgent": head.urgent,
        "received_by_centre": head.received_by_centre and not head.unsent,
    }


def application(found: Application, calendar: Calendar, now: str) -> dict[str, Any]:
    """One application for another program; answers and names stay here."""
    state, head = found.state, found.head
    clocks = found.clocks(calendar, now)
    return {
        **line(head, state),
        "materials": [_material(material) for material in state.materials],
        "correction": _correction(state.correction),
        "deadlines": [
            {"name": clock.name, "label": clock.label, "due": clock.due, "level": clock.level} for clock in clocks
        ],
        **counter(state),
        **_family(found.family, state),
        "history": [
            {"at": entry.at, "side": entry.side, "kind": entry.kind, "title": entry.title} for entry in state.history
        ],
    }


def _family(family: Family | None, state: State) -> dict[str, Any]:
    """For a composed service: its parts and how they stand; for a part: the number of its whole."""
    if family is None:
        return {}
    if state.whole:
        return {"whole": state.whole}
    return {"summary": family.summary, "parts": family.as_json()}


def _material(material: Material) -> dict[str, Any]:
    return filings.material_data(material)


def _correction(correction: Correction | None) -> dict[str, Any] | None:
    if correction is None:
        return None
    return {"due_day": correction.due_day, "items": [asdict(item) for item in correction.items]}
