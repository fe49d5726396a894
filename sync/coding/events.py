"""The events of a batch against a codebook: headers as differences, bodies by column, derived values dropped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from forms.events import BODY_BYTES_MAX, DIGEST_BYTES, SALT_BYTES, Event, canonical, derived_id, seal
from sync.coding.codebook import Codebook
from sync.coding.columns import Packing, Unpacking
from sync.coding.ranges import RangeError, Reader, Writer

HEAD: Final = "head"
_SALT_BOUND: Final = 1 << 8 * SALT_BYTES
_MILLI: Final = 1000
_OVERRUN_MAX: Final = 8  # the range coder reads four bytes ahead, and its writer left zeros out


class NotCodedError(ValueError):
    """An event that this coding doesn't give back as it was; it goes plainly."""


class CodingError(ValueError):
    """Bytes that no writer of this coding made."""


def pack(events: Sequence[Event], codebook: Codebook) -> bytes:
    """Consecutive events, without their digests. Raises NotCodedError for what must go plainly."""
    writer = Writer()
    packing = Packing(codebook, writer)
    before: Event | None = None
    for event in events:
        packing.body(record(event, before))
        writer.number(int.from_bytes(event.salt, "big"), _SALT_BOUND)
        before = event
    return writer.finish()


def unpack(data: bytes, count: int, prev: bytes, codebook: Codebook) -> tuple[Event, ...]:
    """Raises CodingError. `prev`: the digest that the first event continues."""
    reader = Reader(data)
    unpacking = Unpacking(codebook, reader)
    found: list[Event] = []
    size = 0
    try:
        for _ in range(count):
            value = unpacking.body()
            salt = reader.number(_SALT_BOUND).to_bytes(SALT_BYTES, "big")
            event = _event(value, salt, found[-1] if found else None, prev)
            size += len(event.body)
            if reader.overrun > _OVERRUN_MAX or size > BODY_BYTES_MAX:
                raise CodingError("more than the bytes can hold")
            prev = event.digest
            found.append(event)
    except (RangeError, ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise error if isinstance(error, CodingError) else CodingError(str(error)) from error
    return tuple(found)


def record(event: Event, before: Event | None) -> dict[str, Any]:
    """What goes through the columns: the header as differences from the event before, the body under its kind."""
    body = _parsed(event.body)
    head: dict[str, Any] = {"application": _application(event, before), "actor": event.actor, "seen": event.seen}
    head |= {"centre_at": event.centre_at, **_times(event, before), **_numbers(event, before)}
    if event.id != derived_id(event.prev, event.salt):
        head["id"] = event.id
    if not event.kind or event.kind == HEAD:
        raise NotCodedError(event.kind)
    return {HEAD: head, event.kind: body}


def _parsed(body: bytes) -> Any:
    """The body, if its canonical JSON is what it was made of and its keys can be listed."""
    try:
        value = json.loads(body)
        if canonical(value) == body and _listable(value):
            return value
    except (ValueError, RecursionError) as error:
        raise NotCodedError(str(error)) from error
    raise NotCodedError("not canonical")


def _listable(value: Any) -> bool:
    if isinstance(value, dict):
        return all(key and "\x1f" not in key and _listable(child) for key, child in value.items())
    return all(_listable(child) for child in value) if isinstance(value, list) else True


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


def _seconds(before: Event, at: str) -> int | None:
    """None unless the difference gives the very text again."""
    try:
        seconds = round((datetime.fromisoformat(at) - datetime.fromisoformat(before.at)).total_seconds())
        return seconds if _later(before.at, seconds) == at else None
    except (ValueError, TypeError, OverflowError):
        return None


def _later(at: str, seconds: int) -> str:
    from datetime import timedelta

    return (datetime.fromisoformat(at) + timedelta(seconds=seconds)).isoformat()


def _application(event: Event, before: Event | None) -> Any:
    """How far the number is from the one before; the number itself where that says nothing."""
    if before is None or not (_is_number(event.application) and _is_number(before.application)):
        return event.application
    if len(event.application) != len(before.application):
        return event.application
    step = int(event.application[:-1]) - int(before.application[:-1])
    return step if abs(step) < 100 and _stepped(before.application, step) == event.application else event.application  # noqa: PLR2004 - farther, the number itself is shorter


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) > 1


def _stepped(number: str, step: int) -> str:
    from stdnum.iso7064 import mod_11_10

    stem = str(int(number[:-1]) + step).zfill(len(number) - 1)
    return stem + str(mod_11_10.calc_check_digit(stem))


def _event(value: Any, salt: bytes, before: Event | None, prev: bytes) -> Event:
    head = value.pop(HEAD)
    ((kind, body),) = value.items()
    at, ticks = head["at"], head["ticks"]
    if before is not None and isinstance(at, int):
        ticks = before.ticks + ticks + at * _MILLI
        at = _later(before.at, at)
    application = head["application"]
    if before is not None and isinstance(application, int):
        application = _stepped(before.application, application)
    epoch, seq = (head["epoch"], head["seq"]) if before is None or "seq" in head else (before.epoch, before.seq + 1)
    if len(prev) != DIGEST_BYTES:
        raise CodingError("not a digest")
    return seal(
        seq=_whole(seq), epoch=_whole(epoch), id=_text(head.get("id") or derived_id(prev, salt)),
        application=_text(application), kind=kind, at=_text(at), centre_at=_text(head["centre_at"]),
        ticks=_whole(ticks), actor=_text(head["actor"]), seen=_text(head["seen"]), body=canonical(body), salt=salt,
        prev=prev,
    )  # fmt: skip


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 53:
        raise CodingError("not a number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise CodingError("not a text")
    return value
