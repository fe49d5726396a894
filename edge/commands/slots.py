"""`yizhan keys list|add|remove|recover`, `yizhan unlock`: who can open the room's database, and how it is opened."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge.commands.common import Commands, reporting, say
from edge.errors import YizhanError, problem

if TYPE_CHECKING:
    from edge.node import Node
    from edge.settings import Settings
    from edge.slots import Sheet, Slot

KINDS: Final = ("passphrase", "file", "centre", "device")
_NODE: Final = re.compile(r"(?<![0-9])[0-9]{10}(?![0-9])")
OLD_COPIES: Final = (
    "以前抄走的密钥槽文件里还有它；连旧的副本也要打不开的，停下程序后再运行 yizhan keys rotate --database。"
)


def add_commands(inner: Commands) -> None:
    """Put `list`, `add`, `remove`, `request` and `recover` into `inner`, the group of `yizhan keys`."""
    reporting(inner, "list", list_slots, "谁能打开数据库：各个密钥槽")
    parser = reporting(inner, "add", add, "增加一个密钥槽：口令（程序生成，也可自己写）、密钥文件、省级中心、硬件密钥")
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help="passphrase、file、centre 或 device")
    parser.add_argument("--label", default="", metavar="TEXT", help="名称，如保管人")
    parser.add_argument("--words", action="store_true", help="口令用七个拼音音节（默认是 16 位数字）")
    parser.add_argument("--stdin", action="store_true", help="口令由自己定，从标准输入读取")
    parser.add_argument("--out", type=Path, metavar="FILE", help="密钥文件写到哪里")
    parser.add_argument("--enrolment", type=Path, metavar="FILE", help="省级中心的登记文件，其中有找回公钥")
    parser = reporting(inner, "remove", remove, "删去一个密钥槽；最后一个不能删")
    parser.add_argument("slot", metavar="SLOT", help="编号，见 yizhan keys list")
    parser = reporting(inner, "request", request, "口令和密钥文件都没有了：写一份请省级中心找回的申请")
    parser.add_argument("file", type=Path, metavar="FILE", help="申请写到哪里")
    parser.add_argument(
        "--backup", type=Path, metavar="BACKUP", help="电脑也没有了：为这份备份申请，再用 restore --answer 恢复"
    )
    parser.add_argument("--node", metavar="NODE", help="备份是哪个节点的，10 位；不写则按备份的文件名")
    parser = reporting(inner, "recover", recover, "用省级中心的答复打开数据库，换上新口令")
    parser.add_argument("file", type=Path, metavar="FILE", help="省级中心的答复")
    parser.add_argument("--words", action="store_true", help="口令用七个拼音音节（默认是 16 位数字）")


def add_unlock(commands: Commands) -> None:
    """Put `unlock` into `commands`, the top level of the command line."""
    reporting(commands, "unlock", unlock, "用口令解锁正在等候的程序（yizhan serve）；口令从终端或标准输入读取")


def list_slots(args: argparse.Namespace) -> int:
    """`yizhan keys list`: who can open the database. Exit code 1 where the sheet of slots was changed by somebody
    without the key; `altered` is null where nothing here can tell.
    """
    from edge import settings, slots, unlocking

    found, _ = settings.load(args.home)
    sheet = slots.read(unlocking.sheet_path(found.home))
    altered = None
    if sheet is None:
        from edge.clock import SystemClock
        from edge.database import read_key

        sheet = unlocking.first(read_key(found.key_file), SystemClock().now())
    elif found.key_file.exists() or os.environ.get(unlocking.PASSPHRASE_FILE):
        altered = _altered(found, sheet)
    answer = {"slots": [_told(one) for one in sheet.slots], "altered": altered, "unattended": found.key_file.exists()}
    lines = [_line(one) for one in sheet.slots]
    if answer["unattended"]:
        lines.append("密钥文件在本机上：开机不用人解锁，但是拿走整台机器的人也能打开。")
    if altered:
        lines.append(problem("slots_changed").sentence)
    say(args, answer, "\n".join(lines))
    return 1 if altered else 0


def _altered(found: Settings, sheet: Sheet) -> bool:
    from edge import slots, unlocking

    for key in unlocking.without_a_person(found).keys:
        try:
            slots.must_be_ours(sheet, key)
        except YizhanError:
            continue
        return False
    return True


def _told(one: Slot) -> dict[str, Any]:
    cost = {"memory_kib": one.kdf.memory_kib, "passes": one.kdf.passes} if one.kdf else None
    return {"id": one.id, "kind": one.kind, "label": one.label, "at": one.at, "cost": cost}


def _line(one: Slot) -> str:
    from edge.slots import KINDS as NAMES

    cost = f"  argon2id {one.kdf.memory_kib // 1024} MiB × {one.kdf.passes} 遍" if one.kdf else ""
    return f"{one.id}  {NAMES[one.kind]}  {one.label}  {one.at[:10]}{cost}"


def add(args: argparse.Namespace) -> int:
    """`yizhan keys add KIND`: one more slot; a generated passphrase is in the answer, this once. Raises
    bad_request, slots_full.
    """
    from edge import slot_keeping
    from edge.commands.node import opened

    with opened(args) as node:
        made = _ADD[args.kind](args, node)
        slot_keeping.keep(node, made.slot)
    answer = {"slot": _told(made.slot), "passphrase": made.passphrase, "file": str(made.file or "")}
    say(args, answer, "\n".join((_line(made.slot), *_advice(made))))
    return 0


def _advice(made: Any) -> list[str]:
    if made.passphrase:
        return [f"口令：{made.passphrase}", "只显示这一次。请抄在纸上，装进信封保管，不要和电脑放在一起。"]
    if made.file:
        return [f"密钥文件：{made.file}", "请放在不和电脑一起的地方，如另一个U盘。"]
    return []


def _add_passphrase(args: argparse.Namespace, node: Node) -> Any:
    from edge import slot_keeping

    told = sys.stdin.readline() if args.stdin else ""
    return slot_keeping.passphrase(node, args.label, told, words=args.words)


def _add_file(args: argparse.Namespace, node: Node) -> Any:
    from edge import slot_keeping

    if args.out is None:
        raise problem("bad_request", detail="还要写 --out FILE")
    return slot_keeping.file(node, args.label, args.out)


def _add_centre(args: argparse.Namespace, node: Node) -> Any:
    from edge import slot_keeping
    from edge.commands.node import read_enrolment

    if args.enrolment is None:
        raise problem("bad_request", detail="还要写 --enrolment FILE（省级中心的登记文件）")
    return slot_keeping.centre(node, args.label, str(read_enrolment(args.enrolment).get("recovery_box_key", "")))


def _add_device(args: argparse.Namespace, node: Node) -> Any:
    from edge import slot_keeping

    return slot_keeping.device(node, args.label)


_ADD: Final = {"passphrase": _add_passphrase, "file": _add_file, "centre": _add_centre, "device": _add_device}


def remove(args: argparse.Namespace) -> int:
    """`yizhan keys remove SLOT`: it opens nothing any more, but in older copies of the sheet. The last one stays."""
    from edge import slot_keeping
    from edge.commands.node import opened

    with opened(args) as node:
        gone = slot_keeping.remove(node, args.slot)
    say(args, {"slot": _told(gone), "passphrase": "", "file": ""}, f"已删去：{_line(gone)}\n{OLD_COPIES}")
    return 0


def rotate(args: argparse.Namespace) -> int:
    """`yizhan keys rotate --database`."""
    from edge import settings, slot_keeping, unlocking
    from edge.clock import SystemClock
    from edge.commands.node import opened

    found, _ = settings.load(args.home)
    with opened(args) as node:
        key = node.database.key
    sheet = unlocking.change_key(found, key, SystemClock())
    with opened(args) as node:
        slot_keeping.tell(node, "rekeyed", "all", "", "")
    answer = {"slots": [_told(one) for one in sheet.slots], "altered": False, "unattended": found.key_file.exists()}
    say(args, answer, f"数据库已换了新的密钥，{len(sheet.slots)} 个密钥槽都能打开；以前的备份仍用各自的密钥。")
    return 0


def request(args: argparse.Namespace) -> int:
    """`yizhan keys request FILE`: asks the centre to bring the key back; the code is read out by telephone.

    Raises recovery_no_slot, bad_request, file_not_written.
    """
    from edge import durable, key_recovery, settings
    from edge.clock import SystemClock

    if args.backup is not None:
        made = key_recovery.begin_for_backup(args.backup, args.home, _node_of(args), SystemClock())
    else:
        made = key_recovery.begin(settings.load(args.home)[0], SystemClock())
    try:
        durable.write_whole(args.file, key_recovery.to_bytes(made) + b"\n")
    except OSError as error:
        raise problem("file_not_written", file=args.file, detail=str(error)) from error
    said = f"申请已写到 {args.file}，请交给省级中心。核对码：{made.code}（在电话里念给省级中心，不要写在文件旁边）。"
    say(args, {"file": str(args.file), "code": made.code}, said)
    return 0


def _node_of(args: argparse.Namespace) -> str:
    """Raises bad_request."""
    named = args.node or next(iter(_NODE.findall(args.backup.name)), "")
    if not _NODE.fullmatch(named):
        raise problem("bad_request", detail="看不出备份是哪个节点的，请加上 --node（10 位节点编号）")
    return named


def recover(args: argparse.Namespace) -> int:
    """`yizhan keys recover FILE`: opens the database by the centre's answer and makes a passphrase. Raises
    recovery_wrong.
    """
    from edge import key_recovery, settings, slot_keeping
    from edge.node import open_node

    found, _ = settings.load(args.home)
    node = open_node(args.home, unlocked=key_recovery.finish(found.home, key_recovery.read_answer(args.file)))
    try:
        made = slot_keeping.passphrase(node, "找回后", "", words=args.words)
        slot_keeping.keep(node, made.slot, act="returned")
    finally:
        node.close()
    key_recovery.done(found.home)
    answer = {"slot": _told(made.slot), "passphrase": made.passphrase, "file": ""}
    lines = ("数据库打开了，换了新口令。", *_advice(made), "旧口令的密钥槽请用 yizhan keys remove 删去。")
    say(args, answer, "\n".join(lines))
    return 0


def unlock(args: argparse.Namespace) -> int:
    """`yizhan unlock`: gives the passphrase to the program that waits on this machine. Raises not_waiting,
    locked_key_wrong.
    """
    from edge import settings, unlock_call

    found, _ = settings.load(args.home)
    text = getpass.getpass("口令：") if sys.stdin.isatty() else sys.stdin.readline()
    url = unlock_call.unlock(found, text)
    say(args, {"unlocked": True, "url": url}, "已解锁，工作台可以登录了。")
    return 0
