"""数据包 at the review desk: what was published, how far it has spread, and what lets it go further or stops it."""

from typing import Final

from flask import Blueprint, Response, flash, render_template, request, url_for

from edge import web
from edge.errors import problem
from edge.packs.documents import TITLES
from sync.centre import pack_page, spreading
from sync.centre.review.context import asked_queue, centre, frame, reviewer

ENDPOINTS: Final = frozenset({"review.packs", "review.spread_pack"})
SHARES: Final = (5, 20, 50, 100)
ROOMS_MAX: Final = 200


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/packs", "packs", show)
    bp.add_url_rule("/packs/<int:pack>", "spread_pack", spread, methods=["POST"])


def show() -> str:
    """All packs, and whose signatures count."""
    return render_template(
        "review/packs.html",
        **frame(asked_queue()),
        packs=pack_page.lines(centre()),
        root=pack_page.root(centre()),
        titles=TITLES,
        shares=SHARES,
        problem=None,
    )


def spread(pack: int) -> Response:
    """Let a pack go to more rooms, pause it, go on, withdraw it. Raises what sync.centre.spreading raises."""
    by, act, reason = reviewer().actor, request.form.get("act", ""), request.form.get("reason", "").strip()[:200]
    if act == "rooms":
        made = spreading.spread(centre(), pack, by=by, rooms=_rooms())
    elif act == "share":
        made = spreading.spread(centre(), pack, by=by, share=_share())
    elif act == "pause":
        made = spreading.pause(centre(), pack, by=by, reason=reason)
    elif act == "resume":
        made = spreading.go_on(centre(), pack, by=by)
    elif act == "withdraw":
        made = spreading.withdraw(centre(), pack, by=by, reason=reason)
    else:
        raise problem("bad_request", detail="没有这个操作")
    flash(f"第 {pack} 个数据包：{spreading.STATES[made.state]}，{made.words}。", "said")
    return web.see_other(url_for("review.packs"))


def _rooms() -> list[str]:
    found = request.form.get("rooms", "").replace("，", " ").replace(",", " ").split()
    if not 0 < len(found) <= ROOMS_MAX:
        raise problem("bad_request", detail=f"请填写 1 至 {ROOMS_MAX} 个节点编号")
    return found


def _share() -> int:
    text = request.form.get("share", "")
    if text not in {str(one) for one in SHARES}:
        raise problem("bad_request", detail="请选择一个比例")
    return int(text)
