"""文书, as the centre gave it: printed at the room for the person, with the code that proves it."""

from markupsafe import Markup

from edge import applications, qr, writs
from edge.staff.context import page
from edge.web_node import node


def show(number: str, event: str) -> str:
    """A notice or a decision. Raises not_found."""
    with node().database.read() as tx:
        application = applications.get(tx, number)
        said, writ = writs.find(tx, number, event)
    return page(
        "writ.html",
        case=application,
        title=application.head.title,
        writ=writ,
        content=said.data,
        kind=said.kind,
        picture=Markup(qr.svg(writ.code, writ.number)),  # noqa: S704 - drawn here
    )
