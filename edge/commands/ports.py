"""`yizhan centre ports`, `reconcile` and `parcel`: what is exchanged with other systems of the province."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from edge.commands.common import Commands, reporting, say
from edge.errors import problem

if TYPE_CHECKING:
    from sync.centre.ports.registry import Standing


def add_centre_commands(inner: Commands) -> None:
    """Put `ports`, `reconcile` and `parcel` into `inner`, the group of `yizhan centre`."""
    parser = reporting(inner, "ports", ports, "和短信、缴款、寄递、身份核对、数据共享平台交换的情况")
    parser.add_argument("--exchange", action="store_true", help="现在就读取答复、写出新的；运行着的中心每分钟自己做")
    parser = reporting(inner, "reconcile", reconcile, "日对账：到账的缴款单和平台的对账单逐笔核对，差额应为零")
    parser.add_argument("--day", required=True, metavar="DAY", help="哪一天，如 2026-11-21")
    parser = reporting(inner, "parcel", parcel, "查一个寄递单号：是哪个办件的，到哪里了")
    parser.add_argument("number", metavar="NUMBER", help="寄递单号")


def ports(args: argparse.Namespace) -> int:
    """Exit code 1 where this round set a file or a line aside, or an address could not be spoken to."""
    from edge.commands.centre import opened
    from sync.centre.ports import registry

    with opened(args) as centre:
        rounds = registry.exchange(centre) if args.exchange else {}
        with centre.store.read() as tx:
            found = registry.standings(tx, centre)
    done = {name: asdict(one) | {"files": list(one.files), "aside": list(one.aside)} for name, one in rounds.items()}
    lines = [
        f"{one.title}：待发 {one.waiting}，等答复 {one.unanswered}，隔离的文件 {one.aside}  {_where(one)}"
        for one in found
    ]
    say(args, {"ports": [asdict(one) for one in found], "exchanged": done}, "\n".join(lines))
    return 1 if any(one.aside or one.refused or one.fault for one in rounds.values()) else 0


def _where(one: Standing) -> str:
    return f"{one.address}  {one.fault}".rstrip() if one.address else one.folder


def reconcile(args: argparse.Namespace) -> int:
    """Exit code 0 only for a day without a difference."""
    from edge.commands.centre import opened
    from sync.centre import reconciling

    try:
        date.fromisoformat(args.day)
    except ValueError as error:
        raise problem("bad_request", detail=f"{args.day}：应写成 2026-10-01 这样") from error
    with opened(args) as centre:
        found = reconciling.reconcile(centre, args.day)
    said = (
        f"{found['day']}：到账 {found['bills']} 笔，对账单 {found['lines']} 笔，"
        f"差额 {_yuan(found['difference'])} 元，手续费 {_yuan(found['charges'])} 元"
    )
    lines = [f"  {one['bill']}  到账 {_yuan(one['ours'])}  对账单 {_yuan(one['stated'])}" for one in found["differs"]]
    say(args, found, "\n".join([said, *lines]))
    return 0 if found["balanced"] else 1


def _yuan(amount: int) -> str:
    return f"{amount / 100:.2f}"


def parcel(args: argparse.Namespace) -> int:
    """Where a parcel belongs, and what its carrier said last."""
    from edge.commands.centre import opened
    from sync.centre.ports import parcels

    with opened(args) as centre, centre.store.read() as tx:
        found = parcels.applications_of(tx, args.number)
    if not found:
        raise problem("not_found")
    lines = [f"{one['application']}  {one['carrier']}  {one['status'] or '还没有消息'}  {one['at']}" for one in found]
    say(args, {"number": args.number, "applications": found}, "\n".join(lines))
    return 0
