"""The checks of a machine that look into its open database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge import identity, log, machine_report, rolling
from edge.packs import judging
from forms import health

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.doctor.checks import Looked, Said
    from edge.node import Node

FIRST_DAY: Final = "2024-01-01"  # before this program was written
CHAIN_WORDS: Final = ("本机日志", "省级中心日志")
MINUTE_S: Final = 60


def clock(looked: Looked, node: Node) -> Said:
    """Against what the centre last signed, and against the time in which there is such a program at all."""
    now, centre = looked.clock.now(), looked.clock.centre_time()
    hint = "请核对系统的日期和时间；每次开机都不准的，更换主板电池。办件的时限按省级中心签过的时间算。"
    with node.database.read() as tx:
        ahead = int(machine_report.note_of(tx, "skew_s") or 0)
    if now[:10] < FIRST_DAY:
        return f"系统日期是 {now[:10]}", hint
    if centre and _apart(now, centre) < -timedelta(seconds=health.SKEW_S):
        return f"本机是 {now[:16]}，早于省级中心签过的 {centre[:16]}", hint
    if abs(ahead) > health.SKEW_S:
        way = "快" if ahead > 0 else "慢"
        return f"最近一次联网时比省级中心{way} {abs(ahead) // MINUTE_S} 分钟", hint
    return now[:16].replace("T", " "), ""


def _apart(one: str, other: str) -> timedelta:
    return datetime.fromisoformat(one) - datetime.fromisoformat(other)


def database(looked: Looked, node: Node) -> Said:
    """That it opened is a check of its own; thoroughly, every page and every stored file is read.

    The quick look stands on a page of the desk: it says nothing that grows with what is handed in, so that nobody sees
    there that something about himself was (edge.concerns).
    """
    if looked.verified is None:
        return "打得开", ""
    size = f"{node.settings.database.stat().st_size / 1e6:.1f} MB"
    faults = [one for one in looked.verified.faults if not one.startswith(CHAIN_WORDS)]
    if faults:
        return "；".join(faults[:3]), "请不要再写：先用 yizhan backup 抄出一份，再照手册“换电脑”从备份或省级中心找回。"
    return f"每一页都读过，{size}，{looked.verified.materials} 份材料", ""


def chain(looked: Looked, node: Node) -> Said:
    """The last two hundred links of both logs; thoroughly, all of them. Raises log_broken."""
    if looked.verified is None:
        with node.database.read() as tx:
            log.check_tail(tx)
            return "最近的记录都接得上", ""
    faults = [one for one in looked.verified.faults if one.startswith(CHAIN_WORDS)]
    if faults:
        return "；".join(faults[:3]), "请联系省级中心核对，再照手册“换电脑”从省级中心找回。"
    return f"{looked.verified.events} 条本机日志、{looked.verified.centre_events} 条省级中心日志都接得上", ""


def witness(_: Looked, node: Node) -> Said:
    """The second memory of where the log stands; a commit that runs at this moment may be in one of them only."""
    with node.database.read() as tx:
        if not node.settings.witness.is_file():
            return "文件不见了", "请查明是谁删的；重新启动驿站时会说明怎样处理。"
        seen = node.witness.last
        if seen is not None and seen.seq > 0:
            held = log.find(tx, "node", seen.epoch, seen.seq)
            if held is None or held.digest != seen.digest:
                return f"见证文件到第 {seen.seq} 号，日志里没有这一号", "不要继续使用，请照手册“换电脑”从省级中心找回。"
        return "与日志一致", ""


def backup(looked: Looked, node: Node) -> Said:
    """A verified one, young enough: three missed days where the room makes them by itself, else five weeks."""
    with node.database.read() as tx:
        last = machine_report.note_of(tx, "backup")
        since = last or str(tx.execute("SELECT created_at FROM node").fetchone()[0])
    given = node.settings
    by_itself = given.backup_every_h > 0 and bool(given.backup_dirs)
    rounds = timedelta(hours=health.BACKUP_ROUNDS * given.backup_every_h)
    limit = max(timedelta(days=health.BACKUP_DAYS_LEAST), rounds) if by_itself else timedelta(days=health.BACKUP_DAYS)
    limit = min(limit, timedelta(days=health.BACKUP_DAYS))
    said = f"最近一次核对过的是 {last[:10]}" if last else "还没有备份过"
    if _apart(looked.clock.now(), since) > limit:
        away = "" if rolling.folders(given) else "备份盘不在，请插上；"
        return said, f"{away}请运行 yizhan backup 备份一次，备份盘不要和电脑放在一起。"
    return said if last else "建站不久，程序会自己备份", ""


def link(looked: Looked, node: Node) -> Said:
    """Without a network a room is well for a week, by stick for five."""
    with node.database.read() as tx:
        if identity.centre(tx) is None:
            return "本室单独运行，不向省级中心传送", ""
        row = tx.execute("SELECT state, sentence, hint, last_ok_at FROM link_state").fetchone()
        since, aside = _in_touch(tx, row["last_ok_at"] if row else ""), _aside(tx)
        by_stick = tx.execute("SELECT 1 FROM ferry_parcel").fetchone() is not None
    if row is not None and row["state"] == "problem":
        return str(row["sentence"]), str(row["hint"]) or "请看工作台的“传送”页。"
    if aside:
        return f"有 {aside} 条记录隔离，没有处理", "请在工作台的“传送”页逐条看原因。"
    days = health.STICK_DAYS if by_stick else health.LINE_DAYS
    if _apart(looked.clock.now(), since) > timedelta(days=days):
        return f"{since[:10]} 以后没有和省级中心联系上", "收件不受影响。请查线路；修不好的，用U盘送一次。"
    return f"最近一次联系 {since[:16].replace('T', ' ')}", ""


def _in_touch(tx: Connection, link_at: str) -> str:
    """When the centre last answered on any way; before the first time, when the room was made."""
    acked = tx.execute("SELECT at FROM ack ORDER BY id DESC LIMIT 1").fetchone()
    made = str(tx.execute("SELECT created_at FROM node").fetchone()[0])
    return max((made, link_at or made, str(acked[0]) if acked else made), key=datetime.fromisoformat)


def _aside(tx: Connection) -> int:
    return int(tx.execute("SELECT count(*) FROM quarantine WHERE settled_at = ''").fetchone()[0])


def pack(_: Looked, node: Node) -> Said:
    """The centre's signed files: in force, and vouched for a while longer."""
    with node.database.read() as tx:
        now = judging.state(tx)
    if now.stale:
        return f"第 {now.number} 个已过有效期", "省级中心的更新没有到本机，请尽快联网或摆渡一次。"
    if now.fault:
        return now.fault, "正在用的不受影响；请把原因告诉省级中心。"
    return (f"第 {now.number} 个，{now.expires[:10]} 前有效" if now.number else "还没有数据包"), ""
