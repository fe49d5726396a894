"""原件核验 on a case's page and on the page before filing: what to look at, who has, and the second person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from edge import originals, second, web
from edge.applications import Application
from edge.errors import YizhanError
from edge.node import Node
from edge.staff import cases
from edge.staff.context import officer
from edge.staff.panels import Panel
from edge.staff.people import name_of
from edge.web_filters import when_short
from edge.web_node import node
from forms import originals as rules
from forms.definition import Definition
from forms.state import Seen

SLOT = "seen"
ANSWERABLE = frozenset({
    "originals_none", "original_not_asked", "second_wrong", "second_same", "account_locked", "account_disabled",
})  # fmt: skip  # a table


@dataclass(frozen=True, slots=True)
class Line:
    """One original. `by`: who saw it and when, "" while nobody did; `done`: enough people did."""

    code: str
    name: str
    by: str
    done: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class Seeing:
    """What the panel shows. `two`: each original is for two people; `fault`: what was wrong with the last try."""

    number: str
    lines: list[Line]
    two: bool
    outstanding: list[str]
    fault: str


def lines(
    definition: Definition, answers: Mapping[str, Any], given: Collection[str], seen: Collection[Seen]
) -> list[Line]:
    """The originals that these answers ask for."""
    known = {one.slot: one for one in seen}
    enough = rules.people(definition)
    return [
        _line(str(entry["code"]), str(entry["name"]), known.get(entry["code"]), enough)
        for entry in rules.asked(definition, answers, given)
    ]


def _line(code: str, name: str, seen: Seen | None, enough: int) -> Line:
    if seen is None:
        return Line(code, name, "", done=False, mine=False)
    by = "、".join(name_of(node(), actor) for actor in seen.by)
    return Line(code, name, f"{by} {when_short(seen.at)}", done=len(seen.by) >= enough, mine=officer().actor in seen.by)


def panel(running: Node, application: Application) -> Panel | None:
    """The panel of a case; None where no original is asked for."""
    state, definition = application.state, application.definition
    if definition.service.get("sealed") or state.phase == "unknown":
        return None
    found = lines(definition, state.answers, originals.slots(state), state.seen)
    if not found:
        return None
    with running.database.read() as tx:
        waiting = originals.outstanding(tx, application)
    fault = request.args.get("seen", "")
    said = _FAULTS.get(fault, "") if fault else ""
    return Panel("originals", Seeing(application.number, found, rules.people(definition) > 1, waiting, said))


_FAULTS = {
    "originals_none": "请先勾选已经当面看过原件的材料。",
    "original_not_asked": "有一样不在要核对的原件里，请重新勾选。",
    "second_wrong": "第二个人的账号或密码不对，没有记下。请他再输一次。",
    "second_same": "两个人核对，不能是同一个人。",
    "account_locked": "第二个人的账号因为多次输错已经锁定，请稍后再试。",
    "account_disabled": "第二个人的账号已经停用。",
}


def record(number: str) -> Response:
    """原件已核, by the officer of this session and, where he gives his password here, by a second one."""
    try:
        originals.record(
            node(), number, ticked(), actor=officer().actor, second=other(), token=request.form.get("token") or None
        )
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return web.see_other(url_for("staff.cases_show", number=number, seen=error.code, _anchor="originals"))
    return web.see_other(cases.address(number, "seen"))


def ticked() -> list[str]:
    """The codes of the materials whose originals were ticked on the page."""
    return request.form.getlist(SLOT)


def other() -> str:
    """The second person who gave his password on this page; "" for nobody. Raises second_wrong, account_locked."""
    account = request.form.get("second", "").strip()
    return second.actor(node(), account, request.form.get("second_password", "")) if account else ""


def act(
    definition: Definition, answers: Mapping[str, Any], given: Collection[str]
) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What is to be written behind a filing; () where nothing was ticked. Raises as `record`."""
    if not ticked():
        return ()
    body = originals.checked(definition, answers, given, ticked(), actor=officer().actor, second=other())
    return (("originals.seen", body),)
