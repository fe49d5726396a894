"""What a reviewer does with an application: 受理, 不予受理, 一次性告知补正, 办结. One act is one event for the node.

Whether an act is possible is the reducer's word (forms.outcomes), so node and centre can't disagree about it. Who acts
says which version of the application he has seen: if anything happened since, nothing is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from edge import sealing
from edge.errors import problem
from forms import steps
from forms.definition import Definition
from forms.events import Event, Side
from forms.kinds import DECISIONS, check_body
from forms.lifecycle import Item, State, phase_title
from forms.outcomes import OUTCOMES
from forms.whole import Family
from sync.centre import (
    desks,
    guards,
    hand_overs,
    log,
    materials,
    projection,
    rooms,
    supervisor_keys,
    tables,
    who,
    writs,
)
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.materials import Held

ACTS = {act: guards.ACTS[act] for act in ("confirm", "unconfirm", "accept", "refuse", "correct", "decide")}
KIND_OF = {
    "confirm": who.REMOTE,
    "unconfirm": who.REMOTE,
    "accept": "application.accepted",
    "refuse": "application.refused",
    "correct": "correction.requested",
    "decide": "application.decided",
    "opinion": "opinion.given",
    "pause": "procedure.begun",
    "resume": "procedure.ended",
    "forward": "application.forwarded",
}
NUMBER_MIN, NUMBER_MAX, NODE_DIGITS = 17, 22, 10
# a result that takes nothing away from the citizen needs no reason
PLAIN_RESULTS = frozenset({"granted"})


@dataclass(frozen=True, slots=True)
class Case:
    """An application as the centre holds it. `definition` is None where the centre never got it: show the raw answers.

    `received` tells when the centre got each event of the node, by (epoch, seq). `handlers`: the actors of the centre
    who had a hand in it at the room; `concerned`: those whom it is about.
    """

    node_id: str
    room: str
    number: str
    version: str
    state: State
    definition: Definition | None
    materials: Mapping[str, Held]
    received: Mapping[tuple[int, int], str]
    supervisors: frozenset[str] = frozenset()
    family: Family | None = None
    handlers: frozenset[str] = frozenset()
    concerned: frozenset[str] = frozenset()
    forms: Mapping[str, Mapping[str, Held]] = field(default_factory=dict)  # smaller forms, by the original's digest

    def best(self, sha256: str) -> Held | None:
        """The best form of a material that is here whole: the original, else the page, else the preview."""
        return materials.best(self.materials.get(sha256), self.forms.get(sha256, {}))

    @property
    def sealed(self) -> bool:
        """Whether this is for the supervisor alone."""
        return sealing.is_sealed(self.state.answers)

    @property
    def received_at(self) -> str:
        return min(self.received.values(), default="")


def get(centre: Centre, number: str) -> Case:
    """One application. Raises not_found."""
    with centre.store.read() as tx:
        return _get(tx, centre, number)


def locked(tx: Connection, centre: Centre, number: str) -> Case:
    """The same within a transaction that holds its room. Raises not_found."""
    return _get(tx, centre, number, lock=True)


def confirm(centre: Centre, number: str, *, actor: str, refused: str = "", seen: str | None = None) -> Case:
    """民警远程确认 of what an assistant took in; `refused`: why not.

    Raises police_only, nothing_to_confirm, and what `accept` raises.
    """
    body = {"ok": False, "reason": refused.strip()} if refused.strip() else {"ok": True}
    return perform(centre, number, act="unconfirm" if refused.strip() else "confirm", body=body, actor=actor, seen=seen)


def accept(centre: Centre, number: str, *, actor: str, seen: str | None = None, note: str = "") -> Case:
    """受理. Raises not_found, own_application, application_changed, not_allowed_now."""
    body = {"note": note} if note else {}
    return perform(centre, number, act="accept", body=body, actor=actor, seen=seen)


def refuse(centre: Centre, number: str, *, actor: str, reason: str, seen: str | None = None) -> Case:
    """不予受理, with its reason. Raises reason_missing and what `accept` raises."""
    if not reason.strip():
        raise problem("reason_missing", act=ACTS["refuse"])
    return perform(centre, number, act="refuse", body={"reason": reason.strip()}, actor=actor, seen=seen)


def request_correction(
    centre: Centre,
    number: str,
    *,
    actor: str,
    items: Sequence[Item],
    due_day: str = "",
    reason: str = "",
    seen: str | None = None,
) -> Case:
    """一次性告知: all defects at once. A second notice needs a reason.

    Raises correction_empty, correction_wrong, correction_again and what `accept` raises.
    """
    if not items:
        raise problem("correction_empty")
    named = [{"target": i.target, "ref": i.ref, "label": i.label, "defect": i.defect.strip()} for i in items]
    body: dict[str, Any] = {"items": named}
    body |= {name: text for name, text in (("due_day", due_day), ("reason", reason.strip())) if text}
    return perform(centre, number, act="correct", body=body, actor=actor, seen=seen)


def decide(centre: Centre, number: str, *, actor: str, result: str, reason: str = "", seen: str | None = None) -> Case:
    """办结 with its kind; all but 准予 need a reason. Raises result_unknown, reason_missing, and as `accept`."""
    if result not in DECISIONS:
        raise problem("result_unknown", result=result)
    if result not in PLAIN_RESULTS and not reason.strip():
        raise problem("reason_missing", act=ACTS["decide"])
    body = {"result": result} | ({"reason": reason.strip()} if reason.strip() else {})
    return perform(centre, number, act="decide", body=body, actor=actor, seen=seen)


def perform(centre: Centre, number: str, *, act: str, body: dict[str, Any], actor: str, seen: str | None) -> Case:
    """One transaction: look, check, append, see that it takes effect, project. Raises what sync.centre.guards names."""
    try:
        check_body(KIND_OF[act], body)
    except ValueError as error:
        raise problem("correction_wrong" if act == "correct" else "bad_request", detail=str(error)) from error
    with centre.store.write() as tx:
        case = _get(tx, centre, number, lock=True)
        if seen is not None and seen != case.version:
            raise problem("application_changed")
        body = guards.additions(tx, case, act, body, actor)
        if not case.sealed:  # a writ would say in the room what was decided about whom
            body = _with_writ(tx, centre, case, KIND_OF[act], body, actor)
        event = log.append(
            tx, centre.clock, case.node_id, kind=KIND_OF[act], application=number, body=body, actor=actor
        )
        _must_take_effect(tx, case, event, act)
        state = projection.project(tx, centre, case.node_id, number)
        hand_overs.make(tx, centre, state, case.definition, event)
        return _get(tx, centre, number)


def _with_writ(  # noqa: PLR0917 - what the writ says, and who says it
    tx: Connection, centre: Centre, case: Case, kind: str, body: dict[str, Any], actor: str
) -> dict[str, Any]:
    level = desks.level_of(case.state, case.definition)
    organ = writs.organ_of(desks.of_actor(tx, actor), centre, case.node_id, case.state.service.id, level)
    return writs.add(tx, centre, case.number, kind, body, organ=organ, definition=case.definition)


def _must_take_effect(tx: Connection, case: Case, event: Event, act: str) -> None:
    after = projection.state_of(tx, case.node_id, case.number)
    entry = next(entry for entry in after.history if entry.id == event.id)
    if not entry.effective:
        raise problem("not_allowed_now", phase=phase_title(case.state), act=guards.ACTS[act])


def possible_acts(case: Case, actor: str, duties: tuple[Duty, ...] = (desks.ALL,)) -> set[str]:
    """The acts that would take effect now and that this person may do."""
    phase = case.state.phase
    if case.state.parts:
        return set()
    if phase == "closed" or phase == "unknown" or actor in case.handlers:  # noqa: PLR1714 - narrows the type
        return set()
    if case.sealed:
        open_ = guards.SEALED_ACTS if actor in case.supervisors else frozenset()
        return {act for act in open_ if not OUTCOMES[KIND_OF[act]][phase]}
    opinion = {"opinion"} if guards.writable(case, duties) else set()
    if not guards.may_act(case, duties):
        return opinion
    offered = {act for act, kind in KIND_OF.items() if not OUTCOMES[kind][phase]} - {"opinion"} | opinion
    offered -= _idle_acts(case)
    return offered - guards.DECIDING if actor in who.confirmers(case.state) else offered


def _idle_acts(case: Case) -> set[str]:
    """What there is nothing to do with now: nobody to confirm, no special procedure to begin or to end."""
    idle = set() if case.state.confirmation.pending else set(guards.CONFIRMING)
    runs = case.state.review.procedure is not None
    known = case.definition is not None and case.definition.service.get("special_procedures")
    if steps.missing(guards.asked_of(case), case.state.review, steps.ACCEPT):
        idle.add("accept")
    return idle | ({"pause"} if runs or not known else set()) | (set() if runs else {"resume"})


def _get(tx: Connection, centre: Centre, number: str, *, lock: bool = False) -> Case:
    node_id = number[:NODE_DIGITS]
    if not (number.isascii() and number.isdecimal() and NUMBER_MIN <= len(number) <= NUMBER_MAX):
        raise problem("not_found")
    if tx.execute(select(tables.application.c.number).filter_by(node_id=node_id, number=number)).scalar() is None:
        raise problem("not_found")
    room = rooms.get(tx, node_id, lock=lock)
    events: list[tuple[Side, Event, str]] = log.of_application(tx, node_id, number)
    state = projection.state_of(tx, node_id, number)
    return Case(
        node_id=node_id,
        room=room.name,
        number=number,
        version=projection.version(events),
        state=state,
        definition=centre.definitions.get(state.service.digest),
        materials=materials.of_application(tx, node_id, number),
        received={event.position: at for side, event, at in events if side == "node"},
        supervisors=supervisor_keys.accounts(tx) if sealing.is_sealed(state.answers) else frozenset(),
        forms=materials.renditions_of(tx, node_id, [material.sha256 for material in state.materials]),
        family=projection.family_of(tx, centre, node_id, state),
        handlers=who.handlers(tx, node_id, state),
        concerned=who.concerned(tx, node_id, state),
    )


__all__ = [
    "ACTS", "Case", "accept", "confirm", "decide", "get", "perform", "possible_acts", "refuse", "request_correction",
]  # fmt: skip  # a table
