"""代办: who stands there for whom, as the form asks it or as the desk recorded it, and what authorises him."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms import pointer
from forms.definition import Definition
from forms.kinds_receiving import PROXY_PAPERS, RELATIONS
from forms.reading import Trouble
from forms.shape import Shape
from forms.state import State

# somebody whom the law itself lets act needs no letter
_BY_LAW = frozenset({"guardian"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who brings an application for the applicant; "" where it was not asked.

    `relation` is in words. `missing`: names of what should authorise him and nobody has seen or handed in.
    """

    name: str
    number: str
    relation: str
    phone: str
    missing: tuple[str, ...]


def asks(definition: Definition) -> bool:
    """Whether the form itself asks who stands there; then the desk records nothing of its own."""
    return "proxy" in definition.service


def of(definition: Definition, state: State) -> Standing | None:
    """Who stood there for the applicant; None for one who came himself."""
    if asks(definition):
        return _of_form(definition, state)
    if state.proxy is None:
        return None
    said = state.proxy
    missing = tuple(PROXY_PAPERS[one] for one in demanded(said.relation) if one not in said.papers)
    return Standing(said.name, said.number, RELATIONS[said.relation], said.phone, missing)


def demanded(relation: str) -> list[str]:
    """What authorises somebody: a letter and both documents; keys of PROXY_PAPERS."""
    return [one for one in PROXY_PAPERS if one != "letter" or relation not in _BY_LAW]


def _of_form(definition: Definition, state: State) -> Standing | None:
    places: Mapping[str, Any] = definition.service["proxy"]
    said = {key: pointer.get(state.answers, str(places[key]), "") for key in _FIELDS if key in places}
    if not said["name"]:
        return None
    given = {material.slot for material in state.materials}
    wanted = [one for one in definition.service["materials"] if one["code"] in places.get("papers", ())]
    missing = tuple(one["name"] for one in wanted if not {one["code"], one.get("field")} & given)
    relation = _title(definition, str(places.get("relation", "")), said.get("relation", ""))
    return Standing(str(said["name"]), str(said.get("number", "")), relation, str(said.get("phone", "")), missing)


_FIELDS = ("name", "number", "relation", "phone")


def _title(definition: Definition, place: str, value: Any) -> str:
    """The words of a choice; what was written freely is itself."""
    here = definition.shape.at(place) if place else None
    options = here.flat.get("oneOf", ()) if here is not None else ()
    return next((str(one["title"]) for one in options if one.get("const") == value), str(value))


def troubles(value: Mapping[str, Any]) -> Iterator[Trouble]:
    """Faults of `x-service.proxy`: fields that the form doesn't have, materials that the guide doesn't name."""
    said = value["x-service"].get("proxy", {})
    shape = Shape([value["schema"]], value["schema"])
    for key in _FIELDS:
        if key in said and shape.at(said[key]) is None:
            yield f"/x-service/proxy/{key}", f"代办人的字段“{said[key]}”不存在", "请写字段的位置，如 /agent/name"
    known = {one["code"] for one in value["x-service"]["materials"]}
    for index, code in enumerate(said.get("papers", ())):
        if code not in known:
            yield f"/x-service/proxy/papers/{index}", f"材料清单里没有“{code}”", "请写 materials 里的代码"
