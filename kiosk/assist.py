"""请工作人员帮忙: calls the desk and hands the draft over by a short code."""

from flask import Response, request

from edge import calls, drafts, paired_door, web_node
from kiosk import visit


def show() -> tuple[str, int]:
    """How to get help; after the call with the code that hands the draft over."""
    visit.speak()
    with web_node.node().database.read() as tx:
        waiting = calls.of_owner(tx, visit.owner())
    return visit.page("help.html", call=waiting, back=visit.local(request.args.get("back")))


def call() -> Response:
    """Call the desk."""
    begun = drafts.of_owner(web_node.node(), visit.owner(), limit=1)
    elsewhere = paired_door.of_request(request.environ)
    calls.call(
        web_node.node().database, visit.owner(), begun[0].id if begun else "", elsewhere.name if elsewhere else ""
    )
    return visit.go("assist_show", back=visit.local(request.form.get("back")))
