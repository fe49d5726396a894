"""练习: the way into the practice room, and inside of it the exercises, its people's cards and papers, the reset."""

from typing import Any

from flask import Response, make_response, request, url_for

from edge import exercises, practice, practice_people, web
from edge.errors import problem
from edge.exercises import Progress
from edge.routes import rule_of
from edge.staff import session
from edge.staff.context import officer, page
from edge.staff.may import may
from edge.web_node import node


def show() -> Response | str:
    """What the practice room is, and the button that leads in; in the practice room its exercises."""
    if node().settings.practice:
        return web.see_other(url_for("staff.practice_exercises_list"))
    return page("practice.html", there=node().hooks.practice is not None)


def start() -> Response:
    """Go in. Raises practice_only where the wiring gave none."""
    room = node().hooks.practice
    if room is None or node().settings.practice:
        raise problem("practice_only")
    return _into(room.enter(officer()))


def _into(token: str) -> Response:
    """Only whoever holds this cookie trains; it goes nowhere but there."""
    inside = practice.MOUNT
    response = web.see_other(f"{inside}{url_for('staff.practice_exercises_list').removeprefix(inside)}")
    response.set_cookie(session.COOKIE, token, path=inside, httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def exercises_list() -> str:
    """The exercises with what is done, the made-up people and their papers."""
    _must_be_inside()
    with node().database.read() as tx:
        found = exercises.progress(tx, officer().actor)
    return page(
        "exercises.html",
        found=[_shown(one) for one in found],
        people=practice_people.people(),
        papers=practice_people.PAPERS,
        done=sum(one.done for one in found),
    )


def _shown(one: Progress) -> dict[str, Any]:
    start = one.exercise.start if rule_of(one.exercise.start) and may(one.exercise.start) else ""
    return {
        "exercise": one.exercise,
        "steps": one.steps,
        "done": one.done,
        "start": url_for(start) if start else "",
        "case": url_for("staff.cases_show", number=one.number) if one.number else "",
        "number": one.number,
    }


def paper(name: str) -> Response:
    """A drawn page, to be handed in as a picture. Raises not_found."""
    _must_be_inside()
    if name not in practice_people.PAPERS:
        raise problem("not_found")
    response = make_response(practice_people.paper(name))
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Content-Disposition"] = f'attachment; filename="lianxi-{name}.jpg"'
    return response


def reset() -> Response:
    """Begin anew: everything that was tried is gone, for all who train."""
    _must_be_inside()
    room, known = node().hooks.practice, officer()
    room.reset()
    return _into(room.enter(known))


def _must_be_inside() -> None:
    if not node().settings.practice:
        raise problem("practice_only")
