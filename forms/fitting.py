"""Whether a value from elsewhere has its place in a form: in another version of a service, or in another service."""

from __future__ import annotations

from typing import Any

from forms import pointer, validation
from forms.definition import Definition
from forms.form import form_of, pattern
from forms.kind_of import kind_of


def kind(definition: Definition, place: str) -> str:
    """The kind of a field (forms.kind_of.KINDS); "" where the form has none, or writes it itself."""
    here = definition.shape.at(place)
    if here is None or here.flat.get("readOnly") is True:
        return ""
    return kind_of(here.flat, form_of(definition).element(place).get("options") or {}, here)


def asks(definition: Definition, place: str) -> bool:
    """Whether some page has a control for a place, or for what is around it."""
    known = form_of(definition).controls
    while place:
        if pattern(place) in known:
            return True
        place = pointer.parent(place)
    return False


def wrong_places(definition: Definition, data: dict[str, Any]) -> set[str]:
    """Places whose value the schema refuses, whatever the rules show; what is missing is not wrong."""
    try:
        return {one.path for one in form_of(definition).validator.problems(data) if one.keyword != "required"}
    except validation.SchemaError:
        return set()
