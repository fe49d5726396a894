"""A pseudo-language that proves what a real one would find out late: `ar-XB`, as Android and Chrome name it.

Its texts are the English ones (else the Chinese), each run between the marks that turn its letters from right to left,
and two fifths longer. What a screen shows without the marks was not translated, or did not come through the keys; what
does not fit would not fit in Uyghur. Places in braces stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms import lint_texts, lint_ui, lookup, pointer, wording
from forms.shape import Shape

TAG = "ar-XB"
NAME = "RTL"
OPEN, CLOSE = "\u200f\u202e", "\u202c\u200f"  # right-to-left mark and override, and their end
LONGER = 0.4
_PADDING = "one two three four five six seven eight nine ten eleven twelve"
_PLACE = re.compile(r"(\{\{.*?\}\}|\{[a-z_.]+\}|\n)")
# what a definition may say for every field (JSON Forms' keys); here they are the generator's own
_ERRORS = (
    "required", "format", "type", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "const", "enum", "oneOf", "anyOf", "pattern", "uniqueItems",
    "x-jsf-logic-validations", "limit", "remark",
)  # fmt: skip  # a table


def text(source: str) -> str:
    """A text in the pseudo-language; an empty one stays empty, one that is in it already stays as it is."""
    if not source.strip() or OPEN in source:
        return source
    padded = source + _padding(len(_PLACE.sub("", source)))
    return "".join(
        part if _PLACE.fullmatch(part) or not part.strip() else f"{OPEN}{part}{CLOSE}" for part in _PLACE.split(padded)
    )


def _padding(length: int) -> str:
    """Words that make a text of `length` characters two fifths longer; repeated as often as needed."""
    wanted = round(length * LONGER)
    words = (_PADDING + " ") * (wanted // len(_PADDING) + 1)
    cut = words.find(" ", wanted)
    return f" {words[:cut]}" if wanted else ""


def translated(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The file of a service with all its texts in the pseudo-language beside the others."""
    copy: dict[str, Any] = pointer.clone(dict(raw))
    copy["i18n"] = {**copy.get("i18n", {}), TAG: {key: text(said) for key, said in texts_of(copy).items()}}
    return copy


def texts_of(raw: Mapping[str, Any]) -> dict[str, str]:
    """Key -> text of everything that a service shows, in English where it has it, else in Chinese."""
    found = dict(_everywhere())
    schema = raw["schema"]
    for spot in lint_ui.spots(raw["uischema"], Shape([schema], schema)):
        found.update(_spot(spot))
    found.update(_service(raw.get("x-service") or {}, "x-service"))
    for language in ("zh-CN", "en"):
        found.update((raw.get("i18n") or {}).get(language, {}))
    return {key: said for key, said in found.items() if said}


def _everywhere() -> Iterator[tuple[str, str]]:
    yield from (("yes", "Yes"), ("no", "No"))
    yield from (("not_filled", "Not filled in"), ("signed", "Signed"), ("photo_taken", "Photo taken"))
    yield from ((f"error.{keyword}", f"Please check ({keyword})") for keyword in _ERRORS)


def _spot(spot: lint_ui.Spot) -> Iterator[tuple[str, str]]:
    element, here = spot.element, lint_ui.target(spot.base, str(spot.element.get("scope", "")))
    if element.get("type") == "Control":
        start, flat = lint_texts.prefix(spot), here.flat if here else {}
        yield f"{start}.label", str(element.get("label") or flat.get("title") or "")
        yield f"{start}.description", str(flat.get("description") or "")
        yield from _options(start, flat)
        yield from _options(start, here.items.flat) if here and here.items else ()
    elif isinstance(said := element.get("label", element.get("text")), str):
        ending = "text" if element.get("type") == "Label" else "label"
        own = element.get("i18n")
        yield (f"{own}.{ending}" if isinstance(own, str) else said), said


def _options(start: str, flat: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in lint_texts.branches(flat):
        yield str(one.get("i18n") or f"{start}.{wording.carried(one['const'])}"), str(one.get("title", ""))
    for value in flat.get("enum") or ():
        yield f"{start}.{wording.carried(value)}", wording.carried(value)
    wanted = flat.get("x-lookup")
    source = str(wanted.get("source", "")) if isinstance(wanted, Mapping) else ""
    for code, name in lookup.options(source) if source in lookup.TABLES else ():
        yield f"x-lookup.{source}.{code}", name


def _service(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Every text of x-service under its place; a telephone or a code becomes longer too, and harms nobody."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, child in value.items():
            yield from _service(child, f"{key}.{name}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _service(child, f"{key}.{index}")
