"""书面评价表 entered at the desk: a code and a grade, which say nothing of whose they are."""

import secrets
from datetime import date, timedelta

from flask import Response, make_response, request, url_for

from edge import facts, ratings, web
from edge.errors import YizhanError, problem
from edge.node import Node
from edge.officers import Officer
from edge.staff.context import officer, page
from edge.staff.today_cards import Card
from edge.web_node import node
from forms.figures import SMALL, Period
from forms.kinds_people import GRADES

ANSWER_DAYS = 7
ON_THE_PAGE = frozenset(
    {"rating_grade", "rating_given", "rating_code_unknown", "rating_words", "rating_day", "not_found"}
)


def show() -> str:
    """The form, and how many grades there were this month once there are enough of them."""
    return _page()


def give() -> Response:
    """Keep what stands on one slip of paper."""
    running, given = node(), request.form
    try:
        with running.database.read() as tx:
            number = ratings.of_code(tx, "".join(given.get("code", "").split()))
        ratings.give(
            running,
            number,
            given.get("grade", ""),
            how="paper",
            actor=officer().actor,
            token=given.get("token", ""),
            words=given.get("words", ""),
            callback=given.get("callback", ""),
            day=_day(given.get("day", "")),
        )
    except YizhanError as error:
        if error.code not in ON_THE_PAGE:
            raise
        return make_response(_page(fault=error), error.status)
    return web.see_other(url_for("staff.rating_show", said="rated"))


def card(running: Node, _: Officer) -> Card | None:
    """What the supervisor asks to be mended after bad ratings, for a week after it came."""
    first = (date.fromisoformat(running.clock.today()) - timedelta(days=ANSWER_DAYS)).isoformat()
    with running.database.read() as tx:
        count = sum(day >= first for day, _, _ in ratings.answers(tx))
    return Card("差评回访", count, "看上级的整改意见", "due", url_for("staff.rating_show")) if count else None


def _day(text: str) -> str:
    """The day on the slip, "" for none. Raises rating_day for what is no day or lies ahead."""
    if not text.strip():
        return ""
    try:
        day = date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        day = ""
    if not day or day > node().clock.today():
        raise problem("rating_day")
    return day


def _page(fault: YizhanError | None = None) -> str:
    running = node()
    month = Period.of("month", date.fromisoformat(running.clock.today()))
    grades = facts.of_room(running, month).grades
    with running.database.read() as tx:
        answers = ratings.answers(tx)
    enough = sum(grades.values()) >= SMALL
    return page(
        "rating.html",
        fault=fault,
        given=request.form,
        grades=list(GRADES.items()),
        answers=answers,
        sums=[(title, grades.get(grade, 0)) for grade, title in GRADES.items()] if enough else [],
        small=SMALL,
        token=secrets.token_urlsafe(18),
        today=running.clock.today(),
    )
