"""需求登记 at the kiosk: what somebody needs, without a name."""

import secrets

from flask import Response, flash, request

from edge import needs, web_node
from edge.errors import YizhanError
from edge.web import translate
from forms.kinds_people import NEEDS
from forms.validation import Problem
from kiosk import visit

THANKS = "thanks"
# what can be mended on the page, in its language
FAULTS = {"need_wrong": "need_no_words", "need_long": "need_too_long"}
KEPT = ("kind", "what", "village")


def show() -> tuple[str, int]:
    """A few words, or thanks."""
    visit.speak()
    said = visit.said()
    problems = [Problem("/what", "need", {}, said["what"])] if "what" in said else []
    return visit.page(
        "need.html",
        problems=problems,
        faults=said,
        thanks=request.args.get("said") == THANKS,
        kinds=[(kind, translate(f"need_{kind}")) for kind in NEEDS],
        given={"kind": request.args.get("kind", "")} | visit.told(),
        days=web_node.node().settings.needs_keep_days,
        token=secrets.token_urlsafe(18),
    )


def record() -> Response:
    """Write it down; what was wrong is said beside the field, and nothing typed is lost but a telephone number."""
    visit.speak()
    form = request.form
    said = {name: form.get(name, "") for name in ("village", "phone")}
    try:
        needs.record(
            web_node.node(),
            form.get("kind", ""),
            form.get("what", ""),
            how="kiosk",
            actor="kiosk",
            token=form.get("token", ""),
            **said,
        )
    except YizhanError as error:
        if error.code not in FAULTS:
            raise
        flash(translate(FAULTS[error.code]), "what")
        for name in KEPT:
            visit.tell(name, form.get(name, "")[:600])
        return visit.go("need_show")
    return visit.go("need_show", said=THANKS)
