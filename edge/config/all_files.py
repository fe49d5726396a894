"""Everything that a room is configured by, beside node.toml: one reader for all files, one value that holds them all.

What the room's folder does not have comes from edge/defaults, so that a room without files works. A file that is faulty
changes nothing: what it said before stays, and the fault is told.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from edge import calendar as seeds
from edge import settings
from edge.config import content, data_files, device_file, language_files, one_file, toml_lines
from edge.config.content import Card, Duty, Faq, Home, Notice, NoticeText, Province
from edge.config.device_file import Devices
from edge.room import Room
from edge.texts import Language
from forms.calendar import Calendar
from forms.faults import Fault
from forms.reading import Trouble

DEFAULTS = Path(__file__).parents[1] / "defaults"
DATA = data_files.FOLDER
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?")


@dataclass(frozen=True)
class RoomFiles:
    """The content of a room's files at one moment; taken over as a whole.

    `duties` are the texts that officers sign, `duties_abroad` the same in other languages (1-gangwei.en), which bind
    nobody. `said`: every file by its name (cards/huzhao.json) as it was last right. `given`: its keys as they
    stand there now, right or not. `lines`: file -> JSON Pointer -> line.
    `faults`: what is wrong with the files that were not taken over; `remarks`: what does not fit together.
    """

    room: Room
    home: Home
    province: Province
    devices: Devices
    cards: Mapping[str, Card]
    faq: tuple[Faq, ...]
    notices: Mapping[str, Notice]
    calendar: Calendar
    data: tuple[Path, ...]
    duties: Mapping[str, Duty] = field(default_factory=dict)
    duties_abroad: Mapping[str, Duty] = field(default_factory=dict)
    languages: Mapping[str, Language] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict, repr=False)
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()

    def line(self, file: str, place: str) -> int:
        """The line of a place of a file; 0 where nobody wrote one."""
        return toml_lines.line(dict(self.lines[file]), place) if file in self.lines else 0


class Kind(NamedTuple):
    """How one kind of file is read. `folder` "" for a file of its own; `troubles`: what no schema can say."""

    schema: str
    make: Callable[[dict[str, Any], str], Any]
    folder: str = ""
    ending: str = ".toml"
    troubles: Callable[[Mapping[str, Any]], list[Trouble]] = lambda _value: []


def _calendar(value: Mapping[str, Any], _name: str) -> Calendar:
    return Calendar.from_data(value)


def _calendar_troubles(value: Mapping[str, Any]) -> list[Trouble]:
    hint = "请核对年份，或者把这一年写进 years"
    return [
        (f"/{key}/{at}", f"{day} 不在 years 写的年份里", hint)
        for key in ("holidays", "workdays")
        for at, day in enumerate(value[key])
        if int(day[:4]) not in value["years"]
    ] + [
        (f"/workdays/{at}", f"{day} 不是周六、周日", "workdays 只写要上班的周六、周日")
        for at, day in enumerate(value["workdays"])
        if date.fromisoformat(day).weekday() <= 4  # noqa: PLR2004 - Friday
    ]


def _home_troubles(value: Mapping[str, Any]) -> list[Trouble]:
    found = []
    for key, name, word in (("areas", "name", "区"), ("life", "id", "人生大事")):
        names = [one[name] for one in value[key]]
        found += [
            (f"/{key}/{at}/{name}", f"{word}“{one}”写了两次", "请删去一个")
            for at, one in enumerate(names)
            if one in names[:at]
        ]
    return found


def _notice_troubles(value: Mapping[str, Any]) -> list[Trouble]:
    start, until = value.get("from"), value.get("until")
    late = bool(start and until and until < start)
    return [("/until", "结束的日期早于开始的日期", "请核对 from 和 until")] if late else []


SINGLES = (
    Kind("home", content.home, troubles=_home_troubles),
    Kind("province", content.province),
    Kind("devices", device_file.devices, troubles=device_file.troubles),
)
FOLDERS = (
    Kind("card", content.card, "cards", ".json"),
    Kind("faq", content.faq, "faq", ".json"),
    Kind("notice", content.notice, "notices", ".md", _notice_troubles),
    Kind("duty", content.duty, "duties", ".md"),
    Kind("calendar", _calendar, "calendar", ".json", _calendar_troubles),
    Kind("language", language_files.language, language_files.FOLDER, ".json", language_files.troubles),
)


def read(home: Path, node_id: str, before: RoomFiles | None = None) -> RoomFiles:
    """All files of a room. `before`: what was in force; a faulty file leaves its part of it as it was.

    Never raises for what a file says; `faults` of the result tells it.
    """
    reading = _Reading(before.said if before else {})
    room, faults = settings.read_room(home, node_id)
    reading.faults += faults
    start, province, devices = (reading.single(home, kind) for kind in SINGLES)
    cards, faq, notices, duties, calendars, languages = (dict(reading.folder(home, kind)) for kind in FOLDERS)
    data, unreadable = _data(home)
    hidden = start.hidden
    return RoomFiles(
        room if room and not faults else before.room if before else _nameless(node_id),
        start,
        province,
        devices,
        cards={name: one for name, one in cards.items() if f"card:{name}" not in hidden},
        faq=tuple(one for name, one in faq.items() if f"faq:{name}" not in hidden),
        notices={name: one for name, one in _notices(notices).items() if f"notice:{name}" not in hidden},
        calendar=_merged(list(calendars.values())),
        data=data,
        duties={name: one for name, one in duties.items() if "." not in name},
        duties_abroad={name: one for name, one in duties.items() if "." in name},
        languages=languages,
        said=reading.said,
        lines=reading.lines,
        given=reading.given,
        faults=(*reading.faults, *unreadable),
    )


def _nameless(node_id: str) -> Room:
    """A room whose file was never right; `settings.load` refuses to start such a node, a check goes on."""
    rules = one_file.schema("room")["properties"]
    plain = {key: rule.get("default", "") for key, rule in rules.items()}
    return settings.make_room(plain, node_id)


class _Reading:
    """What is gathered while the files are read."""

    def __init__(self, before: Mapping[str, Any]) -> None:
        self.before = before
        self.said: dict[str, Any] = {}
        self.lines: dict[str, Mapping[str, int]] = {}
        self.given: dict[str, Mapping[str, Any]] = {}
        self.faults: list[Fault] = []

    def single(self, home: Path, kind: Kind) -> Any:
        """home.toml, province.toml or devices.toml: the room's, else what it said before, else the packaged one."""
        file = kind.schema + kind.ending
        if (home / file).exists():
            found = self.one(home / file, kind, file)
            if found is not None:
                return found
        return _packaged(kind, DEFAULTS / file)

    def folder(self, home: Path, kind: Kind) -> Iterator[tuple[str, Any]]:
        """The packaged files of a folder and those of the room, by name; the room's come in place of the packaged."""
        found = {path.stem: _packaged(kind, path) for path in _ending(DEFAULTS / kind.folder, kind.ending)}
        for path in _ending(home / kind.folder, kind.ending):
            file = f"{kind.folder}/{path.name}"
            one = self.one(path, kind, file)
            if one is not None:
                found[path.stem] = one
        yield from sorted(found.items())

    def one(self, path: Path, kind: Kind, file: str) -> Any:
        """The value of one file; what it said before, or None, where it is faulty."""
        got = _checked(path, kind, file)
        self.lines[file] = dict(got.lines or {})
        self.given[file] = got.value
        if got.faults:
            self.faults += got.faults
            found = self.before.get(file)
        else:
            found = _made(kind, got, path)
        if found is not None:
            self.said[file] = found
        return found


def _checked(path: Path, kind: Kind, file: str) -> one_file.Read:
    """One file with all its faults: of its name, of its schema, of what no schema can say."""
    if kind.folder and not _NAME.fullmatch(path.stem):
        hint = "用小写字母、数字和连字符，如 huzhao" + kind.ending
        return one_file.Read({}, (Fault(file, "", 0, "文件名不能用", hint),))
    got = one_file.read(path, kind.schema, file)
    if got.faults:
        return got
    more = tuple(got.fault(file, *trouble) for trouble in kind.troubles(got.value))
    return one_file.Read(got.value, more, got.body, got.lines)


def _made(kind: Kind, got: one_file.Read, path: Path) -> Any:
    return kind.make(got.value, got.body if kind.ending == ".md" else path.stem)


@cache
def _packaged(kind: Kind, path: Path) -> Any:
    return _made(kind, one_file.packaged(path, kind.schema), path)


def _ending(folder: Path, ending: str) -> list[Path]:
    return sorted(folder.glob(f"*{ending}")) if folder.is_dir() else []


def _notices(files: Mapping[str, Any]) -> dict[str, Notice]:
    """fangnishui.md and fangnishui.en.md are one notice in two languages."""
    found: dict[str, Notice] = {}
    for name, one in files.items():
        if "." not in name:
            tags = {other.partition(".")[2]: other for other in files if other.startswith(f"{name}.")}
            languages: dict[str, NoticeText] = {tag: files[other].text for tag, other in tags.items()}
            found[name] = Notice(name, one, {content.CHINESE: one.text, **languages})
    return found


def _merged(newer: list[Calendar]) -> Calendar:
    calendar = seeds.seed()
    for one in newer:
        calendar = calendar.updated(one)
    return calendar


def _data(home: Path) -> tuple[tuple[Path, ...], list[Fault]]:
    """The province's tables that can be used, and what is wrong with the others."""
    faults = data_files.check(home)
    faulty = {one.file for one in faults}
    found = _ending(home / DATA, ".json")
    return tuple(path for path in found if f"{DATA}/{path.name}" not in faulty), faults


Stamp = tuple[str, int, int, int]
Signature = tuple[Stamp, ...]


def signature(home: Path, services: Path) -> Signature:
    """What changes as soon as one of the files does: name, time, length and inode of each."""
    singles = [home / f"{name}.toml" for name in ("room", *(kind.schema for kind in SINGLES))]
    folders = [(services, ".json"), (home / DATA, ".json"), *((home / kind.folder, kind.ending) for kind in FOLDERS)]
    return tuple(_stamp(path) for path in singles) + tuple(one for place in folders for one in _stamps(*place))


def _stamp(path: "Path | os.DirEntry[str]") -> Stamp:
    try:
        state = path.stat()
    except OSError:
        return os.fspath(path), 0, 0, 0
    return os.fspath(path), state.st_mtime_ns, state.st_size, state.st_ino


def _stamps(folder: Path, ending: str) -> list[Stamp]:
    """Of all files of a folder, of which there may be a thousand."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as found:
        return sorted(_stamp(one) for one in found if one.name.endswith(ending))
