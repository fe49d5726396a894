"""The counter in the sample data: documents that came, were called for and handed over; a notice; money and a shift."""

import json

from edge import applications, defects, handover, materials, officers, originals, payments, shifts, stock
from edge.handover import Handing
from edge.node import Node
from edge.officers import Officer
from edge.ranks import POLICE

PLACES = ("A1", "A2", "A3", "B1", "B2")
RECEIPT_FIRST = 10_026_001
_WAVE = json.dumps([[[60 + 14 * step, 40 + (step % 3) * 18] for step in range(14)]])


def police(node: Node) -> Officer | None:
    """Who stands at the counter; a room without a police officer shows nothing of it."""
    found = [one for one in officers.all_of(node) if one.rank == POLICE and one.active]
    return found[0] if found else None


def arrive(node: Node, number: str, actor: str) -> None:
    """The document of a decided application comes to the room, where the service hands it out there."""
    with node.database.read() as tx:
        application = applications.get(tx, number)
        # a sealed blank is issued at the room itself, from its own stock
        wanted = [] if stock.owed(tx, application) else handover.handable(application)
    for _, name in wanted[:1]:
        place = PLACES[int(number[-3:]) % len(PLACES)]
        parcel = ("邮政速递", f"EA{number[-9:]}CN") if int(number[-2]) % 2 else ("", "")
        handover.arrive(
            node, number, name, "station", place=place, parcel=parcel, actor=actor, token=f"sample-arrive-{number}"
        )


def call(node: Node, number: str, actor: str) -> None:
    """Somebody is told that it lies here; every third isn't reached."""
    if not _here(node, number):
        return
    reached = "told" if int(number[-3:-1]) % 3 else "not_reached"
    handover.call(node, number, "phone", reached, "", actor=actor, token=f"sample-call-{number}")


def hand(node: Node, number: str, by: Officer) -> None:
    """Handed over against a signature, once its originals were seen."""
    here = _here(node, number)
    if not here:
        return
    with node.database.read() as tx:
        application = applications.get(tx, number)
        unseen = originals.outstanding(tx, application)
        codes = [one["code"] for one in application.definition.service["materials"] if one["name"] in unseen]
    if codes:
        originals.record(node, number, codes, actor=by.actor, token=f"sample-seen-{number}")
        with node.database.read() as tx:
            unseen = originals.outstanding(tx, applications.get(tx, number))
    if unseen:  # two people have to look, or a proxy's papers are missing
        return
    drawn = materials.signature(node, _WAVE, handover.SIGNATURE, by.actor)
    given = Handing(here, "room", "signature", compared=True, material=drawn)
    handover.hand(node, number, given, actor=by.actor, name=by.name, token=f"sample-hand-{number}")


def _here(node: Node, number: str) -> list[str]:
    with node.database.read() as tx:
        return [one.id for one in applications.get(tx, number).state.delivery.here]


def pay(node: Node, number: str, actor: str, *, settled: bool) -> None:
    """A bill where the service costs something; paid in cash, and with `settled` the shift is closed."""
    with node.database.read() as tx:
        application = applications.get(tx, number)
        shift = shifts.current(tx)
    offered = payments.fees(application.definition, node.files.province.parameters)
    if not offered or application.state.bills:
        return
    fee = offered[0]
    done = payments.draw(node, number, fee.amount, fee.title, "here", actor=actor, token=f"sample-bill-{number}")
    bill, receipt = done.state.bills[0].number, str(RECEIPT_FIRST + int(number[-5:-1]))
    payments.receive(node, number, bill, "cash", receipt, actor=actor, token=f"sample-paid-{number}")
    if settled:
        with node.database.read() as tx:
            lines = shifts.lines(tx, shift)
        cash = shifts.sums(lines).get(shifts.CASH, 0)
        shifts.settle(node, shift, len(lines), cash, "", actor=actor, token=f"sample-shift-{cash}-{number}")


def tell(node: Node, number: str, by: Officer) -> None:
    """A notice of what is missing, signed on glass; nothing where nothing is missing."""
    with node.database.read() as tx:
        application = applications.get(tx, number)
    items = defects.missing(application) or defects.materials_of(application.definition)[:1]
    if not items:
        return
    defects.tick(node, number, items, due_day=defects.offered_due(node), by=by)
    drawn = materials.signature(node, _WAVE, defects.SLOT, by.actor)
    defects.hand(node, number, signed="glass", proof=drawn, by=by, token=f"sample-told-{number}")
