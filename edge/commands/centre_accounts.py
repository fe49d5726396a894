"""`yizhan centre reviewers`: the accounts of the centre from the command line. Each step stands in its book."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, reporting, say

if TYPE_CHECKING:
    from sync.centre.centre import Centre


def add_centre_commands(inner: Commands) -> None:
    """Put `reviewers` into `inner`, the group of `yizhan centre`."""
    parser = reporting(inner, "reviewers", reviewers, "审批账号：列出、增加、停用、第二因子；三员也在这里开户")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--add", metavar="NAME", help="新账号名")
    change.add_argument("--disable", metavar="NAME", help="停用账号，它的令牌也不再有效")
    change.add_argument("--enable", metavar="NAME", help="恢复账号，解除锁定")
    change.add_argument("--password", metavar="NAME", help="重设密码")
    change.add_argument("--set-post", metavar="NAME", help="改岗位（用 --post 给出）")
    change.add_argument("--counter", metavar="NAME", help="登记动态口令（HOTP），印出令牌要扫的地址")
    change.add_argument("--codes", metavar="NAME", help="发二十个一次性口令，旧的作废")
    change.add_argument("--no-second", metavar="NAME", help="取消动态口令和一次性口令（令牌丢了）")
    parser.add_argument("--display-name", default="", help="姓名")
    said = "岗位：省里的叫法；supervisor 为监督；system、security、audit 为三员，不办件，一人只能一种"
    parser.add_argument("--post", default="", help=said)
    parser.add_argument("--rank", choices=("民警", "辅警"), default="民警")
    parser.add_argument("--staff", default="", metavar="NUMBER", help="警号或工号，和警务室账号的一致")
    parser.add_argument("--password-stdin", action="store_true", help="从标准输入读取密码")


def reviewers(args: argparse.Namespace) -> int:
    """Change one account, then list them all."""
    from edge.commands.centre import opened
    from sync.centre import account_acts

    with opened(args) as centre:
        once = _change(centre, args)
        people = account_acts.all_of(centre)
    names = [one.name for one in people]
    answer: dict[str, Any] = {"reviewers": names} | ({"once": once} if once else {})
    lines = [*once, *(_line(one) for one in people)]
    say(args, answer, "\n".join(lines) or "还没有审批账号。")
    return 0


def _change(centre: Centre, args: argparse.Namespace) -> list[str]:
    """What the options ask for; the lines that are shown this one time."""
    from sync.centre import account_acts, factor
    from sync.centre import reviewers as accounts

    actor = f"command:{os.getuid()}" if hasattr(os, "getuid") else "command"
    if args.add:
        name = args.display_name or args.add
        accounts.add(centre, args.add, name, _password(args), args.post, staff=args.staff, rank=args.rank, actor=actor)
    elif args.password:
        account_acts.set_password(centre, args.password, _password(args), actor=actor)
    elif args.set_post:
        account_acts.set_post(centre, args.set_post, args.post, actor=actor)
    elif args.disable:
        account_acts.disable(centre, args.disable, actor=actor)
    elif args.enable:
        account_acts.enable(centre, args.enable, actor=actor)
    elif args.counter:
        return [factor.begin_counter(centre, args.counter, actor)]
    elif args.codes:
        return factor.print_codes(centre, args.codes, actor)
    elif args.no_second:
        factor.remove(centre, args.no_second, actor)
    return []


def _password(args: argparse.Namespace) -> str:
    return sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass("密码：")


def _line(one: Any) -> str:
    return "  ".join(part for part in (one.name, one.display_name, one.post, "" if one.active else "已停用") if part)
