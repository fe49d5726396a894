"""待民警确认 at the desk: the panel of a case, the two acts of a police officer, and the count of today."""

from dataclasses import dataclass

from flask import Response, request, url_for

from edge import confirmations, ranks, web
from edge.applications import Application
from edge.errors import YizhanError
from edge.node import Node
from edge.officers import Officer
from edge.staff import cases
from edge.staff.context import officer
from edge.staff.panels import Panel
from edge.staff.today_cards import Card
from edge.staff.unconfirmed import WAITING, by_comparing, pressing
from edge.web_filters import when_near
from edge.web_node import node

ANSWERABLE = frozenset({"reason_missing", "police_only"})


@dataclass(frozen=True, slots=True)
class Confirming:
    """What the panel shows. `acts`: what the service says an officer confirms; `compare`: at the kiosk that is to
    compare person and document; `pressing`: half of the first clock is gone.
    """

    number: str
    status: str
    acts: list[str]
    compare: bool
    police: bool
    pressing: str
    reason: str
    at: str
    fault: str


def panel(running: Node, application: Application) -> Panel | None:
    """The panel beside an application that has, or had, something to confirm."""
    state = application.state
    word = state.confirmation
    if not word.status or (state.phase == "closed" and word.pending):
        return None
    return Panel("confirming", _shown(running, application))


def _shown(running: Node, application: Application) -> Confirming:
    state, word = application.state, application.state.confirmation
    return Confirming(
        number=application.number,
        status=word.status,
        acts=list(application.definition.service["officer_confirms"]),
        compare=by_comparing(state),
        police=officer().rank == ranks.POLICE,
        pressing=pressing(running, application),
        reason=word.reason,
        at=when_near(word.at, running.clock.today()),
        fault=request.args.get("confirm", "") and "不予确认要写明理由，让收件的人知道怎样补。",
    )


def card(running: Node, _: Officer) -> Card | None:
    """待民警确认; nothing where nothing waits."""
    with running.database.read() as tx:
        count = ranks.waiting(tx)
    href = url_for("staff.find_show", state="unconfirmed")
    return Card(WAITING, count, "民警到场或远程确认", "due", href) if count else None


def confirm(number: str) -> Response:
    """A police officer confirms; for what came from the kiosk he has compared person and document."""
    compared = request.form.get("identity") == "officer"
    confirmations.confirm(node(), number, officer(), face_to_face=compared, token=request.form.get("token"))
    return web.see_other(cases.address(number, "confirmed"))


def refuse(number: str) -> Response:
    """A police officer does not confirm, and says why."""
    reason = request.form.get("reason", "")
    try:
        confirmations.refuse(node(), number, officer(), reason=reason, token=request.form.get("token"))
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return web.see_other(url_for("staff.cases_show", number=number, confirm="reason", _anchor="confirming"))
    return web.see_other(cases.address(number, "unconfirmed"))
