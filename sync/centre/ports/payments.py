"""缴款单和票据: bills that are to be paid online go to the province's platform, money that arrived comes back; and the
platform's statement of a day, against which the bills are held (sync.centre.reconciling). Nobody pays a charge (M87).
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from sqlalchemy import Connection, Row

from forms.events import Event
from forms.fields import Field, pattern, time
from forms.kinds_delivery import amount, nothing
from forms.kinds_outside import SETTLED
from sync.centre import tables
from sync.centre.centre import Centre
from sync.centre.ports.asking import application_of, enquiry_of
from sync.centre.ports.port import Answer, Enquiry, Line, Port, UnfitError

_BILL: Final = pattern("[0-9]{17,22}-[0-9]{1,3}")
_MONEY: Final = {
    "bill": Field("缴款单号", _BILL),
    "amount": Field("金额，单位分", amount),
    "charge": Field("手续费，恒为 0", nothing),
    "receipt": Field("票据号，或者交易号", pattern("[0-9A-Za-z-]{4,40}")),
    "at": Field("到账时间", time),
}
CANCELLED: Final = "-cancel"


class Payments(Port):
    """Each bill once; one that was paid at the room, or waived, is taken back."""

    name = "payments"
    title = "网上缴款和票据"
    gives: ClassVar[Mapping[str, str]] = {
        "id": "缴款单号；撤回的加 -cancel",
        "bill": "缴款单号",
        "application": "办件号",
        "node": "警务室编号",
        "amount": "金额，单位分",
        "what": "收什么费",
        "basis": "收费依据",
        "cancel": "true 为撤回，不再收",
    }
    takes: ClassVar[Mapping[str, Field]] = _MONEY

    def asks(self, centre: Centre, node_id: str, event: Event) -> list[Enquiry]:
        said = event.data if event.kind.startswith("payment.") else {}
        if event.kind == "payment.due" and said["where"] == "online":
            body = {name: said[name] for name in ("bill", "amount", "what", "basis")}
            return [Enquiry(said["bill"], event.application, body)]
        if event.kind in ("payment.received", "payment.waived"):
            body = {"bill": said["bill"], "cancel": True}
            return [Enquiry(f"{said['bill']}{CANCELLED}", event.application, body)]
        return []

    def line(self, centre: Centre, tx: Connection, row: Row[Any]) -> dict[str, Any] | None:
        body = enquiry_of(row)
        if row.id.endswith(CANCELLED) and not is_ordered(tx, row.node_id, body["bill"]):
            return None
        return {"id": row.id, "application": row.number, "node": row.node_id, "cancel": False, **body}

    def answer(self, centre: Centre, tx: Connection, line: Line) -> Answer:
        number = line["bill"].partition("-")[0]
        node_id = application_of(tx, number)
        if not is_ordered(tx, node_id, line["bill"]):
            raise UnfitError(f"没有开过这张网上缴款单：{line['bill']}")
        body = {name: line[name] for name in ("bill", "amount", "charge", "receipt", "at")}
        return Answer(
            node_id,
            number,
            "settled",
            enquiry=line["bill"],
            ref=line["bill"],
            day=line["at"][:10],
            amount=line["amount"],
            charge=line["charge"],
            kind=SETTLED,
            body=body,
        )


class Statements(Port):
    """日对账单: what the platform says that it took on a day. It asks nothing and becomes no event."""

    name = "statements"
    title = "缴款平台的日对账单"
    gives: ClassVar[Mapping[str, str]] = {}
    takes: ClassVar[Mapping[str, Field]] = _MONEY

    def asks(self, centre: Centre, node_id: str, event: Event) -> list[Enquiry]:
        return []

    def line(self, centre: Centre, tx: Connection, row: Row[Any]) -> dict[str, Any] | None:
        return None

    def answer(self, centre: Centre, tx: Connection, line: Line) -> Answer:
        number = line["bill"].partition("-")[0]
        return Answer(
            application_of(tx, number),
            number,
            "stated",
            ref=line["bill"],
            day=line["at"][:10],
            amount=line["amount"],
            charge=line["charge"],
        )


def is_ordered(tx: Connection, node_id: str, bill: str) -> bool:
    """Whether a bill went to the platform."""
    found = tables.enquiry.select().filter_by(node_id=node_id, port="payments", id=bill)
    return tx.execute(found).first() is not None
