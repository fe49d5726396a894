"""What speaks against an act before it is written: who acts, whose desk it is, what has to come first.

What the situation itself forbids is the reducer's word (forms.outcomes); everything here needs more than the log.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection

from edge.errors import problem
from forms import steps
from forms.kinds_review import OPINIONS
from forms.lifecycle import Item, phase_title
from forms.steps import Asked
from sync.centre import claims, desks, who
from sync.centre.desks import Duty
from sync.centre.who import CENTRE

if TYPE_CHECKING:
    from sync.centre.cases import Case

ACTS: Final = {
    "confirm": "民警确认", "unconfirm": "不予确认",
    "accept": "受理", "refuse": "不予受理", "correct": "一次性告知补正", "decide": "办结",
    "opinion": "出具意见", "pause": "启动特别程序", "resume": "结束特别程序", "forward": "转办",
}  # fmt: skip  # a table
CONFIRMING: Final = ("confirm", "unconfirm")
DECIDING: Final = frozenset({"accept", "refuse", "decide"})
SEALED_ACTS: Final = DECIDING
SEALED_SENTENCE: Final = "办理情况由监督部门直接答复"


def additions(tx: Connection, case: "Case", act: str, body: Mapping[str, Any], actor: str) -> dict[str, Any]:
    """The body with what the act adds by itself, once nothing speaks against it.

    Raises not_found, desk_other, claim_other, own_application, confirmer_decides, sealed_other, not_allowed_now,
    police_only, nothing_to_confirm, confirm_first, opinion_first, on_its_way, correction_again, whole_by_parts.
    """
    duties = desks.of_actor(tx, actor)
    must_see(case, duties, actor)
    made = _sealed_body(case, act, body, actor) if case.sealed else dict(body)
    if act == "correct" and case.state.corrections and not made.get("reason"):
        raise problem("correction_again")
    if case.state.parts:
        raise problem("whole_by_parts", act=ACTS[act])
    _must_be_a_stranger(case, act, actor)
    if act == "opinion" and made["step"] not in {one.code for one in writable(case, duties)}:
        raise problem("opinion_other")
    if act != "opinion" and not case.sealed:  # what is sealed is asked of the supervisors alone
        if not may_act(case, duties):
            raise problem("desk_other")
        claims.must_be_free(tx, case.node_id, case.number, actor.removeprefix(CENTRE))
    if act == "correct":
        must_have_come(case, [Item(**one) for one in made["items"]])
    if act == "accept" or (act == "decide" and made["result"] == "granted"):
        _must_have_opinions(case, act)
    return made | _with_confirmation(tx, case, act, actor)


def must_see(case: "Case", duties: tuple[Duty, ...], actor: str) -> None:
    """Raises not_found for whom the application is about, and for whom it lies in somebody else's area."""
    asked = asked_of(case)
    if actor in case.concerned or not desks.may_see(duties, case.node_id, case.state.service.id, asked):
        raise problem("not_found")


def asked_of(case: "Case") -> tuple[Asked, ...]:
    """The opinions that an application asks for."""
    return steps.asked(case.definition.service, case.state.answers) if case.definition else ()


def may_act(case: "Case", duties: tuple[Duty, ...]) -> bool:
    """Whether somebody with these duties decides this application."""
    level = desks.level_of(case.state, case.definition)
    return desks.decides(duties, case.node_id, case.state.service.id, level)


def writable(case: "Case", duties: tuple[Duty, ...]) -> list[Asked]:
    """The opinions that somebody with these duties may write now."""
    asked = asked_of(case)
    own = [one for one in asked if desks.writes(duties, case.node_id, case.state.service.id, one)]
    return [one for one in own if not steps.waits_for(one, asked, case.state.review)]


def _must_have_opinions(case: "Case", act: str) -> None:
    before = steps.ACCEPT if act == "accept" else steps.DECIDE
    missing = steps.missing(asked_of(case), case.state.review, before)
    if missing:
        raise problem("opinion_first", titles="、".join(_said(case, one) for one in missing), act=ACTS[act])


def _said(case: "Case", step: Asked) -> str:
    opinion = case.state.review.opinion(step.code)
    return f"{step.title}（{OPINIONS[opinion.outcome] if opinion else '还没有'}）"


def on_its_way(case: "Case", slot: str) -> int | None:
    """How much of a material has come, in percent, where it was handed in and nothing of it can be looked at yet."""
    listed = case.definition.service["materials"] if case.definition else []
    places = {slot, *(one["field"] for one in listed if one["code"] == slot and "field" in one)}
    named = [one for one in case.state.materials if one.slot in places]
    if not named or any(case.best(one.sha256) for one in named):
        return None
    held = sum(case.materials[one.sha256].held for one in named if one.sha256 in case.materials)
    return min(99, 100 * held // max(1, sum(one.size for one in named)))


def must_have_come(case: "Case", items: Iterable[Item]) -> None:
    """A material that is still on its way is never treated as missing. Raises on_its_way."""
    for item in items:
        percent = on_its_way(case, item.ref) if item.target == "material" else None
        if percent is not None:
            raise problem("on_its_way", label=item.label, percent=percent)


def _sealed_body(case: "Case", act: str, body: Mapping[str, Any], actor: str) -> dict[str, Any]:
    """What goes down about a complaint says nothing of its content."""
    if actor not in case.supervisors:
        raise problem("sealed_other")
    if act not in SEALED_ACTS:
        raise problem("not_allowed_now", phase=phase_title(case.state), act=ACTS[act])
    return {key: text if key == "result" else SEALED_SENTENCE for key, text in body.items()}


def _with_confirmation(tx: Connection, case: "Case", act: str, actor: str) -> dict[str, Any]:
    """What the act adds where an assistant's work still waits: a police officer's 受理 or decision confirms it too."""
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


def _must_be_a_stranger(case: "Case", act: str, actor: str) -> None:
    """Nobody decides what he received, nor what he confirmed."""
    if actor in case.handlers:
        raise problem("own_application")
    if act in DECIDING and actor in who.confirmers(case.state):
        raise problem("confirmer_decides")
