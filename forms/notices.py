"""Notices of defects: what was handed in anew since the first, and what the first could have said already (M8)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forms import pointer
from forms.state import Correction, Item, State


def changed(old: Any, new: Any) -> frozenset[str]:
    """JSON Pointers of the single answers that differ, those that came or went among them."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    return frozenset(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def _leaves(value: Any, path: str = "") -> list[tuple[str, Any]]:
    parts: Iterable[tuple[str, Any]] = ()
    if isinstance(value, Mapping):
        parts = ((pointer.encode(str(key)), one) for key, one in value.items())
    elif isinstance(value, list):
        parts = ((str(index), one) for index, one in enumerate(value))
    else:
        return [(path or "/", value)]
    return [leaf for key, one in parts for leaf in _leaves(one, f"{path}/{key}")]


def avoidable(earlier: Sequence[Correction], touched: frozenset[str], items: Sequence[Item]) -> tuple[str, ...]:
    """Labels of the defects that the first notice could have named: nothing about them has changed since, and no
    earlier notice named them. `touched`: pointers and material codes that came anew since the first notice.
    """
    if not earlier:
        return ()
    named = {(item.target, item.ref) for notice in earlier for item in notice.items}
    return tuple(item.label for item in items if (item.target, item.ref) not in named and not _is_new(item, touched))


def _is_new(item: Item, touched: frozenset[str]) -> bool:
    if item.target == "material":
        return item.ref in touched
    inside = item.ref.rstrip("/")
    return any(f"{one}/".startswith(f"{inside}/") or f"{inside}/".startswith(f"{one}/") for one in touched)


def marks(state: State) -> list[str]:
    """What supervision sees in yellow: each notice after the first, and what it names too late."""
    found = []
    for place, notice in enumerate(state.corrections[1:], start=2):
        late = f"；首次就能发现的：{'、'.join(notice.avoidable)}" if notice.avoidable else ""
        found.append(f"第{place}次要求补正{late}")
    return found
