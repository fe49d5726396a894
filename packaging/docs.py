"""Write the reference tables of the README from the code: `python packaging/docs.py [--check]`.

Each table stands between two markers, `<!-- table: NAME -->` and `<!-- end -->`. A test compares them with the code, so
a setting, command, event or error that nobody documented is noticed.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from edge import cli, errors
from edge.config import one_file
from forms import kind_of, kinds
from sync.centre import data_classes
from sync.centre import settings as centre_settings
from sync.centre.ports import registry

sys.path.append(str(Path(__file__).resolve().parent))
import ways

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCK = re.compile(r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
EVERYWHERE = {"--help", "--home"}  # said once in the text


# what makes a field one of these; a kind without a line here stops the build of the table
CONTROLS = {
    "text": "a string: one line; `format` and `maxLength` decide keyboard and limit",
    "long-text": 'a string with `"options": {"multi": true}`: several lines',
    "number": "`number` or `integer`",
    "date": 'a string with `"format": "date"`: year, month and day in boxes of their own; '
    'with `"format": "partial-date"` only the year must be given (`minLength` 7: the month too)',
    "choice": "`enum`, `oneOf` of `const` and `title`, or an array that picks several of them",
    "yes-no": "`boolean`",
    "division": 'a string with `"x-lookup": {"source": "divisions"}`: chosen level by level, or looked for',
    "file": 'a string with `"format": "file-ref"`: a photo or a PDF, kept as a material',
    "signature": 'the same with `"options": {"capture": "signature"}`: drawn on the screen',
    "list": "an array of objects: rows that can be added and removed",
    "group": "an object: its fields under one heading",
    "note": "a `Label` of the UI schema, or `null`: text without an answer",
}


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell(text) for text in line) + " |\n" for line in lines)


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    return f"`{text}`"


def leaves(parser: argparse.ArgumentParser) -> Iterable[argparse.ArgumentParser]:
    """The parsers of all commands that do something, groups left out."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001 -- argparse offers no other way to walk itself
    if not groups:
        yield parser
    for group in groups:
        for child in group.choices.values():
            yield from leaves(child)


def usage(parser: argparse.ArgumentParser) -> str:
    """How a command is called, such as `yizhan show NUMBER [--json]`."""
    words = [parser.prog]
    for action in parser._actions:  # noqa: SLF001 -- as above
        if not EVERYWHERE.intersection(action.option_strings):
            word = called(action)
            words.append(word if action.required else f"[{word}]")
    return " ".join(words)


def called(action: argparse.Action) -> str:
    if action.choices and not action.metavar:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    else:
        value = str(action.metavar or action.dest.upper())
    if not action.option_strings:
        return value
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"


def commands() -> str:
    rows = [(code(usage(parser)), parser.description or "") for parser in leaves(cli.build_parser())]
    return table(("command", "what it does"), rows)


def default_of(value: Any) -> str:
    if value is None:
        return "required"
    return code(str(value)) if value not in ("", [], ()) else "empty"


def settings_of_schema(name: str) -> str:
    rules = one_file.schema(name)["properties"]
    rows = [(code(key), default_of(rule.get("default")), rule.get("description", "")) for key, rule in rules.items()]
    return table(("key", "default", "meaning"), rows)


def centre_keys() -> str:
    known = [field for field in fields(centre_settings.CentreSettings) if field.name != "home"]
    rows = [(code(field.name), default_of(field.default), centre_settings.ABOUT[field.name]) for field in known]
    return table(("key", "default", "meaning"), rows)


def controls() -> str:
    return table(("kind", "what makes a field one"), [(code(kind), CONTROLS[kind]) for kind in kind_of.KINDS])


def events() -> str:
    rows = []
    for name, kind in {**kinds.KINDS, **kinds.ROOM_KINDS}.items():
        parts = [code(field) if about.required else f"{code(field)}?" for field, about in kind.fields.items()]
        side = "both" if kind.either else kind.side
        rows.append((code(name), side, kind.title, ", ".join(parts)))
    return table(("kind", "written by", "名称", "fields (? may be missing)"), rows)


def results() -> str:
    return table(("result", "名称"), [(code(name), title) for name, title in kinds.RESULTS.items()])


def problems() -> str:
    rows = [
        (code(name), str(entry.status), "no" if entry.permanent else "yes", entry.sentence, entry.hint)
        for name, entry in errors.CATALOGUE.items()
    ]
    return table(("code", "HTTP", "retry helps", "sentence", "hint"), rows)


def exports() -> str:
    rows = [
        (code(name), one.title, "yes" if one.personal else "no", data_classes.AUDIENCES[one.audience])
        for name, one in data_classes.CLASSES.items()
    ]
    return table(("class", "名称", "persons", "who may see it"), rows)


def ports() -> str:
    rows = []
    for port in registry.PORTS:
        out = "; ".join(f"{code(name)} {text}" for name, text in port.gives.items()) or "nothing"
        into = "; ".join(
            f"{code(name)}{'' if about.required else '?'} {about.description}" for name, about in port.takes.items()
        )
        folder = "sms/" if port.name == "sms" else f"ports/{port.name}/out/"
        rows.append((f"{port.title}，{code(folder)}", out, into))
    return table(("port", "a line that goes out", "a line that comes back (? may be missing)"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "exports": exports,
    "ports": ports,
    "commands": commands,
    "node-settings": lambda: settings_of_schema("node"),
    "room-settings": lambda: settings_of_schema("room"),
    "centre-settings": centre_keys,
    "controls": controls,
    "events": events,
    "results": results,
    "problems": problems,
}


def way(name: str) -> str:
    """One of the ways through the program. Its lines move with every edit: a test leaves them some room."""
    return table(("", "what happens", "function", "where"), ways.rows(name))


# not among TABLES, which are held to the letter
WAYS: dict[str, Callable[[], str]] = {f"way-{name}": lambda name=name: way(name) for name in ways.WAYS}  # type: ignore[misc]


def written(text: str) -> str:
    """The text with every table as the code says it. Raises KeyError for a marker that names no table."""
    return BLOCK.sub(lambda block: block[1] + (TABLES | WAYS)[block["name"]]() + block[3], text)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the tables of the README from the code.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a table is out of date")
    options = parser.parse_args()
    old = README.read_text(encoding="utf-8")
    new = written(old)
    if options.check and new != old:
        print("README.md is out of date: make docs", file=sys.stderr)
        return 1
    README.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
