"""The way of an application as its service describes it: whose word is asked, who gave his, what runs side by side."""

from dataclasses import dataclass

from edge.web_filters import day
from forms import steps
from forms.kinds_review import OPINIONS
from forms.state import State
from forms.steps import Asked
from sync.centre import claims, guards
from sync.centre.cases import Case
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.review.words import Badge
from sync.centre.who import CENTRE

_LEVEL = {"agreed": "ok", "disagreed": "late", "returned": "due"}
CORRECTED = "退回后已补正，等意见"
_REACHED = {"accept": "accepted_at", "decide": "closed_at"}


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the service; `group` is what runs side by side with it, `text` the opinion itself, `given` whether it
    is there and nothing was corrected since it sent the application back.
    """

    code: str
    title: str
    by: str
    group: str
    badge: Badge
    detail: str
    text: str
    writable: bool
    given: bool


def lines(centre: Centre, case: Case, duties: tuple[Duty, ...]) -> list[StepLine]:
    """The steps of an application in which others have a word; nothing for any other."""
    listed = case.definition.service["steps"] if case.definition and not case.sealed else []
    asked = {one.code: one for one in guards.asked_of(case)}
    if not asked:
        return []
    own = {one.code for one in guards.writable(case, duties)} if case.state.phase != "closed" else set()
    found = []
    for step in listed:
        if "opinion" in step and step["code"] not in asked:
            continue  # the applicant brought it with him
        one = asked.get(step["code"])
        badge, detail, text = _opinion(centre, case, one, asked) if one else _own(case, step["code"])
        found.append(
            StepLine(
                step["code"],
                step["title"],
                step["by"],
                step.get("parallel", ""),
                badge,
                detail,
                text,
                writable=step["code"] in own,
                given=one is not None and not steps.to_write(case.state, one.code),
            )
        )
    return found


def _own(case: Case, code: str) -> tuple[Badge, str, str]:
    """A step of the room or of the deciding desk itself: only what the log says is said to be done."""
    state = case.state
    if code == "receive":
        return Badge("已完成", "ok"), day(state.filed_at or ""), ""
    at = _reached(state, code)
    if at:
        return Badge("已完成", "ok"), day(at), ""
    return Badge("没有记录" if state.phase == "closed" else "待办", "wait"), "", ""


def _reached(state: State, code: str) -> str:
    if code == "deliver":
        return state.delivery.handed[-1].at if state.delivery.handed else ""
    return getattr(state, _REACHED[code]) or "" if code in _REACHED else ""


def _opinion(centre: Centre, case: Case, step: Asked, asked: dict[str, Asked]) -> tuple[Badge, str, str]:
    opinion = case.state.review.opinion(step.code)
    if opinion is not None:
        with centre.store.read() as tx:
            name = claims.name_of(tx, opinion.actor.removeprefix(CENTRE))
        again = steps.to_write(case.state, step.code)
        said = Badge(OPINIONS[opinion.outcome], _LEVEL[opinion.outcome])
        return Badge(CORRECTED, "due") if again else said, f"{day(opinion.at)} {name}", opinion.text
    before = steps.waits_for(step, tuple(asked.values()), case.state.review)
    if before:
        return Badge("等前一环节", "wait"), f"先要“{'”“'.join(one.title for one in before)}”同意", ""
    return Badge("等意见", "due"), "", ""
