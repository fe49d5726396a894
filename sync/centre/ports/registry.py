"""All ports, and what is done with each: note what an event asks for, exchange files, count what waits."""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, select

from forms.events import Event
from sync.centre import sms, tables
from sync.centre.centre import Centre
from sync.centre.ports import addresses, drop, over_http
from sync.centre.ports.addresses import Address
from sync.centre.ports.drop import Round
from sync.centre.ports.messages import Messages
from sync.centre.ports.parcels import Parcels
from sync.centre.ports.payments import Payments, Statements
from sync.centre.ports.persons import Identities, Shared
from sync.centre.ports.port import Port
from sync.centre.store import add_missing

logger = logging.getLogger(__name__)
PORTS: Final[tuple[Port, ...]] = (Messages(), Payments(), Statements(), Parcels(), Identities(), Shared())
ASKING_KINDS: Final = frozenset(
    {"application.filed", "payment.due", "payment.received", "payment.waived", "document.posted", "document.received"}
)
_enquiry, _file = tables.enquiry, tables.reply_file


@dataclass(frozen=True, slots=True)
class Standing:
    """How a port stands: questions that wait to be written out, that wait for an answer; files that were set aside.
    `address`: where it speaks HTTP, "" for a file drop; `fault`: what went wrong there at the last try.
    """

    name: str
    title: str
    folder: str
    waiting: int
    unanswered: int
    aside: int
    address: str
    fault: str


def note(tx: Connection, centre: Centre, node_id: str, events: Iterable[Event]) -> None:
    """Keep what these events ask of other systems, in the transaction in which they are taken; about one thing once."""
    rows = [
        {
            "node_id": node_id,
            "port": port.name,
            "id": asked.id,
            "number": asked.number,
            "body": json.dumps(asked.body, ensure_ascii=False),
            "asked_at": event.at,
        }
        for event in events
        if event.kind in ASKING_KINDS
        for port in PORTS
        for asked in port.asks(centre, node_id, event)
    ]
    unique = {(row["port"], row["id"]): row for row in reversed(rows)}
    if unique:
        add_missing(tx, _enquiry, list(unique.values()))


def exchange(centre: Centre, names: Iterable[str] = ()) -> dict[str, Round]:
    """One round over the ports (all of them where none is named)."""
    chosen = set(names) or {port.name for port in PORTS}
    spoken = _spoken(centre)
    return {port.name: _exchange(centre, port, spoken.get(port.name)) for port in PORTS if port.name in chosen}


def _spoken(centre: Centre) -> dict[str, Address]:
    return addresses.load(centre.settings.home, {port.name for port in PORTS})


def _exchange(centre: Centre, port: Port, address: Address | None) -> Round:
    """Files alone, or files that are carried to an address and back."""
    done = _exchange_files(centre, port)
    if address is None:
        return done
    carried = over_http.carry(centre, port.name, address, _out(centre, port))
    more = drop.exchange(centre, port) if carried.answers else Round()
    said: dict[str, Any] = {"sent": carried.sent, "refused": carried.refused, "fault": carried.fault}
    return replace(done, taken=done.taken + more.taken, aside=done.aside + more.aside, **said)


def _out(centre: Centre, port: Port) -> Path:
    return centre.settings.sms if isinstance(port, Messages) else drop.folder_of(centre, port) / "out"


def _exchange_files(centre: Centre, port: Port) -> Round:
    if isinstance(port, Messages):
        given = sms.give(centre)
        done = drop.exchange(centre, port)
        return Round(given.files, given.messages, done.taken, done.aside)
    return drop.exchange(centre, port)


def standings(tx: Connection, centre: Centre) -> list[Standing]:
    """Every port."""
    spoken = _spoken(centre)
    return [_standing(tx, centre, port, spoken.get(port.name)) for port in PORTS]


def _standing(tx: Connection, centre: Centre, port: Port, address: Address | None) -> Standing:
    of_port = select(func.count()).select_from(_enquiry).filter_by(port=port.name)
    waiting = tx.execute(of_port.where(_enquiry.c.given_at == "")).scalar_one()
    asked = of_port.where(_enquiry.c.given_at != "", _enquiry.c.answered_at == "", _enquiry.c.fault == "")
    faulty = select(func.count()).select_from(_file).filter_by(port=port.name).where(_file.c.fault != "")
    waits = sms.waiting(tx) if isinstance(port, Messages) else int(waiting)
    return Standing(
        port.name,
        port.title,
        str(_out(centre, port)),
        waits,
        int(tx.execute(asked).scalar_one()),
        int(tx.execute(faulty).scalar_one()),
        address.url if address else "",
        over_http.fault(centre, port.name) if address else "",
    )
