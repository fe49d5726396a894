"""传送: how the carrying to the centre stands, what waits, what was set aside; 立即上传."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from edge import applications, three, web
from edge.materials import size_text
from edge.node import Node
from edge.staff import rows
from edge.staff.context import officer, page
from edge.staff.link import network, set_aside
from edge.web_filters import group4, when_near
from edge.web_node import node
from forms.deadlines import duration_words

WAITING_MAX = 50
BACK = {"today": "staff.today_show"}
SHORT = 12


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that one side could not act on."""

    title: str
    reason: str
    at: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits and how it goes: `sentence` is for everybody, `lines` and the rest for who wants to know more."""

    sentence: str
    lines: list[tuple[str, int, str, str]]
    percent: int
    rate: str
    next_title: str
    budget: str


def show() -> str:
    """What waits to be sent, what was put aside, and the ways out: now over the link, or with a stick."""
    running = node()
    at_desk = not three.one_of(officer().posts)  # whoever runs the machine sees how much, and of whom not
    with running.database.read() as tx:
        heads = applications.search(tx, unsent=True, limit=WAITING_MAX) if at_desk else []
        waiting = [rows.row(running, applications.get(tx, head.number)) for head in heads]
    return page(
        "transfer.html",
        net=network(running),
        can_send=running.hooks.send_now is not None,
        can_ferry=running.hooks.ferry is not None,
        queue=_queue(running),
        waiting=waiting,
        at_desk=at_desk,
        aside=[_aside(running, item) for item in set_aside(running)],
    )


def send() -> Response:
    """Start a round of the carrying now; the page that follows shows what the centre says."""
    node().send_now()
    return web.see_other(url_for(BACK.get(request.form.get("back", ""), "staff.transfer_show"), said="sending"))


def _queue(running: Node) -> Queue | None:
    """Nothing where nobody carries."""
    if running.hooks.outlook is None:
        return None
    seen = running.hooks.outlook()
    whole = seen.bytes_done + seen.bytes_left
    return Queue(
        sentence=_sentence(seen),
        lines=[(one.title, one.count, size_text(one.bytes) if one.count else "", one.when) for one in seen.lines],
        percent=100 if not seen.bytes_left else min(99, round(100 * seen.bytes_done / whole)),
        rate=f"每秒 {size_text(int(seen.rate))}" if seen.rate else "",
        next_title=seen.next_title,
        budget=_budget(seen.budget),
    )


def _sentence(seen: Any) -> str:
    if not any(line.count for line in seen.lines):
        return "没有等待上传的内容。"
    if not seen.bytes_left:
        return "现在能传的都传完了，其余的到时间自动上传。"
    if seen.seconds_left is None:
        return f"还有 {size_text(seen.bytes_left)} 等待上传，联网后自动开始，先传{seen.next_title}。"
    left = duration_words(max(60, seen.seconds_left))
    return f"还有 {size_text(seen.bytes_left)} 等待上传，按现在的速度大约需要{left}，先传{seen.next_title}。"


def _budget(found: Any) -> str:
    parts = [f"今天已用 {size_text(found.bytes_used)}"] if found.bytes_used else ["今天还没有用流量"]
    if found.bytes_max:
        parts.append(f"每天 {size_text(found.bytes_max)}，用完后只传办件记录")
    if found.originals_from and found.originals_until:
        parts.append(f"照片原件 {found.originals_from} 到 {found.originals_until} 之间传")
    return "；".join(parts) + "。"


def about(item: Any) -> str:
    """`item`: side, epoch, seq, item."""
    whose = "本机的记录" if item.side == "node" else "省级中心的记录"
    what = f"{whose} {item.epoch}:{item.seq}" if item.seq else "材料"
    name = group4(item.item) if item.item.isdigit() else item.item[:SHORT]
    return f"{what} {name}".strip()


def key_of(item: Any) -> str:
    """How an address names it."""
    return ".".join(str(getattr(item, part, "")) for part in ("side", "epoch", "seq", "code", "item"))


def _aside(running: Node, item: Any) -> Aside:
    """`item`: side, epoch, seq, item, reason, at."""
    href = url_for("staff.aside_show", key=key_of(item)) if running.hooks.aside is not None else ""
    return Aside(about(item), item.reason, when_near(item.at, running.clock.today()), href)
