"""`yizhan centre settle` and `yizhan centre restored`: what a person at the centre decides about broken histories."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from edge.commands.common import Commands, reporting, say


def add_centre_commands(inner: Commands) -> None:
    """Put `settle` and `restored` into `inner`, the group of `yizhan centre`."""
    parser = reporting(inner, "settle", settle, "两台机器用了同一个编号：结束两台的密钥，给核对过的一台发新的登记文件")
    parser.add_argument("node", metavar="NODE", help="10 位节点编号")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="经办账号")
    parser.add_argument("--url", default="", help="节点访问中心的地址（默认用 centre.toml 的 url）")
    parser.add_argument("--out", type=Path, metavar="FILE", required=True, help="把登记文件写到这里")
    reporting(inner, "restored", restored, "中心用备份恢复以后运行一次：写给各节点的日志都启用新的一期")


def settle(args: argparse.Namespace) -> int:
    """`yizhan centre settle NODE`: ends the keys of both machines that used one number, writes an enrolment for the
    right one.
    """
    from edge.commands.centre import opened
    from sync.centre import doubt

    with opened(args) as centre:
        file = doubt.settle(centre, args.node, by=args.actor, url=args.url)
    args.out.write_text(json.dumps(file, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    answer = {"node": file["node"], "name": file["name"], "enrolment": str(args.out)}
    lines = (
        f"两台机器的密钥都已作废。新的登记文件：{args.out}，只能用一次，请交给核对过的那一台。",
        "在那一台上运行 yizhan restore --from-centre --enrolment FILE；它有没被采信的记录的，再加上 --re-enter。",
    )
    say(args, answer, "\n".join(lines))
    return 0


def restored(args: argparse.Namespace) -> int:
    """`yizhan centre restored`: begins a new epoch of the centre's log for every room, so that no number is given
    twice.
    """
    from edge.commands.centre import opened
    from sync.centre import returning

    with opened(args) as centre:
        count = returning.begin_everywhere(centre)
    sentence = f"{count} 个节点的日志已启用新的一期。丢失的部分，节点下次联系时会带着中心的签名送回来，不用逐个处理。"
    say(args, {"rooms": count}, sentence)
    return 0
