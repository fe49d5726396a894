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
from forms.definition import Definition
from forms.events import Event, Side
from forms.kinds import DECISIONS, check_body
from forms.lifecycle import Item, State, phase_title
from forms.outcomes import OUTCOMES
from forms.whole import Family
from sync.centre import log, materials, projection, rooms, supervisor_keys, tables, who
from sync.centre.centre import Centre
from sync.centre.materials import Held

ACTS = {
    "confirm": "民警确认", "unconfirm": "不予确认",
    "accept": "受理", "refuse": "不予受理", "correct": "一次性告知补正", "decide": "办结",
}  # fmt: skip
KIND_OF = {
    "confirm": who.REMOTE,
    "unconfirm": who.REMOTE,
    "accept": "application.accepted",
    "refuse": "application.refused",
    "correct": "correction.requested",
    "decide": "application.decided",
}
NUMBER_MIN, NUMBER_MAX, NODE_DIGITS = 17, 22, 10
CONFIRMING = ("confirm", "unconfirm")
DECIDING = frozenset({"accept", "refuse", "decide"})
# a result that takes nothing away from the citizen needs no reason
PLAIN_RESULTS = frozenset({"granted"})
SEALED_SENTENCE = "办理情况由监督部门直接答复"


@dataclass(frozen=True, slots=True)
class Case:
    """An application as the centre holds it. `definition` is None where the centre never got it: show the raw answers.

    `received` tells when the centre got each event of the node, by (epoch, seq). `handlers`: the actors of the centre
    who had a hand in it at the room.
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


def confirm(centre: Centre, number: str, *, actor: str, refused: str = "", seen: str | None = None) -> Case:
    """民警远程确认 of what an assistant took in; `refused`: why not.

    Raises police_only, nothing_to_confirm, and what `accept` raises.
    """
    body = {"ok": False, "reason": refused.strip()} if refused.strip() else {"ok": True}
    return _act(centre, number, act="unconfirm" if refused.strip() else "confirm", body=body, actor=actor, seen=seen)


def accept(centre: Centre, number: str, *, actor: str, seen: str | None = None, note: str = "") -> Case:
    """受理. Raises not_found, own_application, application_changed, not_allowed_now."""
    body = {"note": note} if note else {}
    return _act(centre, number, act="accept", body=body, actor=actor, seen=seen)


def refuse(centre: Centre, number: str, *, actor: str, reason: str, seen: str | None = None) -> Case:
    """不予受理, with its reason. Raises reason_missing and what `accept` raises."""
    if not reason.strip():
        raise problem("reason_missing", act=ACTS["refuse"])
    return _act(centre, number, act="refuse", body={"reason": reason.strip()}, actor=actor, seen=seen)


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
    return _act(centre, number, act="correct", body=body, actor=actor, seen=seen)


def decide(
    centre: Centre, number: str, *, actor: str, result: str, reason: str = "", seen: str | None = None
) -> Case:
    """办结 with its kind; all but 准予 need a reason. Raises result_unknown, reason_missing, and as `accept`."""
    if result not in DECISIONS:
        raise problem("result_unknown", result=result)
    if result not in PLAIN_RESULTS and not reason.strip():
        raise problem("reason_missing", act=ACTS["decide"])
    body = {"result": result} | ({"reason": reason.strip()} if reason.strip() else {})
    return _act(centre, number, act="decide", body=body, actor=actor, seen=seen)


def _act(
    centre: Centre, number: str, *, act: str, body: dict[str, Any], actor: str, seen: str | None
) -> Case:
    """One transaction: look, check, append, see that it takes effect, project."""
    try:
        check_body(KIND_OF[act], body)
    except ValueError as error:
        raise problem("correction_wrong" if act == "correct" else "bad_request", detail=str(error)) from error
    with centre.store.write() as tx:
        case = _get(tx, centre, number, lock=True)
        if seen is not None and seen != case.version:
            raise problem("application_changed")
        if case.sealed:
            body = _sealed_body(case, act, body, actor)
        if act == "correct" and case.state.corrections and not body.get("reason"):
            raise problem("correction_again")
        if case.state.parts:
            raise problem("whole_by_parts", act=ACTS[act])
        body = body | _with_confirmation(tx, case, act, actor)
        event = log.append(
            tx, centre.clock, case.node_id, kind=KIND_OF[act], application=number, body=body, actor=actor
        )
        _must_take_effect(tx, case, event, act)
        projection.project(tx, centre, case.node_id, number)
        return _get(tx, centre, number)


def _sealed_body(case: Case, act: str, body: dict[str, Any], actor: str) -> dict[str, Any]:
    """What goes down about a complaint says nothing of its content. Raises sealed_other, not_allowed_now."""
    if actor not in case.supervisors:
        raise problem("sealed_other")
    if act == "correct":
        raise problem("not_allowed_now", phase=phase_title(case.state), act=ACTS[act])
    return {key: text if key == "result" else SEALED_SENTENCE for key, text in body.items()}


def _with_confirmation(tx: Connection, case: Case, act: str, actor: str) -> dict[str, Any]:
    """What the act adds where an assistant's work still waits: a police officer's 受理 or decision confirms it too.

    Raises own_application, confirmer_decides, police_only, nothing_to_confirm, confirm_first.
    """
    _must_be_a_stranger(case, act, actor)
    police, pending = who.is_police(tx, actor), case.state.confirmation.pending
    if act in CONFIRMING:
        if not police:
            raise problem("police_only")
        if not pending:
            raise problem("nothing_to_confirm", phase=phase_title(case.state))
    if not pending or act not in ("accept", "decide"):
        return {}
    if not police:
        raise problem("confirm_first")
    return {"confirms": True}


def _must_be_a_stranger(case: Case, act: str, actor: str) -> None:
    """Nobody decides what he received, nor what he confirmed."""
    if actor in case.handlers:
        raise problem("own_application")
    if act in DECIDING and actor in who.confirmers(case.state):
        raise problem("confirmer_decides")


def _must_take_effect(tx: Connection, case: Case, event: Event, act: str) -> None:
    after = projection.state_of(tx, case.node_id, case.number)
    entry = next(entry for entry in after.history if entry.id == event.id)
    if not entry.effective:
        raise problem("not_allowed_now", phase=phase_title(case.state), act=ACTS[act])


def possible_acts(case: Case, actor: str) -> set[str]:
    """The acts that would take effect now and that this person may do."""
    phase = case.state.phase
    if case.state.parts:
        return set()
    if phase == "closed" or phase == "unknown" or actor in case.handlers:  # noqa: PLR1714 - narrows the type
        return set()
    if case.sealed:
        open_ = {"accept", "refuse", "decide"} if actor in case.supervisors else set()
        return {act for act in open_ if not OUTCOMES[KIND_OF[act]][phase]}
    offered = {act for act, kind in KIND_OF.items() if not OUTCOMES[kind][phase]}
    if not case.state.confirmation.pending:
        offered -= set(CONFIRMING)
    return offered - DECIDING if actor in who.confirmers(case.state) else offered


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
    )


__all__ = ["ACTS", "Case", "accept", "confirm", "decide", "get", "possible_acts", "refuse", "request_correction"]
