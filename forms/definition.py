"""A public service as one JSON file: reading it, refusing it with every fault named, and keeping it by digest."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import rfc8785

from forms import canonical, limits, parameters, reading
from forms.faults import DefinitionError, Fault
from forms.os_words import why
from forms.shape import Shape

__all__ = ["Catalogue", "Definition", "DefinitionError", "Fault", "Page", "load", "load_all", "packaged"]

DEFAULT_LANGUAGE = "zh-CN"
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
class Definition:
    """One version of one service. `digest`: SHA-256 (hex) of the canonical file (RFC 8785)."""

    id: str
    version: str
    digest: str
    schema: dict[str, Any]
    uischema: dict[str, Any]
    i18n: dict[str, dict[str, str]]
    service: dict[str, Any]
    samples: dict[str, Any]
    raw: dict[str, Any]
    cache: dict[Any, Any] = field(default_factory=dict, repr=False)  # compiled validators and the like, by their makers

    @property
    def title(self) -> str:
        return str(self.service.get("name") or self.schema.get("title") or self.id)

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

    def begun(self, day: str) -> bool:
        """Whether it is in force on a day (YYYY-MM-DD): `plan_effective_date` has come, or none is set."""
        return str(self.service.get("plan_effective_date") or "") <= day

    def over(self, day: str) -> bool:
        """Whether it takes nothing new on a day: `plan_cancel_date` has come."""
        return str(self.service.get("plan_cancel_date") or "9999") <= day

    def text(self, key: str, default: str = "", language: str = DEFAULT_LANGUAGE) -> str:
        """A text by its key (JSON Forms' keys), in the language, else in Chinese, else `default`."""
        for name in (language, language.split("-", 1)[0], DEFAULT_LANGUAGE):
            found = self.i18n.get(name, {}).get(key)
            if found is not None:
                return found
        return default


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
    lines.places()
    troubles = troubles or lint.troubles(value)
    troubles += [(place, "同一个键写了两次", "后一个会盖掉前一个，请删去一个") for place in lines.duplicates]
    faults = [Fault(name, place, lines.line(place), message, hint) for place, message, hint in troubles]
    if faults:
        raise DefinitionError(sorted(faults, key=lambda fault: fault.line)[: limits.FAULTS_MAX])


class Catalogue:
    """All definitions that a node or centre knows. As a mapping: id -> newest version.

    One on trial (试用) is offered only where no published version of its service is.
    """

    def __init__(self, definitions: Iterable[Definition] = ()) -> None:
        self._by_id: dict[str, dict[str, Definition]] = {}
        self._by_digest: dict[str, Definition] = {}
        self._on_trial: set[str] = set()
        for definition in definitions:
            self.add(definition)

    def localized(self, values: Mapping[str, parameters.Value]) -> Catalogue:
        """The same definitions in the words of a place."""
        made = Catalogue()
        made._by_digest = {digest: localized(one, values) for digest, one in self._by_digest.items()}
        made._by_id = {
            service: {version: made._by_digest[one.digest] for version, one in versions.items()}
            for service, versions in self._by_id.items()
        }
        made._on_trial = set(self._on_trial)
        return made

    def copy(self) -> Catalogue:
        """The same definitions in a catalogue that others can be added to."""
        made = Catalogue()
        for digest, one in self._by_digest.items():
            made.add(one, trial=digest in self._on_trial)
        return made

    def add(self, definition: Definition, *, trial: bool = False) -> None:
        """A later one with the same id and version takes the place of the earlier; both stay reachable by digest.

        With `trial` it never takes the place of one that is published.
        """
        self._by_digest[definition.digest] = definition
        versions = self._by_id.setdefault(definition.id, {})
        held = versions.get(definition.version)
        if trial and held is not None and held.digest not in self._on_trial:
            return
        versions[definition.version] = definition
        if trial:
            self._on_trial.add(definition.digest)

    def keep(self, definition: Definition) -> None:
        """Known by its digest, and offered to nobody."""
        self._by_digest[definition.digest] = definition

    def all(self) -> list[Definition]:
        """Every version of every service."""
        return [one for versions in self._by_id.values() for one in versions.values()]

    def trials(self) -> list[Definition]:
        """The newest version on trial of each service that has one newer than what is published."""
        newest = [self.versions(service)[0] for service in self._by_id]
        return [one for one in newest if one.digest in self._on_trial]

    def _offered(self, service: str) -> list[Definition]:
        versions = self._by_id.get(service, {}).values()
        return [one for one in versions if one.digest not in self._on_trial] or list(versions)

    def get(self, service: str, version: str | None = None) -> Definition | None:
        """A version of a service, the newest when none is named; None when there is none."""
        if version is not None:
            return self._by_id.get(service, {}).get(version)
        return max(self._offered(service), key=lambda one: version_key(one.version), default=None)

    def current(self, service: str, day: str) -> Definition | None:
        """The newest version of a service that is in force on a day; None when none is yet."""
        begun = [one for one in self._offered(service) if one.begun(day)]
        return max(begun, key=lambda one: version_key(one.version), default=None)

    def by_digest(self, digest: str) -> Definition | None:
        return self._by_digest.get(digest)

    def versions(self, service: str) -> list[Definition]:
        """Every version of a service, the newest first."""
        versions = self._by_id.get(service, {}).values()
        return sorted(versions, key=lambda one: version_key(one.version), reverse=True)

    def __getitem__(self, service: str) -> Definition:
        found = self.get(service)
        if found is None:
            raise KeyError(service)
        return found

    def __contains__(self, service: object) -> bool:
        return service in self._by_id

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def keys(self) -> list[str]:
        return list(self._by_id)

    def values(self) -> list[Definition]:
        return [self[service] for service in self._by_id]

    def items(self) -> list[tuple[str, Definition]]:
        return [(service, self[service]) for service in self._by_id]


def version_key(version: str) -> tuple[int, ...]:
    """"2026.11.2" -> (2026, 11, 2): versions are compared by number, so that .10 is newer than .9."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


class _Everything(frozenset[str]):
    """The digests of files that nobody but this program's own build has written."""

    def __contains__(self, digest: object) -> bool:
        return True


@cache
def _packaged() -> Catalogue:
    return load_all(PACKAGED, known=_Everything())


def packaged() -> Catalogue:
    """The services that came with the program: read once, and not judged again at every start.

    A test holds them free of faults before they are packed.
    """
    return _packaged().copy()


def service_files(folder: str | Path) -> list[Path]:
    """Every *.json of a folder by name, without the signatures that stand beside them."""
    return [path for path in sorted(Path(folder).glob("*.json")) if not path.name.endswith(SIGNATURES)]


def load_all(folder: str | Path, *, known: Collection[str] = ()) -> Catalogue:
    """Every *.json of a folder. Raises DefinitionError with the faults of all files together."""
    catalogue, faults = Catalogue(), []
    for path in service_files(folder):
        try:
            definition = load(path, known=known)
        except DefinitionError as error:
            faults += error.faults
            continue
        if catalogue.get(definition.id, definition.version):
            name = f"{definition.id} {definition.version}"
            faults.append(Fault(path.name, "/version", 0, f"{name} 有两个文件", "请改版本号"))
        catalogue.add(definition)
    if faults:
        raise DefinitionError(faults)
    return catalogue
