"""The sheets of a service on paper, without a screen: `yizhan forms print`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from edge.commands.common import Commands, near, reporting, say

if TYPE_CHECKING:
    from edge.room import Room
    from forms.definition import Definition

NAMES = ("guide", "blank", "help", "sample")


def add_commands(forms: Commands) -> None:
    """`forms`: the group that the command belongs to."""
    parser = reporting(forms, "print", print_sheet, "把一个事项的办事指南、空白表、填写说明或示范文本做成 A4 的 PDF")
    parser.add_argument("service", metavar="SERVICE", help="事项文件，或者事项标识，如 juzhu-dengji")
    parser.add_argument(
        "--sheet", choices=NAMES, default="guide", help="guide 办事指南、blank 空白表、help 填写说明、sample 示范文本"
    )
    parser.add_argument("--pdf", type=Path, required=True, metavar="FILE", help="写到哪个文件")
    parser.add_argument("--lang", default="zh-CN", metavar="LANG", help="语言，如 en；事项没有的语言用中文")


def print_sheet(args: argparse.Namespace) -> int:
    """`yizhan forms print SERVICE --pdf FILE`: a sheet on A4; one of a file that nobody published is marked 试用.

    Raises service_not_named, browser_missing, pdf_failed, file_not_written.
    """
    from edge import settings
    from edge.prints import pdf, sheets

    definition, trial = _wanted(args.service, args.home)
    language = args.lang if args.lang in sheets.languages(definition) else "zh-CN"
    values = settings.node_values(args.home)
    browser = pdf.find_browser(str(values["chromium"]))
    sheet = pdf.Sheet(definition, _room(args.home), args.sheet, language, trial, bool(values["practice"]))
    pages = pdf.write(sheet, args.pdf, browser)
    answer = {
        "file": str(args.pdf),
        "id": definition.id,
        "version": definition.version,
        "sheet": args.sheet,
        "language": language,
        "pages": pages,
        "trial": trial,
    }
    said = f"{definition.title} · {sheets.SHEETS[args.sheet]}：{args.pdf}，{pages} 页{'（试用）' if trial else ''}"
    say(args, answer, said)
    return 0


def _wanted(service: str, home: Path) -> tuple[Definition, bool]:
    """The definition of a file or an id, and whether it is on trial. Raises service_not_named, DefinitionError."""
    from edge import settings
    from edge.errors import problem
    from edge.publishing import status
    from forms.definition import load, packaged, service_files

    file = Path(service)
    if file.suffix == ".json":
        definition = load(file)
        return definition, status.by_signatures(file, definition) != "published"
    folder = settings.services_folder(home)
    for path in service_files(folder) if folder.is_dir() else ():
        definition = load(path)
        if definition.id == service:
            return definition, status.by_signatures(path, definition) != "published"
    if service not in packaged():
        raise problem("service_not_named", service=service, near=near(service, packaged()))
    return packaged()[service], False


def _room(home: Path) -> Room:
    """The room whose name and telephones stand on the sheet; a made-up one where none is set up."""
    from edge import settings
    from edge.preview import ROOM

    if not (home / settings.ROOM_FILE).is_file():
        return ROOM
    room, _ = settings.read_room(home, str(settings.node_values(home)["node_id"]))
    return room or ROOM
