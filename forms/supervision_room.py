"""电子监察 of a room as a whole, and of who works at night: what no single application shows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from forms.display import date
from forms.escalation import ANSWER_WORKDAYS, LEVELS, TITLES
from forms.events import Event
from forms.state import State
from forms.supervision import Finding, Rule

NIGHT_FROM, NIGHT_TO = 22, 6
BATCH_MIN: Final = 10
PEOPLE: Final = ("officer:", "centre:")
_CHINA = timezone(timedelta(hours=8))

RULES: Final[dict[str, Rule]] = {
    one.code: one
    for one in (
        Rule("log_forked", "两台机器用了同一个编号", "电子监察规则：断链；两份日志一条接一条，分叉的没有采信"),
        Rule("log_lost", "日志缺号", "电子监察规则：缺号；警务室自己写明丢失的号段"),
        Rule("demand_outside", "想收办事指南以外的材料，系统没有收", "事项文件的材料目录；电子监察规则：指南外材料"),
        Rule(
            "complaint_late",
            "投诉两个工作日没有回应",
            f"{ANSWER_WORKDAYS}个工作日内回应群众诉求；逾期的升级到上一级，是本系统的口径",
        ),
        Rule(
            "night_batch",
            "深夜批量操作",
            f"电子监察规则：深夜批量操作；{NIGHT_FROM} 时至次日 {NIGHT_TO} 时、每小时 {BATCH_MIN} 件是本系统的口径",
        ),
    )
}
KINDS: Final = frozenset({"epoch.opened", "demand.refused"})  # what `of_room` reads of a room's events


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did with an application. `room`: where, "" at the centre."""

    actor: str
    room: str
    at: str
    number: str


def of_room(fork_at: str, events: Iterable[Event]) -> list[Finding]:
    """What the rules see in a room: since when its log is in doubt ("" where it is not), and its events of KINDS."""
    found = [Finding("log_forked", "记录已隔离，等中心核对", fork_at)] if fork_at else []
    for event in events:
        data = event.data
        if event.kind == "epoch.opened" and "lost" in data:
            lost = data["lost"]
            words = f"第 {lost['epoch']} 期缺 {lost['first']} 号至 {lost['last']} 号"
            found.append(Finding("log_lost", words, event.at))
        elif event.kind == "demand.refused":
            found.append(Finding("demand_outside", f"事项 {data['service']}：{data['slot']}", event.at))
    return found


def of_complaints(late: Iterable[tuple[str, str, str, int]]) -> list[Finding]:
    """One for each complaint about a room that was not answered in time: (since, last day, answered at, level).

    Which one it was is not said: what is complained of is for supervisors alone.
    """
    found = []
    for since, last, answered, level in late:
        ended = f"，{date(answered[:10])}才回应" if answered else "，还没有回应"
        raised = f"，已升级到{TITLES[LEVELS[level]]}" if level else ""
        words = f"{date(since[:10])}收到，{date(last)}到期{ended}{raised}"
        found.append(Finding("complaint_late", words, last))
    return found


def night_acts(state: State, room: str) -> list[Act]:
    """What people did with an application at night; what a citizen or a machine does is nobody's batch."""
    done = [one for one in state.history if one.effective and one.actor.startswith(PEOPLE) and _is_night(one.at)]
    return [Act(one.actor, room if one.side == "node" else "", one.at, state.number) for one in done]


def batches(acts: Iterable[Act]) -> list[tuple[Act, Finding]]:
    """One for each hour of a night in which one account acted on BATCH_MIN applications or more, with an act of it."""
    hours: dict[tuple[str, str, str], list[Act]] = defaultdict(list)
    for act in acts:
        hours[act.room, act.actor, _moment(act.at).isoformat()[:13]].append(act)
    found = []
    for (_, _, hour), done in sorted(hours.items()):
        count = len({one.number for one in done})
        if count >= BATCH_MIN:
            words = f"{date(hour[:10])} {hour[11:]} 时起一小时内 {count} 件"
            found.append((done[0], Finding("night_batch", words, f"{hour}:00:00+08:00")))
    return found


def _is_night(at: str) -> bool:
    hour = _moment(at).hour
    return hour >= NIGHT_FROM or hour < NIGHT_TO


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(_CHINA)
