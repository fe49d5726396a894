"""`yizhan centre duties` and `hand-over`: who decides what and where, and what granted permits leave to supervise."""

from __future__ import annotations

import argparse

from edge.commands.common import Commands, reporting, say
from edge.errors import problem

ROLES = ("decide", "opinion", "read")
LEVELS = ("station", "county", "city", "province")


def add_centre_commands(inner: Commands) -> None:
    """Put `duties` and `hand-over` into `inner`, the group of `yizhan centre`."""
    parser = reporting(inner, "duties", duties, "一个审批账号的职责：列出、增加或清除；没有职责的账号办全省的件")
    parser.add_argument("account", metavar="ACCOUNT")
    parser.add_argument("--add", choices=ROLES, help="增加一项：decide 受理审批、opinion 出具意见、read 只看")
    parser.add_argument("--area", default="", metavar="CODE", help="哪里：区划代码 2、4、6 位，或者 10 位节点编号")
    parser.add_argument("--level", choices=LEVELS, default="", help="哪一级审批的件；不写为各级")
    parser.add_argument("--service", default="", metavar="ID", help="哪个事项；不写为全部")
    parser.add_argument("--desk", default="", metavar="NAME", help="出具意见的部门，和事项文件里的一致")
    parser.add_argument("--organ", default="", metavar="NAME", help="文书上的机关名称；不写为中心的名称")
    parser.add_argument("--clear", action="store_true", help="先清除原有的职责")
    reporting(inner, "hand-over", hand_over, "把准予许可的监管移交单写成文件，交给监管平台的程序；每件一份")


def duties(args: argparse.Namespace) -> int:
    """Add to or list what an account may do."""
    from edge.commands.centre import opened
    from sync.centre import account_acts, account_book, desks, reviewers
    from sync.centre.desks import ALL, Duty

    with opened(args) as centre:
        if args.account not in reviewers.names(centre):
            raise problem("not_found")
        with centre.store.write() as tx:
            known = [] if args.clear else [one for one in desks.of(tx, args.account) if one != ALL]
            if args.add:
                known.append(Duty(args.add, args.area, args.level, args.service, args.desk, args.organ))
            if args.add or args.clear:
                desks.give(tx, args.account, known)
                said = "；".join(account_acts.said(one) for one in known) or "清除"
                account_book.add(tx, centre.clock, "duties", args.account, "command", detail=said)
            found = desks.as_json(desks.of(tx, args.account))
    say(args, {"account": args.account, "duties": found}, "\n".join(_line(one) for one in found))
    return 0


def _line(duty: dict[str, str]) -> str:
    said = [f"{name}={text}" for name, text in duty.items() if text and name != "role"]
    return " ".join([duty["role"], *said]) if said else f"{duty['role']} 全省全部事项"


def hand_over(args: argparse.Namespace) -> int:
    """Write what waits; a repeat writes nothing anew."""
    from edge.commands.centre import opened
    from sync.centre import hand_overs

    with opened(args) as centre:
        files = hand_overs.give(centre)
        folder = str(centre.settings.home / hand_overs.FOLDER)
    say(args, {"folder": folder, "files": files}, f"写出 {len(files)} 份监管移交单，在 {folder}")
    return 0
