"""What those who decide add to an application before they decide: opinions, special procedures, the desk that it was
handed on to, and the writs. Used by forms.lifecycle; what a definition asks for is the centre's to see to.

A special procedure (特别程序) pauses the second clock alone, and never beyond its own last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from forms.events import Event

NOT_ACCEPTED_YET = "受理以后才能启动特别程序"
RUNS_ALREADY = "已经有一项特别程序在进行"
NONE_RUNS = "没有正在进行的特别程序"


@dataclass(frozen=True, slots=True)
class Opinion:
    """意见 of a department about one step of the service; the last one of a step counts. `id`: of its event."""

    step: str
    title: str
    by: str
    outcome: str
    text: str
    at: str
    actor: str
    id: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """特别程序: `until` is its last day; `ended_at` is "" while it was not ended."""

    procedure: str
    title: str
    reason: str
    until: str
    at: str
    ended_at: str = ""


@dataclass(frozen=True, slots=True)
class Forward:
    """转办: the desk that has it now."""

    desk: str
    level: str
    reason: str
    at: str


@dataclass(frozen=True, slots=True)
class Writ:
    """One 文书: `kind` is that of the event that it belongs to, `id` the event's; `code` is the text of its QR code."""

    kind: str
    id: str
    number: str
    organ: str
    title: str
    day: str
    code: str

    @classmethod
    def of(cls, event: Event, data: Mapping[str, Any]) -> Self:
        return cls(event.kind, event.id, **data["writ"])


@dataclass(frozen=True, slots=True)
class Review:
    """Everything of it for one application."""

    opinions: tuple[Opinion, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    forwards: tuple[Forward, ...] = ()
    writs: tuple[Writ, ...] = ()

    @property
    def procedure(self) -> Procedure | None:
        """The special procedure that was begun and not ended."""
        return next((one for one in self.procedures if not one.ended_at), None)

    @property
    def desk(self) -> Forward | None:
        """Where it was handed on to last; None where it lies at the desk that the service names."""
        return self.forwards[-1] if self.forwards else None

    def opinion(self, step: str) -> Opinion | None:
        """The last word about a step."""
        return next((one for one in reversed(self.opinions) if one.step == step), None)


def objection(review: Review, kind: str, *, accepted: bool) -> str:
    """Why a special procedure can't begin or end now; "" where it can, and for every other act."""
    if kind == "procedure.begun":
        return (RUNS_ALREADY if review.procedure else "") if accepted else NOT_ACCEPTED_YET
    return NONE_RUNS if kind == "procedure.ended" and review.procedure is None else ""


def added(review: Review, event: Event, data: Mapping[str, Any]) -> Review:
    """The review after one of the acts of forms.kinds_review that took effect."""
    if event.kind == "opinion.given":
        return replace(review, opinions=(*review.opinions, _opinion(event, data)))
    if event.kind == "procedure.begun":
        return replace(review, procedures=(*review.procedures, Procedure(**data, at=event.at)))
    if event.kind == "procedure.ended":
        return ended(review, event.at)
    return replace(review, forwards=(*review.forwards, Forward(**data, at=event.at)))


def _opinion(event: Event, data: Mapping[str, Any]) -> Opinion:
    return Opinion(**data, at=event.at, actor=event.actor, id=event.id)


def ended(review: Review, at: str) -> Review:
    """No special procedure outlives its case."""
    done = tuple(one if one.ended_at else replace(one, ended_at=at) for one in review.procedures)
    return replace(review, procedures=done)


def written(review: Review, event: Event, data: Mapping[str, Any]) -> Review:
    """With the writ of a notice or a decision, where it has one."""
    return replace(review, writs=(*review.writs, Writ.of(event, data))) if "writ" in data else review
