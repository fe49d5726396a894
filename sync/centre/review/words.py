"""What the review desk says about times, clocks and materials."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.deadlines import Deadline, left_words
from forms.definition import Definition
from forms.kinds import CHANNELS, RESULTS
from forms.state import State
from sync.centre.lists import Line
from sync.centre.projection import IN_PARTS
from sync.centre.queue import Entry

CLOCKS = {
    "notice": "告知受理期限",
    "decision": "办结期限",
    "statutory": "法定期限",
    "promised": "承诺期限",
    "correction": "补正期限",
    "total": "总时限",
    "procedure": "特别程序期限",
}
PHASES_OPEN = {"received": "已收件", "accepted": "已受理", "correction": "等待补正", IN_PARTS: "各项分别办理"}
SKEW_RIGHT_S, DISK_IN_GB_MB = 5, 10_240
_UNITS = ((7_200, 60, "分钟"), (172_800, 3_600, "小时"), (float("inf"), 86_400, "天"))  # below, unit in seconds, name
NOT_OURS = {"correction": "等待补正", IN_PARTS: "各项分别办理"}
CHANNEL_NAMES = dict(zip(CHANNELS, ("自助终端", "民警代办", "其他系统", "批量导入", "上门办理"), strict=True))


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as a word; `level` is ok, due, late or wait."""

    text: str
    level: str


def clock_badge(clock: Deadline) -> Badge:
    """办结期限剩 2 个工作日; a stopped clock says how it ended."""
    name = CLOCKS[clock.name]
    if clock.level == "stopped":
        return Badge(f"{name}：超期", "late") if clock.late else Badge(f"{name}：按时", "ok")
    if clock.paused:
        return Badge(f"{name}停表（{clock.paused}），{left_words(clock)}", "wait")
    return Badge(f"{name}{left_words(clock)}", clock.level)


def is_to_confirm(state: State) -> bool:
    """Whether a police officer still has to confirm it: not what is closed."""
    return state.confirmation.pending and state.phase != "closed"


def confirmation_badges(state: State) -> list[Badge]:
    """待民警确认, or that a police officer said no; nothing where there is nothing to confirm."""
    if state.confirmation.status == "refused":
        return [Badge("民警未予确认", "late")]
    return [Badge("待民警确认", "due")] if is_to_confirm(state) else []


def line_badge(line: Line, today: str) -> Badge:
    """What a line of the queue says: the act and the day by which it is due."""
    if line.phase == "closed":
        return Badge(result_words(line.result), "ok" if line.result == "granted" else "wait")
    if line.phase in NOT_OURS:
        return Badge(NOT_OURS[line.phase], "wait")
    act = "受理" if line.phase == "received" else "办结"
    if not line.due:
        return Badge(f"待{act}", "wait")
    left = (date.fromisoformat(line.due[:10]) - date.fromisoformat(today)).days
    if left < 0:
        return Badge(f"{act}已超期", "late")
    if left <= 1:
        return Badge(f"{act}今天到期" if left == 0 else f"{act}明天到期", "late" if left == 0 else "due")
    return Badge(f"{int(line.due[5:7])}月{int(line.due[8:10])}日前{act}", "ok")


WAITS = {"correction": "等待补正", "opinion": "等部门意见", "procedure": "特别程序中"}


def entry_badge(entry: Entry, today: str) -> Badge:
    """What a line of the queue says: for what it waits, else the act and the day by which it is due."""
    return Badge(WAITS[entry.waits], "wait") if entry.waits else line_badge(entry.line, today)


def line_state(line: Line) -> str:
    """How one application of a list stands, in words."""
    return result_words(line.result) if line.phase == "closed" else NOT_OURS.get(line.phase, PHASES_OPEN[line.phase])


def result_words(result: str) -> str:
    """办结 never without its kind."""
    return RESULTS[result] if result == "not_accepted" else f"办结（{RESULTS[result]}）"


def slot_names(definition: Definition | None, labels: dict[str, str]) -> dict[str, str]:
    """Slot of a material -> its name for people: by its code, by its field (asked or hidden), and the fields shown."""
    listed: list[dict[str, Any]] = definition.service.get("materials", []) if definition else []
    return {str(one[key]): str(one["name"]) for one in listed for key in ("field", "code") if key in one} | labels


def phrases(definition: Definition | None, key: str) -> list[str]:
    """Sentences that the service offers for a notice (corrections, refusals)."""
    return [str(text) for text in definition.service.get(key, [])] if definition else []


def skew(seconds: int) -> str:
    """How far a room's clock is away from the centre's; a positive one is ahead."""
    away, way = abs(seconds), "快" if seconds > 0 else "慢"
    if away < SKEW_RIGHT_S:
        return "准"
    if away < _UNITS[0][1]:
        return f"{seconds} 秒"
    unit, name = next((unit, name) for most, unit, name in _UNITS if away < most)
    return f"{way} {away // unit} {name}"


def disk(free_mb: int) -> str:
    """What is free on a room's disk; in GB where that says enough."""
    return f"{free_mb // 1024} GB" if free_mb >= DISK_IN_GB_MB else f"{free_mb} MB"
