"""The state of an application, worked out from the events of both logs; the same on the node and at the centre.

`reduce` is pure and takes its input in any order: forms.merge puts the events in one order, forms.outcomes says what
each act does in each situation, and an impossible act stands in the history as 未生效 with its reason.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from forms import (
    agreeing,
    apart,
    confirming,
    delivery,
    history,
    kinds_apart,
    notices,
    outcomes,
    outside,
    receiving,
    reviewing,
    supplied,
)
from forms.events import Event, Side
from forms.fields import Field, Kind
from forms.kinds import CHANNELS, DECISIONS, IDENTITIES, KINDS, RESULTS, check_body
from forms.kinds_outside import NUMBERED, REPORTED
from forms.kinds_review import KINDS as REVIEW_KINDS
from forms.merge import merge
from forms.state import PHASES, Correction, Entry, Item, Material, Phase, Receipt, Service, State, phase_title

__all__ = [
    "CHANNELS", "DECISIONS", "IDENTITIES", "KINDS", "PHASES", "RESULTS", "Correction", "Entry", "Field", "Item", "Kind",
    "Material", "Phase", "Receipt", "Service", "State", "check_body", "merge", "phase_title", "reduce",
]  # fmt: skip  # a table
YEAR_MIN, YEAR_MAX = 1900, 9000
ANSWERS = ("correction.answered", "correction.supplied")


def reduce(events: Iterable[tuple[Side, Event]]) -> State:
    """The state after all `events` of one application, given in any order as (side, event). Never raises."""
    told = list(events)
    held = apart.values(told)
    state, entries = State(), []
    for side, event in merge((side, event) for side, event in told if event.kind != kinds_apart.KIND):
        state, entry = _apply(state, side, event, held)
        entries.append(entry)
    return replace(state, history=tuple(entries))


def _apply(state: State, side: Side, event: Event, held: apart.Values) -> tuple[State, Entry]:
    data, reason = _read(side, event)
    data = apart.joined(side, data, held)
    reason = reason or _objection(state, event.kind, data)
    if reason:
        return state, _entry(side, event, effective=False, title=history.void_title(event.kind), detail=reason)
    changed = _EFFECTS[event.kind](state, event, data)
    title, detail = history.words(event.kind, data, changed)
    return changed, _entry(side, event, effective=True, title=title, detail=detail)


def _read(side: Side, event: Event) -> tuple[dict[str, Any], str]:
    """(body, "") or ({}, why this event can't be an act)."""
    try:
        data = event.data
        check_body(event.kind, data)
        _check_time(event.at)
    except ValueError:
        return {}, outcomes.UNREADABLE
    known = KINDS.get(event.kind)
    if known is None:  # of a room as a whole, and written with the number of an application
        return {}, outcomes.UNREADABLE
    return (data, "") if known.side == side else ({}, outcomes.WRONG_SIDE)


def _check_time(at: str) -> None:
    """Raises ValueError for what is no moment in a year that a period can be counted from, however wrong a clock is."""
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None or not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise ValueError(f"not a moment with its zone: {at!r}")


def _objection(state: State, kind: str, data: Mapping[str, Any]) -> str:
    """Why the act does not take effect; empty if it does."""
    reason = outcomes.OUTCOMES[kind][_situation(state)]
    if state.parts and kind in outcomes.NOT_OF_A_WHOLE:
        return reason or outcomes.BY_ITS_PARTS
    reason = reason or confirming.objection(state, kind, data)
    reason = reason or reviewing.objection(state.review, kind, accepted=state.accepted_at is not None)
    reason = reason or agreeing.objection(state, kind, data)
    reason = reason or (outside.objection(data) if kind == REPORTED else "")
    reason = reason or (outside.NUMBERED_BEFORE if kind == NUMBERED and state.official else "")
    if reason or kind not in ANSWERS:
        return reason or delivery.objection(state.delivery, state.bills, kind, data)
    status = {correction.request: correction.status for correction in state.corrections}.get(data["request"])
    if status is None:
        return outcomes.NO_SUCH_REQUEST
    beside = kind == "correction.answered" and state.supplied is not None and state.supplied[0] == data["request"]
    return outcomes.ANSWERED_BEFORE if status == "answered" and not beside else ""


def _situation(state: State) -> outcomes.Situation:
    match state.phase:
        case "unknown":
            return "none"
        case "closed" if state.result == "withdrawn":
            return "withdrawn"
        case "closed" if state.result == "not_accepted":
            return "not_accepted"
        case "closed":
            return "decided"
        case phase:
            return phase


def _entry(side: Side, event: Event, *, effective: bool, title: str, detail: str) -> Entry:
    return Entry(
        event.at,
        side,
        event.kind,
        title,
        event.actor,
        event.epoch,
        event.seq,
        event.id,
        effective,
        detail,
    )


def _filed(state: State, event: Event, data: Mapping[str, Any]) -> State:
    filed = replace(
        state,
        number=event.application,
        service=Service(**data["service"]),
        answers=data["answers"],
        lacking=tuple(data.get("lacking", ())),
        context=data["context"],
        materials=_join((), data["materials"]),
        confirmation=confirming.filed(event, data),
        concerns=tuple(data.get("concerns", ())),
        urgent=data["urgent"],
        channel=data["channel"],
        receipt=Receipt(**data["receipt"]),
        whole=data.get("whole", ""),
        parts=tuple((part["code"], part["number"]) for part in data.get("parts", ())),
        filed_at=receiving.filed_at(event, data),
        paper=receiving.paper(data),
        inbox=receiving.inbox(data),
    )
    return receiving.identified(filed, event, data, data["identity"])


def _material_added(state: State, event: Event, data: Mapping[str, Any]) -> State:
    added = replace(
        state,
        materials=_join(state.materials, [data["material"]]),
        touched=state.touched | {data["material"]["slot"]},
    )
    return confirming.mended(added, event, {})


def _answered(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """By the room, or on the phone at the province; by both where neither knew of the other."""
    answers = data["answers"]
    if event.kind == "correction.answered" and state.supplied and state.supplied[0] == data["request"]:
        answers = supplied.joined(state.supplied[1], state.answers, answers)
    kept = _still_named(state.materials, state.answers, answers)
    came = notices.changed(state.answers, answers) | {material["slot"] for material in data["materials"]}
    return replace(
        confirming.mended(state, event, data),
        touched=state.touched | came,
        answers=answers,
        lacking=tuple(data.get("lacking", ())),
        context=data["context"],
        materials=_join(kept, data["materials"]),
        corrections=_settle(state.corrections, data["request"]),
        supplied=(data["request"], state.answers) if event.kind == "correction.supplied" else None,
    )


def _withdrawn(state: State, event: Event, data: Mapping[str, Any]) -> State:
    over = reviewing.ended(state.review, event.at)
    return replace(state, result="withdrawn", reason=data.get("reason", ""), closed_at=event.at, review=over)


def _verified(state: State, event: Event, data: Mapping[str, Any]) -> State:
    return receiving.identified(confirming.mended(state, event, {}), event, data, data["method"])


def _accepted(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """受理: what was still to be corrected need not be any more."""
    dropped = tuple(replace(c, status="dropped") if c.status == "open" else c for c in state.corrections)
    noticed = _noticed(confirming.with_it(state, event, data), event)
    return replace(noticed, accepted_at=event.at, corrections=dropped, review=_written(state, event, data))


def _refused(state: State, event: Event, data: Mapping[str, Any]) -> State:
    return replace(
        _noticed(state, event),
        result="not_accepted",
        reason=data["reason"],
        closed_at=event.at,
        review=_written(state, event, data),
    )


def _requested(state: State, event: Event, data: Mapping[str, Any]) -> State:
    told = _with_notice(state, event, data, "centre")
    return replace(_noticed(told, event), review=_written(state, event, data))


def _handed_notice(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """The room's own notice; it ends the first clock where the definition lets the room give it."""
    told = _with_notice(state, event, data, "node")
    return _noticed(told, event) if data["counts"] else told


def _with_notice(state: State, event: Event, data: Mapping[str, Any], side: Side) -> State:
    items = tuple(Item(**item) for item in data["items"])
    notice = Correction(
        request=event.id,
        at=event.at,
        items=items,
        due_day=data.get("due_day", ""),
        reason=data.get("reason", ""),
        side=side,
        signed=data.get("signed", ""),
        avoidable=notices.avoidable(state.corrections, state.touched, items),
        proofs=tuple(material["sha256"] for material in data.get("materials", ())),
    )
    touched = state.touched if state.corrections else frozenset()
    return replace(state, corrections=(*state.corrections, notice), touched=touched)


def _delivered(state: State, event: Event, data: Mapping[str, Any]) -> State:
    return replace(state, delivery=delivery.delivered(state.delivery, event, data))


def _billed(state: State, event: Event, data: Mapping[str, Any]) -> State:
    moved = delivery.moved(state.bills, event, data)
    return replace(state, bills=delivery.billed(state.bills, event, data), moved=(*state.moved, *moved))


def _decided(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """A decision without a 受理 before it is one on the spot (即办): nothing is left to be said about 受理."""
    return replace(
        _noticed(confirming.with_it(state, event, data), event),
        result=data["result"],
        reason=data.get("reason", ""),
        document=Material.of(data["document"]) if "document" in data else None,
        closed_at=event.at,
        review=reviewing.ended(_written(state, event, data), event.at),
    )


def _reported(state: State, event: Event, data: Mapping[str, Any]) -> State:
    return replace(state, outside=(*state.outside, outside.report(event, data)))


def _written(state: State, event: Event, data: Mapping[str, Any]) -> reviewing.Review:
    return reviewing.written(state.review, event, data)


def _reviewed(state: State, event: Event, data: Mapping[str, Any]) -> State:
    return replace(state, review=reviewing.added(state.review, event, data))


_EFFECTS: dict[str, Callable[[State, Event, Mapping[str, Any]], State]] = {
    "application.filed": _filed,
    "material.added": _material_added,
    **dict.fromkeys(ANSWERS, _answered),
    "application.withdrawn": _withdrawn,
    "identity.verified": _verified,
    "originals.seen": receiving.seen,
    "proxy.recorded": receiving.proxy,
    "fingerprint.recorded": receiving.fingerprint,
    "consent.recorded": agreeing.recorded,
    "consent.withdrawn": agreeing.withdrawn,
    "application.confirmed": confirming.confirmed,
    "application.confirmed_remotely": confirming.confirmed,
    "application.accepted": _accepted,
    "application.refused": _refused,
    "correction.requested": _requested,
    "application.decided": _decided,
    "notice.handed": _handed_notice,
    **dict.fromkeys(REVIEW_KINDS, _reviewed),
    **dict.fromkeys((kind for kind in KINDS if kind.startswith("document.")), _delivered),
    **dict.fromkeys((kind for kind in KINDS if kind.startswith("payment.")), _billed),
    REPORTED: _reported,
    NUMBERED: lambda state, _, data: replace(state, official=data["number"]),
}


def _noticed(state: State, event: Event) -> State:
    return state if state.noticed_at is not None else replace(state, noticed_at=event.at)


def _settle(corrections: tuple[Correction, ...], request: str) -> tuple[Correction, ...]:
    """An answer covers the notice that it names and all before it: people are shown all that is open at once."""
    last = next(index for index, correction in enumerate(corrections) if correction.request == request)
    done = tuple(replace(correction, status="answered") for correction in corrections[: last + 1])
    return done + corrections[last + 1 :]


def _join(old: tuple[Material, ...], new: list[dict[str, Any]]) -> tuple[Material, ...]:
    return tuple(dict.fromkeys((*old, *(Material.of(data) for data in new))))


def _still_named(
    materials: tuple[Material, ...], old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Material, ...]:
    """Without the files of answers (their slot is a JSON Pointer) that the corrected answers name no longer."""
    gone = _file_references(old) - _file_references(new)
    return tuple(m for m in materials if not m.slot.startswith("/") or f"sha256:{m.sha256}" not in gone)


def _file_references(answers: Mapping[str, Any]) -> set[str]:
    """All "sha256:..." texts anywhere in the answers."""
    found: set[str] = set()
    waiting: list[Any] = [answers]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and value.startswith("sha256:"):
            found.add(value)
    return found
