"""`yizhan stock`: the ledger of sealed and numbered blanks."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from edge.commands.common import Commands, reporting, say
from edge.commands.node import opened


def add_commands(commands: Commands) -> None:
    """Put `stock` into `commands`, the top level of the command line."""
    parser = reporting(commands, "stock", stock, "盖章文书台账：结存和逐号登记")
    parser.add_argument("--kind", default="", metavar="NAME", help="只列一种文书")


def stock(args: argparse.Namespace) -> int:
    """`yizhan stock`: what is left of each kind of sealed blank, and every number with what became of it."""
    from edge import stock_slips

    with opened(args) as node, node.database.read() as tx:
        balances = [one for one in stock_slips.balances(tx) if args.kind in ("", one.stock)]
        slips = stock_slips.all_of(tx, args.kind)
    answer = {"stocks": [asdict(one) for one in balances], "slips": [asdict(one) for one in slips]}
    lines = [
        f"{one.stock}：未用 {one.unused}，已领用 {one.issued}，已作废 {one.voided}，下一个 {one.next or '已用完'}"
        for one in balances
    ]
    say(args, answer, "\n".join(lines) or "还没有盖章文书入库。")
    return 0
