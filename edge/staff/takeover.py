"""A draft of the kiosk goes on at the desk: by the code on its screen, and back again."""

from flask import Response, request, url_for

from edge import draft_notes, drafts, handing, web
from edge.drafts import Draft
from edge.errors import YizhanError
from edge.staff.context import officer
from edge.web_node import node

ANSWERABLE = frozenset({"code_unknown", "code_private"})


def take() -> Response:
    """Take over the draft of who waits with the typed code."""
    try:
        draft = handing.take(node(), request.form.get("code", "")[:20], officer().actor)
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return web.see_other(url_for("staff.receive_choose", code=error.code, _anchor="code"))
    return web.see_other(url_for("staff.intake_show", draft=draft.id, said="taken"))


def give(draft: str) -> Response:
    """Hand it back to the kiosk; it stays here when nobody stands there any more."""
    held = drafts.get(node(), draft, officer().actor)
    if handing.hand_back(node(), held):
        return web.see_other(url_for("staff.receive_choose", said="given"))
    return web.see_other(url_for("staff.intake_show", draft=draft, said="gone"))


def from_kiosk(draft: Draft) -> bool:
    """Whether a draft came from the kiosk, so that it can go back."""
    with node().database.read() as tx:
        return bool(draft_notes.of(tx, draft.id).home)
