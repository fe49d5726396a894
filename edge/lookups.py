"""Looking for a code on a page: words typed into the search box, a scanned door plate, a result that was chosen.

The same for kiosk and console. Each works by a POST that comes back to the page, and so without JavaScript.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from edge import index, uploads
from forms import divisions, doorplates, lookup, parsing

if TYPE_CHECKING:
    from edge.node import Node
    from forms.page import Control

FIND = "/find"
CHOOSE = "_choose"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looked for: at which field, with which words; `fault` says why a door plate gave nothing."""

    path: str
    words: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The results to show at a field: (code, name)."""

    path: str
    words: str
    results: list[tuple[str, str]]


def take(node: Node, controls: Iterable[Control], form: uploads.Form) -> Asked | None:
    """What this post looks for, if anything. A door plate that can be read becomes the answer in `form`."""
    for control in uploads.flat(controls):
        typed = "".join(form.pop(control.path + FIND, [])).strip() if control.attributes.get("search") else ""
        if parsing.TAKE in form:
            continue  # what was found is chosen; the words that found it have done their work
        if typed and control.kind == "division" and doorplates.looks_like_one(typed):
            return _plate(node, control.path, typed, form)
        if typed:
            return Asked(control.path, typed[: divisions.QUERY_MAX])
    pressed = [one.partition("=")[0] for name in (CHOOSE, parsing.TAKE) for one in form.get(name, ())]
    return Asked(pressed[0]) if pressed else None


def _plate(node: Node, path: str, text: str, form: uploads.Form) -> Asked:
    plate = doorplates.read(text, node.data.rules(), lambda code: lookup.known(lookup.DIVISIONS, code))
    if plate.code:
        form[parsing.TAKE] = [f"{path}={plate.code}"]
    return Asked(path, fault=plate.fault)


def find(node: Node, controls: Iterable[Control], path: str, words: str, language: str) -> Finding | None:
    """The results for the field at `path`; None when it is no field that can be searched."""
    control = next((one for one in uploads.flat(controls) if one.path == path), None)
    if control is None or not words or not control.attributes.get("search"):
        return None
    words = words[: divisions.QUERY_MAX]
    if control.kind == "division":
        near = [str(control.attributes["from"]), node.room.place]
        return Finding(path, words, divisions.search(words, near, sounds))
    return Finding(path, words, _listed(control, words.lower(), language))


def _listed(control: Control, words: str, language: str) -> list[tuple[str, str]]:
    """Options whose name, code or pinyin fits; names in Chinese and English both count."""
    source = str(control.schema["x-lookup"]["source"])
    found = []
    for code, label in control.options:
        names = {label, lookup.name(source, code), lookup.name(source, code, "en" if language == "zh-CN" else language)}
        told = any(words in one.lower() for one in names)
        if told or code.lower() == words or any(one.startswith(words) for one in sounds(lookup.name(source, code))):
            found.append((code, label))
    return found[: divisions.FOUND_MAX]


@lru_cache(maxsize=1 << 13)
def sounds(name: str) -> tuple[str, ...]:
    """Initials and full pinyin of a name."""
    return index.sounds(name)
