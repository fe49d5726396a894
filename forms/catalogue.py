"""All services that a node or a centre knows, by id, version and digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

from forms.head import Head

Named = TypeVar("Named", bound=Head)


class Catalogue(Generic[Named]):
    """All definitions that a node or centre knows, whole or by their heads. As a mapping: id -> newest version.

    One on trial (试用) is offered only where no published version of its service is.
    """

    def __init__(self, definitions: Iterable[Named] = ()) -> None:
        self._by_id: dict[str, dict[str, Named]] = {}
        self._by_digest: dict[str, Named] = {}
        self._on_trial: set[str] = set()
        self._languages: frozenset[str] | None = None
        for definition in definitions:
            self.add(definition)

    def copy(self) -> Catalogue[Named]:
        """The same definitions in a catalogue that others can be added to."""
        made: Catalogue[Named] = Catalogue()
        for digest, one in self._by_digest.items():
            made.add(one, trial=digest in self._on_trial)
        return made

    def add(self, definition: Named, *, trial: bool = False) -> None:
        """A later one with the same id and version takes the place of the earlier; both stay reachable by digest.

        With `trial` it never takes the place of one that is published.
        """
        self._by_digest[definition.digest] = definition
        self._languages = None
        versions = self._by_id.setdefault(definition.id, {})
        held = versions.get(definition.version)
        if trial and held is not None and held.digest not in self._on_trial:
            return
        versions[definition.version] = definition
        if trial:
            self._on_trial.add(definition.digest)

    def keep(self, definition: Named) -> None:
        """Known by its digest, and offered to nobody."""
        self._by_digest[definition.digest] = definition

    def all(self) -> list[Named]:
        """Every version of every service."""
        return [one for versions in self._by_id.values() for one in versions.values()]

    def trials(self) -> list[Named]:
        """The newest version on trial of each service that has one newer than what is published."""
        newest = [self.versions(service)[0] for service in self._by_id]
        return [one for one in newest if one.digest in self._on_trial]

    def _offered(self, service: str) -> list[Named]:
        versions = self._by_id.get(service, {}).values()
        return [one for one in versions if one.digest not in self._on_trial] or list(versions)

    def get(self, service: str, version: str | None = None) -> Named | None:
        """A version of a service, the newest when none is named; None when there is none."""
        if version is not None:
            return self._by_id.get(service, {}).get(version)
        return _newest(self._offered(service))

    def current(self, service: str, day: str) -> Named | None:
        """The newest version of a service that is in force on a day; None when none is yet."""
        return _newest([one for one in self._offered(service) if one.begun(day)])

    def languages(self) -> frozenset[str]:
        """Every language that some service has a text in."""
        if self._languages is None:
            self._languages = frozenset(tag for one in self.all() for tag in one.i18n)
        return self._languages

    def by_digest(self, digest: str) -> Named | None:
        return self._by_digest.get(digest)

    def versions(self, service: str) -> list[Named]:
        """Every version of a service, the newest first."""
        versions = self._by_id.get(service, {}).values()
        return sorted(versions, key=lambda one: version_key(one.version), reverse=True)

    def __getitem__(self, service: str) -> Named:
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

    def values(self) -> list[Named]:
        return [self[service] for service in self._by_id]

    def items(self) -> list[tuple[str, Named]]:
        return [(service, self[service]) for service in self._by_id]


def _newest(found: list[Named]) -> Named | None:
    if len(found) <= 1:
        return found[0] if found else None
    return max(found, key=lambda one: version_key(one.version))


@lru_cache(maxsize=1024)
def version_key(version: str) -> tuple[int, ...]:
    """Numbers of a version: "2026.11.2" -> (2026, 11, 2). They are compared by number, so that .10 is newer than .9."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
