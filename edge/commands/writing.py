"""For whoever starts a new service: from an XLSForm, or from a commented start."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge.commands.common import Commands, reporting, say
from edge.os_words import why

SHOWN_MAX = 60


def add_commands(forms: Commands) -> None:
    """`forms`: the group that the commands belong to."""
    parser = reporting(forms, "import-xlsform", import_xlsform, "把 XLSForm 工作簿转成事项文件，列出转不过来的内容")
    parser.add_argument("workbook", type=Path, metavar="FILE.xlsx", help="XLSForm 工作簿")
    parser.add_argument("--out", type=Path, metavar="FILE", help="写到哪个文件；不写就用 事项标识.json")
    parser.add_argument("--id", default="", metavar="ID", help="事项标识，如 cunmin-yijian；不写就用表格里的 form_id")
    parser = reporting(forms, "new", new, "新写一个事项：给出带说明的起始文件，可以马上试用")
    parser.add_argument("id", metavar="ID", help="事项标识，小写字母、数字和连字符，如 cunmin-yijian")
    parser.add_argument("--out", type=Path, metavar="FILE", help="写到哪个文件；不写就用 事项标识.json")


def import_xlsform(args: argparse.Namespace) -> int:
    """`yizhan forms import-xlsform FILE`: a service file out of an XLSForm, with what of it has no place in one
    (`left`).

    Exit code 1 where the new file still has faults. Raises service_id_wrong, file_in_the_way.
    """
    from edge import xlsform_file
    from edge.errors import problem
    from forms import xlsform

    book = xlsform_file.read(args.workbook)
    service = xlsform.service_id(book.tree, args.id)
    if not service:
        raise problem("service_id_wrong", id=args.id or book.tree.get("id_string", ""))
    made = xlsform.convert(book.tree, book.sheets, book.left, service=service, version=_version())
    out = args.out or Path(f"{service}.json")
    _write(out, made.content)
    answer = _answer(out, made.content) | {
        "left": [asdict(one) for one in made.left],
        "left_more": made.more,
        "fields": made.fields,
    }
    say(args, answer, _imported(answer, [str(one) for one in made.left]))
    return 1 if answer["faults"] else 0


def new(args: argparse.Namespace) -> int:
    """`yizhan forms new ID`: a commented start of a service, which can be tried at once. Exit code 1 where it has
    faults.

    Raises service_id_wrong, file_in_the_way.
    """
    from edge.errors import problem
    from forms import template, xlsform

    if not xlsform.is_id(args.id):
        raise problem("service_id_wrong", id=args.id)
    out = args.out or Path(f"{args.id}.json")
    content = template.start(args.id, _version())
    _write(out, content)
    answer = _answer(out, content)
    say(args, answer, "\n".join([f"已写好 {out}，可以马上试用。", *_pending(answer)]))
    return 1 if answer["faults"] else 0


def _version() -> str:
    """The first version of this month by the node's calendar day: 2026.11.1."""
    from edge.clock import SystemClock

    year, month, _ = SystemClock().today().split("-")
    return f"{int(year):04d}.{int(month)}.1"


def _write(path: Path, content: dict[str, Any]) -> None:
    """A new file, whole or not at all; never over one that is there."""
    from edge.errors import problem
    from forms.lint import SERVICE_SCHEMA

    content["$schema"] = os.path.relpath(SERVICE_SCHEMA, path.absolute().parent)
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise problem("file_in_the_way", file=path) from error
    except OSError as error:
        raise problem("file_not_written", file=path, detail=why(error)) from error


def _answer(out: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    from forms.lint import check_paths
    from forms.starting import pending

    return {
        "file": str(out),
        "id": content["id"],
        "version": content["version"],
        "title": content["schema"]["title"],
        "pages": len(content["uischema"]["elements"]),
        "faults": [fault._asdict() for fault in check_paths([out])],
        "pending": [asdict(one) for one in pending(content)],
    }


def _imported(answer: Mapping[str, Any], left: list[str]) -> str:
    lines = [f"已写好 {answer['file']}：{answer['title']}，{answer['pages']} 页，{answer['fields']} 个填写项。"]
    if left:
        lines += [f"没有带过来的 {len(left) + answer['left_more']} 处：", *_shortened(left)]
    if answer["faults"]:
        faults = [f"{one['pointer']}：{one['message']}（{one['hint']}）" for one in answer["faults"]]
        lines += [f"还不能用，检查出 {len(faults)} 个问题：", *_shortened(faults)]
    else:
        lines.append("检查通过，可以试用；没有审核签名的事项不会真正提交。")
    return "\n".join([*lines, *_pending(answer)])


def _pending(answer: Mapping[str, Any]) -> list[str]:
    texts = [f"{one['pointer']}：{one['text']}" for one in answer["pending"]]
    return [f"正式使用前要补写或核对的 {len(texts)} 处（文件里标着【待补】）：", *_shortened(texts)] if texts else []


def _shortened(lines: list[str]) -> list[str]:
    more = [f"  …另有 {len(lines) - SHOWN_MAX} 处，加 --json 可以看到全部"] if len(lines) > SHOWN_MAX else []
    return [f"  {line}" for line in lines[:SHOWN_MAX]] + more
