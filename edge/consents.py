"""同意 at the desk: what somebody agreed to, in words that can be shown and printed, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from edge import applications, log
from edge.errors import problem
from forms import consents

if TYPE_CHECKING:
    from edge.applications import Application
    from edge.database import Connection
    from edge.node import Node
    from forms.events import Event
    from forms.state import Agreed, State

WITHDRAWN: Final = "consent.withdrawn"
NAME_MAX: Final = 100
DIGEST_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Line:
    """One consent of an application: the words that were asked in the language of the page, and what became of it."""

    said: Agreed
    question: str
    text: str

    @property
    def digest(self) -> str:
        return self.said.text[:DIGEST_SHOWN]


def lines(application: Application, language: str) -> list[Line]:
    """What was asked and decided, in the order of the service; [] where nothing was."""
    definition = application.definition
    known = {one.consent: one for one in application.state.consents}
    return [
        Line(known[one.code], *consents.words(definition, one, language))
        for one in consents.asked(definition.service)
        if one.code in known
    ]


def withdraw(
    node: Node, number: str, consent: str, *, actor: str, name: str = "", relation: str = "", token: str | None = None
) -> Application:
    """撤回同意, open or closed (个人信息保护法 15). `name` and `relation` of the guardian who takes it back.

    Raises not_found, consent_none for what was not agreed to, consent_guardian where only one of the two is said.
    """
    name, relation = (" ".join(one.split())[:NAME_MAX] for one in (name, relation))
    if bool(name) != bool(relation):
        raise problem("consent_guardian")
    body: dict[str, Any] = {"consent": consent} | ({"by": {"name": name, "relation": relation}} if name else {})

    def act(tx: Connection, state: State) -> Event:
        if not any(one.consent == consent and one.holds for one in state.consents):
            raise problem("consent_none")
        return log.append(tx, WITHDRAWN, number, body, actor)

    return applications.act_on(node, number, token, act)
