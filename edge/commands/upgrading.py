"""`yizhan upgrade …`: what the package's own scripts run, and a technician where there is no package."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from edge.commands.common import Commands, group, reporting, say

WORDS = {
    "done": "升级完成：数据已经是 {to} 的，自检正常。",
    "back": "升级没有成功，数据已退回原样：{reason}\n请用原来的程序启动。",
    "prepared": "数据库锁着，现在不能升级数据；民警解锁时接着做。",
}


def add_commands(commands: Commands) -> None:
    """Put `upgrade prepare`, `finish` and `package` into `commands`, the top level of the command line."""
    upgrade = group(commands, "upgrade", "升级：备份、在副本上演练、升级数据、自检；任何一步不对，自动退回")
    parser = reporting(upgrade, "prepare", prepare, "换程序以前，用原来的程序运行：看时间、自检、做一份校验过的备份")
    parser.add_argument("--now", action="store_true", help="开放时间里也升级")
    reporting(upgrade, "finish", finish, "换程序以后，用新的程序运行：演练、升级、自检；不对就退回，断了再运行会接着做")
    parser = reporting(upgrade, "package", package, "核对U盘上的安装包：正在用的数据包写明了它，才拷进来")
    parser.add_argument("file", type=Path, metavar="FILE", help="安装包，如 yizhan_0.2.0_amd64.deb")


def prepare(args: argparse.Namespace) -> int:
    """`yizhan upgrade prepare`: by the old program: checks itself and makes a verified backup; not in opening hours
    unless --now.
    """
    from edge import upgrade
    from edge.commands.node import opened

    with opened(args) as node:
        book = upgrade.prepare_open(node, now=args.now)
    said = f"自检正常，已备份到 {book.backup}。\n请停止驿站，换上新的程序，再运行 yizhan upgrade finish。"
    say(args, book.as_dict(), said)
    return 0


def finish(args: argparse.Namespace) -> int:
    """Exit code 0 for a room that the new program may serve, one that is locked included."""
    from edge import upgrade

    book = upgrade.finish(args.home)
    say(args, book.as_dict(), WORDS[book.state].format(to=book.to_version, reason=book.reason))
    return 1 if book.state == "back" else 0


def package(args: argparse.Namespace) -> int:
    """`yizhan upgrade package FILE`: copies a package that the pack in force names. Raises upgrade_package_refused,
    file_not_written.
    """
    from edge import upgrade_package
    from edge.commands.node import opened

    with opened(args) as node:
        taken = upgrade_package.take(node, args.file)
    said = f"安装包是第 {taken.pack} 个数据包写明的 {taken.version}，已拷到 {taken.file}\n"
    said += f"下班以后由管理员（root）安装：dpkg -i {taken.file}"
    say(args, asdict(taken) | {"file": str(taken.file)}, said)
    return 0
