"""Documents that come to the room and are handed over, and the money of an application: values, and what acts make of
them. Used by forms.lifecycle; nothing here decides whether an act takes effect but for what it names.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms.events import Event

NO_SUCH_DOCUMENT = "没有这一份到件记录，或者已经送达"
NO_SUCH_BILL = "没有这一张缴款单"
BILL_TWICE = "这个缴款单号已经用过"
NOT_DUE = "这一张缴款单已经缴清、减免"
NOT_PAID = "这一张缴款单没有收款记录"
OTHER_AMOUNT = "金额和缴款单不一致"


@dataclass(frozen=True, slots=True)
class Parcel:
    """寄递: the carrier's name and the number of the parcel."""

    carrier: str
    number: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A document that lies in the room, or was handed on. `id`: of its event; `code`: its own 取件码, "" for none.

    `until`: the end of validity that stands on it, a day or "long"; "" where nobody noted it.
    """

    id: str
    name: str
    source: str
    at: str
    place: str = ""
    code: str = ""
    parcel: Parcel | None = None
    gone: bool = False
    until: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody was told, or was not reached."""

    at: str
    how: str
    reached: str
    note: str
    actor: str


@dataclass(frozen=True, slots=True)
class Posted:
    """Documents on their way by parcel; not served before somebody signed for them."""

    at: str
    names: tuple[str, ...]
    parcel: Parcel
    free: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """送达: what, how, against which proof, to whom (`proxy`: name, number and relation, {} for the person himself).

    `proofs`: SHA-256 of the signature, the photograph, the authorisation.
    """

    id: str
    at: str
    names: tuple[str, ...]
    how: str
    proof: str
    actor: str
    proxy: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    witness: str = ""
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """Everything that happened with an application's documents."""

    arrived: tuple[Arrived, ...] = ()
    calls: tuple[Call, ...] = ()
    posted: tuple[Posted, ...] = ()
    handed: tuple[Handed, ...] = ()

    @property
    def here(self) -> tuple[Arrived, ...]:
        """What lies in the room."""
        return tuple(one for one in self.arrived if not one.gone)

    @property
    def names(self) -> frozenset[str]:
        """The names of all that was served."""
        return frozenset(name for one in self.handed for name in one.names)

    @property
    def travelling(self) -> tuple[Posted, ...]:
        """Parcels that nobody has signed for yet."""
        return tuple(one for one in self.posted if not set(one.names) <= self.names)


@dataclass(frozen=True, slots=True)
class Bill:
    """缴款单. `state`: due, paid, waived; amounts in 分. What is not "paid" was not paid."""

    number: str
    amount: int
    what: str
    basis: str
    where: str
    at: str
    state: str = "due"
    by: str = ""
    receipt: str = ""
    paid_at: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """Money in (`amount` in 分 above 0) or a record taken back (below 0), in which shift.

    `event`, `position`: its id and its place in the log.
    """

    event: str
    bill: str
    amount: int
    by: str
    receipt: str
    shift: int
    at: str
    actor: str
    reason: str = ""
    position: tuple[int, int] = (0, 0)


def find_bill(bills: tuple[Bill, ...], number: str) -> Bill | None:
    """The bill of this number (缴款识别码), or None."""
    return next((one for one in bills if one.number == number), None)


def objection(delivery: Delivery, bills: tuple[Bill, ...], kind: str, data: Mapping[str, Any]) -> str:
    """Why an act can't be about what it names; "" where it can."""
    if kind in ("document.handed", "document.posted"):
        here = {one.id for one in delivery.here} | _ids_on_the_way(delivery)
        named = [one["received"] for one in data["documents"] if "received" in one]
        return "" if all(one in here for one in named) else NO_SUCH_DOCUMENT
    return _objection_to_payment(bills, kind, data) if kind.startswith("payment.") else ""


def _objection_to_payment(bills: tuple[Bill, ...], kind: str, data: Mapping[str, Any]) -> str:
    bill = find_bill(bills, data["bill"])
    match kind:
        case "payment.due":
            wrong = (bill is not None, BILL_TWICE)
        case _ if bill is None:
            wrong = (True, NO_SUCH_BILL)
        case "payment.voided":
            wrong = (bill.state != "paid", NOT_PAID)
        case _ if bill.state != "due":
            wrong = (True, NOT_DUE)
        case _:
            money = kind in ("payment.received", "payment.settled")
            wrong = (money and data["amount"] != bill.amount, OTHER_AMOUNT)
    return wrong[1] if wrong[0] else ""


def _ids_on_the_way(delivery: Delivery) -> set[str]:
    names = {name for one in delivery.travelling for name in one.names}
    return {one.id for one in delivery.arrived if one.name in names}


def parcel_of(data: Mapping[str, Any]) -> Parcel | None:
    """What the body of an event says of a parcel: carrier and number of the waybill; None where nothing was posted."""
    return Parcel(data["parcel"]["carrier"], data["parcel"]["number"]) if "parcel" in data else None


def _received(delivery: Delivery, event: Event, data: Mapping[str, Any]) -> Delivery:
    new = Arrived(
        event.id,
        data["name"],
        data["source"],
        event.at,
        data.get("place", ""),
        data.get("code", ""),
        parcel_of(data),
        until=data.get("until", ""),
    )
    return replace(delivery, arrived=(*delivery.arrived, new))


def _called(delivery: Delivery, event: Event, data: Mapping[str, Any]) -> Delivery:
    call = Call(event.at, data["how"], data["reached"], data.get("note", ""), event.actor)
    return replace(delivery, calls=(*delivery.calls, call))


def _posted(delivery: Delivery, event: Event, data: Mapping[str, Any]) -> Delivery:
    parcel = Parcel(data["parcel"]["carrier"], data["parcel"]["number"])
    sent = Posted(event.at, _names(data), parcel, data["free"])
    return replace(delivery, posted=(*delivery.posted, sent), arrived=_gone(delivery, data))


def _handed(delivery: Delivery, event: Event, data: Mapping[str, Any]) -> Delivery:
    one = Handed(
        event.id,
        event.at,
        _names(data),
        data["how"],
        data["proof"],
        event.actor,
        data.get("proxy", {}),
        data.get("remark", ""),
        data.get("witness", ""),
        tuple(m["sha256"] for m in data["materials"]),
    )
    return replace(delivery, handed=(*delivery.handed, one), arrived=_gone(delivery, data))


def _names(data: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one["name"] for one in data["documents"])


def _gone(delivery: Delivery, data: Mapping[str, Any]) -> tuple[Arrived, ...]:
    named = {one.get("received", "") for one in data["documents"]}
    return tuple(replace(one, gone=True) if one.id in named else one for one in delivery.arrived)


_OF_DOCUMENTS: dict[str, Callable[[Delivery, Event, Mapping[str, Any]], Delivery]] = {
    "document.received": _received,
    "document.called": _called,
    "document.posted": _posted,
    "document.handed": _handed,
}


def delivered(delivery: Delivery, event: Event, data: Mapping[str, Any]) -> Delivery:
    """The documents after one document.* event that takes effect."""
    return _OF_DOCUMENTS[event.kind](delivery, event, data)


def billed(bills: tuple[Bill, ...], event: Event, data: Mapping[str, Any]) -> tuple[Bill, ...]:
    """The bills after one payment.* event that takes effect."""
    if event.kind == "payment.due":
        new = Bill(data["bill"], data["amount"], data["what"], data["basis"], data["where"], event.at)
        return (*bills, new)
    return tuple(_settled(one, event, data) if one.number == data["bill"] else one for one in bills)


def _settled(bill: Bill, event: Event, data: Mapping[str, Any]) -> Bill:
    match event.kind:
        case "payment.received":
            return replace(bill, state="paid", by=data["by"], receipt=data["receipt"], paid_at=event.at, reason="")
        case "payment.settled":
            return replace(bill, state="paid", by="online", receipt=data["receipt"], paid_at=data["at"], reason="")
        case "payment.waived":
            return replace(bill, state="waived", reason=data["reason"])
    # a record made by mistake: the bill is due again
    return replace(bill, state="due", by="", receipt="", paid_at="", reason=data["reason"])


def moved(bills: tuple[Bill, ...], event: Event, data: Mapping[str, Any]) -> tuple[Movement, ...]:
    """What a payment.* event does to the till, from the bills before it: one movement or none."""
    bill = find_bill(bills, data["bill"])
    match event.kind:
        case "payment.received":
            amount, by, receipt, reason = data["amount"], data["by"], data["receipt"], ""
        case "payment.voided" if bill is not None:
            amount, by, receipt, reason = -bill.amount, bill.by, bill.receipt, data["reason"]
        case _:
            return ()
    shift, bill_number = data["shift"], data["bill"]
    return (Movement(event.id, bill_number, amount, by, receipt, shift, event.at, event.actor, reason, event.position),)
