"""寄递单号双向可查 (M89): parcels that a room posts or gets are followed at the carrier, and one that the
province posts to a room is told to it.
"""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, select

from forms.events import Event
from forms.fields import Field, one_of, pattern, text, time
from forms.kinds_outside import REPORTED, REPORTS
from sync.centre import tables
from sync.centre.centre import Centre
from sync.centre.ports.asking import application_of, enquiry_of
from sync.centre.ports.port import Answer, Enquiry, Line, Port

WAYS = {"document.posted": "out", "document.received": "in"}


class Parcels(Port):
    """Each parcel of each application once; its carrier may answer as often as something happens."""

    name = "parcels"
    title = "寄递单号"
    gives: ClassVar[Mapping[str, str]] = {
        "id": "单号-办件号",
        "application": "办件号",
        "node": "警务室编号",
        "carrier": "寄递公司",
        "number": "单号",
        "way": "out 警务室寄出，in 寄到警务室",
    }
    takes: ClassVar[Mapping[str, Field]] = {
        "application": Field("办件号", pattern("[0-9]{17,22}")),
        "carrier": Field("寄递公司", text(1, 40)),
        "number": Field("单号", pattern("[0-9A-Z]{6,40}")),
        "status": Field("sent 已寄出，moving 运输中，signed 已签收，returned 已退回", one_of(*REPORTS["parcel"])),
        "at": Field("什么时候", time),
    }

    def asks(self, centre: Centre, node_id: str, event: Event) -> list[Enquiry]:
        parcel = event.data.get("parcel") if event.kind in WAYS else None
        if parcel is None:
            return []
        body = {"carrier": parcel["carrier"], "number": parcel["number"], "way": WAYS[event.kind]}
        return [Enquiry(f"{parcel['number']}-{event.application}", event.application, body)]

    def line(self, centre: Centre, tx: Connection, row: Row[Any]) -> dict[str, Any] | None:
        return {"id": row.id, "application": row.number, "node": row.node_id, **enquiry_of(row)}

    def answer(self, centre: Centre, tx: Connection, line: Line) -> Answer:
        number, parcel = line["application"], {"carrier": line["carrier"], "number": line["number"]}
        body = {"what": "parcel", "outcome": line["status"], "at": line["at"], "parcel": parcel}
        return Answer(
            application_of(tx, number),
            number,
            line["status"],
            enquiry=f"{line['number']}-{number}",
            ref=line["number"],
            day=line["at"][:10],
            kind=REPORTED,
            body=body,
        )


def applications_of(tx: Connection, parcel: str) -> list[dict[str, Any]]:
    """Where a parcel belongs and what was heard of it last: application, node, carrier, way, status, at."""
    asked, heard = tables.enquiry, tables.reply
    rows = tx.execute(
        select(asked).where(asked.c.port == "parcels", asked.c.id.startswith(f"{parcel}-", autoescape=True))
    )
    found = {row.number: {"node": row.node_id, "status": "", "at": "", **enquiry_of(row)} for row in rows}
    told = select(heard).filter_by(port="parcels", ref=parcel).order_by(heard.c.day, heard.c.taken_at)
    for row in tx.execute(told):
        line = enquiry_of_line(row)
        known = found.setdefault(
            row.number, {"node": row.node_id, "carrier": line["carrier"], "number": parcel, "way": "in"}
        )
        if line["at"] >= known.get("at", ""):
            known |= {"status": row.outcome, "at": line["at"]}
    return [{"application": number, **one} for number, one in sorted(found.items())]


def enquiry_of_line(row: Row[Any]) -> dict[str, Any]:
    """The line of an answer as it came."""
    found: dict[str, Any] = json.loads(row.line)
    return found
