"""Events of a room as a whole that tell of one application: they go when it is erased (个人信息保护法 19, 47).

They belong to the room, so their `application` is "" and their body names it. Every kind of such events says here what
becomes of it; a test holds that none is missing. What names a person and no application goes by forms.room_terms.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from forms.events import Event, Side, is_erased
from forms.fields import ITEMS_MAX

ANSWERED: Final = "reminder.answered"
# people wrote into them: they go with the application that they name
SPOKEN: Final = frozenset((
    "appointment.made", "appointment.moved", "appointment.cancelled", "board.answered", "board.published",
    "board.withdrawn", "day.closed", "expiry.called", "missing.announced", "need.answered", "need.recorded",
    "rating.called", "rating.given", "reminder.sent", ANSWERED, "round.made", "sample.judged", "sms.queued",
    "ticket.closed", "ticket.opened",
))  # fmt: skip  # a table
# who looked at whom, and why: kept for the half year of 网络安全法 21, and gone with the application after it
LOOKS: Final = frozenset(("person.looked_up", "person.reviewed", "receipt.reprinted"))
KEPT: Final[dict[str, str]] = {
    **dict.fromkeys(("stock.received", "stock.issued", "stock.voided", "stock.counted"), "the book of sealed blanks"),
    **dict.fromkeys(("pad.printed", "pad.voided"), "the book of numbered slips"),
    "shift.settled": "the book of money",
    **dict.fromkeys(("record.erased", "record.purged", "fields.expired", "fields.purged"), "what was erased, and why"),
    **dict.fromkeys(("records.expired", "records.purged"), "what was erased, and why"),
    **dict.fromkeys(("room.described", "schedule.published"), "what the room says of itself"),
    **dict.fromkeys(("appointment.told", "appointment.kept", "missing.ended"), "no word of anybody is in it"),
    "demand.refused": "a service, a material and a number, for the figures",
    "sample.drawn": "numbers alone, which anybody may draw again",
    "rooms.compared": "figures",
    "visit.prepared": "which officer took which inbox along",
    **dict.fromkeys(("officer.signed", "officer.listed"), "about the room's own people"),
    "video.indexed": "where a film lies, whose term is in it",
    **dict.fromkeys(("node.reported", "slots.changed", "epoch.opened", "refusal.lifted"), "the machine and its log"),
    **dict.fromkeys(("keys.announced", "keys.accepted", "centre_keys.announced", "policy.published"), "keys"),
    **dict.fromkeys(("pack.file", "pack.published", "service.published"), "what the province publishes"),
}


def of(told: Iterable[tuple[Side, Event]], numbers: Collection[str]) -> list[tuple[Side, Event]]:
    """Those of a room's events of the kinds of SPOKEN and LOOKS that tell of one of these applications."""
    legible = [(side, event) for side, event in told if not is_erased(event.body)]
    found = [(side, event) for side, event in legible if _names(event, numbers)]
    asked = {event.id for _, event in found if event.kind == "reminder.sent"}
    answers = [
        (side, event)
        for side, event in legible
        if event.kind == ANSWERED and (side, event) not in found and _said(event).get("reminder") in asked
    ]
    return [*found, *answers]


def records(
    numbers: Sequence[str], told: Sequence[tuple[Side, Event]], said: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The bodies of the records of an erasing, as many as its lists need; the last one counts the `files` of `said`."""
    places = [f"{side}:{event.epoch}:{event.seq}" for side, event in told]
    lists = zip_longest(_cut(numbers), _cut(places))
    made = [
        {"applications": named or list(numbers[-ITEMS_MAX:]), **({"told": at} if at else {})} for named, at in lists
    ]
    return [{**said, "files": 0, **one} for one in made[:-1]] + [{**said, **one} for one in made[-1:]]


def _cut(values: Sequence[str]) -> list[list[str]]:
    return [list(values[first : first + ITEMS_MAX]) for first in range(0, len(values), ITEMS_MAX)]


def _names(event: Event, numbers: Collection[str]) -> bool:
    text = event.body.decode("utf-8", "replace")
    return any(number in text for number in numbers)


def _said(event: Event) -> dict[str, Any]:
    try:
        body = json.loads(event.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
