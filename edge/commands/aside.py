"""`yizhan centre aside`: what a room sent and the centre could not act on; judge it anew, or set it aside."""

from __future__ import annotations

import argparse
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, reporting, say
from edge.errors import problem

if TYPE_CHECKING:
    from sync.centre.aside import Item
    from sync.centre.centre import Centre

_PLACE = re.compile(r"([1-9]\d{0,14}):([1-9]\d{0,14})", re.ASCII)


def add_centre_commands(inner: Commands) -> None:
    """Put `aside` into `inner`, the group of `yizhan centre`."""
    parser = reporting(inner, "aside", aside, "未采用和已隔离的记录：列出、重新处理、搁置")
    parser.add_argument("node", metavar="NODE", help="10 位节点编号")
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--retry", metavar="EPOCH:SEQ", help="重新处理这一条，如 1:28")
    act.add_argument("--set-aside", metavar="EPOCH:SEQ", help="搁置这一条，不再列出（须有 --reason）")
    parser.add_argument("--digest", default="", metavar="HEX", help="搁置已隔离的记录时，它的摘要")
    parser.add_argument("--reason", default="", help="搁置的理由")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="经办账号，记入处理记录")


def aside(args: argparse.Namespace) -> int:
    """`yizhan centre aside NODE`: what waits, after judging one line anew or setting it aside where that was asked.

    Raises not_found, and aside_reason_missing where a line is to be set aside without a reason.
    """
    from edge.commands.centre import opened

    with opened(args) as centre:
        said = _act(centre, args)
        items, acts = _read(centre, args.node)
    answer = {"node": args.node, "said": said, "waiting": [asdict(item) for item in items], "acts": acts}
    say(args, answer, "\n".join([*([said] if said else []), *map(_line, items)] or ["没有等待处理的记录。"]))
    return 0


def _act(centre: Centre, args: argparse.Namespace) -> str:
    """What came of what was asked for, "" if only the list was."""
    from sync.centre import aside as waiting
    from sync.centre.review.waiting import sentence

    if args.retry:
        return sentence(waiting.retry(centre, args.node, *_place(args.retry), by=args.actor))
    if args.set_aside:
        place, given = _place(args.set_aside), {"by": args.actor, "reason": args.reason, "digest": args.digest}
        return sentence(waiting.set_aside(centre, args.node, *place, **given))
    return ""


def _read(centre: Centre, node_id: str) -> tuple[list[Item], list[dict[str, Any]]]:
    from sync.centre import aside as waiting
    from sync.centre import rooms

    names = ("epoch", "seq", "digest", "code", "outcome", "reason", "by", "at")
    with centre.store.read() as tx:
        rooms.get(tx, node_id)
        items = [*waiting.refused(tx, node_id), *waiting.put_aside(tx, node_id)]
        return items, [{name: getattr(row, name) for name in names} for row in waiting.acts(tx, node_id)]


def _place(text: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise problem("bad_request", detail=text)
    return int(found[1]), int(found[2])


def _line(item: Item) -> str:
    place = f"{item.epoch}:{item.seq}" + ("" if item.kind else f" {item.digest}")
    return f"{place} {item.kind} {item.application} {item.reason}".replace("  ", " ")
