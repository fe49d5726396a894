"""How the console speaks of the link to the centre; the facts come from the wiring's hook."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from edge import concerns, log
from edge.node import Node
from edge.web_filters import when_near
from forms.deadlines import duration_words


class Carrying(Protocol):
    """What the hook `sync_status` answers: state is ok, no_link, problem or off."""

    @property
    def state(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def since(self) -> str: ...
    @property
    def last_ack_at(self) -> str: ...
    @property
    def unsent_events(self) -> int: ...
    @property
    def unsent_materials(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Network:
    """The line at the top: `title` is short (没有网络 · 2小时), `reason` a sentence, empty when all is well."""

    online: bool
    level: str
    title: str
    reason: str
    hint: str
    events: int
    materials: int
    last_ack: str

    @property
    def unsent(self) -> bool:
        return bool(self.events or self.materials)


TITLES = {
    "ok": ("ok", "网络正常"),
    "no_link": ("due", "没有网络"),
    "problem": ("late", "传送有问题"),
    "off": ("wait", "单机使用"),
}


def network(node: Node) -> Network:
    """The state of the link now."""
    if node.hooks.no_carrying:
        return _unbegun(node)
    if node.hooks.sync_status is None:
        return _unwired(node)
    status: Carrying = node.hooks.sync_status()
    level, title = TITLES[status.state]
    since = "" if status.state in {"ok", "off"} else _lasting(status.since, node.clock.now())
    return Network(
        online=status.state == "ok",
        level=level,
        title=title + since,
        reason="" if status.state == "ok" else _sentence(status.sentence),
        hint=status.hint,
        events=status.unsent_events - _unseen(node),
        materials=status.unsent_materials,
        last_ack=when_near(status.last_ack_at, node.clock.today()) if status.last_ack_at else "",
    )


def _unwired(node: Node) -> Network:
    """A node that nothing carries for: said plainly, and counted all the same."""
    with node.database.read() as tx:
        events = log.unsent(tx) - concerns.unsent_events(tx)
    return Network(False, *TITLES["off"], "这台电脑没有开启上传。", "收件不受影响。", events, 0, "")


def _unbegun(node: Node) -> Network:
    """A node whose carrying could not begin; only a start makes it try again."""
    with node.database.read() as tx:
        events = log.unsent(tx) - concerns.unsent_events(tx)
    hint = "收件不受影响，办件都在本机。请重新启动这台电脑上的驿站；还是不行的，把运行日志交给技术人员。"
    return Network(False, "late", "传送没有开始", "上传程序没有启动起来。", hint, events, 0, "")


def _unseen(node: Node) -> int:
    with node.database.read() as tx:
        return concerns.unsent_events(tx)


def _sentence(text: str) -> str:
    return text if not text or text.endswith("。") else text + "。"


def _lasting(since: str, now: str) -> str:
    """For how long, in its largest unit alone: that is enough for a glance."""
    seconds = _seconds(since, now)
    if seconds is None:
        return ""
    largest = re.match(r"[^0-9]*[0-9]+[^0-9]+", duration_words(seconds))
    return f" · {largest[0] if largest else ''}"


def _seconds(since: str, now: str) -> int | None:
    if not since:
        return None
    return max(0, int((datetime.fromisoformat(now) - datetime.fromisoformat(since)).total_seconds()))


def set_aside(node: Node) -> list[Any]:
    """What one side could not act on, oldest first."""
    found = list(node.hooks.quarantine()) if node.hooks.quarantine is not None else []
    with node.database.read() as tx:
        hidden = concerns.hidden_numbers(tx)
    return [one for one in found if one.item not in hidden]
