"""What the header of an event may be for the columns that hold it, and for what is reckoned with its moments.

An event whose header is anything else still stands in the chain, with a refusal of its own; see sync.centre.log.
"""

from datetime import datetime
from typing import Final

from forms.events import Event

NUL: Final = "\0"
# as wide as their columns (a test holds them equal); the other texts are as long as the wire lets them be
CHARS_MAX: Final[dict[str, int]] = {"id": 32, "application": 22}
_TEXTS: Final = ("id", "application", "kind", "at", "centre_at", "actor", "seen")


def fits(event: Event) -> bool:
    """Whether every engine can hold the header in its columns, and its moments are moments."""
    return (
        bool(event.kind)
        and not any(NUL in getattr(event, name) for name in _TEXTS)
        and all(len(getattr(event, name)) <= most for name, most in CHARS_MAX.items())
        and is_moment(event.at)
        and (not event.centre_at or is_moment(event.centre_at))
    )


def is_moment(text: str) -> bool:
    """Whether it is a time in the one form in which times are compared as texts: 2026-11-21T09:12:03+08:00."""
    try:
        return text.endswith("+08:00") and datetime.fromisoformat(text).isoformat(timespec="seconds") == text
    except ValueError:
        return False
