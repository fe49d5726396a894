"""The province's own tables in HOME/data: looked at when a code is looked up, taken over when saved and right.

`data/<source>.json` goes over the program's table of that source, `data/doorplates.json` says how door plates are read.
A faulty file changes nothing: what it said before stays, and the log tells why.
"""

import json
import logging
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from edge import plain_files
from edge.os_words import why
from forms import doorplates, formats, lookup
from forms.doorplates import Rule
from forms.faults import Fault
from forms.lookup import Override
from forms.validation import SchemaError, Validator

FOLDER = "data"
PLATES = "doorplates"
FILE_BYTES_MAX = 8 << 20  # a province has some 20,000 townships and villages, 30 bytes each
_HINT = "请对照 data.schema.json 改正；改正以前沿用原来的"

logger = logging.getLogger(__name__)
Stamp = tuple[int, int, int]


class Held(NamedTuple):
    """What a file said when it was last right, None for one that never was; `stamp` of the file that was looked at."""

    stamp: Stamp | None
    value: Any


class DataFiles:
    """The tables of one home, for `forms.lookup.use`. Nothing is read before something is looked up."""

    def __init__(self, home: Path) -> None:
        self._folder = home / FOLDER
        self._held: dict[str, Held] = {}

    def __call__(self, source: str) -> Override | None:
        """The province's table of a source; None where it has none."""
        found = self._current(source)
        return found if isinstance(found, Override) else None

    def rules(self) -> tuple[Rule, ...]:
        """How door plates are read: the province's rows first, then the program's."""
        return (*(self._current(PLATES) or ()), *doorplates.PACKAGED)

    def _current(self, name: str) -> Any:
        path = self._folder / f"{name}.json"
        stamp = _stamp(path)
        held = self._held.get(name)
        if held is None or held.stamp != stamp:
            before = held.value if held else None
            held = self._held[name] = Held(stamp, self._read(path, before) if stamp else None)
        return held.value

    def _read(self, path: Path, before: Any) -> Any:
        value, faults = read(path)
        for fault in faults:
            logger.warning("%s", fault)
        return before if faults else value


_NAMES = {*lookup.SOURCES, PLATES} - {lookup.OFFICERS}


def _stamp(path: Path) -> Stamp | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size, state.st_ino


def check(home: Path) -> list[Fault]:
    """Every fault of every table in HOME/data, where the database may lie as well."""
    return [fault for path in sorted((home / FOLDER).glob("*.json")) for fault in read(path)[1]]


def read(path: Path) -> tuple[Any, list[Fault]]:
    """What a file says (Override, or rules of door plates), and what is wrong with it."""
    file, name = f"{FOLDER}/{path.name}", path.stem
    if name not in _NAMES:
        known = "、".join(f"{one}.json" for one in sorted(_NAMES))
        return None, [Fault(file, "", 0, "不认识这个文件", f"data 里可以放：{known}")]
    try:
        data = plain_files.read(path, FILE_BYTES_MAX)
        value = json.loads(data) if len(data) <= FILE_BYTES_MAX else None
    except OSError as error:
        return None, [Fault(file, "", 0, f"文件打不开：{why(error)}", "请核对文件的权限")]
    except (ValueError, RecursionError) as error:
        return None, [Fault(file, "", getattr(error, "lineno", 0), "不是有效的 JSON 文件", _HINT)]
    if value is None:
        return None, [Fault(file, "", 0, "文件太大，或者是空的", f"最多 {FILE_BYTES_MAX >> 20} MB")]
    faults = [Fault(file, place, 0, message, _HINT) for place, message in _troubles(name, value)]
    return (None if faults else _made(name, value)), faults


def _made(name: str, value: dict[str, Any]) -> Any:
    if name == PLATES:
        return tuple(Rule(one["title"], one["pattern"]) for one in value["rules"])
    return Override(value["version"], value["entries"], value.get("i18n", {}), tuple(value.get("replaces", ())))


def _troubles(name: str, value: Any) -> list[tuple[str, str]]:
    """(JSON Pointer, sentence) of what is wrong: first by the schema, then what a schema can't say."""
    try:
        found = _validator(PLATES if name == PLATES else "data").problems(value)
    except SchemaError as error:
        return [("", str(error))]
    if found:
        return [(one.path, one.message or f"写法不对（{one.keyword}）") for one in found]
    if name == PLATES:
        said = [(f"/rules/{at}/pattern", doorplates.fault(one["pattern"])) for at, one in enumerate(value["rules"])]
        return [(place, sentence) for place, sentence in said if sentence]
    if name == lookup.DIVISIONS:
        wrong = [code for code in value["entries"] if not formats.is_division(code)]
        return [(f"/entries/{code}", "区划代码是6位、9位或12位数字") for code in wrong]
    return []


@cache
def _validator(name: str) -> Validator:
    return Validator(json.loads(resources.files("edge").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")))
