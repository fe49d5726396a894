"""A public service as one JSON file: reading it, refusing it with every fault named, and keeping it by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import rfc8785

from forms import canonical, limits, parameters, reading
from forms.catalogue import Catalogue, version_key
from forms.faults import DefinitionError, Fault
from forms.head import DEFAULT_LANGUAGE, Head
from forms.os_words import why
from forms.shape import Shape

__all__ = [
    "DEFAULT_LANGUAGE",
    "Catalogue",
    "Definition",
    "DefinitionError",
    "Fault",
    "Page",
    "load",
    "load_all",
    "packaged",
    "version_key",
]

SIGNATURES = ".sig.json"  # how the name of a file ends that says who has signed the service file of the same name
PACKAGED = Path(__file__).parent / "services"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the form: a Category of the UI schema. `index` counts from 0."""

    index: int
    key: str
    label: str
    element: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Definition(Head):
    """One version of one service, whole."""

    schema: dict[str, Any]
    uischema: dict[str, Any]
    samples: dict[str, Any]
    raw: dict[str, Any]
    cache: dict[Any, Any] = field(default_factory=dict, repr=False)  # compiled validators and the like, by their makers

    @cached_property
    def pages(self) -> list[Page]:
        """Categories in order; those inside a nested Categorization stand in its place."""
        return [
            Page(index, str(element.get("i18n") or f"page{index}"), str(element.get("label") or ""), element)
            for index, element in enumerate(_categories(self.uischema))
        ]

    @cached_property
    def shape(self) -> Shape:
        """What the schema says about each place in the answers."""
        return Shape([self.schema], self.schema)


def _categories(element: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if element.get("type") == "Categorization":
        for child in element.get("elements") or ():
            yield from _categories(child)
    else:
        yield element


def load(source: str | Path | Mapping[str, Any], *, known: Collection[str] = ()) -> Definition:
    """A definition from a file or from its parsed content.

    Raises DefinitionError with every fault and its place. `known`: digests of files that were checked before (they came
    in a signed pack, or an earlier start checked them); these are only read, which keeps the start of a node short.
    """
    value, text, name = _read(source, trusted=isinstance(known, _Everything))
    troubles = [] if isinstance(value, dict) else [("", "事项文件应当是一个 JSON 对象", "最外层用 { } 括起来")]
    if not isinstance(known, _Everything):
        troubles = troubles or reading.trouble(value)
    digest = "" if troubles else hashlib.sha256(_canonical(value, text, name)).hexdigest()
    if digest not in known or not digest:
        _refuse_faults(value, text, name, troubles)
    return build(value, digest)


def digest_of(file: Path) -> str:
    """The digest of a file that nobody has judged, "" for one that has none. Raises DefinitionError for no JSON."""
    value, text, name = _read(file, trusted=False)
    if not isinstance(value, dict) or reading.trouble(value):
        return ""
    return hashlib.sha256(_canonical(value, text, name)).hexdigest()


def build(value: dict[str, Any], digest: str) -> Definition:
    """A Definition from content that was checked; what varies by place stands at its default."""
    return localized(_as_written(value, digest), {})


def localized(definition: Definition, values: Mapping[str, parameters.Value]) -> Definition:
    """The same definition (same file, same digest) in the words of a place, whose values stand in province.toml."""
    if not parameters.declared(definition.raw):
        return definition
    filled = parameters.fill(definition.raw, values)
    return replace(definition, uischema=filled.uischema, i18n=filled.i18n, service=filled.service, cache={})


def _as_written(value: dict[str, Any], digest: str) -> Definition:
    return Definition(
        id=str(value.get("id", "")),
        version=str(value.get("version", "")),
        digest=digest,
        heading=str(value["schema"].get("title") or ""),
        schema=value["schema"],
        uischema=value["uischema"],
        i18n=value.get("i18n") or {},
        service=value.get("x-service") or {},
        samples=value.get("x-samples") or {},
        raw=value,
    )


def _read(source: str | Path | Mapping[str, Any], *, trusted: bool) -> tuple[Any, str, str]:
    if isinstance(source, Mapping):
        return dict(source), "", str(source.get("id", ""))
    path = Path(source)
    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # a pipe that nobody writes to would hold us
            raise DefinitionError([Fault(path.name, "", 0, "文件打不开", "这不是普通文件")])
        with path.open("rb") as file:
            data = file.read(limits.FILE_BYTES_MAX + 1)
        value, text = reading.read(data, trusted=trusted)
    except OSError as error:
        raise DefinitionError([Fault(path.name, "", 0, "文件打不开", why(error))]) from error
    except reading.ReadError as error:
        raise DefinitionError([Fault(path.name, "", error.line, error.message, error.hint)]) from error
    return value, text, path.name


def _canonical(value: dict[str, Any], text: str, name: str) -> bytes:
    try:
        return canonical.dumps(value, text)
    except (rfc8785.CanonicalizationError, ValueError, RecursionError) as error:
        raise DefinitionError([Fault(name, "", 0, "文件不能写成规范的 JSON", str(error))]) from error


def _refuse_faults(value: Any, text: str, name: str, troubles: list[reading.Trouble]) -> None:
    from forms import lint  # the lint tries the samples through forms.answers, which needs this module

    lines = reading.Lines(text)
    if text and reading.has_doubles(text):
        lines.places()
    troubles = troubles or lint.troubles(value)
    troubles += [(place, "同一个键写了两次", "后一个会盖掉前一个，请删去一个") for place in lines.duplicates]
    faults = [Fault(name, place, lines.line(place), message, hint) for place, message, hint in troubles]
    if faults:
        raise DefinitionError(sorted(faults, key=lambda fault: fault.line)[: limits.FAULTS_MAX])


class _Everything(frozenset[str]):
    """The digests of files that nobody but this program's own build has written."""

    def __contains__(self, digest: object) -> bool:
        return True


EVERYTHING = _Everything()


@cache
def packaged_files() -> Mapping[str, Definition]:
    """The services that came with the program, by the name of their file: read once, and judged by nobody here.

    A test holds them free of faults before they are packed. `packaged_files.cache_clear()` lets go of them.
    """
    return {path.name: load(path, known=EVERYTHING) for path in service_files(PACKAGED)}


def packaged() -> Catalogue[Definition]:
    """The services that came with the program, in a catalogue that others can be added to."""
    return Catalogue(packaged_files().values())


def service_files(folder: str | Path) -> list[Path]:
    """Every *.json of a folder by name, without the signatures that stand beside them."""
    return [path for path in sorted(Path(folder).glob("*.json")) if not path.name.endswith(SIGNATURES)]


def double(file: str, service: str, version: str) -> Fault:
    """The fault of a file whose version of a service stands in another one already."""
    return Fault(file, "/version", 0, f"{service} {version} 有两个文件", "请改版本号")


def load_all(folder: str | Path, *, known: Collection[str] = ()) -> Catalogue[Definition]:
    """Every *.json of a folder. Raises DefinitionError with the faults of all files together."""
    catalogue: Catalogue[Definition] = Catalogue()
    faults: list[Fault] = []
    for path in service_files(folder):
        try:
            definition = load(path, known=known)
        except DefinitionError as error:
            faults += error.faults
            continue
        if catalogue.get(definition.id, definition.version):
            faults.append(double(path.name, definition.id, definition.version))
        catalogue.add(definition)
    if faults:
        raise DefinitionError(faults)
    return catalogue
