"""For whoever writes the files of a room: every fault at once, each with its place and how to mend it."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from edge.commands import printing, publishing, writing
from edge.commands.common import Commands, group, reporting, say

if TYPE_CHECKING:
    from edge.doctor.checks import Finding
    from kiosk.glyphs import Block

PREVIEW_PORT = 8720


def add_commands(commands: Commands) -> None:
    """Put `forms`, `config` and `doctor` into `commands`, the top level of the command line."""
    forms = group(commands, "forms", "事项文件")
    parser = reporting(forms, "check", check_forms, "检查事项文件，一次列出全部问题")
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="事项文件或文件夹")
    parser = reporting(
        forms, "preview", preview_forms, "在浏览器里预览事项文件：各屏页面、打印件和问题，保存后自动刷新"
    )
    parser.add_argument("dir", type=Path, metavar="DIR", help="放事项文件的文件夹")
    parser.add_argument("--port", type=int, default=PREVIEW_PORT, help="本机端口；0 为由系统选择")
    printing.add_commands(forms)
    writing.add_commands(forms)
    publishing.add_forms_commands(forms)
    config = group(commands, "config", "配置文件")
    reporting(config, "check", check_config, "检查本节点的全部配置文件，一次列出全部问题")
    parser = reporting(config, "texts", list_texts, "列出一种语言还缺哪些屏幕文字，抄进 languages/语言代码.json 翻译")
    parser.add_argument("language", metavar="LANGUAGE", type=_tag, help="语言代码，如 ug、bo")
    parser = reporting(
        commands, "doctor", doctor, "自检：时钟、磁盘、数据库、备份、设备、联系等逐项正常还是要处理；缺哪些字体和部件"
    )
    parser.add_argument("--quick", action="store_true", help="不逐页读数据库，不逐台试设备")
    parser.add_argument("--text", default="", metavar="TEXT", help="再看这些字能不能显示，如一个人的姓名")


def check_forms(args: argparse.Namespace) -> int:
    """`yizhan forms check PATH…`: every fault of all files with place and mend. Exit code 1 where there is one."""
    from forms.lint import check_paths

    faults = check_paths(args.paths)
    answer = {"faults": [fault._asdict() for fault in faults], "paths": [str(path) for path in args.paths]}
    say(args, answer, "\n".join(str(fault) for fault in faults) or "没有发现问题。")
    return 1 if faults else 0


def preview_forms(args: argparse.Namespace) -> int:
    """`yizhan forms preview DIR`: serves the files on loopback as a citizen would see them, until a signal; a saved
    file is shown at once. Raises folder_missing, port_in_use.
    """
    from edge.errors import problem
    from edge.preview import HOST, create_app
    from edge.serving import Server, stop_signals

    if not args.dir.is_dir():
        raise problem("folder_missing", folder=args.dir)
    with stop_signals() as stopped:
        server = Server(create_app(args.dir), HOST, args.port)
        try:
            answer = {"dir": str(args.dir), "url": f"{server.url}/"}
            say(args, answer, f"事项预览：{server.url}/\n保存文件后页面自动刷新。按 Ctrl-C 停止。")
            stopped.wait()
        finally:
            server.stop()
    return 0


def check_config(args: argparse.Namespace) -> int:
    """Every fault of all files of the room at once, each with its place and how to mend it."""
    from edge.config import across_files, one_file

    found = across_files.every_fault(args.home)
    faults = [one_file.sentence(fault) for fault in found]
    places = [
        {"file": one.file, "place": one_file.key_of(one), "line": one.line, "message": one.message, "hint": one.hint}
        for one in found
    ]
    answer = {"faults": faults, "places": places, "home": str(args.home)}
    say(args, answer, "\n".join(faults) or "配置文件没有问题。")
    return 1 if faults else 0


def _tag(given: str) -> str:
    from edge import texts

    if not texts.is_tag(given):
        raise argparse.ArgumentTypeError(f"“{given}”不是语言代码，应当像 ug、bo 这样写")
    return given


def list_texts(args: argparse.Namespace) -> int:
    """The texts of the screens that a language lacks, in the form of its file, with the Chinese and English ones."""
    import json

    from edge import settings, texts
    from edge.config import all_files, language_files
    from edge.texts.table import TABLE
    from forms import languages

    files = all_files.read(args.home, str(settings.node_values(args.home)["node_id"] or "0" * 10))
    missing = language_files.gaps(args.language, files.languages)
    answer = {
        "language": args.language,
        "direction": languages.direction(args.language),
        "there": len(TABLE) - len(missing),
        "missing": {key: TABLE[key] for key in missing},
    }
    skeleton = {key: TABLE[key][texts.DEFAULT] for key in missing}
    say(args, answer, json.dumps(skeleton, ensure_ascii=False, indent=1) if missing else "屏幕文字齐全。")
    return 0


def doctor(args: argparse.Namespace) -> int:
    """Every check of the machine, what the kiosk uses of the system, and which characters can't be drawn.

    Exit code 1 where something wants to be done: a check, a font of the room's languages, a character of --text.
    """
    from edge.doctor import checks
    from kiosk import glyphs
    from kiosk.parts import parts

    looked = _looked(args.home, thorough=not args.quick)
    found, drawn = parts(_languages(args.home)), glyphs.of_this_machine()
    rows = [{name: getattr(one, name) for name in ("name", "there", "needed", "packages", "sentence")} for one in found]
    blocks, missing = drawn.blocks(), drawn.missing(args.text)
    answer = {
        "checks": [asdict(one) | {"title": one.title} for one in looked],
        "thorough": not args.quick,
        "parts": rows,
        "characters": [asdict(one) for one in blocks],
        "missing": missing,
    }
    room = [one.line for one in looked] or [f"{args.home} 里还没有警务室，只看了这台电脑。"]
    lines = [*room, *(one.sentence for one in found)]
    say(args, answer, "\n".join([*lines, *_characters(blocks, args.text, missing)]))
    return 1 if missing or checks.faulty(looked) or any(one.is_fault for one in found) else 0


def _looked(home: Path, *, thorough: bool) -> list[Finding]:
    """The checks of a room; none where this is the folder of no room. Raises settings_wrong."""
    from edge import settings
    from edge.doctor import checks
    from edge.errors import YizhanError
    from edge.node import open_node

    if not (home / settings.NODE_FILE).is_file():
        return []
    try:
        node = open_node(home)
    except YizhanError as error:
        return checks.look_closed(home, error, thorough=thorough)
    try:
        return checks.look(node, thorough=thorough)
    finally:
        node.close()


def _languages(home: Path) -> tuple[str, ...]:
    """Those of the room, where this is the folder of one."""
    from edge import settings
    from edge.config import all_files

    if not (home / settings.NODE_FILE).is_file():
        return ()
    return all_files.read(home, str(settings.node_values(home)["node_id"] or "0" * 10)).room.languages


def _characters(blocks: list[Block], text: str, missing: str) -> list[str]:
    said = "，".join(f"{one.name} {one.drawn}/{one.total}" for one in blocks)
    lines = [f"能显示的汉字：{said}"]
    if text:
        codes = "、".join(f"{one}（U+{ord(one):04X}）" for one in missing)
        lines.append(f"显示不了：{codes}" if missing else f"“{text}”都能显示")
    return lines
