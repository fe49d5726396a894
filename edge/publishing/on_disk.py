"""The files of publishing: signatures beside a service file, and the key of a county; whole on disk or not at all."""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from edge import durable, plain_files, publishing
from edge.errors import YizhanError, problem
from edge.publishing import Sheet
from forms import lint_family, reading, validation
from forms.definition import SIGNATURES, Definition, load, packaged
from forms.faults import DefinitionError, Fault
from forms.os_words import why
from forms.starting import pending

SHEET_BYTES_MAX: Final = 64 << 10
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class CountyKey:
    """Who signs for which area."""

    area: str
    name: str
    private: bytes = field(repr=False)

    @property
    def public(self) -> str:
        return publishing.public_of(self.private)


def schema() -> dict[str, Any]:
    """The JSON Schema of a signature file."""
    text = resources.files("edge").joinpath("signatures.schema.json").read_text(encoding="utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


@cache
def _validator() -> validation.Validator:
    return validation.Validator(schema())


def beside(file: Path) -> Path:
    """`juzhu-dengji.json` -> `juzhu-dengji.sig.json`."""
    return file.with_suffix(SIGNATURES)


def read(path: Path) -> Sheet:
    """A signature file. Raises signature_file_wrong."""
    try:
        data = plain_files.read(path, SHEET_BYTES_MAX)
        value = json.loads(data) if len(data) <= SHEET_BYTES_MAX else None
        faults = [] if value is None else list(_validator().problems(value))
    except (OSError, ValueError, RecursionError) as error:
        raise problem("signature_file_wrong", file=path.name, detail="读不出来") from error
    if value is None:
        raise problem("signature_file_wrong", file=path.name, detail="文件过大")
    for fault in faults:
        raise problem("signature_file_wrong", file=path.name, detail=f"{fault.path}：{fault.message}")
    return sheet_from(value)


def sheet_from(value: Mapping[str, Any]) -> Sheet:
    """From JSON that the schema of signature files allows."""
    signatures = tuple(publishing.signature_from(one) for one in value["signatures"])
    return Sheet(value["id"], value["version"], value["digest"], signatures)


def of_file(file: Path, definition: Definition) -> Sheet:
    """The sheet beside a service file; an empty one where there is none.

    Raises signature_file_wrong, file_changed for a sheet that was made for another content.
    """
    if not beside(file).exists():
        return publishing.sheet_of(definition)
    sheet = read(beside(file))
    if not publishing.belongs(sheet, definition):
        raise problem("file_changed", file=file.name)
    return sheet


def in_folder(folder: Path) -> Iterator[tuple[str, Sheet | YizhanError]]:
    """Every signature file of a folder by name; what can't be read comes as its problem."""
    for path in sorted(folder.glob(f"*{SIGNATURES}")):
        try:
            yield path.name, read(path)
        except YizhanError as error:
            yield path.name, error


def write(file: Path, sheet: Sheet) -> Path:
    """Put the sheet beside its service file, in place of an earlier one. Raises file_not_written."""
    path = beside(file)
    text = json.dumps(publishing.plain(sheet), ensure_ascii=False, indent=2) + "\n"
    try:
        durable.write_whole(path, text.encode(), mode=durable.READ_BY_ALL, mark=secrets.token_hex(4))
    except OSError as error:
        raise problem("file_not_written", file=path, detail=why(error)) from error
    return path


def finished(file: Path, others: Iterable[Definition] = ()) -> Definition:
    """A definition that may be signed. Raises DefinitionError with its faults, else with everything still open.

    A composed service is judged with its parts, and a part with what it is a part of: those of the program, of the same
    folder, and `others`.
    """
    definition = load(file)
    apart = lint_family.faults({file: definition}, lint_family.beside(file, definition, others))
    if apart:
        raise DefinitionError([one._replace(file=file.name) for one in apart])
    lines = reading.Lines(file.read_text(encoding="utf-8"))
    hint = "请补写或核对后再签发"
    open_items = [
        Fault(file.name, one.pointer, lines.line(one.pointer), f"还没有写完：{one.text}", hint)
        for one in pending(definition.raw)
    ]
    if open_items:
        raise DefinitionError(open_items)
    return definition


def sign(file: Path, key: CountyKey, at: str) -> tuple[Definition, Sheet, bool]:
    """A county signs: (definition, sheet, whether anything is new). Signatures of an earlier version make room.

    Raises DefinitionError with every open item, service_outside_area, signature_file_wrong, file_changed when the
    content of a version that is published was altered.
    """
    definition = finished(file)
    publishing.check_within(key.area, definition, packaged().get(definition.id))
    sheet = _begun(file, definition)
    if any(one.key == key.public for one in sheet.of("county")):
        return definition, sheet, False
    sheet = publishing.sign(sheet, "county", key.private, name=key.name, at=at)
    write(file, sheet)
    return definition, sheet, True


def _begun(file: Path, definition: Definition) -> Sheet:
    """What this version has of signatures already."""
    held = read(beside(file)) if beside(file).exists() else publishing.sheet_of(definition)
    if publishing.belongs(held, definition):
        return held
    if (held.id, held.version) == (definition.id, definition.version) and held.of("centre"):
        raise problem("file_changed", file=file.name)
    return publishing.sheet_of(definition)


def create_key(path: Path, area: str, name: str) -> CountyKey:
    """A new key pair; the file is for its owner alone. Raises area_wrong, file_in_the_way, file_not_written."""
    publishing.check_area(area)
    key = CountyKey(area, name, secrets.token_bytes(KEY_BYTES))
    text = json.dumps({"area": area, "name": name, "private": key.private.hex()}, ensure_ascii=False)
    try:
        durable.write_new(path, f"{text}\n".encode())
    except FileExistsError as error:
        raise problem("file_in_the_way", file=path) from error
    except OSError as error:
        raise problem("file_not_written", file=path, detail=why(error)) from error
    return key


def read_key(path: Path) -> CountyKey:
    """Raises key_file_wrong."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        key = CountyKey(str(value["area"]), str(value["name"]), bytes.fromhex(value["private"]))
        publishing.public_of(key.private)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise problem("key_file_wrong", file=path) from error
    publishing.check_area(key.area)
    return key
