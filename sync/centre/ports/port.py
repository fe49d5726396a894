"""A port: what is asked of another system when something happens in a room, how the question is written out, how an
answer is checked, and which event it becomes. How lines are carried is not a port's business (sync.centre.ports.drop).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Row

from forms.events import Event
from forms.fields import Field
from sync.centre.centre import Centre

Line = Mapping[str, Any]


class UnfitError(ValueError):
    """A line of answers that can't be one; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One question; again under the same `id` it is the same question. `body` holds no name and no number of a person:
    those are looked up when the line is written out.
    """

    id: str
    number: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a line says: about which application, and the event for its room (`kind` "" for none).

    `ref` is what people look for (a bill, a parcel); amounts in 分. `enquiry`: the id of the question, "" for none.
    """

    node_id: str
    number: str
    outcome: str
    enquiry: str = ""
    ref: str = ""
    day: str = ""
    amount: int = 0
    charge: int = 0
    kind: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


class Port(ABC):
    """`gives`: the fields of a line that goes out, with what they mean; `takes`: those of a line that comes back."""

    name: str
    title: str
    gives: ClassVar[Mapping[str, str]]
    takes: ClassVar[Mapping[str, Field]]

    @abstractmethod
    def asks(self, centre: Centre, node_id: str, event: Event) -> list[Enquiry]:
        """The questions that an event of a room leads to."""

    @abstractmethod
    def line(self, centre: Centre, tx: Connection, row: Row[Any]) -> dict[str, Any] | None:
        """The line of a question (a row of `enquiry`), None where there is nothing left to ask."""

    @abstractmethod
    def answer(self, centre: Centre, tx: Connection, line: Line) -> Answer:
        """What a line whose fields are sound says. Raises UnfitError."""
