"""网上补正: what a citizen supplied on the phone at the province, and what the room took in at the same time."""

from collections.abc import Mapping
from typing import Any, Final

_NOTHING: Final = object()


def joined(before: Any, online: Any, room: Any) -> Any:
    """Both answers to one notice, of which neither writer knew the other: what the room changed holds, because an
    officer saw the person; all else is as it was supplied on the phone. A list is one value.
    """
    if not (isinstance(online, Mapping) and isinstance(room, Mapping)):
        return online if room == before else room
    base: Mapping[str, Any] = before if isinstance(before, Mapping) else {}
    found = {
        key: _one(base.get(key, _NOTHING), online.get(key, _NOTHING), room.get(key, _NOTHING))
        for key in dict.fromkeys((*online, *room))
    }
    return {key: value for key, value in found.items() if value is not _NOTHING}


def _one(before: Any, online: Any, room: Any) -> Any:
    """One key of an object; _NOTHING where it is not there."""
    if isinstance(online, Mapping) and isinstance(room, Mapping):
        return joined(before, online, room)
    return online if room is before or room == before else room
