"""补打: a receipt that was lost, printed again once the person's document was compared."""

from typing import Any

from flask import Response, make_response, request, url_for

from edge import looks, web
from edge.applications import Application
from edge.errors import YizhanError
from edge.node import Node
from edge.routes import later
from edge.staff.context import form_token, signed
from edge.staff.people import name_of
from edge.web_filters import when
from edge.web_node import node
from forms.kinds_receiving import DOCUMENTS


def values(running: Node, application: Application) -> dict[str, Any]:
    """What the page of a receipt shows of it: on the day of the filing a receipt is merely printed."""
    with running.database.read() as tx:
        found = looks.copies(tx, application.number)
    return {
        "again": (application.state.filed_at or "")[:10] != running.clock.today() or bool(found),
        "copies": [f"{when(one.at)}　{name_of(running, one.actor)}，核对了{one.document}" for one in found],
        "copied": when(found[0].at) if found else "",
        "documents": DOCUMENTS,
        "reprint_token": form_token(),
    }


def record(number: str) -> Response:
    """Somebody has compared the document, and prints."""
    try:
        looks.reprint(node(), number, request.form.get("document", ""), **signed())
    except YizhanError as error:
        if error.code != "reprint_unchecked":
            raise
        again = later("edge.staff.receipts.again")
        return make_response(again(number, str(error)), error.status)
    return web.see_other(url_for("staff.receipts_show", number=number, said="reprinted"))
