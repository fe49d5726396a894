"""`yizhan centre purge`: what the centre may keep no longer goes, and both chains still verify."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from edge.commands.common import Commands, reporting, say
from edge.errors import problem

if TYPE_CHECKING:
    from sync.centre.erasing import Erased
    from sync.centre.erasing_fields import Expired
    from sync.centre.erasing_records import Gone


def add_centre_commands(inner: Commands) -> None:
    """Put `purge` into `inner`, the group of `yizhan centre`."""
    help_ = "清除中心保存期满的办件内容、到期的填报项和预约、需求等记录（个人信息保护法 19、47），日志链仍然可以校验"
    parser = reporting(inner, "purge", purge, help_)
    parser.add_argument("--number", action="append", default=[], metavar="NUMBER", help="本人要求清除的办件，可重复")
    parser.add_argument("--reason", default="", metavar="TEXT", help="谁要求清除、依据什么；有 --number 时必填")
    parser.add_argument("--dry-run", action="store_true", help="只列出到期的，不清除")


def purge(args: argparse.Namespace) -> int:
    """What is due by `erase_after_days`, or the numbers that are named."""
    from edge.commands.centre import opened
    from sync.centre import erasing, erasing_fields, erasing_records

    if args.number and not args.reason.strip():
        raise problem("bad_request", detail="还要写 --reason：谁要求清除、依据什么")
    actor = f"command:{os.getuid()}" if hasattr(os, "getuid") else "command"
    with opened(args) as centre:
        numbers = [one.replace(" ", "") for one in args.number] or erasing.due(centre)
        early = [] if args.number else erasing_fields.due(centre)
        if args.dry_run:
            rooms = [] if args.number else erasing_records.due(centre)
            records = [f"警务室 {one}：到期的预约、需求等记录" for one in rooms]
            lines = [*numbers, *(f"{one}：到期的填报项" for one in early), *records]
            say(args, _answer(numbers, early), "\n".join(lines) or "没有到期的。")
            return 0
        why = "request" if args.number else "term"
        done = erasing.erase(centre, numbers, why=why, note=args.reason.strip()[:200], actor=actor)
        fields = erasing_fields.Expired() if args.number else erasing_fields.daily(centre)
        gone = erasing_records.Gone() if args.number else erasing_records.daily(centre)
    answer = _answer(list(done.applications), list(fields.applications), (done, fields, gone))
    say(args, answer, "\n".join(_sentences(done, fields, gone)))
    return 0


def _sentences(done: Erased, fields: Expired, gone: Gone) -> Iterator[str]:
    if done.applications or done.files:
        yield f"已清除 {len(done.applications)} 个办件的内容：{done.events} 条记录、{done.files} 份文件。"
        yield "以前的备份、导出的文件和交给别的系统的文件不在内，见 OPERATING.md。"
    if fields.fields:
        yield f"已删除 {len(fields.applications)} 个办件里到期的填报项 {fields.fields} 个，办件本身还在。"
    if gone.events:
        yield f"已清除 {len(gone.rooms)} 个警务室到期的预约、需求、走失公告和值班说明：{gone.events} 条记录。"
    if not (done.applications or done.files or fields.fields or gone.rooms):
        yield "没有到期的。"
    if not (done.log_emptied and fields.log_emptied and gone.log_emptied):
        yield "库旁边的日志还没有清空，里面有清除以前的内容：请在没有别的程序读库的时候再运行一次 yizhan centre purge。"


def _answer(
    numbers: list[str], early: list[str], went: tuple[Erased, Expired, Gone] | tuple[()] = ()
) -> dict[str, Any]:
    done, fields, gone = went or (None, None, None)
    return {
        "applications": numbers,
        "early": early,
        "fields": fields.fields if fields else 0,
        "records": gone.events if gone else 0,
        "erased": bool((done and done.applications) or (fields and fields.fields) or (gone and gone.rooms)),
        "events": done.events if done else 0,
        "files": done.files if done else 0,
        "log_emptied": all(one.log_emptied for one in went),
    }
