"""The look of the pages, and the end of a visit: what one citizen did is gone before the next one comes."""

from flask import Response, request, url_for

from edge import calls, drafts, web_node
from edge.web import end_session, see_other
from edge.web_session import bound
from kiosk import find, visit
from kiosk.view import COOKIE, PATH, View, is_wish

IDLE_ANSWER_S = 30


def view() -> Response:
    """Larger type, or another language."""
    wish = request.form.get("wish", "")
    response = see_other(visit.local(request.form.get("back")))
    return visit.with_view(response, wish) if is_wish(wish) else response


def now() -> Response:
    """办完了 / 退出: drop drafts, opened applications, calls and the session itself."""
    return _wipe()


def idle() -> tuple[str, int, dict[str, str]]:
    """您还在办理吗？ The page moves on by itself when nobody answers; no script is needed for that."""
    visit.speak()
    page, status = visit.page("idle.html", idle=0, seconds=IDLE_ANSWER_S, back=visit.local(request.args.get("back")))
    return page, status, {"Refresh": f"{IDLE_ANSWER_S}; url={url_for('kiosk.leave_over')}"}


def over() -> Response:
    """Nobody answered. A GET, because a page moves on by itself only that way; it only ever ends the own visit."""
    return _wipe()


def idle_at_start(*, begun: bool) -> int:
    """After how many seconds the start page asks; 0 where a visit has left nothing that the next one must not find."""
    node, owner = web_node.node(), visit.owner()
    if not begun and visit.view() == View() and owner not in find.opened().numbers:
        with node.database.read() as tx:
            begun = calls.of_owner(tx, owner) is not None
        return node.room.kiosk_idle_s if begun else 0
    return node.room.kiosk_idle_s


def _wipe() -> Response:
    node, owner = web_node.node(), visit.owner()
    for draft in drafts.of_owner(node, owner):
        drafts.delete(node, draft.id, owner)
    with node.database.write() as tx:
        calls.forget(tx, owner)
    node.unwritten.forget(owner)
    find.opened().numbers.pop(owner, None)
    end_session()
    response = see_other(url_for(visit.HOME))
    name, path = bound(COOKIE, PATH)
    response.delete_cookie(name, path=path, httponly=True, samesite="Strict", secure=request.is_secure)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
