"""评价: five grades for whoever has the code of a receipt; no pressure, and no name."""

import secrets

from flask import Response, flash, request

from edge import ratings, web_node
from edge.errors import YizhanError, problem
from edge.typed import digits
from edge.web import translate
from forms.kinds_people import GRADES
from forms.validation import Problem
from kiosk import visit
from kiosk.find import opened
from kiosk.tries import WINDOW_MINUTES

FACES = {5: "laugh", 4: "smile", 3: "meh", 2: "frown", 1: "angry"}
THANKS = "thanks"
GUESSES = "rating"
# what can be mended on the page, in its language
FAULTS = {
    "rating_grade": "rate_no_grade",
    "rating_given": "rate_given",
    "rating_code_unknown": "rate_no_code",
    "rating_words": "rate_long",
    "not_found": "rate_no_code",
}


def show() -> tuple[str, int]:
    """The five grades; `code` in the address is that of the receipt, which says nothing of anybody."""
    visit.speak()
    said = visit.said()
    problems = [Problem(f"/{name}", "rate", {}, text) for name, text in said.items() if name in ("code", "grade")]
    return visit.page(
        "rate.html",
        problems=problems,
        faults=said,
        thanks=request.args.get("said") == THANKS,
        code=_code(visit.told().get("code") or request.args.get("code", "")),
        grades=[(grade, translate(f"rate_{grade}"), FACES[grade]) for grade in GRADES],
        chosen=visit.told().get("grade", ""),
        token=secrets.token_urlsafe(18),
        longest=ratings.CODE_DIGITS,
    )


def give() -> Response:
    """Keep the rating; what was wrong is said beside the field, and nothing is lost but the words."""
    visit.speak()
    given = request.form
    code, token, grade = _code(given.get("code", "")), given.get("token", ""), given.get("grade", "")
    try:
        number, said = _number(code), {name: given.get(name, "") for name in ("words", "callback")}
        ratings.give(web_node.node(), number, grade, how="kiosk", actor="kiosk", token=token, **said)
    except YizhanError as error:
        if error.code not in FAULTS:
            raise
        flash(translate(FAULTS[error.code]), "grade" if error.code == "rating_grade" else "code")
        visit.tell("code", code)
        visit.tell("grade", grade)
        return visit.go("rating_show")
    return visit.go("rating_show", said=THANKS)


def _number(code: str) -> str:
    """The application of a code; whoever guesses has to wait. Raises rating_code_unknown, rating_slow."""
    memory, ticks = opened().tries, web_node.node().clock.ticks()
    if memory.blocked(GUESSES, ticks):
        raise problem("rating_slow", minutes=WINDOW_MINUTES)
    try:
        with web_node.node().database.read() as tx:
            return ratings.of_code(tx, code)
    except YizhanError:
        memory.wrong(GUESSES, ticks)
        raise


def _code(text: str) -> str:
    return digits(text)[: ratings.CODE_DIGITS]
