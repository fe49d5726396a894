"""One person's history: everything that was filed for him here, after the officer said why he looks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request, url_for

from edge import applications, looks, web
from edge.applications import Application
from edge.errors import YizhanError
from edge.money import yuan
from edge.node import Node
from edge.staff import proof, rows
from edge.staff.context import form_token, officer, page
from edge.staff.people import name_of
from edge.web_filters import when
from edge.web_node import node
from edge.words import Mark
from forms.kinds_delivery import WAYS
from forms.state import Item

ANSWERABLE = frozenset({"look_reason", "person_unnamed"})


@dataclass(frozen=True, slots=True)
class Matter:
    """One application in the life of a person: what it is, how far it is, and what came of it."""

    href: str
    number: str
    title: str
    filed: str
    mark: Mark
    notices: list[str]
    documents: list[str]
    money: list[str]


def show(number: str) -> Response | str:
    """The history; before a look that still holds, the question who is there and why; before that, a second proof."""
    return proof.first(url_for("staff.history_show", number=number)) or _page(number)


def look(number: str) -> Response:
    """Somebody says that the person is there, or why he looks."""
    unproven, given = proof.first(url_for("staff.history_show", number=number)), request.form
    if unproven is not None:
        return unproven
    try:
        looks.look(
            node(),
            number,
            present=given.get("present") == "1",
            reason=given.get("reason", ""),
            actor=officer().actor,
            token=given.get("token", ""),
        )
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return make_response(_page(number, error), error.status)
    return web.see_other(url_for("staff.history_show", number=number))


def _page(number: str, fault: YizhanError | None = None) -> str:
    running = node()
    with running.database.read() as tx:
        application = applications.get(tx, number)
        person = looks.person_of(tx, application)
        allowed = bool(person) and looks.may_see(tx, person, officer().actor)
        found = looks.history(tx, person) if allowed else []
        seen = looks.looks_at(tx, person) if allowed else []
    return page(
        "history.html",
        number=number,
        href=url_for("staff.cases_show", number=number),
        fault=fault,
        named=bool(person),
        allowed=allowed,
        typed=request.form,
        token=form_token,
        applicant=application.head.applicant,
        matters=[_matter(running, one) for one in found],
        looks=[(when(one.at), name_of(running, one.actor), one) for one in seen],
    )


def _matter(running: Node, application: Application) -> Matter:
    state, head = application.state, application.head
    row: Any = rows.row(running, application)
    return Matter(
        href=url_for("staff.cases_show", number=head.number),
        number=head.number,
        title=head.title,
        filed=when(state.filed_at or ""),
        mark=row.todo,
        notices=[f"{when(one.at)} 告知补正：{_labels(one.items)}" for one in state.corrections],
        documents=_documents(application),
        money=[f"{one.what} {yuan(one.amount)} 元" for one in state.bills],
    )


def _labels(items: Iterable[Item]) -> str:
    return "、".join(one.label for one in items)


def _documents(application: Application) -> list[str]:
    state = application.state
    handed = [f"{when(one.at)} 送达 {'、'.join(one.names)}（{WAYS[one.how]}）" for one in state.delivery.handed]
    return [f"{one.name}在本室，没有领" for one in state.delivery.here] + handed
