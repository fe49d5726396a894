"""换用新版本: what would be kept and lost if a draft went on with the version in force, and the choice."""

from flask import Response, request, url_for

from edge import drafts, moves, web
from edge.errors import YizhanError
from edge.staff.context import officer, page
from edge.web_node import node


def show(draft: str) -> str | Response:
    """The preview; a draft that has nothing to move to goes on."""
    held = drafts.get(node(), draft, officer().actor)
    move = moves.preview(node(), held)
    if move is None:
        return web.see_other(url_for("staff.intake_show", draft=draft))
    return page("newer.html", draft=held, move=move, service=move.new.title)


def accept(draft: str) -> Response:
    """Go on with the version in force, if that is what was previewed; else the preview once more."""
    held = drafts.get(node(), draft, officer().actor)
    try:
        moves.accept(node(), held, request.form.get("seen", ""))
    except YizhanError as error:
        if error.code != "draft_changed":
            raise
        return web.see_other(url_for("staff.newer_show", draft=draft, said="changed"))
    return web.see_other(url_for("staff.intake_show", draft=draft, said="moved"))
