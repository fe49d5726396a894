"""What those who decide do besides the acts of sync.centre.cases: opinions, special procedures, a case handed on, and
who has it on his desk. One act is one event for the node.
"""

from datetime import date
from typing import Any, Final

from edge.errors import problem
from forms import deadlines
from forms.kinds_review import LEVELS, OPINIONS
from sync.centre import cases, claims, desks, guards
from sync.centre.cases import Case
from sync.centre.centre import Centre
from sync.centre.who import CENTRE

TEXT_MAX: Final = 2000


def give_opinion(
    centre: Centre, number: str, *, actor: str, step: str, outcome: str, text: str = "", seen: str | None = None
) -> Case:
    """出具意见 about one step; all but 同意 need their text. Raises opinion_unknown, opinion_other, reason_missing, and
    what cases.accept raises.
    """
    if outcome not in OPINIONS:
        raise problem("opinion_unknown")
    said = text.strip()[:TEXT_MAX]
    if outcome != "agreed" and not said:
        raise problem("reason_missing", act=guards.ACTS["opinion"])
    asked = next((one for one in guards.asked_of(cases.get(centre, number)) if one.code == step), None)
    if asked is None:
        raise problem("opinion_other")
    body = {"step": step, "title": asked.title, "by": asked.by, "outcome": outcome, "text": said}
    return cases.perform(centre, number, act="opinion", body=body, actor=actor, seen=seen)


def begin_procedure(
    centre: Centre, number: str, *, actor: str, procedure: str, reason: str, until: str = "", seen: str | None = None
) -> Case:
    """启动特别程序: one that the service names, never longer than it says. Raises procedure_unknown, procedure_until,
    reason_missing, and what cases.accept raises.
    """
    found = next((one for one in offered(cases.get(centre, number)) if one["code"] == procedure), None)
    if found is None:
        raise problem("procedure_unknown")
    if not reason.strip():
        raise problem("reason_missing", act=guards.ACTS["pause"])
    last = ceiling(centre, found)
    body = {
        "procedure": procedure,
        "title": found["title"],
        "reason": reason.strip()[:TEXT_MAX],
        "until": _until(until.strip() or last, last, centre.clock.today(), found),
    }
    return cases.perform(centre, number, act="pause", body=body, actor=actor, seen=seen)


def end_procedure(centre: Centre, number: str, *, actor: str, note: str = "", seen: str | None = None) -> Case:
    """结束特别程序: the clock goes on. Raises what cases.accept raises."""
    body = {"note": note.strip()[:TEXT_MAX]} if note.strip() else {}
    return cases.perform(centre, number, act="resume", body=body, actor=actor, seen=seen)


def offered(case: Case) -> list[dict[str, Any]]:
    """The special procedures that the service of an application knows."""
    return list(case.definition.service.get("special_procedures", ())) if case.definition else []


def ceiling(centre: Centre, procedure: dict[str, Any]) -> str:
    """The last day of a procedure that begins now."""
    return deadlines.due(centre.clock.now(), procedure["limit"], centre.calendar)[:10]


def _until(given: str, last: str, today: str, found: dict[str, Any]) -> str:
    try:
        date.fromisoformat(given)
    except ValueError as error:
        raise problem("procedure_until", title=found["title"], last=last) from error
    if not today <= given <= last:
        raise problem("procedure_until", title=found["title"], last=last)
    return given


def forward(
    centre: Centre, number: str, *, actor: str, level: str, reason: str, desk: str = "", seen: str | None = None
) -> Case:
    """转办 to the desk of another level; whoever had it on his desk has it no longer.

    Raises forward_unknown, reason_missing, and what cases.accept raises.
    """
    if level not in LEVELS or level == desks.level_of((case := cases.get(centre, number)).state, case.definition):
        raise problem("forward_unknown")
    if not reason.strip():
        raise problem("reason_missing", act=guards.ACTS["forward"])
    named = desk.strip()[:100] or f"{LEVELS[level]}公安机关"
    body = {"desk": named, "level": level, "reason": reason.strip()[:TEXT_MAX]}
    done = cases.perform(centre, number, act="forward", body=body, actor=actor, seen=seen)
    with centre.store.write() as tx:
        claims.release(tx, done.node_id, number, actor.removeprefix(CENTRE))
    return done


def claim(centre: Centre, number: str, *, actor: str, over: bool = False) -> None:
    """认领; `over`: from whoever has it.

    Raises not_found, desk_other, own_application, claim_other, not_allowed_now.
    """
    case = cases.get(centre, number)
    with centre.store.write() as tx:
        duties = desks.of_actor(tx, actor)
        guards.must_see(case, duties, actor)
        if not guards.may_act(case, duties):
            raise problem("desk_other")
        if actor in case.handlers:
            raise problem("own_application")
        if case.state.phase == "closed":
            raise problem("not_allowed_now", phase="已办结", act="认领")
        claims.take(tx, case.node_id, number, actor.removeprefix(CENTRE), centre.clock.now(), over=over)


def give_back(centre: Centre, number: str, *, actor: str) -> None:
    """不再认领; what is not one's own stays. Raises not_found."""
    case = cases.get(centre, number)
    with centre.store.write() as tx:
        claims.release(tx, case.node_id, number, actor.removeprefix(CENTRE))
