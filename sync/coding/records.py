"""An event as one record for the columns: its header as what differs from the event before, its body under its kind."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from stdnum.iso7064 import mod_11_10

from forms.events import Event, Head, canonical, derived_id, seal
from sync.coding.leaves import is_name, is_plain

HEAD: Final = "head"
TEXT_BYTES_MAX: Final = 256
NUMBER_MAX: Final = (1 << 53) - 1
CODED_BYTES_MAX: Final = 32 << 10  # a longer body, such as a published service, compresses well and quickly as it is
STEP_MAX: Final = 100  # farther from the number before, the number itself is shorter
_MILLI: Final = 1000
_ID_CHARS: Final = 32


class NotCodedError(ValueError):
    """An event that this coding doesn't give back as it was; it goes plainly."""


class RecordError(ValueError):
    """A record that no event gives."""


def record(event: Event, before: Event | None) -> dict[str, Any]:
    """What goes through the columns. `before`: the event before in the same run. Raises NotCodedError."""
    if len(event.body) > CODED_BYTES_MAX:
        raise NotCodedError(f"{len(event.body)} bytes")
    body = _parsed(event.body)
    head: dict[str, Any] = {"application": _application(event, before), "actor": event.actor, "seen": event.seen}
    head |= {"centre_at": event.centre_at, **_times(event, before), **_numbers(event, before)}
    if event.id != derived_id(event.prev, event.salt):
        head["id"] = event.id
    if event.kind == HEAD or not is_name(event.kind):
        raise NotCodedError(event.kind)
    return {HEAD: head, event.kind: body}


def event_of(value: Any, salt: bytes, before: Event | None, prev: bytes, *, plain: bool) -> Event:
    """The event of a record. Raises ValueError, KeyError, TypeError, AttributeError for what `record` doesn't make."""
    head = value.pop(HEAD)
    ((kind, body),) = value.items()
    at, ticks = _read_times(head, before)
    epoch, seq = (head["epoch"], head["seq"]) if before is None or "seq" in head else (before.epoch, before.seq + 1)
    return seal(
        seq=_whole(seq),
        epoch=_whole(epoch),
        id=_id(head.get("id"), prev, salt),
        application=_text(_read_application(head["application"], before)),
        kind=_text(kind),
        at=_text(at),
        centre_at=_text(head["centre_at"]),
        ticks=_whole(ticks),
        actor=_text(head["actor"]),
        seen=_seen(head["seen"]),
        body=_body(body, plain=plain),
        salt=salt,
        prev=prev,
    )


def _parsed(body: bytes) -> Any:
    """The body, if its canonical JSON is what it was made of and its keys can be listed."""
    try:
        value = json.loads(body)
        if (_quick(value) if _is_plain(value) else canonical(value)) == body:
            return value
    except (ValueError, RecursionError) as error:
        raise NotCodedError(str(error)) from error
    raise NotCodedError("not canonical")


def _is_plain(value: Any) -> bool:
    """Whether any JSON writer that sorts keys writes this as RFC 8785 does. Raises NotCodedError for unlisted keys."""
    if isinstance(value, dict):
        if not all(map(is_name, value)):
            raise NotCodedError("a key that no shape lists")
        return all([*map(str.isascii, value), *map(_is_plain, value.values())])  # every one is looked at
    return all([*map(_is_plain, value)]) if isinstance(value, list) else is_plain(value)


def _quick(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _body(value: Any, *, plain: bool) -> bytes:
    body = _quick(value) if plain else canonical(value)
    if len(body) > CODED_BYTES_MAX:
        raise RecordError("a body beyond its bounds")
    return body


def _numbers(event: Event, before: Event | None) -> dict[str, Any]:
    if before is not None and event.epoch == before.epoch and event.seq == before.seq + 1:
        return {}
    return {"epoch": event.epoch, "seq": event.seq}


def _times(event: Event, before: Event | None) -> dict[str, Any]:
    """Seconds since the event before and how far the ticks strayed from them; whole where that says nothing."""
    seconds = _seconds(before, event.at) if before is not None else None
    if before is None or seconds is None:
        return {"at": event.at, "ticks": event.ticks}
    return {"at": seconds, "ticks": event.ticks - before.ticks - seconds * _MILLI}


def _read_times(head: dict[str, Any], before: Event | None) -> tuple[Any, Any]:
    at, ticks = head["at"], head["ticks"]
    if before is None or isinstance(at, str):
        return at, ticks
    return _later(before.at, at), before.ticks + ticks + at * _MILLI


def _seconds(before: Event, at: str) -> int | None:
    """None unless the difference gives the very text again."""
    try:
        seconds = round((datetime.fromisoformat(at) - datetime.fromisoformat(before.at)).total_seconds())
        return seconds if _later(before.at, seconds) == at else None
    except (ValueError, TypeError, OverflowError):
        return None


def _later(at: str, seconds: int) -> str:
    return (datetime.fromisoformat(at) + timedelta(seconds=seconds)).isoformat()


def _application(event: Event, before: Event | None) -> Any:
    """How far the number is from the one before, check digit apart; the number itself where that says nothing."""
    if before is None or len(event.application) != len(before.application):
        return event.application
    if not (_is_number(event.application) and _is_number(before.application)):
        return event.application
    step = int(event.application[:-1]) - int(before.application[:-1])
    is_near = abs(step) < STEP_MAX and _stepped(before.application, step) == event.application
    return step if is_near else event.application


def _read_application(value: Any, before: Event | None) -> Any:
    if before is None or isinstance(value, str):
        return value
    if not (isinstance(value, int) and _is_number(before.application)):
        raise RecordError("not a number")
    return _stepped(before.application, value)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 1 < len(text) <= TEXT_BYTES_MAX


def _stepped(number: str, step: int) -> str:
    stem = str(int(number[:-1]) + step).zfill(len(number) - 1)
    if not _is_number(stem + "0"):
        raise RecordError("not a number")
    return stem + str(mod_11_10.calc_check_digit(stem))


def _id(value: Any, prev: bytes, salt: bytes) -> str:
    if value is None:
        return derived_id(prev, salt)
    if not isinstance(value, str) or len(value) != _ID_CHARS or bytes.fromhex(value).hex() != value:
        raise RecordError("not an id")
    return value


def _seen(value: Any) -> str:
    return str(Head.parse(text)) if (text := _text(value)) else ""


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= NUMBER_MAX:
        raise RecordError("not a number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value.encode()) > TEXT_BYTES_MAX:
        raise RecordError("not a text")
    return value
