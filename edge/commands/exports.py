"""`yizhan centre export`, `exports`, `archive` and `yizhan verify-archive`: what leaves the centre, and who took it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from edge.commands.common import Commands, reporting, say
from edge.errors import problem

WHAT = ("cases", "steps", "ratings", "states", "late", "anomalies", "catalogue")


def add_commands(commands: Commands) -> None:
    """Put `verify-archive` into `commands`, the top level of the command line."""
    parser = reporting(commands, "verify-archive", verify_archive, "离线校验归档包：有没有被改过、少东西")
    parser.add_argument("file", type=Path, metavar="FILE", help="归档包，.zip")
    parser.add_argument("--key", default="", metavar="HEX", help="省级中心的签名公钥；不写的，只说明是哪把密钥签的")


def add_centre_commands(inner: Commands) -> None:
    """Put `export`, `exports` and `archive` into `inner`, the group of `yizhan centre`."""
    parser = reporting(
        inner,
        "export",
        export,
        "导出办件、好差评、状态、事项目录等；谁导的、为什么，记入台账",
    )
    parser.add_argument("what", metavar="WHAT", choices=WHAT, help="、".join(WHAT))
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="写到哪个文件")
    parser.add_argument("--why", required=True, help="用途，记入台账")
    parser.add_argument(
        "--as", dest="actor", default="centre:cli", help="以哪个审批账号的名义；没有账号的只能导出公开的"
    )
    parser.add_argument(
        "--format", choices=("jsonl", "csv"), default="jsonl", help="每行一个 JSON，或者电子表格用的 CSV"
    )
    parser.add_argument("--area", default="", metavar="CODE", help="只导出编号以它开头的警务室")
    parser.add_argument("--first", default="2000-01-01", metavar="DAY", help="收件日期从哪一天起")
    parser.add_argument("--last", default="2099-12-31", metavar="DAY", help="到哪一天止")
    reporting(inner, "exports", exports, "导出台账：谁、什么时候、导出了什么、为什么")
    parser = reporting(inner, "archive", archive, "把一个办结的办件打成归档包：表单、填报内容、日志、材料、目录和签名")
    parser.add_argument("number", metavar="NUMBER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="写到哪个文件，如 归档.zip")
    parser.add_argument("--why", default="办结归档", help="用途，记入台账")
    parser.add_argument("--as", dest="actor", required=True, help="以哪个审批账号的名义，如 centre:li")


def export(args: argparse.Namespace) -> int:
    """Write one export, and its line in the ledger."""
    from edge.commands.centre import opened
    from sync.centre import exporting
    from sync.centre.export_rows import Asked

    with opened(args) as centre:
        asked = Asked(args.area, args.first, args.last)
        done = exporting.export(
            centre, args.what, args.out, actor=args.actor, why=args.why, asked=asked, form=args.format
        )
    say(args, asdict(done), f"已导出 {done.lines} 行：{done.file}\n摘要（SHA-256）：{done.sha256}")
    return 0


def exports(args: argparse.Namespace) -> int:
    """The ledger, the latest first."""
    from edge.commands.centre import opened
    from sync.centre import exporting

    with opened(args) as centre, centre.store.read() as tx:
        names = ("id", "at", "actor", "what", "why", "lines", "size", "sha256")
        found = [
            {name: getattr(row, name) for name in names} | {"asked": json.loads(row.asked)}
            for row in exporting.ledger(tx)
        ]
    said = "\n".join(f"{one['at']}  {one['actor']}  {one['what']}  {one['lines']} 行  {one['why']}" for one in found)
    say(args, {"exports": found}, said or "还没有导出过。")
    return 0


def archive(args: argparse.Namespace) -> int:
    """Pack one closed application."""
    from edge.commands.centre import opened
    from sync.centre import archiving

    with opened(args) as centre:
        done = archiving.archive(centre, args.number, args.out, actor=args.actor, why=args.why)
        key, early = centre.identity.sign.public.hex(), archiving.timed(centre, args.number)
    said = f"归档包已写到 {done.file}\n校验：yizhan verify-archive {done.file} --key {key}"
    if early:
        last = min(one["until"] for one in early)
        said += f"\n里面有 {len(early)} 个填报项，最早的只保存到 {last}：中心里的到期会删，包里的不会。"
        said += "请到期以后删掉这个包，再打一个。"
    say(args, {**asdict(done), "key": key}, said)
    return 0


def verify_archive(args: argparse.Namespace) -> int:
    """Exit code 0 only for a package that is whole, and of the key that was named."""
    from edge import archives, plain_files

    try:
        data = plain_files.read(args.file, archives.BYTES_MAX)
    except OSError as error:
        raise problem("bad_request", detail=str(args.file)) from error
    found = archives.check(data, args.key.strip().lower())
    say(args, found, "\n".join(found["faults"]) or _sound(found))
    return 0 if found["whole"] else 1


def _sound(found: dict[str, object]) -> str:
    whose = "是这把密钥签的" if found["key_known"] else f"没有核对是谁的密钥：{found['key']}"
    return f"归档包完整，没有被改过：{found['number']}，{found['files']} 个文件，{whose}。"
