"""事项发布 at the review desk: what was published, who signed and who reviewed it, which rooms have it. Read only."""

from flask import Blueprint, render_template

from sync.centre import published, publishing
from sync.centre.review.context import asked_queue, centre, frame


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/services", "services", show)


def show() -> str:
    """All publications and the keys of the counties."""
    return render_template(
        "review/services.html",
        **frame(asked_queue()),
        publications=published.lines(centre()),
        keys=publishing.keys(centre()),
        names=published.people(centre()),
    )
