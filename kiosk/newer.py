"""换用新版本: what would be kept and lost if a draft went on with the version in force, and the choice."""

from flask import Response, request

from edge import moves, web_node
from edge.errors import YizhanError
from kiosk import apply, visit


def show(draft: str) -> tuple[str, int] | Response:
    """The preview; a draft that has nothing to move to goes on."""
    walk = apply.walk_of(draft)
    move = moves.preview(web_node.node(), walk.draft)
    back = apply.href(walk, walk.resume())
    if move is None:
        return apply.to_place(walk, walk.resume())
    return visit.page("newer.html", draft=walk.draft, move=move, service=visit.title(move.new), back=back)


def accept(draft: str) -> Response:
    """Go on with the version in force, if that is what was previewed; else the preview once more."""
    walk = apply.walk_of(draft)
    try:
        moved = moves.accept(web_node.node(), walk.draft, request.form.get("seen", ""))
    except YizhanError as error:
        if error.code != "draft_changed":
            raise
        return visit.go("newer_show", draft=draft)
    walk = apply.open_walk(moved)
    return apply.to_place(walk, walk.resume())
