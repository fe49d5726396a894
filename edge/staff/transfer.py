"""传送: how the carrying to the centre stands, what waits, what was set aside; 立即上传."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from edge import applications, web
from edge.staff import rows
from edge.staff.context import node, page
from edge.staff.link import network, set_aside
from edge.web_filters import group4, when_near

WAITING_MAX = 50
BACK = {"today": "staff.today_show"}
SHORT = 12


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that one side could not act on."""

    title: str
    reason: str
    at: str


def show() -> str:
    running = node()
    with running.database.read() as tx:
        heads = applications.search(tx, unsent=True, limit=WAITING_MAX)
        waiting = [rows.row(running, applications.get(tx, head.number)) for head in heads]
    return page(
        "transfer.html",
        net=network(running),
        can_send=running.hooks.send_now is not None,
        can_ferry=running.hooks.ferry is not None,
        waiting=waiting,
        aside=[_aside(item, running.clock.today()) for item in set_aside(running)],
    )


def send() -> Response:
    """Start a round of the carrying now; the page that follows shows what the centre says."""
    node().send_now()
    return web.see_other(url_for(BACK.get(request.form.get("back", ""), "staff.transfer_show"), said="sending"))


def _aside(item: Any, today: str) -> Aside:
    """`item`: side, epoch, seq, item, reason, at."""
    whose = "本机的记录" if item.side == "node" else "省级中心的记录"
    what = f"{whose} {item.epoch}:{item.seq}" if item.seq else "材料"
    name = group4(item.item) if item.item.isdigit() else item.item[:SHORT]
    return Aside(f"{what} {name}".strip(), item.reason, when_near(item.at, today))
