"""`yizhan centre number`: the official number of an application, given by the whole country's platform."""

from __future__ import annotations

import argparse

from edge.commands.common import Commands, reporting, say


def add_centre_commands(inner: Commands) -> None:
    """Put `number` into `inner`, the group of `yizhan centre`."""
    parser = reporting(inner, "number", number, "登记政务服务平台的统一办件编号，与办件号永久对应")
    parser.add_argument("number", metavar="NUMBER", help="办件号")
    parser.add_argument("official", metavar="OFFICIAL", help="统一办件编号")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="经办账号，记入日志")


def number(args: argparse.Namespace) -> int:
    """Hold one against the other."""
    from edge.commands.centre import opened
    from sync.centre import numbering

    with opened(args) as centre:
        case = numbering.give(centre, args.number, args.official, actor=args.actor)
    answer = {"number": case.number, "official": case.state.official}
    say(args, answer, f"{case.number} 的统一办件编号：{case.state.official}")
    return 0
