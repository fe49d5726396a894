"""同意 on a case's page: what was agreed to, in whose words, and taking it back on request."""

from dataclasses import dataclass

from flask import Response, request, url_for

from edge import consents, web
from edge.applications import Application
from edge.consents import Line
from edge.errors import YizhanError
from edge.node import Node
from edge.staff import cases
from edge.staff.context import officer
from edge.staff.panels import Panel
from edge.web_filters import when_short
from edge.web_node import node
from forms.head import DEFAULT_LANGUAGE

_FAULTS = {
    "consent_none": "这一项没有同意过，或者已经撤回。",
    "consent_guardian": "监护人来撤回的，姓名和关系都要写。",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the panel. `word`: what became of it; `by`: who decided; `holds`: it may be taken back."""

    code: str
    question: str
    text: str
    word: str
    by: str
    about: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Consents:
    """What the panel shows; `fault`: what was wrong the last time."""

    number: str
    lines: list[Asked]
    fault: str


def panel(_running: Node, application: Application) -> Panel | None:
    """The panel of a case; None where the service rests on statutory duty and nobody was asked."""
    lines = [_asked(line) for line in consents.lines(application, DEFAULT_LANGUAGE)]
    fault = _FAULTS.get(request.args.get("consent", ""), "")
    return Panel("consents", Consents(application.number, lines, fault)) if lines else None


def _asked(line: Line) -> Asked:
    said = line.said
    word = "同意" if said.given else "不同意，照样办"
    if said.withdrawn_at:
        word = f"已撤回，{when_short(said.withdrawn_at)}"
    by = f"监护人 {said.name}（{said.relation}）" if said.name else "本人"
    about = f"{when_short(said.at)}，事项 {said.version} 版，文字摘要 {line.digest}"
    return Asked(said.consent, line.question, line.text, word, by, about, said.holds)


def withdraw(number: str) -> Response:
    """Take one back, whatever the state of the case."""
    form = request.form
    try:
        consents.withdraw(
            node(),
            number,
            form.get("consent", "")[:40],
            actor=officer().actor,
            name=form.get("name", ""),
            relation=form.get("relation", ""),
            token=form.get("token") or None,
        )
    except YizhanError as error:
        if error.code not in _FAULTS:
            raise
        return web.see_other(url_for("staff.cases_show", number=number, consent=error.code, _anchor="consents"))
    return web.see_other(cases.address(number, "consent"))
