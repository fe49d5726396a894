"""Which kind of control a field gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import lookup, texts
from forms.shape import Shape, types

KINDS = (
    *("text", "long-text", "number", "date", "choice", "yes-no", "division", "file", "signature"),
    *("list", "group", "note"),
)


def kind_of(flat: Mapping[str, Any], options: Mapping[str, Any], here: Shape | None = None) -> str:
    """The kind for what the schema says about a place and for the UI schema's options."""
    if texts.is_choice(flat) or _source(flat) in lookup.LISTED:
        return "choice"
    if _source(flat) == lookup.DIVISIONS:
        return "division"
    said = types(dict(flat)) or tuple(here.types() if here else ())
    by_type = _structure(flat, said, here)
    if by_type:
        return by_type
    if flat.get("format") in ("file-ref", "data-url") or "contentEncoding" in flat:
        return "signature" if options.get("capture") == "signature" or flat.get("x-signature") else "file"
    if flat.get("format") in ("date", "partial-date") or options.get("format") == "date":
        return "date"
    return "long-text" if options.get("multi") else "text"


def _structure(flat: Mapping[str, Any], said: tuple[str, ...], here: Shape | None) -> str:
    meant = [name for name in said if name != "null"]
    if "array" in meant:
        return "choice" if _picks_several(flat, here) else "list"
    if "object" in meant or (not meant and here is not None and here.names):
        return "group"
    if meant == ["boolean"] or (not meant and isinstance(flat.get("const"), bool)):
        return "yes-no"
    if meant and set(meant) <= {"number", "integer"}:
        return "number"
    return "note" if said == ("null",) else ""


def _picks_several(flat: Mapping[str, Any], here: Shape | None) -> bool:
    row = here.items if here else None
    return row is not None and texts.is_choice(row.flat) and bool(flat.get("uniqueItems"))


def _source(flat: Mapping[str, Any]) -> str:
    wanted = flat.get("x-lookup")
    return str(wanted.get("source")) if isinstance(wanted, dict) else ""
