"""窗口视频: which videos of the counter exist, where they are kept and until when; no video comes into the program."""

from collections.abc import Mapping

from flask import Response, make_response, request, url_for

from edge import officers, videos, web
from edge.errors import YizhanError
from edge.staff import posted
from edge.staff.context import officer, page
from edge.typed import whole_number
from edge.videos import DAYS, Digest
from edge.web_node import node

SHOWN_MAX = 200
# what the command says of the way in which times are written means nothing to who chooses them
WORDS = {videos.WRONG: "摄像头、存放处要写明；起止时间都要选，先后不能颠倒；保存 1 至 3650 天"}
SAID = {
    "entered": "已登记，随下一批上报索引。视频请照原样保存。",
    "again": "这一段登记过了，没有变化。",
}


def show() -> str:
    """What this room has entered, the newest first, and a form for one more."""
    return _page()


def enter() -> Response:
    """One line more; the file that was chosen is read for its digest alone."""
    form = request.form
    try:
        _, new = videos.enter(
            node(),
            _digest(form),
            camera=form.get("camera", ""),
            first=_time(form, "first"),
            last=_time(form, "last"),
            place=form.get("place", ""),
            days=whole_number(form.get("days", "")),
            actor=officer().actor,
        )
    except YizhanError as error:
        return make_response(_page(error), error.status)
    return web.see_other(url_for("staff.videos_show", done="entered" if new else "again"))


def _digest(form: Mapping[str, str]) -> Digest:
    """Of the file that was chosen; else what was worked out where the video lies."""
    file = posted.files().get("file")
    if file is None:
        return videos.typed(form.get("sha256", ""), form.get("bytes", ""))
    return videos.of_pieces([file.data], file.name)


def _time(form: Mapping[str, str], name: str) -> str:
    """A moment of the form, 2026-11-20T08:30 or with seconds, as the log writes it; "" where none was chosen."""
    given = form.get(name, "").strip()
    return f"{given}:00+08:00" if given.count(":") == 1 else f"{given}+08:00" if given else ""


def _fault(error: YizhanError) -> str:
    """What is wrong with the form that stands on the same page."""
    detail = error.sentence.partition("：")[2]
    return WORDS.get(detail, detail)


def _page(error: YizhanError | None = None) -> str:
    running = node()
    with running.database.read() as tx:
        entered = videos.entered(tx)
    return page(
        "videos.html",
        entered=entered[:SHOWN_MAX],
        count=len(entered),
        most=SHOWN_MAX,
        cameras=sorted({one.camera for one, _ in entered}),
        names={one.actor: one.name for one in officers.all_of(running)},
        today=running.clock.today(),
        days=DAYS,
        fault=_fault(error) if error else "",
        typed=request.form,
        done=SAID.get(request.args.get("done", ""), ""),
    )
