"""A composed service beside its parts: what is missing or was changed is found whichever of the files is judged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from forms import lint_whole
from forms.catalogue import Catalogue
from forms.definition import Definition, load, packaged, service_files
from forms.faults import DefinitionError, Fault
from forms.reading import Lines, Trouble

_PART = re.compile(r"/x-service/parts/(\d+)")


def faults(files: Mapping[Path, Definition], catalogue: Catalogue[Definition]) -> list[Fault]:
    """What does not fit together of these files, without fault each for itself, and the services that stand beside
    them: told at the composed one where that is among the files, else at the part that was changed.

    `catalogue`: all services there are, the files among them.
    """
    places = {definition.digest: path for path, definition in files.items()}
    return [fault for whole in _concerned(files, catalogue) for fault in _of_whole(whole, places, files, catalogue)]


def beside(file: Path, definition: Definition, others: Iterable[Definition] = ()) -> Catalogue[Definition]:
    """The services that one file has to fit, itself among them: the program's, `others`, and those of its folder."""
    catalogue = packaged()
    for one in others:
        catalogue.add(one)
    told = dict(_told(file.parent))
    wholes = [parts for parts in told.values() if definition.id in parts[1]]
    wanted = set(_parts(definition)).union(*([name, *parts] for name, parts in wholes))
    for path, (name, _) in told.items():
        if name in wanted:
            with suppress(DefinitionError):  # whoever looks at that file is told its faults
                catalogue.add(load(path))
    catalogue.add(definition)
    return catalogue


def _told(folder: Path) -> Iterator[tuple[Path, tuple[str, list[str]]]]:
    """Which service each file of a folder is, and its parts, without judging it."""
    for path in service_files(folder):
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):  # no service file
            raw = json.loads(path.read_text("utf-8"))
            yield path, (raw["id"], [entry["service"] for entry in raw["x-service"].get("parts", ())])


def _concerned(files: Mapping[Path, Definition], catalogue: Catalogue[Definition]) -> list[Definition]:
    """The composed services among the files, then those in force that one of the files is a part of."""
    given, ids = list(files.values()), {one.id for one in files.values()}
    others = [found for name in catalogue if (found := catalogue.get(name)) is not None and found not in given]
    return [one for one in given if _parts(one)] + [one for one in others if ids.intersection(_parts(one))]


def _parts(definition: Definition) -> list[str]:
    return [entry["service"] for entry in definition.service.get("parts", ())]


def _of_whole(
    whole: Definition, places: Mapping[str, Path], files: Mapping[Path, Definition], catalogue: Catalogue[Definition]
) -> Iterator[Fault]:
    troubles = lint_whole.across(whole, catalogue.get)
    if whole.digest in places:
        yield from _at_whole(places[whole.digest], troubles)
        return
    for place, message, hint in troubles:
        path = _changed(whole, place, files)
        yield Fault(str(path), "", 0, f"它是“{whole.title}”的一项，改成这样就对不上了：{message}", hint)


def _at_whole(path: Path, troubles: list[Trouble]) -> Iterator[Fault]:
    lines = Lines(path.read_text("utf-8"))
    lines.places()
    for place, message, hint in troubles:
        yield Fault(str(path), place, lines.line(place), message, hint)


def _changed(whole: Definition, place: str, files: Mapping[Path, Definition]) -> Path:
    """The file that a fault of a composed service outside of them comes from: the part that it names, else the first
    of its parts.
    """
    parts, found = _parts(whole), _PART.match(place)
    named = parts[int(found[1])] if found else ""
    own = {definition.id: path for path, definition in files.items() if definition.id in parts}
    return own.get(named) or next(iter(own.values()))
