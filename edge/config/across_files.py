"""What no single file of a room can tell: names that lead nowhere, parameters that no service has."""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from edge import settings, texts
from edge.config import all_files, data_files, language_files
from edge.config.all_files import RoomFiles
from edge.errors import YizhanError
from edge.publishing import on_disk
from forms import definition as services
from forms import lint, parameters
from forms.catalogue import Catalogue, Named
from forms.definition import Definition, DefinitionError
from forms.faults import Fault

HOME, PROVINCE = "home.toml", "province.toml"
_REF = re.compile(r"(service|card|life|notice):[a-z0-9]+(-[a-z0-9]+)*")
_WORDS = {"service": "事项", "card": "卡片", "life": "人生大事", "notice": "公告", "faq": "问答"}


def every_fault(home: Path) -> list[Fault]:
    """The faults of all files of a room at once: those of each file, then what does not fit together."""
    node = settings.node_values(home)
    files = all_files.read(home, str(node["node_id"] or "0" * 10))
    folder = settings.services_folder(home)
    unreadable = {one.file for one in files.faults}
    tables = [one for one in data_files.check(home) if one.file not in unreadable]
    found = [*settings.node_faults(home), *files.faults, *tables]
    if folder.is_dir():
        names = {str(path): f"{folder.name}/{path.name}" for path in folder.iterdir()}
        found += [
            Fault(names.get(one.file, one.file), one.pointer, one.line, one.message, one.hint)
            for one in lint.check_paths([folder])
        ]
    catalogue = _catalogue(folder)
    return [*found, *_signatures(folder, catalogue), *remarks(files, catalogue)]


def _signatures(folder: Path, catalogue: Catalogue[Definition]) -> Iterator[Fault]:
    """Signature files that can't be read, and those whose service file is another by now."""
    for name, sheet in on_disk.in_folder(folder):
        file = f"{folder.name}/{name}"
        if isinstance(sheet, YizhanError):
            yield Fault(file, "", 0, sheet.sentence, sheet.hint)
        elif catalogue.by_digest(sheet.digest) is None:
            yield Fault(file, "/digest", 0, "签的不是现在这个事项文件", "事项文件改过以后要重新签发")


def _catalogue(folder: Path) -> Catalogue[Definition]:
    """The packaged services and those of a folder that can be read."""
    catalogue = services.packaged()
    for path in services.service_files(folder) if folder.is_dir() else ():
        try:
            catalogue.add(services.load(path))
        except DefinitionError:
            continue  # its faults are told beside the others
    return catalogue


def remarks(files: RoomFiles, catalogue: Catalogue[Named]) -> Iterator[Fault]:
    """What the files of a room say of each other and of its services, and is not so. Nothing stops for it."""
    home = files.given.get(HOME, {})
    known = {
        "service": set(catalogue),
        "card": set(files.cards),
        "life": _lives(home),
        "notice": set(files.notices),
    }
    for place, ref in _refs(home):
        kind, _, name = ref.partition(":")
        if name not in known[kind]:
            yield _fault(files, HOME, place, f"没有{_WORDS[kind]}“{name}”，首页不显示它", _near(name, known[kind]))
    yield from _parameters(files, catalogue)
    yield from _languages(files, catalogue)


def _languages(files: RoomFiles, catalogue: Catalogue[Named]) -> Iterator[Fault]:
    """Languages of room.toml that nothing speaks. What a language lacks is no fault: it is shown in Chinese."""
    for at, tag in enumerate(files.room.languages):
        if tag not in {*texts.LANGUAGES, *files.languages, *catalogue.languages()}:
            hint = f"写一个 {language_files.FOLDER}/{tag}.json，缺的文字用 yizhan config texts {tag} 列出来"
            yield _fault(files, "room.toml", f"/languages/{at}", f"屏幕还不会说“{tag}”，不显示它", hint)


def _refs(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """What home.toml leads to, with its place; the packaged one is not the room's to mend."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _refs(one, f"{place}/{key}") if key != "hidden" else ()
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _refs(one, f"{place}/{at}")
    elif isinstance(value, str) and _REF.fullmatch(value):
        yield place, value


def _lives(given: Mapping[str, Any]) -> set[str]:
    rows = given.get("life")
    return {str(one.get("id")) for one in rows if isinstance(one, Mapping)} if isinstance(rows, list) else set()


def _parameters(files: RoomFiles, catalogue: Catalogue[Named]) -> Iterator[Fault]:
    rules: dict[str, Mapping[str, Any]] = {}
    for one in catalogue.all():
        rules.update(one.service.get("parameters", {}))
    given = files.given.get(PROVINCE, {}).get("parameters")
    for name, value in given.items() if isinstance(given, Mapping) else ():
        place = f"/parameters/{name}"
        if name not in rules:
            yield _fault(files, PROVINCE, place, f"没有事项用到参数“{name}”", _near(name, set(rules)))
        elif not parameters.fits(value, rules[name]["default"]):
            kind = "一个数，不加引号" if isinstance(rules[name]["default"], int | float) else "一句话，加上引号"
            yield _fault(files, PROVINCE, place, f"“{name}”应当是{kind}，没有采用", str(rules[name]["title"]))


def _near(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"是不是想写 {near[0]}" if near else "请核对拼写"


def _fault(files: RoomFiles, file: str, place: str, message: str, hint: str) -> Fault:
    return Fault(file, place, files.line(file, place), message, hint)
