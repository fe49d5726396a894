"""`yizhan video add` and `list` in a room, `yizhan centre videos`: the index of counter videos, never a video."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge.commands.common import Commands, group, reporting, say
from edge.commands.node import opened


def add_commands(commands: Commands) -> None:
    """Put `video` into `commands`, the top level of the command line."""
    inner = group(commands, "video", "窗口视频索引：只登记有哪段视频、存在哪里，视频本身不进日志、不上传")
    parser = reporting(inner, "add", add, "登记一段窗口视频；摘要由程序从文件算出，同一段再登记一次没有变化")
    parser.add_argument("file", type=Path, metavar="FILE", help="视频文件，只用来算摘要")
    parser.add_argument("--camera", required=True, metavar="NAME", help="哪个摄像头")
    parser.add_argument("--first", required=True, metavar="TIME", help="从何时起，如 2026-11-20T08:30:00+08:00")
    parser.add_argument("--last", required=True, metavar="TIME", help="到何时止")
    parser.add_argument("--place", required=True, metavar="WORDS", help="存放在哪里，如 值班室录像机 2 号盘")
    parser.add_argument("--days", type=int, default=90, metavar="N", help="保存多少天（默认 90）")
    parser.add_argument("--as", dest="actor", required=True, metavar="ACTOR", help="登记的人，如 officer:weijianguo")
    reporting(inner, "list", list_here, "本室登记过的窗口视频")


def add_centre_commands(inner: Commands) -> None:
    """`inner`: the group of `yizhan centre`."""
    parser = reporting(inner, "videos", list_at_centre, "各警务室登记的窗口视频索引")
    parser.add_argument("--area", default="", metavar="CODE", help="只看编号以它开头的警务室")


def add(args: argparse.Namespace) -> int:
    """`yizhan video add FILE`: enter in the log that a video of the counter lies somewhere; it stays there.
    Raises what `videos.index` raises for a file, times or days that don't fit.
    """
    from edge import videos

    with opened(args) as node:
        made = videos.index(
            node,
            args.file,
            camera=args.camera,
            first=args.first,
            last=args.last,
            place=args.place,
            days=args.days,
            actor=args.actor,
        )
    say(args, asdict(made), f"已登记：{_line(asdict(made))}。视频请照原样保存。")
    return 0


def list_here(args: argparse.Namespace) -> int:
    """`yizhan video list`: the videos that this room has entered, with camera, times, place and last day."""
    from edge import videos

    with opened(args) as node, node.database.read() as tx:
        found = [asdict(one) for one in videos.every(tx)]
    return _listed(args, found)


def list_at_centre(args: argparse.Namespace) -> int:
    """`yizhan centre videos [--area CODE]`: the same of all rooms whose number begins so."""
    from edge.commands import centre as commands
    from sync.centre import videos

    with commands.opened(args) as centre, centre.store.read() as tx:
        found = [asdict(one) for one in videos.of_areas(tx, (args.area,), centre.clock.today())]
    return _listed(args, found)


def _listed(args: argparse.Namespace, found: Sequence[dict[str, Any]]) -> int:
    say(args, {"videos": list(found)}, "\n".join(map(_line, found)) or "还没有登记过窗口视频。")
    return 0


def _line(one: dict[str, Any]) -> str:
    span = f"{one['first'][:16].replace('T', ' ')} 至 {one['last'][:16].replace('T', ' ')}"
    return f"{span} {one['camera']}，存放在{one['place']}，保存到 {one['keep_until']}，{one['sha256'][:16]}"
