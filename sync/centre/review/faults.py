"""What went wrong at the review desk, said below its bar: an address that is none must not cost anybody the menu."""

from flask import g, render_template

from edge import web
from edge.web_errors import Fault
from sync.centre import reviewers
from sync.centre.review import keeping
from sync.centre.review.context import asked_queue, centre, frame


def framed(fault: Fault, home: str) -> str | None:
    """The page of an error for a reviewer who has logged in; None for anybody else, who has no menu."""
    token = web.session_id(create=False)
    g.reviewer = reviewers.of_session(centre(), token) if token else None
    if g.reviewer is None or not keeping.settled():
        return None
    return render_template("review/fault.html", **frame(asked_queue()), fault=fault, home=home)
