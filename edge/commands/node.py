"""The node's own commands: make it, run it, carry, and say how it stands."""

from __future__ import annotations

import argparse
import gc
import getpass
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge.commands import first_start
from edge.commands.common import Commands, print_log, reporting, say
from edge.errors import YizhanError, problem

if TYPE_CHECKING:
    from edge.locked import Locked
    from edge.node import Node


# what keeps a node from opening though nothing of it is broken
LOCKED: Final = frozenset({"key_missing", "key_unreadable", "slot_shut", "key_device_fault"})
COMMANDS: Final = frozenset({"init", "serve", "sync", "status", "verify", "rebuild", "log"})


def add_commands(commands: Commands) -> None:
    """Put `init`, `serve`, `sync`, `status`, `verify`, `rebuild` and `log` into `commands`, the top level of the
    command line.
    """
    parser = reporting(commands, "init", init, "建立一个节点（一个警务室）")
    parser.add_argument("--enrolment", type=Path, metavar="FILE", help="省级中心发放的登记文件")
    code = "登记单上的二维码内容（YZ1: 开头），联网取回登记文件"
    parser.add_argument("--code", default="", metavar="TEXT", help=code)
    prepared = "省级中心准备好的U盘（centre prepare-stick）：取下一个没有用过的警务室，或者 --node 那一个"
    parser.add_argument("--stick", type=Path, metavar="DIR", help=prepared)
    parser.add_argument("--node", metavar="ID", help="10 位节点编号；有登记文件时不用填")
    parser.add_argument("--room", default="", metavar="NAME", help="警务室名称；有登记文件时不用填")
    parser.add_argument("--port", type=int, help="监听端口（写入 node.toml）")
    parser.add_argument("--passphrase", action="store_true", help="不留密钥文件：每次开机由民警输入程序生成的口令")
    parser.add_argument("--words", action="store_true", help="口令用七个拼音音节（默认是 16 位数字）")
    parser = reporting(commands, "serve", serve, "运行节点：自助终端、工作台、查询页、接口，并按时上传")
    parser.add_argument("--host", help="监听地址（默认用 node.toml，即本机）")
    parser.add_argument("--port", type=int, help="监听端口，0 为由系统选择（默认用 node.toml）")
    first = "还没有建站的机器：先打开首次设置的页面，做完接着运行"
    parser.add_argument("--first-start", action="store_true", help=first)
    reporting(commands, "sync", sync, "现在就与省级中心交换，直到没有要传的")
    reporting(commands, "status", status, "节点的状态：日志、已接收、未上传、隔离")
    parser = reporting(commands, "verify", verify, "校验日志链、见证文件、材料和数据库页")
    parser.add_argument("--backup", type=Path, metavar="FILE", help="校验的是这份备份：照它恢复一次，看完就删")
    reporting(commands, "rebuild", rebuild, "从日志重建全部派生表：办件列表、检索索引、台账、计数")
    parser = reporting(commands, "log", log, "打印两份日志，每行一个事件")
    parser.add_argument("--side", choices=("node", "centre"), help="只打印其中一份")


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Node]:
    """The node of `--home`, closed afterwards. Where no secret lies here, whoever sits at the terminal is asked."""
    node = _open_or_ask(args.home)
    try:
        yield node
    finally:
        node.close()


def _open_or_ask(home: Path) -> Node:
    from edge import settings, unlocking
    from edge.node import open_node

    try:
        return open_node(home)
    except YizhanError as error:
        if error.code != "key_missing" or not sys.stdin.isatty() or not unlocking.sheet_path(home).exists():
            raise
    found, _ = settings.load(home)
    return open_node(home, unlocked=unlocking.typed(found.home, getpass.getpass("口令：")))


def init(args: argparse.Namespace) -> int:
    """`yizhan init`: a new room, from an enrolment (file, code or stick) or from --node and --room alone.

    With --passphrase its words are in the answer, this once. Raises bad_request, home_exists, node_enrolment_wrong.
    """
    from edge import identity, set_up
    from edge.node import create_home

    enrolment = first_start.take_from_stick(args) if args.stick else given_enrolment(args)
    node_id, room = args.node or enrolment.get("node"), args.room or enrolment.get("name")
    if not node_id or not room:
        raise problem("bad_request", detail="缺少节点编号或警务室名称，请给出 --enrolment，或同时给出 --node 和 --room")
    keys = {"listen_port": args.port} if args.port is not None else {}
    recovery = "" if args.stick else str(enrolment.get("recovery_box_key", ""))
    if args.stick:
        set_up.make_room(args.home, str(node_id), str(room), enrolment, **keys).close()
    else:
        create_home(args.home, str(node_id), str(room), **keys)
        set_up.drop(args.home)
    with opened(args) as node:
        if enrolment and not args.stick:
            with node.database.write() as tx:
                identity.set_centre(tx, enrolment)
        passphrase = _first_slots(args, node, recovery)
    if args.stick:
        first_start.stick_is_done(args)
    answer = {"node": node_id, "home": str(args.home), "room": room, "enrolled": bool(enrolment)}
    shown = f"\n口令：{passphrase}\n只显示这一次。请抄在纸上，装进信封保管。" if passphrase else ""
    say(args, answer | {"passphrase": passphrase}, f"节点 {node_id}（{room}）已建立：{args.home}{shown}")
    return 0


def _first_slots(args: argparse.Namespace, node: Node, centre: str) -> str:
    """The centre's slot where the enrolment file has a key for it; the passphrase of a room that a person opens."""
    from edge import slot_keeping

    if centre:
        slot_keeping.put(node, slot_keeping.centre(node, "", centre).slot)
    if not args.passphrase:
        return ""
    made = slot_keeping.passphrase(node, "开机", "", words=args.words)
    slot_keeping.put(node, made.slot)
    slot_keeping.remove(node, slot_keeping.file_slot(node), act="")
    return made.passphrase


def given_enrolment(args: argparse.Namespace) -> dict[str, Any]:
    """By the code on paper, over the network, or from a file; {} where neither was given."""
    if args.code:
        from sync.fetching_enrolment import fetch

        return fetch(args.code)
    return read_enrolment(args.enrolment) if args.enrolment else {}


def read_enrolment(path: Path) -> dict[str, Any]:
    """The object in an enrolment file. Raises node_enrolment_wrong."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise problem("node_enrolment_wrong", detail=f"{path} 读不出来") from error
    if not isinstance(found, dict):
        raise problem("node_enrolment_wrong", detail="内容不完整")
    return found


def serve(args: argparse.Namespace) -> int:
    """`yizhan serve`: prints the addresses once it listens, serves until a signal, carries by its timetable.

    A machine without a room shows the first start before, a locked one takes in sealed until it is unlocked, and an
    upgrade that was cut off goes on first. Raises port_in_use, and what opening the room raises.
    """
    gc.disable()  # nothing that a start makes is garbage; looking for some takes a sixth of it (edge.app begins again)
    from edge import file_locks, log_lines
    from edge.app import Running
    from edge.serving import stop_signals

    with stop_signals() as stopped, ExitStack() as ends:
        node, before = first_start.first_start(args, stopped) or _unlocked(args, stopped)
        if node is None:
            return 0
        ends.enter_context(file_locks.serving(args.home))
        ends.callback(node.close)
        ends.callback(log_lines.end, log_lines.keep(args.home))
        running = Running(node, args.host, args.port, after=before)
        ends.callback(running.stop)
        if before is None:
            say_urls(args, running.urls())
        stopped.wait()
    return 0


def _unlocked(args: argparse.Namespace, stopped: threading.Event) -> tuple[Node | None, Locked | None]:
    """The open node. Where its key is missing the room takes in until somebody unlocks it; None: told to end before."""
    from edge import upgrade_book
    from edge.node import open_node

    if (args.home / upgrade_book.FILE).exists():
        from edge import upgrade

        upgrade.go_on(args.home)
    try:
        return open_node(args.home), None
    except YizhanError as error:
        if error.code not in LOCKED:
            raise
        sentence = f"{error.sentence}。"
    return _lock(args, stopped, sentence)


def _lock(args: argparse.Namespace, stopped: threading.Event, why: str) -> tuple[Node | None, Locked | None]:
    from edge.locked import Locked

    lock = Locked(args.home, args.host, args.port)
    if lock.node.settings.unlock == "centre":
        from edge.centre_unlock import Asker

        lock.ask_centre = Asker(lock.node)
    with ExitStack() as unless_unlocked:
        unless_unlocked.callback(lock.stop)
        urls = lock.urls()
        say(args, urls, f"{why}数据库没有解锁，先密封收件。\n自助终端：{urls['kiosk']}\n解锁：    {urls['console']}")
        node = lock.wait(stopped)
        if node is not None:
            unless_unlocked.pop_all()
    return node, lock


def say_urls(args: argparse.Namespace, urls: dict[str, str]) -> None:
    """Print the addresses of kiosk and desk: the line that whoever started the program waits for."""
    say(args, urls, "\n".join((f"自助终端：{urls['kiosk']}", f"工作台：  {urls['console']}")))


def sync(args: argparse.Namespace) -> int:
    """`yizhan sync`: rounds with the centre until nothing is left. Exit code 0 only if the centre acknowledged
    everything.
    """
    from edge.carrying import link_to_centre
    from edge.log import unsent
    from sync.push import Push

    with opened(args) as node:
        link = link_to_centre(node)
        try:
            report = Push(node, link).drain()
        finally:
            link.close()
        with node.database.read() as tx:
            left = unsent(tx)
    answer = {
        "sent": report.sent,
        "received": report.received,
        "acked": report.acked.seq if report.acked else 0,
        "unsent": left,
        "problem": _problem(report.problem),
    }
    say(args, answer, _sync_sentence(answer, report.note))
    return 0 if report.problem is None and left == 0 else 1


def _problem(error: YizhanError | None) -> dict[str, str] | None:
    return None if error is None else {"code": error.code, "sentence": error.sentence, "hint": error.hint}


def _sync_sentence(answer: dict[str, Any], note: str) -> str:
    if answer["problem"] is not None:
        return f"{answer['problem']['sentence']}。{answer['problem']['hint']}"
    if answer["unsent"]:
        return f"还有 {answer['unsent']} 条记录没有上传。{note}"
    return f"上传 {answer['sent']} 条，收到 {answer['received']} 条；全部内容省级中心已接收。"


def status(args: argparse.Namespace) -> int:
    """`yizhan status`: heads of the log, what is acknowledged, unsent and put aside, and whether this machine may
    be wiped.
    """
    with opened(args) as node:
        answer = standing(node)
    lines = (
        f"{answer['room']}（{answer['node']}）",
        f"日志：第 {answer['epoch']} 期第 {answer['head']} 号，省级中心已接收到第 {answer['acked']} 号",
        f"未上传：{answer['unsent']} 条记录，{answer['unsent_materials']} 份材料；隔离：{answer['quarantine']} 条",
        f"联系：{answer['link']['sentence']}",
        f"本机数据可否清除：{answer['clearing']['sentence']}",
    )
    say(args, answer, "\n".join(lines))
    return 0


def standing(node: Node) -> dict[str, Any]:
    """How the node stands; what is received is said by the centre's acks alone."""
    from edge import log as logs
    from edge.heads import counts
    from sync.clearing import clearing
    from sync.ferry_parcels import carried
    from sync.status import status_of

    with node.database.read() as tx:
        may_clear = clearing(tx, node.settings.home)
        head, acked, link = logs.head(tx), logs.acked(tx), status_of(tx)
        return {
            "node": node.settings.node_id,
            "room": node.room.name,
            "epoch": node.epoch(tx),
            "head": head.seq,
            "head_digest": head.digest.hex(),
            "acked": acked.seq,
            "unsent": logs.unsent(tx),
            "unsent_materials": link.unsent_materials,
            "on_media": carried(tx),
            "clearing": {"safe": may_clear.safe, "sentence": may_clear.sentence},
            "quarantine": link.quarantine,
            "applications": sum(counts(tx).values()),
            "link": {"state": link.state, "sentence": link.sentence, "since": link.since},
        }


def verify(args: argparse.Namespace) -> int:
    """`yizhan verify`: chain, witness, materials and pages; with --backup a backup, by restoring it. Exit code 1
    for a fault.
    """
    from edge import account_witness
    from edge.verify import verify as verify_all

    if args.backup is not None:
        return _verify_backup(args)
    with opened(args) as node:
        report = verify_all(node.database, account_witness.place(node.settings.witness))
    say(args, report.as_dict(), "日志链、材料和数据库完整。" if report.whole else "\n".join(report.faults))
    return 0 if report.whole else 1


def _verify_backup(args: argparse.Namespace) -> int:
    from edge import backup, settings
    from edge.clock import SystemClock

    report = backup.check(args.backup, settings.load(args.home)[0], SystemClock())
    say(args, report.as_dict(), f"备份完整：{report.events} 条记录、{report.materials} 份材料，照它恢复过一次。")
    return 0


def rebuild(args: argparse.Namespace) -> int:
    """`yizhan rebuild`: every derived table anew from the log, in one transaction. Exit code 1 where an application
    is left out because its definition is not on this node: `unlisted` names them.
    """
    from edge import projections

    with opened(args) as node, node.database.write() as tx:
        done = projections.rebuild(tx, node.settings)
    tables = [one.table for one in projections.PROJECTIONS]
    answer = {
        "applications": done.applications,
        "slips": done.slips,
        "unlisted": list(done.unlisted),
        "tables": tables,
    }
    lines = [f"已从日志重建 {done.applications} 个办件的列表和索引、{done.slips} 份盖章文书的台账。"]
    if done.unlisted:
        lines.append(f"{len(done.unlisted)} 个办件所用的事项文件不在本机，没有列出：{'、'.join(done.unlisted)}")
    say(args, answer, "\n".join(lines))
    return 1 if done.unlisted else 0


def log(args: argparse.Namespace) -> int:
    """`yizhan log`: the events of both logs, or of --side, one JSON object a line."""
    from edge.log import chain_of
    from forms.events import Side, to_json

    sides: tuple[Side, ...] = (args.side,) if args.side else ("node", "centre")
    with opened(args) as node, node.database.read() as tx:
        print_log(args, (to_json(event, side) for side in sides for event in chain_of(tx, side)))
    return 0
