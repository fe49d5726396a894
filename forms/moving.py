"""A draft that was begun with one version of a service, seen from another: what is kept, what is lost, what is new.

Nothing is changed here. What was typed wrong moves as it was typed; what the other version has no place for, or can't
mean any more (a choice that it doesn't offer), is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from forms import answers, fitting, page, persons, pointer
from forms.answers import Context
from forms.building import Control
from forms.definition import Definition
from forms.form import leaves_and_holders
from forms.pointer import MISSING

_TYPED = frozenset({"text", "long-text", "number"})
_HOLDERS = frozenset({"group", "list", "note"})
OTHER_SLOT = "other"  # a material that belongs to no entry of the list


@dataclass(frozen=True, slots=True)
class Item:
    """A field as people know it. `value`: in words; of what is to be mended, the sentence that says why."""

    path: str
    label: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Moving:
    """`data`: the draft for the other version. `lost`: with label and value as the old version shows them.

    `mend`: kept, but the other version doesn't take it as it is. `asked`: fields that were not shown before.
    """

    data: dict[str, Any]
    kept: tuple[Item, ...]
    lost: tuple[Item, ...]
    mend: tuple[Item, ...]
    asked: tuple[Item, ...]


def compare(old: Definition, new: Definition, data: dict[str, Any], context: Context) -> Moving:
    """What becomes of the answers of a draft when it goes on with another version of its service."""
    shown = _fields(old, data, context)
    moved, lost_places = _moved(old, new, data)
    items = [Item(place, _label(old, shown, place), _value(shown, place, value)) for place, value in _leaves(data)]
    fresh = _fields(new, moved, context)
    return Moving(
        data=moved,
        kept=tuple(one for one in items if one.path not in lost_places),
        lost=tuple(one for one in items if one.path in lost_places),
        mend=tuple(_to_mend(old, new, data, moved, context)),
        asked=tuple(_asked(shown, fresh)),
    )


def keeps_slot(new: Definition, moved: dict[str, Any], slot: str) -> bool:
    """Whether a material of the draft still has its place: an entry of the material list, or a kept answer."""
    if slot.startswith("/"):
        return pointer.get(moved, slot) is not MISSING
    return slot == OTHER_SLOT or any(entry["code"] == slot for entry in new.service.get("materials", ()))


def _leaves(data: Any) -> list[tuple[str, Any]]:
    """Every answered place; several choices of one field are one answer."""
    found = []
    for place, value in leaves_and_holders(data):
        scalars = isinstance(value, list) and bool(value) and not any(isinstance(one, dict | list) for one in value)
        inside = place and isinstance(pointer.get(data, pointer.parent(place)), list) and not isinstance(value, dict)
        if scalars or (place and not isinstance(value, dict | list) and not inside):
            found.append((place, value))
    return sorted(found)


def _fields(definition: Definition, data: dict[str, Any], context: Context) -> dict[str, tuple[Control, str]]:
    """Path -> (control, label with its row) of everything on the pages, hidden fields too."""
    return {
        one.path: (one, prefix + one.label)
        for one, prefix in _walk(page.controls(definition, data, context=context), "")
    }


def _walk(found: Iterable[Control], prefix: str) -> Iterator[tuple[Control, str]]:
    for control in found:
        if control.kind == "group":
            yield from _walk(control.children, prefix)
        elif control.kind == "list":
            for row in control.items:
                yield from _walk(row.controls, f"{prefix}{row.label} · ")
        elif control.kind != "note":
            yield control, prefix


def _label(definition: Definition, shown: dict[str, tuple[Control, str]], place: str) -> str:
    if place in shown:
        return shown[place][1]
    here = definition.shape.at(place)
    return str((here.flat if here else {}).get("title") or pointer.last(place))


def _value(shown: dict[str, tuple[Control, str]], place: str, value: Any) -> str:
    return (shown[place][0].display if place in shown else "") or str(value)


def _moved(old: Definition, new: Definition, data: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """(the draft for the new version, places of the old one that are lost)."""
    moved, lost = pointer.clone(data), set()
    wrong = fitting.wrong_places(new, data)
    for place, value in _leaves(data):
        if not _fits(old, new, place, wrong=place in wrong):
            pointer.remove(moved, place)
            lost.add(place)
        else:
            pointer.put(moved, place, _retyped(new, place, value))
    for source, target in _renamed(old, new, lost):
        value = pointer.get(data, source)
        tried = _with(moved, target, value)
        if pointer.get(moved, target) is MISSING and target not in fitting.wrong_places(new, tried):
            pointer.put(moved, target, value)
            lost.discard(source)
    found = _pruned(moved)
    return (found if isinstance(found, dict) else {}), lost


def _with(data: dict[str, Any], place: str, value: Any) -> dict[str, Any]:
    changed: dict[str, Any] = pointer.clone(data)
    pointer.put(changed, place, value)
    return changed


def _renamed(old: Definition, new: Definition, lost: set[str]) -> list[tuple[str, str]]:
    """A field that went to another place and says by `x-person` that it means the same."""
    there = persons.places(new)
    return [(place, there[name]) for name, place in persons.places(old).items() if place in lost and name in there]


def _fits(old: Definition, new: Definition, place: str, *, wrong: bool) -> bool:
    before, after = fitting.kind(old, place), fitting.kind(new, place)
    if not after or after in _HOLDERS or not fitting.asks(new, place):
        return False
    if before in _TYPED or not before:
        return after in _TYPED or (not before and not wrong)
    return after == before and (after == "date" or not wrong)


def _retyped(new: Definition, place: str, value: Any) -> Any:
    """A number for what is a text now, and a text of digits for what is a number."""
    kind = fitting.kind(new, place)
    if kind in ("text", "long-text") and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16  # noqa: PLR2004 - exact
    return int(value) if kind == "number" and digits else value


def _pruned(value: Any) -> Any:
    """Without objects and lists in which nothing is left."""
    if isinstance(value, dict):
        inner = {key: _pruned(one) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one not in ({}, [])}
    if isinstance(value, list):
        return [one for one in map(_pruned, value) if one not in ({}, [])]
    return value


def _to_mend(
    old: Definition, new: Definition, data: dict[str, Any], moved: dict[str, Any], context: Context
) -> Iterator[Item]:
    before = {one.path for one in answers.check(old, data, context).problems}
    shown = _fields(new, moved, context)
    for one in answers.check(new, moved, context).problems:
        if one.path not in before and one.keyword != "required" and pointer.get(moved, one.path) is not MISSING:
            yield Item(one.path, _label(new, shown, one.path), one.message)


def _asked(before: dict[str, tuple[Control, str]], after: dict[str, tuple[Control, str]]) -> Iterator[Item]:
    for path, (control, label) in after.items():
        asked = control.visible and not control.read_only and control.value is None
        if asked and not (path in before and before[path][0].visible):
            yield Item(path, label)
