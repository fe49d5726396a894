"""What may be the matter with a room, each as one condition over its rows, with what somebody is to do about it.

They are judged by the centre's clock when they are asked for, so a room that says nothing is seen as well as the
others. A room that only comes by stick is late after five weeks, one with a line after one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from forms.health import (
    BACKUP_DAYS,
    DISK_LOW_MB,
    DISK_TIGHT_PERCENT,
    LINE_DAYS,
    SKEW_S,
    STICK_DAYS,
    TOLD_APART,
)
from sync.centre import aside, spreading, tables

Level = Literal["late", "due", "wait"]
_node, _report, _ferried = tables.node, tables.node_report, tables.ferried
_quarantine, _event, _act = tables.quarantine, tables.event, tables.aside_act
CODE_DAYS: Final = 14
BEHIND_DAYS: Final = 3
OLDEST_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Now:
    """What a condition is judged by: the centre's time, its version, and the newest pack that all rooms are to have."""

    at: str
    version: str
    pack: int = 0

    def ago(self, days: int) -> str:
        """The moment so many days before."""
        return (datetime.fromisoformat(self.at) - timedelta(days=days)).isoformat(timespec="seconds")


Condition = Callable[[Now], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Alarm:
    """`title` names it, `act` says what to do; `fires` is true of the rooms that it is about."""

    code: str
    level: Level
    title: str
    act: str
    fires: Condition


_bound, _told = _node.c.bound_at != "", _report.c.said_at.is_not(None)
# its last contact was a stick
by_stick: Final[ColumnElement[bool]] = and_(_ferried.c.at.is_not(None), _ferried.c.at >= _node.c.last_contact_at)


def _silent(now: Now) -> ColumnElement[bool]:
    since = now.ago(LINE_DAYS)
    return and_(_bound, ~by_stick, _node.c.last_contact_at < since, _node.c.bound_at < since)


def _aside(_: Now) -> ColumnElement[bool]:
    settled = exists().where(*(_act.c[name] == _quarantine.c[name] for name in ("node_id", "epoch", "seq", "digest")))
    # two short lists, made once: hardly any room is in them
    put_aside = _node.c.node_id.in_(select(_quarantine.c.node_id).where(~settled))
    refused = _node.c.node_id.in_(select(_event.c.node_id).where(aside.still_refused(_event.c.node_id)))
    return or_(put_aside, refused, and_(_told, _report.c.aside > 0))


def _disk(now: Now) -> ColumnElement[bool]:
    tight = _report.c.disk_free_mb * 100 < _report.c.disk_mb * DISK_TIGHT_PERCENT
    return and_(_told, tight, ~_full(now))


def _full(_: Now) -> ColumnElement[bool]:
    return and_(_told, _report.c.disk_free_mb < DISK_LOW_MB)


def _check(_: Now) -> ColumnElement[bool]:
    wrong = select(tables.node_check.c.node_id).where(tables.node_check.c.name.not_in(sorted(TOLD_APART)))
    return and_(_told, _node.c.node_id.in_(wrong))


def _pack(now: Now) -> ColumnElement[bool]:
    return and_(_told, or_(_report.c.pack_fault != "", _report.c.pack < now.pack))


def _no_stick(now: Now) -> ColumnElement[bool]:
    return and_(_bound, by_stick, _node.c.last_contact_at < now.ago(STICK_DAYS))


def _behind(now: Now) -> ColumnElement[bool]:
    old, seen = _report.c.said_at < now.ago(BEHIND_DAYS), _node.c.last_contact_at >= now.ago(1)
    return and_(_told, old, seen, ~by_stick)


def _backlog(now: Now) -> ColumnElement[bool]:
    return and_(_told, _report.c.oldest != "", _report.c.oldest < now.ago(OLDEST_DAYS))


def _skew(_: Now) -> ColumnElement[bool]:
    return and_(_told, or_(_report.c.skew_s > SKEW_S, _report.c.skew_s < -SKEW_S))


def _mute(now: Now) -> ColumnElement[bool]:
    return and_(_bound, ~_told, _node.c.bound_at < now.ago(BEHIND_DAYS), _node.c.last_contact_at != "")


def _unused(now: Now) -> ColumnElement[bool]:
    return and_(~_bound, _node.c.code_hash != "", _node.c.enrolled_at < now.ago(CODE_DAYS))


ALARMS: Final[dict[str, Alarm]] = {
    one.code: one
    for one in (
        Alarm(
            "fork", "late", "日志分叉",
            "两台机器在用同一个编号。打电话到警务室核对，在节点页指定一台。",
            lambda _: _node.c.fork_at != "",
        ),
        Alarm(
            "full", "late", "磁盘将满",
            "剩余不到 1 GB，快收不了件了。请当天清理或换盘；旧的备份文件可以先移走。",
            _full,
        ),
        Alarm(
            "silent", "late", f"{LINE_DAYS} 天没有联系",
            "打电话问是停电、断网还是关机。网络修不好的，让他们导出U盘送来。",
            _silent,
        ),
        Alarm(
            "no_stick", "late", f"{STICK_DAYS} 天没有送U盘",
            "这里只靠U盘。打电话约定送盘日期，或趁下乡时带一个U盘去取。",
            _no_stick,
        ),
        Alarm(
            "behind", "due", "记录没有跟上",
            "联系得上，但最近的记录没有上来：线路太慢或一直断。请用U盘送一次，再查线路。",
            _behind,
        ),
        Alarm(
            "backlog", "due", f"积压超过 {OLDEST_DAYS} 天",
            "有记录或材料一周没有传完。请用U盘送一次，或在夜里多留几个小时网络。",
            _backlog,
        ),
        Alarm(
            "aside", "due", "有隔离或未采用的记录",
            "打开节点页逐条看原因：能重新处理的重新处理，不能的写明理由搁置。",
            _aside,
        ),
        Alarm(
            "skew", "due", "时钟不准",
            "与中心相差超过 5 分钟。让警务室核对系统日期和时间；主板电池用尽的请更换。",
            _skew,
        ),
        Alarm("disk", "due", "磁盘紧张", "剩余不到一成。请在一个月内清理或换盘。", _disk),
        Alarm(
            "backup", "due", "没有近期备份",
            f"{BACKUP_DAYS} 天内没有核对过的备份。请备份一次，备份盘不要和电脑放在一起。",
            lambda now: and_(_told, _report.c.backup < now.ago(BACKUP_DAYS)),
        ),
        Alarm(
            "check", "due", "自检有不正常的",
            "打开节点页看是哪几项；打电话请他们在工作台的“自检”页照着做。",
            _check,
        ),
        Alarm(
            "pack", "due", "数据包没有更新",
            "还不是全省在用的数据包。联系得上的看节点页上的原因，联系不上的随U盘带去。",
            _pack,
        ),
        Alarm(
            "version", "wait", "程序不是这一版", "随下次上门或U盘升级；升级前先备份。",
            lambda now: and_(_told, _report.c.version != now.version),
        ),
        Alarm(
            "mute", "wait", "没有报告过状况",
            "已登记三天，还没有报告磁盘、备份和版本。多半是旧版程序，请升级。",
            _mute,
        ),
        Alarm(
            "unused", "wait", "登记码没有用",
            "发了登记码两周没有人用。问一下安装人员；不装了的，请收回登记码。",
            _unused,
        ),
    )
}  # fmt: skip  # a table
LEVELS: Final[dict[Level, int]] = {"late": 3, "due": 2, "wait": 1}


def labelled(now: Now) -> list[ColumnElement[Any]]:
    """Each alarm as a column of its name."""
    return [one.fires(now).label(f"alarm_{one.code}") for one in ALARMS.values()]


def newest_pack() -> Any:
    """A statement for the newest pack that all rooms are to have: 0 where there is none."""
    table = tables.pack_spread
    later = table.alias()
    last = ~exists().where(later.c.number == table.c.number, later.c.place > table.c.place)
    to_all = and_(table.c.state == "rolling", table.c.share == spreading.ALL)
    return select(func.coalesce(func.max(table.c.number), 0)).where(last, to_all)
