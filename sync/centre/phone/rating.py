"""好差评 on the province's page: one grade for each application, which goes down to the room's sums without a word."""

import secrets
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select

from edge import web
from edge.errors import YizhanError, problem
from edge.web import translate
from forms.definition import Definition
from forms.kinds_people import GRADES, WORDS_MAX
from forms.state import State
from sync.centre import log, room_said, rooms, tables
from sync.centre.centre import Centre
from sync.centre.phone.code import Found
from sync.centre.phone.context import at, centre, page, reader, told

ACTOR = "phone"
CALLBACK_MAX = 40


def add_to(bp: Blueprint) -> None:
    """Put the pages under the phone's blueprint."""
    bp.add_url_rule("/s/<text>/rate", "rate", show)
    bp.add_url_rule("/s/<text>/rate", "rate_act", act, methods=["POST"])


def may_be_given(centre_: Centre, found: Found, state: State, definition: Definition | None) -> bool:
    """Whether it can be rated and was not: private and sealed ones, and wholes, are never asked about."""
    asked = definition is not None and not (definition.service.get("private") or definition.service.get("sealed"))
    with centre_.store.read() as tx:
        given = tx.execute(
            select(tables.rating.c.grade).filter_by(node_id=found.node, application=found.number)
        ).scalar()
    return asked and not state.parts and given is None


def give(centre_: Centre, found: Found, grade: str, words: str, callback: str) -> None:
    """Keep a rating; the first counts. The room learns the grade alone.

    Raises rating_grade, rating_words, not_found.
    """
    words, callback = words.strip(), callback.strip()
    if grade not in {str(one) for one in GRADES}:
        raise problem("rating_grade")
    if len(words) > WORDS_MAX or len(callback) > CALLBACK_MAX:
        raise problem("rating_words", most=WORDS_MAX)
    state, definition = told(found)
    said = {"application": found.number, "grade": int(grade), "how": "phone"}
    with centre_.store.write() as tx:
        rooms.get(tx, found.node, lock=True)
        if tx.execute(select(tables.rating.c.grade).filter_by(node_id=found.node, application=found.number)).first():
            return
        if definition is None or state.parts or definition.service.get("private") or definition.service.get("sealed"):
            raise problem("not_found")
        more = {"words": words, "callback": callback}
        now = centre_.clock.now()
        room_said.rate(tx, found.node, said | more, now, now)
        log.append(tx, centre_.clock, found.node, kind=room_said.RATED, application="", body=said, actor=ACTOR)


def show(text: str) -> Response:
    """The five grades, or thanks. Raises phone_over, phone_plain."""
    return _page(reader(text))


def act(text: str) -> Response:
    """Keep the rating; a fault is said on the same page with what was typed."""
    found, given = reader(text), request.form
    faults = {"rating_grade": "rate_no_grade", "rating_words": "rate_long"}
    try:
        give(centre(), found, given.get("grade", ""), given.get("words", ""), given.get("callback", ""))
    except YizhanError as error:
        if error.code not in faults:
            raise
        return _page(found, fault=translate(faults[error.code]), status=error.status)
    return web.see_other(at("rate", said="thanks"))


def _page(found: Found, fault: str = "", status: int = 200) -> Response:
    state, definition = told(found)
    open_ = may_be_given(centre(), found, state, definition)
    values: dict[str, Any] = {"grades": [(grade, translate(f"rate_{grade}")) for grade in GRADES]}
    return page(
        found,
        "rate.html",
        status,
        back=at("show"),
        thanks=not open_,
        form_token=secrets.token_urlsafe(18),
        fault=fault,
        typed=request.form,
        kept=translate("phone_rate_kept"),
        **values,
    )
