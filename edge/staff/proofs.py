"""Signatures and photographs that prove something at the counter: read from a form, and shown to whoever may see the
application.
"""

from collections.abc import Iterator

from flask import Response, make_response, request

from edge import applications, materials
from edge.errors import problem
from edge.staff import posted
from edge.staff.context import officer
from edge.staff.materials import sent
from edge.web_node import node
from forms.building import Control
from forms.state import Material, State

STROKES = "/strokes"


def pad(path: str, label: str) -> Control:
    """An empty field for a signature, for shared/controls.html."""
    return Control("", path, "signature", label)


def signature(path: str, slot: str) -> Material | None:
    """What was written on the glass, or without scripts a picture of it; None for an empty pad.

    Raises signature_empty, signature_unreadable, and what is wrong with a picture.
    """
    strokes = request.form.get(path + STROKES, "").strip()
    if strokes:
        return materials.signature(node(), strokes, slot, officer().actor)
    return photo(path, slot)


def photo(name: str, slot: str) -> Material | None:
    """A photograph of the form; None where none was chosen. Raises what is wrong with it."""
    upload = posted.files().get(name)
    return None if upload is None else materials.store(node(), upload.data, upload.name, officer().actor, slot)


def show(number: str, sha256: str) -> Response:
    """A proof of this application. Raises not_found for any other file."""
    with node().database.read() as tx:
        state = applications.get(tx, number).state
        if sha256 not in set(_of(state)):
            raise problem("not_found")
        data, media_type = materials.open(tx, sha256)
    return make_response(sent(data, media_type))


def _of(state: State) -> Iterator[str]:
    for notice in state.corrections:
        yield from notice.proofs
    for handed in state.delivery.handed:
        yield from handed.proofs
