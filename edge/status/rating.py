"""评价 on the telephone, behind the same unguessable address as the page itself."""

import secrets
from typing import Any

from flask import Response, current_app, request, url_for

from edge import applications, ratings, receipts
from edge.errors import YizhanError, problem
from edge.status import frame
from edge.status.limits import LIMIT, MissLimit
from edge.web import see_other, translate
from edge.web_node import node
from forms.kinds_people import GRADES

FAULTS = {"rating_grade": "rate_no_grade", "rating_given": "rate_given", "rating_words": "rate_long"}


def show(token: str) -> Response:
    """The five grades, or thanks. Raises not_found for a token that nobody was given."""
    return _page(token, _number(token))


def give(token: str) -> Response:
    """Keep the rating; a fault is said on the same page."""
    running, number, given = node(), _number(token), request.form
    try:
        ratings.give(
            running,
            number,
            given.get("grade", ""),
            how="phone",
            actor="citizen",
            token=given.get("token", ""),
            words=given.get("words", ""),
            callback=given.get("callback", ""),
        )
    except YizhanError as error:
        if error.code not in FAULTS:
            raise
        return _page(token, number, fault=translate(FAULTS[error.code]), status=error.status)
    return see_other(url_for("status.rating_show", token=token, said="thanks", **_kept()))


def _number(token: str) -> str:
    """Whoever tries addresses at random is slowed down as on the page itself."""
    running = node()
    misses: MissLimit = current_app.extensions[LIMIT]
    address, now = request.remote_addr or "", running.clock.ticks()
    if misses.blocked(address, now):
        raise problem("rating_slow", minutes=10)
    try:
        with running.database.read() as tx:
            if not receipts.is_token(token.upper()):
                raise problem("not_found")
            return applications.by_token(tx, token.upper()).number
    except YizhanError:
        misses.miss(address, now)
        raise


def _page(token: str, number: str, *, fault: str = "", status: int = 200) -> Response:
    running = node()
    with running.database.read() as tx:
        open_ = ratings.may_be_given(tx, number)
    return frame.page(
        running.room,
        "rate.html",
        status,
        back=url_for("status.screens_show", token=token, **_kept()),
        thanks=request.args.get("said") == "thanks" or not open_,
        grades=[(grade, translate(f"rate_{grade}")) for grade in GRADES],
        form_token=secrets.token_urlsafe(18),
        fault=fault,
    )


def _kept() -> dict[str, Any]:
    """The large type goes with the reader from page to page."""
    return {name: value for name, value in frame.kept().items() if name == frame.LARGE}
