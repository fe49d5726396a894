"""`yizhan purge` and the backups that roll: what a room keeps, and what it may keep no longer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from edge.commands import leaving, upgrading
from edge.commands.common import Commands, reporting, say
from edge.errors import problem

if TYPE_CHECKING:
    from edge.erasing import Erased
    from edge.node import Node


def add_commands(commands: Commands) -> None:
    """Put `purge`, `upgrade` and what leaves a room into `commands`, the top level of the command line."""
    parser = reporting(commands, "purge", purge, "清除保存期满的办件内容（个人信息保护法 19、47），日志链仍然可以校验")
    parser.add_argument("--number", action="append", default=[], metavar="NUMBER", help="本人要求清除的办件，可重复")
    parser.add_argument("--reason", default="", metavar="TEXT", help="谁要求清除、依据什么；有 --number 时必填")
    parser.add_argument("--dry-run", action="store_true", help="只列出到期的，不清除")
    upgrading.add_commands(commands)
    leaving.add_commands(commands)


def purge(args: argparse.Namespace) -> int:
    """`yizhan purge`: erases what is due, or each --number with its --reason (个人信息保护法 47); --dry-run only lists.

    Afterwards the pages of the database are searched for what was erased: exit code 1 where anything was found. Older
    backups go once a new one is verified; `backups_left` names those that could not.
    """
    from edge import erasing
    from edge.commands.node import opened

    if args.number and not args.reason.strip():
        raise problem("bad_request", detail="还要写 --reason：谁要求清除、依据什么")
    with opened(args) as node:
        numbers = [one.replace(" ", "") for one in args.number] or erasing.due(node)
        if args.dry_run or not numbers:
            answer = _answer(None, numbers, [])
            say(args, answer, "\n".join(numbers) or "没有到期的。")
            return 0
        why = "request" if args.number else "term"
        done = erasing.erase(node, numbers, why=why, note=args.reason.strip()[:200], actor="system")
        left = _backups_anew(node)
    answer = _answer(done, numbers, left)
    say(args, answer, "\n".join(_lines(done, left)))
    return 0 if done.residues == 0 else 1


def _backups_anew(node: Node) -> list[str]:
    """Older backups still hold what was erased: they go as soon as a new one is verified. Gives what is left."""
    from edge import rolling

    return [str(one) for one in rolling.renew(node)]


def _answer(done: Erased | None, numbers: list[str], left: list[str]) -> dict[str, Any]:
    counts = ("events", "materials", "marks", "residues")
    return {
        "applications": numbers, "erased": done is not None, "backups_left": left,
        **{name: getattr(done, name) if done else 0 for name in counts},
    }  # fmt: skip


def _lines(done: Erased, left: list[str]) -> list[str]:
    lines = [f"已清除 {len(done.numbers)} 个办件的内容：{done.events} 条记录、{done.materials} 份材料。"]
    lines.append(f"解密后逐页查找其中的 {done.marks} 个姓名、号码和凭证码，找到 {done.residues} 处。")
    lines += [f"还有旧备份含有清除的内容：{one}" for one in left]
    return lines
