"""核对 and 提交: the last look at the answers, and the one act that counts."""

from collections.abc import Callable

from flask import Response, url_for

from edge import drafts, web_node
from edge.errors import Refused
from edge.web import see_other
from edge.web_filters import fid
from forms import page as pages
from kiosk import apply, photos, visit
from kiosk.form import CHECK


def show(draft: str) -> tuple[str, int] | Response:
    """All answers with 修改 beside each; a page that isn't right yet comes first."""
    walk = apply.walk_of(draft)
    missing = walk.first_open()
    if missing != CHECK:
        return apply.to_place(walk, missing, faults="1", back=CHECK)
    before = walk.before(CHECK)
    return visit.page(
        "check.html",
        sections=pages.summary(walk.definition, walk.draft.data, context=walk.context),
        change=_change(draft),
        photos=photos.taken(walk),
        problems=list(walk.problems),
        service=visit.title(walk.definition),
        steps=len(walk.places),
        back=apply.href(walk, before) if before is not None else url_for(visit.HOME),
        action=url_for("kiosk.check_file", draft=draft),
    )


def _change(draft: str) -> Callable[[int, str], str]:
    def address(page: int, path: str) -> str:
        return url_for("kiosk.apply_show", draft=draft, page=page, back=CHECK, _anchor=fid(path))

    return address


def file(draft: str) -> Response:
    """File it, once whatever is touched twice; what is wrong leads back to the page where it is."""
    walk = apply.walk_of(draft)
    try:
        drafts.file(web_node.node(), walk.draft, channel="kiosk", actor="kiosk")
    except Refused:
        return apply.to_place(walk, CHECK)
    return see_other(url_for("kiosk.receipt_show", draft=draft))
