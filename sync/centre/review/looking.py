"""What is looked at beside an application: two materials side by side, the person's other applications, a writ."""

from typing import Final

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from edge import qr, web
from edge.errors import YizhanError, problem
from forms.formal import formal
from sync.centre import cases, persons, writs
from sync.centre.review import view
from sync.centre.review.context import asked_queue, at, centre, duties, frame, reviewer

ANSWERS: Final = "answers"
ZOOMS: Final = ("100", "150", "200", "300")


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/<number>/compare", "compare", compare)
    bp.add_url_rule("/<number>/person", "person", person)
    bp.add_url_rule("/<number>/person", "look", look, methods=["POST"])
    bp.add_url_rule("/<number>/writs/<event_id>", "writ", writ)


def compare(number: str) -> str:
    """Two materials side by side, or one beside the answers, each as large as is wanted."""
    shown = view.build(centre(), cases.get(centre(), number), reviewer().actor, duties())
    if shown.case.sealed:
        raise problem("not_found")
    places = [ANSWERS, *(one.sha256 for one in shown.pictures)]
    left, right = (_chosen(name, places, default) for name, default in (("left", ANSWERS), ("right", places[-1])))
    zoom = request.args.get("zoom", ZOOMS[0])
    return render_template(
        "review/compare.html",
        **frame(asked_queue()),
        view=shown,
        pictures={one.sha256: one for one in shown.pictures},
        places=places,
        left=left,
        right=right,
        zoom=zoom if zoom in ZOOMS else ZOOMS[0],
        zooms=ZOOMS,
        around={side: _around(places, place) for side, place in (("left", left), ("right", right))},
    )


def _chosen(name: str, places: list[str], default: str) -> str:
    asked = request.args.get(name, default)
    return asked if asked in places else default


def _around(places: list[str], place: str) -> tuple[str, str]:
    """What stands before and behind it, the ends meeting."""
    at_ = places.index(place)
    return places[at_ - 1], places[(at_ + 1) % len(places)]


def person(number: str, error: YizhanError | None = None) -> str:
    """The other applications of the same person, once somebody wrote why he looks."""
    case = cases.get(centre(), number)
    with centre().store.read() as tx:
        whose = persons.of_case(tx, case)
        open_ = bool(whose) and persons.may_see(tx, whose, reviewer().name, centre().clock.ticks())
        found = persons.others(tx, case, whose, duties()) if open_ else None
        looks = persons.looks(tx, whose) if open_ else []
    return render_template(
        "review/person.html",
        **frame(asked_queue()),
        case=case,
        named=bool(whose),
        found=found,
        looks=looks,
        error=error,
        reason=request.form.get("reason", ""),
    )


def look(number: str) -> Response:
    """Enter in the log that somebody looks the person up, and why; then the page. Without a reason (`look_first`) the
    page with that fault. Raises not_found, and what entering it raises.
    """
    try:
        reason = request.form.get("reason", "")
        persons.look(centre(), cases.get(centre(), number), actor=reviewer().actor, reason=reason)
    except YizhanError as error:
        if error.code != "look_first":
            raise
        return make_response(person(number, error), error.status)
    return web.see_other(at("review.person", number))


def writ(number: str, event_id: str) -> str:
    """A notice or a decision as it is printed. Raises not_found."""
    case = cases.get(centre(), number)
    with centre().store.read() as tx:
        event, found = writs.find(tx, case.node_id, number, event_id)
    title = formal(case.definition).title if case.definition else case.state.service.id
    return render_template(
        "review/writ.html",
        **frame(asked_queue()),
        case=case,
        title=title,
        writ=found,
        content=event.data,
        kind=event.kind,
        picture=Markup(qr.svg(found.code, found.number)),  # noqa: S704 - drawn here
    )
