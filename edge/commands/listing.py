"""The applications of the room as a list for other programs: `yizhan list`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, reporting, say
from edge.commands.node import opened

if TYPE_CHECKING:
    from edge.heads import Summary
    from forms.state import State

LIMIT, LIMIT_MAX = 50, 1000
STATES = ("open", "received", "correction", "accepted", "closed", "unconfirmed")


def add_commands(commands: Commands) -> None:
    """Put `list` into `commands`, the top level of the command line."""
    parser = reporting(commands, "list", list_, "列出办件：按状态、文字、收件日期，新的在前")
    parser.add_argument("--text", default="", metavar="TEXT", help="办件号、姓名、拼音首字母、证件号或者电话")
    parser.add_argument("--state", choices=STATES, help="只列这种状态的")
    parser.add_argument("--unsent", action="store_true", help="只列还没有全部上传的")
    parser.add_argument("--since", default="", metavar="DATE", help="从哪一天收件的，如 2026-11-01")
    parser.add_argument("--until", default="", metavar="DATE", help="到哪一天收件的")
    parser.add_argument("--limit", type=int, default=LIMIT, metavar="N", help=f"最多列几件，最多 {LIMIT_MAX}")
    parser.add_argument("--offset", type=int, default=0, metavar="N", help="跳过前几件")


def list_(args: argparse.Namespace) -> int:
    """`yizhan list`: the newest first, from --offset on, --limit of them (1 to 1000); `more`: whether others follow."""
    from edge import applications

    limit = min(max(args.limit, 1), LIMIT_MAX)
    with opened(args) as node, node.database.read() as tx:
        found = applications.search(
            tx,
            args.text,
            state=args.state,
            unsent=args.unsent,
            since=args.since,
            until=args.until,
            limit=limit + 1,
            offset=max(args.offset, 0),
        )
        lines = [_line(applications.of_head(tx, one).state, one) for one in found[:limit]]
    answer = {"applications": lines, "more": len(found) > limit}
    words = [f"{one['number']}  {one['service']['title']}  {one['state_title']}  {one['filed_at']}" for one in lines]
    say(args, answer, "\n".join(words) or "没有办件。")
    return 0


def _line(state: State, head: Summary) -> dict[str, Any]:
    """No name is in it: whoever needs one asks for the application itself."""
    from edge.api import bodies

    return bodies.line(head, state) | {
        "documents_here": len(state.delivery.here),
        "bills_due": sum(one.state == "due" for one in state.bills),
    }
