"""What every page of the province's phone pages needs: the centre, what the code proves, who may read."""

from typing import Any

from flask import Response, current_app, g, request, url_for

from edge import web
from edge.errors import problem
from edge.room import Room
from edge.status import frame
from forms.definition import Definition
from forms.state import State
from sync.centre.centre import Centre
from sync.centre.phone import code, proof
from sync.centre.phone.code import Found
from sync.centre.phone.secure import must_be_private

NOWHERE = Room("", "", "", "", "", "", "", ("zh-CN",), (), 0)


def centre() -> Centre:
    """The centre that the wiring put under this program."""
    running: Centre = current_app.extensions["yizhan.centre"]
    return running


def look(text: str) -> Found:
    """What the code in the address proves."""
    with centre().store.read() as tx:
        return code.look(tx, text)


def reader(text: str) -> Found:
    """What the code proves, for a browser that may read what is personal; its page speaks the citizen's language.

    Raises phone_plain, phone_over.
    """
    found = look(text)
    frame.speak()
    g.room = found.room
    must_be_private(centre().settings)
    if not proof.may_read(centre(), found, web.session_id(create=False)):
        raise problem("phone_over")
    frame.speak(*told(found))
    return found


def told(found: Found) -> tuple[State, Definition | None]:
    """The application and the definition that it was filled with."""
    assert found.proof is not None
    with centre().store.read() as tx:
        state = code.state_of(tx, found.proof)
    return state, centre().definitions.get(state.service.digest)


def page(found: Found, template: str, status: int = 200, /, **values: Any) -> Response:
    """A page about this room."""
    return frame.page(found.room or NOWHERE, template, status, **values)


def at(endpoint: str, **values: Any) -> str:
    """The address of a page of the same receipt, in small letters, with the large type and the language kept."""
    text = str((request.view_args or {})["text"])
    return url_for(f"phone.{endpoint}", **{"text": text, **frame.kept(), **values})
