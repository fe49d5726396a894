"""同意 at the node: what was decided at a filing or in a correction becomes events of the application.

A consent is asked by a question of the form (forms.consents). Its event says which words were asked: by their digest,
the version of the service and the language, so that it can be shown years later what somebody agreed to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from edge import log
from forms import consents

if TYPE_CHECKING:
    from edge.database import Connection
    from forms.definition import Definition
    from forms.events import Event
    from forms.state import Agreed, State

RECORDED: Final = "consent.recorded"


def follow_phone(tx: Connection, event: Event, state: State, definition: Definition) -> None:
    """The same behind what was supplied on the phone at the province (`correction.supplied`), where it says something
    else of a consent than the application does; taken in again after a restore it says nothing new. What was taken back
    stays taken back.

    The phone asks for no consent and changes none: what rests on one is supplied there only while that one holds
    (sync.centre.phone.supply). Who decides for a child is a text that may be corrected, and that is recorded anew.
    """
    known = {one.consent: one for one in state.consents}
    for said in consents.decided(definition, state.answers, state.context["language"]):
        before = known.get(said["consent"])
        if before is None or not (before.withdrawn_at or _is_same(said, before)):
            log.append(tx, RECORDED, event.application, said, event.actor)


def _is_same(said: Mapping[str, Any], known: Agreed) -> bool:
    by = said.get("by", {"name": "", "relation": ""})
    return (known.given, known.text, known.version, known.name, known.relation) == (
        said["given"],
        said["text"],
        said["version"],
        by["name"],
        by["relation"],
    )


def follow(
    tx: Connection,
    event: Event,
    definition: Definition,
    answers: tuple[Mapping[str, Any], Mapping[str, Any]],
    language: str,
) -> None:
    """Write what was decided, behind `event` (a filing or a correction). `answers`: before, {} at a filing, and now."""
    before, now = (consents.decided(definition, one, language) for one in answers)
    for said in now:
        if said not in before:
            log.append(tx, RECORDED, event.application, said, event.actor)
