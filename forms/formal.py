"""A definition in the words of the office: 姓名 where the citizen's screen asks 您的姓名.

The schema's titles and the labels of pages and groups are the official names; `i18n` has what the citizen is asked.
Officers and reviewers read the official ones, whatever language the citizen used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from forms.definition import Definition
from forms.head import DEFAULT_LANGUAGE
from forms.shape import Shape, titled_options

_CITIZEN = re.compile("[您你我]")
_HELPING = (".description", ".text", ".placeholder")


def speaks_to_citizen(text: str) -> bool:
    """Whether a text says 您 or 我: fit for the screen of whom it is about, and odd on any other."""
    return bool(_CITIZEN.search(text))


def formal(definition: Definition) -> Definition:
    """The same definition (same file, same digest, same rules) for those who handle what was filed with it."""
    made: Definition | None = definition.cache.get(formal)
    if made is None:
        texts = definition.i18n.get(DEFAULT_LANGUAGE, {})
        official = _official(definition)
        kept = {key: text for key, text in texts.items() if key not in official and not _asks(key, text)}
        made = replace(definition, i18n={DEFAULT_LANGUAGE: kept}, cache=definition.cache)
        definition.cache[formal] = made
    return made


def _asks(key: str, text: str) -> bool:
    """Help and sentences that speak to the citizen; without them the general ones are said."""
    return (".error." in key or key.endswith(_HELPING)) and speaks_to_citizen(text)


def _official(definition: Definition) -> frozenset[str]:
    """The keys of texts in whose place an official word stands in the file itself."""
    keys = definition.i18n.get(DEFAULT_LANGUAGE, {})
    shown = set(_of_elements(definition.uischema))
    for key in keys:
        prefix, _, last = key.rpartition(".")
        flat = _flat(definition.shape, prefix)
        if (last == "label" and flat.get("title")) or last in _titled(flat):
            shown.add(key)
    return frozenset(shown)


def _of_elements(element: Mapping[str, Any]) -> Iterator[str]:
    """The keys of pages, groups and notes that say their own words."""
    pending = [element]
    while pending:
        one = pending.pop()
        own = one.get("i18n")
        for key in ("label", "text"):
            if isinstance(own, str) and isinstance(one.get(key), str):
                yield f"{own}.{key}"
        pending += one.get("elements") or ()
        detail = (one.get("options") or {}).get("detail")
        pending += [detail] if isinstance(detail, dict) else []


def _flat(shape: Shape, prefix: str) -> Mapping[str, Any]:
    """What the schema says of the field with these keys ("members.name"); {} for what is no field."""
    here: Shape | None = shape
    for name in prefix.split("."):
        rows = here.items if here else None
        here = (here.child(name) if here else None) or (rows.child(name) if rows else None)
    return here.flat if here else {}


def _titled(flat: Mapping[str, Any]) -> set[str]:
    """The options that have a title: by their value and by the title itself."""
    branches = next((one for one in (flat.get("oneOf"), flat.get("anyOf")) if titled_options(one)), None)
    return {str(one.get(key)) for one in branches or () if one.get("title") for key in ("const", "title")}
