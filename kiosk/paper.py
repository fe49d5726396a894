"""打印 on A4, where the room has such a printer: the public sheets, on one touch; without it the browser prints."""

from flask import Response, abort, current_app, request, url_for
from werkzeug.exceptions import HTTPException

from edge import web_node
from edge.devices import printing_sheets
from edge.errors import YizhanError
from kiosk import visit

# nothing personal stands on them, and nobody has to be signed in to see them
SHEETS = frozenset({"prints.pages_show", "kiosk.room_pages_sheet", "kiosk.board_sheet"})


def _sheet(address: str) -> str:
    """The same address, if it is one of a sheet; 404 for any other."""
    path, _, query = address.partition("?")
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        endpoint = ""
    if endpoint not in SHEETS or any(one in query for one in "\\\r\n#"):
        abort(404)
    return address


def send() -> Response:
    """Print it; how it went is said on the next page."""
    address = _sheet(request.form.get("page", "")[:500])
    look = f"{'&' if '?' in address else '?'}view={visit.view().written()}"
    try:
        printing_sheets.sheet(web_node.node(), visit.place(), address + look, visitor=visit.owner())
    except YizhanError as error:
        if error.code not in printing_sheets.ANSWERABLE:
            raise
        return visit.go("paper_show", said="failed", page=address)
    return visit.go("paper_show", said="done", page=address)


def show() -> tuple[str, int]:
    """Take it from the printer, or what else can be done."""
    visit.speak()
    address = _sheet(request.args.get("page", "")[:500])
    return visit.page("paper.html", page=address, done=request.args.get("said") == "done")


def place() -> str:
    """For templates: where the print button of a sheet leads; "" where the browser prints."""
    return url_for("kiosk.paper_send") if printing_sheets.is_there(web_node.node(), visit.place()) else ""
