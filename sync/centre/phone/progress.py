"""How an application stands, in the same words as on the room's own page, from what the centre holds."""

from flask import Response, request

from edge import sealing, web
from edge.status import english, frame
from edge.status.progress import Subject, progress
from forms.definition import Definition
from forms.people import people
from forms.state import State
from sync.centre import cases, projection
from sync.centre.phone import rating, supply
from sync.centre.phone.code import Found
from sync.centre.phone.context import at, centre, page, told


def progress_page(found: Found) -> Response:
    """The page of one application, for who may read it."""
    state, definition = told(found)
    frame.speak(state, definition)
    assert found.room is not None
    shown = progress(_subject(found, state, definition))
    if web.language() == "en":
        shown = english.english(shown)
    by_phone = bool(state.correction) and supply.can_be_done(definition, state)
    return page(
        found,
        "status.html",
        page=shown,
        rate=at("rate") if rating.may_be_given(centre(), found, state, definition) else "",
        supply=at("supply") if by_phone else "",
        supplied=request.args.get("said") == "supplied" and state.phase == "received",
        complain=at("complain"),
        leave=at("leave"),
    )


def _subject(found: Found, state: State, definition: Definition | None) -> Subject:
    assert found.room is not None
    case = cases.get(centre(), found.number)
    named = people(definition, state.answers) if definition and not sealing.is_sealed(state.answers) else None
    return Subject(
        state=state,
        schema=definition.schema if definition else {},
        service=english.service_of(definition, web.language()) if definition else {"name": state.service.id},
        room=found.room,
        received=True,
        received_at=case.received_at,
        people=(*named.names, *(value for _, value in named.numbers)) if named else (),
        family=case.family,
        deadlines=projection.clocks(centre(), state, case.family, case.received_at),
    )
