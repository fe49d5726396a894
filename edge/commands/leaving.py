"""`yizhan export`, `verify-export` and `support-bundle`: what leaves a room in the open, and what may be handed on."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from edge.commands.common import Commands, reporting, say


def add_commands(commands: Commands) -> None:
    """Put `export`, `verify-export` and `support-bundle` into `commands`, the top level of the command line."""
    parser = reporting(commands, "export", export, "导出本室的全部内容：办件、材料、日志、事项，开放格式，带目录和摘要")
    parser.add_argument("folder", type=Path, metavar="DIR", help="写到哪个空文件夹；里面有个人信息，没有加密")
    parser = reporting(
        commands, "verify-export", verify_export, "核对导出的文件夹：有没有缺、有没有改；不需要本室的数据库"
    )
    parser.add_argument("folder", type=Path, metavar="DIR", help="导出的文件夹")
    parser = reporting(
        commands, "support-bundle", support_bundle, "打一个求助用的文件：自检、版本、设置、日志、计数，不含个人信息"
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="写到哪个文件，如 求助.zip")


def export(args: argparse.Namespace) -> int:
    """`yizhan export DIR`: everything of the room in open formats, with an index of digests; unencrypted, and it
    says so.
    """
    from edge import leaving
    from edge.commands.desk import as_json
    from edge.commands.node import opened

    with opened(args) as node:
        index = leaving.export(node, args.folder, as_json)
    counts = {name: index[name] for name in ("applications", "materials", "definitions", "head", "timed")}
    said = f"已导出 {counts['applications']} 个办件、{counts['materials']} 份材料：{args.folder}\n"
    said += f"核对：yizhan verify-export {args.folder}\n里面有个人信息，没有加密，请妥善保管。"
    if counts["timed"]:
        said += f"\n其中 {counts['timed']} 个填报项有自己的保存期限（见 terms.json）：驿站里的到期会删，这份里的不会。"
        said += "请到期以后删掉这份，还要用的重新导出。"
    say(args, counts | {"folder": str(args.folder), "files": len(index["files"])}, said)
    return 0


def verify_export(args: argparse.Namespace) -> int:
    """`yizhan verify-export DIR`: holds every file against the index, without a database, and says what in it is kept
    too long. Exit code 1 for any difference.
    """
    from edge import leaving

    found = leaving.check(args.folder, date.today().isoformat())  # noqa: DTZ011  the day on this machine's wall
    said = "\n".join(found["faults"]) or f"导出完整，{found['files']} 个文件都和目录一致。"
    late = f"\n有 {found['over']} 个填报项过了保存期限（见 terms.json），请删掉这份导出，还要用的重新导出。"
    say(args, found, said + (late if found["over"] else ""))
    return 0 if found["whole"] else 1


def support_bundle(args: argparse.Namespace) -> int:
    """`yizhan support-bundle FILE`: what helps to mend this machine, and nothing about a person; `parts` names what
    is in it.
    """
    from edge import support
    from edge.commands.node import opened

    with opened(args) as node:
        names = support.write(node, args.file)
    say(args, {"file": str(args.file), "parts": names}, f"已写到 {args.file}：{'、'.join(names)}。里面没有个人信息。")
    return 0
