"""One file of a room: read, held against its schema, every fault with its line. TOML, JSON, and Markdown with a head.

Nothing here knows what a file is for; the schemas beside this file are what an editor uses too.
"""

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from edge import plain_files
from edge.config import toml_lines
from edge.os_words import why
from forms import pointer, reading, validation
from forms.faults import Fault
from forms.shape import Shape

FILE_BYTES_MAX = 256 * 1024  # a card is about 2 kB, a year's holidays 1 kB
_HEAD = "+++"


class Read(NamedTuple):
    """`value` is complete with the schema's defaults and only to be used without faults; `body`: of Markdown."""

    value: dict[str, Any]
    faults: tuple[Fault, ...] = ()
    body: str = ""
    lines: Mapping[str, int] | None = None

    def fault(self, file: str, place: str, message: str, hint: str) -> Fault:
        """A fault of this file at a JSON Pointer, with its line."""
        return Fault(file, place, toml_lines.line(dict(self.lines or {}), place), message, hint)


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file: node, room, home, province, devices, card, faq, notice, calendar."""
    text = resources.files("edge").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@cache
def _validator(name: str) -> validation.Validator:
    return validation.Validator(schema(name))


@cache
def _shape(name: str) -> Shape:
    return Shape([schema(name)], schema(name))


def sentence(fault: Fault) -> str:
    """A fault as people read it: file, line, key, what is wrong, how to mend it."""
    line = f" 第 {fault.line} 行" if fault.line else ""
    key = f" {key_of(fault)}" if fault.pointer else ""
    return f"{fault.file}{line}{key}：{fault.message}" + (f"（{fault.hint}）" if fault.hint else "")


def key_of(fault: Fault) -> str:
    """The place in the words of the file's language: a dotted key in TOML, a JSON Pointer in JSON."""
    if fault.file.endswith(".json"):
        return fault.pointer
    return fault.pointer.removeprefix("/").replace("/", ".")


def read(path: Path, name: str, file: str = "", overrides: Mapping[str, Any] | None = None) -> Read:
    """A file by its ending. `file`: how faults call it; `overrides` take the place of keys before it is judged."""
    file = file or path.name
    try:
        data = _bytes(path)
    except FileNotFoundError:
        return _refused(file, 0, "没有这个文件", "请新建，或者从备份放回")
    except OSError as error:
        return _refused(file, 0, f"文件打不开：{why(error)}", "请核对文件的权限")
    if len(data) > FILE_BYTES_MAX:
        return _refused(file, 0, "文件太大", f"最多 {FILE_BYTES_MAX // 1024} kB")
    if path.suffix == ".json":
        return _read_json(data, name, file)
    return _read_text(data, name, file, overrides or {}, has_body=path.suffix == ".md")


def packaged(path: Path, name: str) -> Read:
    """A file that came with the program: a test holds it free of faults, and a start need not."""
    if path.suffix == ".json":
        return Read(_complete(name, json.loads(path.read_bytes())))
    text = path.read_text(encoding="utf-8")
    head, body, _ = _split(text) if path.suffix == ".md" else (text, "", 0)
    return Read(_complete(name, _plain(tomllib.loads(head or ""))), body=body)


def _read_text(data: bytes, name: str, file: str, overrides: Mapping[str, Any], *, has_body: bool) -> Read:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = data.count(b"\n", 0, error.start) + 1
        return _refused(file, at, "文件不是 UTF-8 编码", "请用 UTF-8 另存一次")
    head, body, start = _split(text) if has_body else (text, "", 0)
    if head is None:
        return _refused(file, 1, "缺少文件头", "第一行写 +++，写完 title 等内容后，再单独写一行 +++")
    return _read_toml(head, name, file, body=body, start=start, overrides=overrides)


def _bytes(path: Path) -> bytes:
    return plain_files.read(path, FILE_BYTES_MAX)


def _refused(file: str, line: int, message: str, hint: str) -> Read:
    return Read({}, (Fault(file, "", line, message, hint),))


def _split(text: str) -> tuple[str | None, str, int]:
    """Head, body and the lines before the head of a Markdown file; head None when it has none."""
    rows = text.split("\n")
    ends = [at for at, row in enumerate(rows) if row.strip() == _HEAD][:2]
    if len(ends) != 2 or any(row.strip() for row in rows[: ends[0]]):  # noqa: PLR2004 - where it opens and closes
        return None, "", 0
    return "\n".join(rows[ends[0] + 1 : ends[1]]), "\n".join(rows[ends[1] + 1 :]), ends[0] + 1


def _read_json(data: bytes, name: str, file: str) -> Read:
    try:
        value, text = reading.read(data)
    except reading.ReadError as error:
        return _refused(file, error.line, error.message, error.hint)
    found = reading.Lines(text)
    places = found.places()
    troubles = [*reading.trouble(value), *((at, "同一个键写了两次", "请删去一个") for at in found.duplicates)]
    if not troubles:
        troubles = _troubles(name, value)
    faults = tuple(Fault(file, place, found.line(place), message, hint) for place, message, hint in troubles)
    return Read(_complete(name, value), faults, lines=places)


def _read_toml(text: str, name: str, file: str, *, body: str, start: int, overrides: Mapping[str, Any]) -> Read:
    try:
        given = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = start + getattr(error, "lineno", _line_of(str(error), text))
        return _refused(file, at, f"不是有效的 TOML 文件（{error}）", "请检查这一行前后的引号、等号和方括号")
    places = {place: start + line for place, line in toml_lines.lines(text).items()}
    value = {**_plain(given), **overrides}
    faults = [
        Fault(file, place, toml_lines.line(places, place), message, hint)
        for place, message, hint in _troubles(name, value)
    ]
    return Read(_complete(name, value), tuple(faults), body, places)


def _line_of(message: str, text: str) -> int:
    """The line in "Expected '=' after a key (at line 3, column 5)" or "(at end of document)"."""
    if "end of document" in message:
        return len(text.rstrip().split("\n"))
    digits = message.partition("at line ")[2].partition(",")[0]
    return int(digits) if digits.isdecimal() else 1


def _plain(value: Any) -> Any:
    """Dates as text: TOML has them as values, JSON Schema does not."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | float | bool) else value.isoformat()


def _complete(name: str, value: Any) -> dict[str, Any]:
    rules = schema(name)["properties"]
    defaults = {key: rule["default"] for key, rule in rules.items() if "default" in rule}
    return {**defaults, **value} if isinstance(value, dict) else {}


def _troubles(name: str, value: Any) -> list[reading.Trouble]:
    """What the schema says, each place once."""
    found: dict[str, reading.Trouble] = {}
    for problem in _validator(name).problems(value):
        found.setdefault(problem.path, (problem.path, *_explain(name, problem)))
    return list(found.values())


def _explain(name: str, problem: validation.Problem) -> tuple[str, str]:
    shape = _shape(name).at(problem.path)
    about = str(shape.flat.get("description", "")) if shape else ""
    if problem.keyword == "additionalProperties":
        holder = _shape(name).at(pointer.parent(problem.path))
        known = "、".join(holder.names) if holder else ""
        return "没有这个配置项，请核对拼写", f"已有的配置项：{known}"
    key, params = pointer.last(problem.path), problem.params
    said = {
        "required": f"缺少“{key}”",
        "enum": f"“{key}”只能写：{'、'.join(map(str, params.get('options', ())))}",
        "type": f"“{key}”应当是{'或'.join(_TYPES.get(str(one), str(one)) for one in params.get('types', ()))}",
        "anyOf": "写法不对",
        "pattern": f"“{key}”的写法不对",
        "propertyNames": "有写法不对的名称",
        "uniqueItems": f"“{key}”里有重复的内容",
    }
    return said.get(problem.keyword, problem.message), about


_TYPES = {
    "string": "文字，加上引号",
    "number": "数，不加引号",
    "integer": "整数，不加引号",
    "boolean": "true 或 false",
    "array": "用方括号括起来的几项",
    "object": "一组内容",
}
