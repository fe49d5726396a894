"""Who is named in the answers of an application, found by the named formats of its definition."""

from dataclasses import dataclass
from typing import Any

from forms import pointer
from forms.definition import Definition
from forms.shape import Shape

_NUMBER_FORMATS = {"cn-ric": "person", "cn-phone": "phone"}


@dataclass(frozen=True, slots=True)
class People:
    """Names in the order of the form, and (kind, value) of identity and telephone numbers."""

    names: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]

    @property
    def applicant(self) -> str:
        """The first name of the form: the one whose matter it is; "" if none is asked for."""
        return self.names[0] if self.names else ""


def people(definition: Definition, answers: Any) -> People:
    """Who is named in the answers."""
    found: list[tuple[str, str]] = []
    _collect(definition.shape, answers, found)
    names = [value for kind, value in found if kind == "person-name"]
    numbers = [(_NUMBER_FORMATS[kind], value) for kind, value in found if kind in _NUMBER_FORMATS]
    return People(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(numbers)))


def applicant_number(definition: Definition, answers: Any) -> str:
    """The identity number of the first person whom the form asks about; "" where that one has none, as a newborn or
    somebody with a passport.
    """
    shape = definition.shape
    for person, said in ((shape.child(name), pointer.step(answers, name)) for name in shape.names):
        if person is not None and isinstance(said, dict) and _is_person(person):
            return next((said[one] for one in person.names if _has(person.child(one), "cn-ric") and said.get(one)), "")
    return ""


def _is_person(shape: Shape) -> bool:
    return any(name == "name" or _has(shape.child(name), "person-name") for name in shape.names)


def _has(shape: Shape | None, format_: str) -> bool:
    return shape is not None and format_ in shape.formats()


def _collect(shape: Shape | None, value: Any, found: list[tuple[str, str]]) -> None:
    """(format, text) of every text, in the order of the form. A list, since a centre asks for every application."""
    if shape is None or not value:
        return
    if isinstance(value, str):
        found.extend([(kind, value) for kind in dict.fromkeys(shape.formats())])
    elif isinstance(value, dict):
        for name in shape.names:
            if name in value:
                _collect(shape.child(name), value[name], found)
    elif isinstance(value, list):
        for row in value:
            _collect(shape.items, row, found)
