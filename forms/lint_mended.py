"""A faulty file without what is known to be wrong with it, so that the rest is judged in the same round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from forms import pointer
from forms.reading import Trouble
from forms.validation import Problem

# a fault below one of these is one of the whole keyword
_PLACE_DIGITS_MAX = 9  # of a place in a list; a longer one is the name of a member
_KEYWORDS = ("x-lookup", "patternProperties")
# a page without its name, or an effect that is none, leaves the rest of the page readable
_READABLE = frozenset({"required", "enum"})


@dataclass(frozen=True, slots=True)
class Readable:
    """`value`: a copy that can be looked at further. `unfit`: the parts that can't, one of the top like "schema", or
    one of x-service like "x-service/fee"; "rules" where what is computed can't be followed. `named`: what is known.
    """

    value: dict[str, Any]
    unfit: frozenset[str]
    named: tuple[str, ...]

    def touches(self, needs: Iterable[str]) -> bool:
        """Whether a check that reads these parts can't be made."""
        return any(_within(one, need) or _within(need, one) for need in needs for one in self.unfit)

    def fresh(self, faults: Iterable[Trouble]) -> list[Trouble]:
        """Those that say something that isn't known yet."""
        return [one for one in faults if not any(_same(one[0], known) for known in self.named)]


def _within(part: str, whole: str) -> bool:
    return f"{part}/".startswith(f"{whole}/")


def _same(place: str, known: str) -> bool:
    return _within(place, known) or (place == pointer.parent(known) and pointer.parent(place) != "")


def readable(value: dict[str, Any], problems: Iterable[Problem]) -> Readable:
    """What the schema of service files refuses, taken out where the rest can be understood without it."""
    drop, unfit, named = list[str](), set[str](), list[str]()
    for one in problems:
        names = pointer.split(one.path)
        named.append(one.path)
        if one.keyword == "additionalProperties":
            drop.append(one.path)
        elif "x-derive" in names:
            unfit.add("rules")
        elif names[:1] == ("schema",) and len(names) > 2:  # noqa: PLR2004 - inside a keyword of the schema
            drop += [] if one.keyword == "required" else [_keyword(one.path)]
        elif names[:1] != ("uischema",) or names[-1] in ("uischema", "type") or one.keyword not in _READABLE:
            unfit.add("/".join(names[: 2 if names[:1] == ("x-service",) else 1]))
    return Readable(_without(value, drop) if drop else value, frozenset(unfit), tuple(named))


def without_schema_faults(file: Readable, faults: Iterable[Trouble]) -> Readable:
    """The same without what `lint_schema` named; behind a schema that is too large, or references that lead nowhere,
    neither pages nor rules can be judged.
    """
    places = [place for place, _, _ in faults]
    unfit = set(file.unfit)
    if any(pointer.last(place) == "$ref" or place == "/schema" for place in places):
        unfit |= {"uischema", "rules"}
    if any("/x-derive" in place for place in places):
        unfit.add("rules")
    drop = [_keyword(place) for place in places if "/x-derive" not in place]
    drop = [place for place in drop if pointer.last(place) != "$ref" and place != "/schema"]
    return replace(file, value=_without(file.value, drop) if drop else file.value, unfit=frozenset(unfit))


def _keyword(place: str) -> str:
    for name in _KEYWORDS:
        start, found, _ = place.partition(f"/{name}")
        if found:
            return start + found
    return place


def _without(value: dict[str, Any], places: Iterable[str]) -> dict[str, Any]:
    copy: dict[str, Any] = pointer.clone(value)
    for place in sorted(set(places), key=_in_file, reverse=True):
        pointer.remove(copy, place)
    return copy


def _in_file(place: str) -> list[tuple[int, str]]:
    """The later rows of a list go first: those before them keep their numbers."""
    return [(int(one) if one.isdecimal() and len(one) <= _PLACE_DIGITS_MAX else 0, one) for one in pointer.split(place)]
