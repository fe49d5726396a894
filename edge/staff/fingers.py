"""指纹采集 on a case's page: taken with separate consent, or not, with the reason and a witness."""

from dataclasses import dataclass

from flask import Response, request, url_for

from edge import fingerprints, web
from edge.applications import Application
from edge.errors import YizhanError
from edge.node import Node
from edge.staff import cases
from edge.staff.context import officer
from edge.staff.panels import Panel
from edge.staff.people import name_of
from edge.web_filters import when_short
from edge.web_node import node
from forms.kinds_receiving import FINGER_REASONS

_FAULTS = {
    "fingerprint_consent": "采集指纹要本人单独同意：念给本人听，同意了再勾选。",
    "fingerprint_reason": "没有采集的，请选原因，写上在场见证的人。",
}


@dataclass(frozen=True, slots=True)
class Fingers:
    """What the panel shows. `said`: what was recorded, "" for nothing yet; `fault`: what was wrong the last time."""

    number: str
    said: str
    taken: bool
    by: str
    reasons: dict[str, str]
    fault: str


def panel(_running: Node, application: Application) -> Panel | None:
    """The panel of a case; None where the service asks for no fingerprint, or all is over."""
    state = application.state
    known = state.fingerprint
    if not fingerprints.asked(application.definition) or (known is None and state.phase not in fingerprints.OPEN):
        return None
    said = by = ""
    if known is not None:
        why = FINGER_REASONS.get(known.reason, "")
        said = "已采集，本人单独同意" if known.taken else f"没有采集：{why}，见证人 {known.witness}"
        by = f"{name_of(node(), known.by)} {when_short(known.at)}"
    fault, taken = _FAULTS.get(request.args.get("finger", ""), ""), known is not None and known.taken
    return Panel("fingers", Fingers(application.number, said, taken, by, FINGER_REASONS, fault))


def record(number: str) -> Response:
    """Write down whether it was taken."""
    form = request.form
    try:
        fingerprints.record(
            node(),
            number,
            taken=form.get("taken") == "yes",
            consent=form.get("consent") == "1",
            reason=form.get("reason", ""),
            witness=form.get("witness", ""),
            actor=officer().actor,
            token=form.get("token") or None,
        )
    except YizhanError as error:
        if error.code not in _FAULTS:
            raise
        return web.see_other(url_for("staff.cases_show", number=number, finger=error.code, _anchor="fingers"))
    return web.see_other(cases.address(number, "fingerprint"))
