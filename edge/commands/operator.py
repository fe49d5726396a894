"""For whoever writes the files of a room: every fault at once, each with its place and how to mend it."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from edge.commands import printing, publishing, writing
from edge.commands.common import Commands, group, reporting, say

PREVIEW_PORT = 8720


def add_commands(commands: Commands) -> None:
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
    reporting(commands, "doctor", doctor, "检查这台机器上手写、朗读、生僻字字体装了没有，没装的该装什么")


def check_forms(args: argparse.Namespace) -> int:
    from forms.lint import check_paths

    faults = check_paths(args.paths)
    answer = {"faults": [asdict(fault) for fault in faults], "paths": [str(path) for path in args.paths]}
    say(args, answer, "\n".join(str(fault) for fault in faults) or "没有发现问题。")
    return 1 if faults else 0


def preview_forms(args: argparse.Namespace) -> int:
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
    from edge import room_checks, room_file

    found = room_checks.every_fault(args.home)
    faults = [room_file.sentence(fault) for fault in found]
    places = [
        {"file": one.file, "place": room_file.key_of(one), "line": one.line, "message": one.message, "hint": one.hint}
        for one in found
    ]
    answer = {"faults": faults, "places": places, "home": str(args.home)}
    say(args, answer, "\n".join(faults) or "配置文件没有问题。")
    return 1 if faults else 0


def doctor(args: argparse.Namespace) -> int:
    """What the kiosk uses of the system, and which package brings what is missing."""
    from kiosk.parts import parts

    found = parts()
    rows = [{"name": one.name, "there": one.there, "packages": one.packages, "sentence": one.sentence} for one in found]
    say(args, {"parts": rows}, "\n".join(one.sentence for one in found))
    return 0 if all(one.there for one in found) else 1
