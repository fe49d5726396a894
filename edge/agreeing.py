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

RECORDED: Final = "consent.recorded"


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
