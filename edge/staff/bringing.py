"""代办: who stands there for whom, on a case's page and before filing; and the printable list of what was brought."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, request, url_for

from edge import applications, originals, standing, web
from edge.applications import Application
from edge.errors import YizhanError
from edge.node import Node
from edge.staff import cases
from edge.staff.context import officer, page
from edge.staff.panels import Panel
from edge.staff.people import name_of
from edge.web_filters import when_short
from edge.web_node import node
from forms import proxies
from forms.definition import Definition
from forms.kinds_receiving import PROXY_PAPERS, RELATIONS
from forms.proxies import Standing

FIELDS = ("proxy_name", "proxy_number", "proxy_relation", "proxy_phone")
ANSWERABLE = frozenset({"standing_incomplete", "proxy_in_form"})


@dataclass(frozen=True, slots=True)
class Bringing:
    """What the panel shows. `standing`: None while nobody is recorded; `may_record`: the form itself doesn't ask."""

    number: str
    applicant: str
    standing: Standing | None
    may_record: bool
    relations: dict[str, str]
    papers: dict[str, str]
    fault: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the 代收清单."""

    number: str
    href: str
    day: str
    service: str
    applicant: str
    proxy: str
    who: str
    missing: str
    result: str


def panel(_: Node, application: Application) -> Panel | None:
    """The panel of a case that somebody brought, or may yet be recorded as brought."""
    state, definition = application.state, application.definition
    if definition.service.get("sealed") or definition.service.get("private"):
        return None
    found = proxies.of(definition, state)
    may_record = not proxies.asks(definition) and state.phase in ("received", "correction", "accepted")
    if found is None and not may_record:
        return None
    fault = "姓名、证件号码和关系要写全。" if request.args.get("proxy") else ""
    shown = Bringing(
        application.number, application.head.applicant or "申请人", found, may_record, RELATIONS, PROXY_PAPERS, fault
    )
    return Panel("proxy", shown)


def record(number: str) -> Response:
    """登记代办人 of an application that was taken in."""
    try:
        standing.record(node(), number, **given(), actor=officer().actor, token=request.form.get("token") or None)
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return web.see_other(url_for("staff.cases_show", number=number, proxy=error.code, _anchor="proxy"))
    return web.see_other(cases.address(number, "proxy"))


def given() -> dict[str, Any]:
    """What the form says about the one who stands there."""
    name, number, relation, phone = (request.form.get(field, "") for field in FIELDS)
    papers = request.form.getlist("proxy_paper")
    return {"name": name, "document": number, "relation": relation, "phone": phone, "papers": papers}


def act(definition: Definition) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What is to be written behind a filing; () where nobody is named. Raises standing_incomplete, proxy_in_form."""
    said = given()
    if not said["name"].strip() and not said["document"].strip():
        return ()
    return (("proxy.recorded", standing.checked(definition, **said)),)


def show() -> str:
    """代收清单: what came through others in a span of days, of one who brings or of one who takes in; printable."""
    running, today = node(), node().clock.today()
    since, until = _day("since", today), _day("until", today)
    person = request.args.get("person", "").strip()[:40]
    mine = request.args.get("mine") == "1"
    with running.database.read() as tx:
        rows = standing.brought(tx, since, until, person=person, actor=officer().actor if mine else "")
        found = [_line(tx, row) for row in rows]
    brought_by = sorted({one.proxy for one in found})
    return page(
        "brought.html",
        lines=found,
        since=since,
        until=until,
        person=person,
        mine=mine,
        brought_by=brought_by,
        full=len(found) == standing.LIST_MAX,
        printed=when_short(running.clock.now()),
    )


def _line(tx: Any, row: standing.Brought) -> Line:
    application = applications.get(tx, row.number)
    found = proxies.of(application.definition, application.state)
    missing = originals.outstanding(tx, application)
    return Line(
        number=row.number,
        href=url_for("staff.cases_show", number=row.number),
        day=row.day,
        service=application.head.title,
        applicant=application.head.applicant or "未留姓名",
        proxy=f"{row.proxy}（{found.relation}）" if found is not None and found.relation else row.proxy,
        who=name_of(node(), row.who),
        missing="、".join(missing),
        result=application.head.phase_title,
    )


def _day(name: str, today: str) -> str:
    """A day of the address; today for what is none."""
    try:
        return date.fromisoformat(request.args.get(name, "")).isoformat()
    except ValueError:
        return today
