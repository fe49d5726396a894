"""`yizhan ferry …` and `yizhan centre ferry …`: carry by hand what the link can't."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge.commands import node as node_commands
from edge.commands.common import Commands, group, reporting, say

if TYPE_CHECKING:
    from edge.errors import YizhanError
    from sync.centre.ferry import Done

UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def add_commands(commands: Commands) -> None:
    """Put `ferry export` and `ferry import` into `commands`, the top level of the command line."""
    inner = group(commands, "ferry", "U盘摆渡：没有网络时用U盘、光盘或网闸的文件夹与省级中心交换")
    parser = reporting(inner, "export", export, "把省级中心还没有确认接收的内容写到文件夹")
    parser.add_argument("folder", type=Path, metavar="DIR", help="U盘或网闸的文件夹")
    parser.add_argument("--max-bytes", type=size, metavar="SIZE", help="最多写多少字节，如 700M；余下的下次再写")
    parser = reporting(inner, "import", import_, "读入省级中心写在文件夹里的接收确认和办理结果")
    parser.add_argument("folder", type=Path, metavar="DIR", help="U盘或网闸的文件夹")


def add_centre_commands(commands: Commands) -> None:
    """Put `ferry import` and `ferry export` into `commands`, the group of `yizhan centre`."""
    inner = group(commands, "ferry", "U盘摆渡：读入各警务室的U盘，写回接收确认和办理结果")
    parser = reporting(inner, "import", centre_import, "读入警务室写在文件夹里的内容")
    parser.add_argument("folder", type=Path, metavar="DIR", help="U盘或网闸的文件夹")
    parser = reporting(inner, "export", centre_export, "给文件夹里的每个警务室写接收确认和办理结果")
    parser.add_argument("folder", type=Path, metavar="DIR", help="U盘或网闸的文件夹")
    parser.add_argument("--node", action="append", default=[], metavar="ID", help="也写给这个警务室（可多次给出）")


def size(text: str) -> int:
    """Bytes from 500, 64k, 700M or 4G. Raises ValueError, which argparse tells."""
    unit = UNITS.get(text[-1:].lower(), 1)
    number = int(text[:-1] if unit > 1 else text) * unit
    if number < 1:
        raise ValueError(text)
    return number


def export(args: argparse.Namespace) -> int:
    """`yizhan ferry export DIR`: writes what the centre has not acknowledged, at most --max-bytes of it, and reads
    it back.

    Exit code 1 where the medium took less than it should have: `problem` says why, and what is on it may be carried.
    """
    from sync.ferry import export as write

    with node_commands.opened(args) as node:
        done = write(node, args.folder, bytes_max=args.max_bytes)
    answer = {
        "files": done.files,
        "bytes": done.bytes,
        "events": done.events,
        "materials": done.materials,
        "waiting": done.waiting,
        "left": {"events": done.left_events, "materials": done.left_materials, "bytes": done.left_bytes},
        "removed": done.removed,
        "sentence": done.sentence,
        "problem": _problem(done.problem),
    }
    say(args, answer, done.sentence)
    return 0 if done.went_well else 1


def import_(args: argparse.Namespace) -> int:
    """`yizhan ferry import DIR`: takes the centre's answers from a medium. Exit code 1 where a file could not be
    believed.
    """
    from sync.ferry import take_in

    with node_commands.opened(args) as node:
        done = take_in(node, args.folder)
    answer = {
        "files": done.files,
        "events": done.events,
        "acked": done.acked,
        "unsent": done.unsent_events,
        "unsent_materials": done.unsent_materials,
        "removed": done.removed,
        "notes": [{"file": note.name, "sentence": note.sentence, "fault": note.fault} for note in done.notes],
        "sentence": done.sentence,
    }
    say(args, answer, done.sentence)
    return 0 if done.went_well else 1


def centre_import(args: argparse.Namespace) -> int:
    """`yizhan centre ferry import DIR`: takes in what rooms wrote. Exit code 1 where something of it was left out."""
    from edge.commands.centre import opened
    from sync.centre.ferry import take_in

    with opened(args) as centre:
        done = take_in(centre, args.folder)
    return _say_centre(args, done, "读入")


def centre_export(args: argparse.Namespace) -> int:
    """`yizhan centre ferry export DIR`: answers for each room with a folder on the medium, and for each --node."""
    from edge.commands.centre import opened
    from sync.centre.ferry import hand_out

    with opened(args) as centre:
        done = hand_out(centre, args.folder, args.node)
    return _say_centre(args, done, "写出")


def _say_centre(args: argparse.Namespace, done: Done, what: str) -> int:
    sentences = done.sentences(what)
    answer: dict[str, Any] = {
        "nodes": [
            {"node": one.node, "name": one.name, "files": one.files, "events": one.events, "missing": one.missing}
            for one in done.lines
        ],
        "removed": done.removed,
        "notes": [{"node": note.node, "file": note.name, "sentence": note.sentence} for note in done.notes],
        "sentence": "".join(sentences),
        "problem": _problem(done.problem),
    }
    say(args, answer, "\n".join(sentences))
    return 0 if done.went_well else 1


def _problem(error: YizhanError | None) -> dict[str, str] | None:
    return None if error is None else {"code": error.code, "sentence": error.sentence, "hint": error.hint}
