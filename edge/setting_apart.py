"""Writing answers: those with a term of their own follow in an event that can be erased alone (forms.apart)."""

import secrets
from typing import Any

from edge import log
from edge.database import Connection
from forms import apart
from forms.definition import Definition
from forms.events import Event
from forms.kinds_apart import KIND

KEY_BYTES = 16


def append(
    tx: Connection, kind: str, application: str, definition: Definition, *, body: dict[str, Any], actor: str
) -> Event:
    """Write a filing or a correction, and right behind it what of its answers is kept for a shorter time.

    Returns the event of the filing. Raises ValueError, too_large.
    """
    body, parts = apart.split(definition, body, _new_key)
    event = log.append(tx, kind, application, body, actor)
    for part in parts:
        log.append(tx, KIND, application, part, actor)
    return event


def _new_key() -> str:
    return secrets.token_hex(KEY_BYTES)
