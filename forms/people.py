"""Who is named in the answers of an application, found by the named formats of its definition."""

from collections.abc import Iterator
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
    found = list(_walk(definition.shape, answers))
    names = [value for kind, value in found if kind == "person-name"]
    numbers = [(_NUMBER_FORMATS[kind], value) for kind, value in found if kind in _NUMBER_FORMATS]
    return People(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(numbers)))


def _walk(shape: Shape | None, value: Any) -> Iterator[tuple[str, str]]:
    if shape is None:
        return
    if isinstance(value, str) and value:
        yield from ((kind, value) for kind in dict.fromkeys(shape.formats()))
    elif isinstance(value, dict):
        for name in shape.names:
            yield from _walk(shape.child(name), pointer.step(value, name))
    elif isinstance(value, list):
        for row in value:
            yield from _walk(shape.items, row)
