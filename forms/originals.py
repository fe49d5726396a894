"""原件核验: which originals a service asks to be seen, by how many people, and which nobody has seen yet.

先传后审: pictures may come first and the originals last, but what the service hands out waits for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from forms.state import Seen
from forms.validation import Validator


class HasService(Protocol):
    """Any definition: only its x-service is read."""

    @property
    def service(self) -> Mapping[str, Any]: ...


def needed(entry: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether these answers make a material one that must be handed in; `required` is a boolean or a JSON Schema."""
    rule = entry["required"]
    return rule if isinstance(rule, bool) else Validator(rule).holds(dict(answers))


def asked(definition: HasService, answers: Mapping[str, Any], given: Collection[str] = ()) -> list[Mapping[str, Any]]:
    """The materials whose original somebody has to look at: what must be there, and what was handed in all the same.

    `given`: slots of materials that came. A picture taken here and a signature written here have no original.
    """
    return [
        entry
        for entry in definition.service["materials"]
        if entry["source"] == "applicant"
        and entry["form"] == "original"
        and entry.get("inspect", True)
        and (needed(entry, answers) or {entry["code"], entry.get("field")} & set(given))
    ]


def people(definition: HasService) -> int:
    """How many have to look at each original."""
    return int(definition.service.get("originals_by", 1))


def outstanding(
    definition: HasService, answers: Mapping[str, Any], seen: Iterable[Seen], given: Collection[str] = ()
) -> list[Mapping[str, Any]]:
    """Those that too few have seen."""
    enough = people(definition)
    done = {one.slot for one in seen if len(one.by) >= enough}
    return [entry for entry in asked(definition, answers, given) if entry["code"] not in done]
