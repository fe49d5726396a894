"""`yizhan centre wall …`: which screens on a wall show the figures, each with a key of its own."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from edge.commands.common import Commands, group, reporting, say

if TYPE_CHECKING:
    from sync.centre.walls import Wall

KINDS = ("day", "week", "month", "quarter", "year")
DAYS = 365


def add_centre_commands(inner: Commands) -> None:
    """Put `wall add`, `list` and `remove` into `inner`, the group of `yizhan centre`."""
    walls = group(inner, "wall", "大屏的密钥：发出、列出、收回")
    parser = reporting(walls, "add", add, "给一块大屏发一把密钥；它不登录就能看一个地方的看板，别的都打不开")
    parser.add_argument("name", metavar="NAME", help="哪一块大屏，如 指挥中心大厅")
    parser.add_argument("--area", default="", metavar="AREA", help="2、4、6 位区划代码或者 10 位节点编号；全省的不填")
    parser.add_argument("--kind", default="month", choices=KINDS, help="显示哪个期间的数")
    parser.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"有效天数，最多 {DAYS}")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="谁发出的")
    reporting(walls, "list", list_, "列出大屏：看哪里、有效到哪天、上次刷新；不含密钥")
    parser = reporting(walls, "remove", remove, "收回一把密钥，那块大屏一分钟内不再显示")
    parser.add_argument("number", type=int, metavar="NUMBER", help="列出时的编号")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="谁收回的")


def add(args: argparse.Namespace) -> int:
    """Make a key and show it; the page 大屏 of the review desk shows it again."""
    from edge.commands.centre import opened
    from sync.centre import walls

    with opened(args) as centre:
        made = walls.give(centre, args.name, args.area, args.kind, by=args.actor, days=args.days)
        key = walls.letters(centre, made.number)
    said = f"密钥：{key}\n在大屏的浏览器里打开中心的 /wall/，输入密钥。编号：{made.number}，收回时用。"
    say(args, {"key": key, **asdict(made)}, said)
    return 0


def list_(args: argparse.Namespace) -> int:
    """Every one there ever was, the newest first."""
    from edge.commands.centre import opened
    from sync.centre import walls

    with opened(args) as centre:
        found = walls.every(centre)
    said = "\n".join(_line(one) for one in found)
    say(args, {"walls": [asdict(one) for one in found]}, said or "还没有大屏。")
    return 0


def remove(args: argparse.Namespace) -> int:
    """End one; again is harmless."""
    from edge.commands.centre import opened
    from sync.centre import walls

    with opened(args) as centre:
        ended = walls.take_back(centre, args.number, by=args.actor)
    say(args, asdict(ended), _line(ended))
    return 0


def _line(one: Wall) -> str:
    from sync.centre.walls import PERIODS, STATES

    seen = f"上次刷新 {one.seen_at}" if one.seen_at else "没有打开过"
    return f"{one.number}  {one.name}  {one.place}  {PERIODS[one.kind]}  {STATES[one.state]}  {one.expires_on}  {seen}"
