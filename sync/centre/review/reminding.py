"""反向催办 at the review desk: a supervisor asks a room about an application, and reads what it answered."""

from flask import Blueprint, Response, flash, request

from edge import web
from edge.errors import problem
from sync.centre import room_desk
from sync.centre.review.context import at, centre, reviewer
from sync.centre.room_desk import SUPERVISOR, Reminder

NODE_DIGITS = 10


def add_to(bp: Blueprint) -> None:
    """Put the act under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/<number>/remind", "remind", remind, methods=["POST"])


def of(number: str) -> list[Reminder]:
    """The reminders about an application."""
    with centre().store.read() as tx:
        return room_desk.reminders(tx, number[:NODE_DIGITS], number)


def may() -> bool:
    """Whether this person may remind a room."""
    return reviewer().post == SUPERVISOR


def remind(number: str) -> Response:
    """催办. Raises forbidden for everybody but a supervisor, reminder_text, reminder_sealed."""
    if not may():
        raise problem("forbidden")
    given = request.form
    room_desk.remind(
        centre(), number, given.get("text", ""), actor=reviewer().actor, due_day=given.get("due_day", "").strip()
    )
    flash("催办已发出", "said")
    return web.see_other(at("review.application", number))
