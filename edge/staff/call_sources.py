"""Whom to call, from several places: each a function "module.function" of edge.staff, (running, tx) -> [Call]."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import url_for

from edge import appointments, definitions, heads
from edge.database import Connection
from edge.node import Node
from edge.routes import find
from edge.web_filters import day as day_text
from forms.people import people

SOURCES: Final[tuple[str, ...]] = ("call_sources.moved", "call_sources.corrections", "handover_calls.here")
EACH_MAX = 50
Source = Callable[[Node, Connection], "list[Call]"]


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody to be called. `told`: the address that notes it, "" where it ends by itself."""

    name: str
    phone: str
    what: str
    href: str
    told: str = ""


def of(running: Node, tx: Connection) -> list[Call]:
    """All of them, in the order of the sources."""
    sources: list[Source] = [find(f"edge.staff.{name}") for name in SOURCES]
    return [call for source in sources for call in source(running, tx)]


def moved(_: Node, tx: Connection) -> list[Call]:
    """Whose appointment is at another time than he knows."""
    return [
        Call(
            one.name,
            one.phone,
            f"预约改期：{day_text(one.wanted_day)} {one.wanted_start} 改到 {day_text(one.day)} {one.start}"
            if one.placed
            else f"预约改期：{day_text(one.wanted_day)} {one.wanted_start} 约重了，要另约时间",
            url_for("staff.booking_one", identity=one.id),
            url_for("staff.booking_told", identity=one.id) if one.placed else "",
        )
        for one in appointments.untold(tx)
    ]


def corrections(_: Node, tx: Connection) -> list[Call]:
    """Who has to correct something; it ends with his answer."""
    found = []
    for head in heads.search(tx, state="correction", limit=EACH_MAX):
        state = heads.state_of(tx, head.number)
        notice = state.correction
        if notice is None:
            continue
        numbers = dict(people(definitions.find(tx, head.definition), state.answers).numbers)
        until = f"，{day_text(notice.due_day)}前" if notice.due_day else ""
        what = f"{head.title}要补正 {len(notice.items)} 项{until}"
        href = url_for("staff.cases_show", number=head.number)
        found.append(Call(head.applicant or "未留姓名", numbers.get("phone", ""), what, href))
    return found
