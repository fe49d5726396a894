"""Sentences that console, phone page and receipt say in the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from edge.room import Room
    from forms.deadlines import Deadline
    from forms.head import Head

PRIVATE_TITLE = "保密登记"
UNVERIFIED = "身份待核"
_PLACE = re.compile(r"\{room\.([a-z_]+)\}")
_COMPLAINT = re.compile("投诉|监督|举报")


class Mark(NamedTuple):
    """A state as a word; `level` is ok, due, late or wait, the colours of the badges."""

    text: str
    level: str


def telephone(room: Room) -> str:
    """The room's own number, the first that is not for complaints; "" if none is given."""
    return next((phone.number for phone in room.phones if not _COMPLAINT.search(phone.label)), "")


def complaint_telephone(room: Room) -> str:
    """The first number whose label speaks of complaints; "" if none is given."""
    return next((phone.number for phone in room.phones if _COMPLAINT.search(phone.label)), "")


def fill(text: str, room: Room) -> str:
    """A text of a definition with {room.name}, {room.telephone} … put in; what the room does not say is left out."""
    values = {
        "name": room.name,
        "station": room.station,
        "county": room.county,
        "address": room.address,
        "hours": room.hours,
        "market_days": room.market_days,
        "telephone": telephone(room),
        "complaint_telephone": complaint_telephone(room),
    }
    return _PLACE.sub(lambda match: values.get(match[1], ""), text)


def urgent_sentence(service: Mapping[str, Any], *, urgent: bool, received: bool) -> str:
    """What an urgent application says before and after the centre has it (挂失：尚未生效 …); "" for any other."""
    if not urgent:
        return ""
    words = service.get("urgent", {})
    return str(words.get("sentence_received" if received else "sentence_pending", ""))


def running_clock(clocks: Iterable[Deadline]) -> Deadline | None:
    """The clock that counts now: what was promised, else the law's limit, else the one until 受理. None: none runs."""
    running = {clock.name: clock for clock in clocks if clock.level != "stopped"}
    return next((running[name] for name in ("total", "promised", "statutory", "notice") if name in running), None)


def result_level(result: str | None) -> str:
    """The colour of a result: ok for 准予, late for a refusal, wait for what ended otherwise."""
    return {"granted": "ok", "refused": "late", "not_accepted": "late"}.get(result or "", "wait")


def title(service: Mapping[str, Any]) -> str:
    """The official name of a service, from its x-service; one that tells nothing where the service is private."""
    return PRIVATE_TITLE if service.get("private") else str(service["name"])


def listed_title(definition: Head) -> str:
    """What lists call an application of this service."""
    return PRIVATE_TITLE if definition.service.get("private") else definition.title
