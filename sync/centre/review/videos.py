"""窗口视频 at the review desk: the index alone, for supervisors, each within his own areas."""

from flask import Blueprint, render_template, request

from sync.centre import scopes, videos
from sync.centre.data_classes import must_see
from sync.centre.review.context import asked_queue, centre, duties, frame

NODE_DIGITS = 10


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/videos", "videos", show)


def show() -> str:
    """Which videos exist, where and until when; `node` narrows it to one room."""
    must_see("supervisor", "videos")
    node_id = request.args.get("node", "").strip()[:NODE_DIGITS]
    with centre().store.read() as tx:
        found = videos.of_areas(tx, scopes.areas(duties()), centre().clock.today(), node_id)
    return render_template(
        "review/videos.html", **frame(asked_queue()), videos=found, node_id=node_id, most=videos.SHOWN_MAX
    )
