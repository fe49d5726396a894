"""收费: what a service costs, 缴款单, money that came in with its 票据号, waivers. Nothing reads as paid that isn't.

The room takes money itself (cash, card, scan) or notes what was paid online once there is a network; the platform's own
charge is 0 always (M12, M87). Amounts are whole 分.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import applications, log, shifts
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from forms import delivery
from forms.definition import Definition
from forms.delivery import Bill
from forms.events import Event
from forms.kinds_delivery import AMOUNT_MAX, PAID_BY, PAY_WHERE
from forms.state import State

if TYPE_CHECKING:
    from edge.node import Node

REASON_MAX = 200
LOCAL = "当地"
_RECEIPT = re.compile(r"[0-9A-Za-z-]{4,40}\Z")


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee of a service as the guide publishes it. `local`: the province has not said it, 以当地公布为准."""

    title: str
    amount: int
    local: bool


def fees(definition: Definition, values: Mapping[str, Any]) -> list[Fee]:
    """The fees that may be asked for: the amount of the guide, and those parameters of it that are sums of money.

    `values`: what province.toml says. Nothing else may be charged; what has no published sum is none (see `is_open`).
    """
    service = definition.service
    own = service["fee"]["amount"]
    found = [Fee("", round(own * 100), bool(service["fee"].get("local")))] if own else []
    for name, rule in service.get("parameters", {}).items():
        value = values.get(name, rule["default"])
        if rule.get("unit") == "元" and isinstance(value, int | float) and value > 0:
            found.append(Fee(str(rule["title"]), round(value * 100), name not in values))
    titled = {one.amount: one for one in found}
    return list(titled.values())


def is_open(definition: Definition) -> bool:
    """Whether the guide leaves the sum to the place (按当地规定): the officer types what the county published."""
    fee = definition.service["fee"]
    return not fee["amount"] and any(LOCAL in str(fee.get(name, "")) for name in ("basis", "note"))


def basis(definition: Definition) -> str:
    """The law or notice that a service charges by, as its guide says it."""
    return str(definition.service["fee"]["basis"])


def draw(node: "Node", number: str, amount: int, what: str, where: str, *, actor: str, token: str) -> Application:
    """开出缴款单. Raises not_found, not_allowed_now, fee_none, fee_other, fee_again."""

    def act(tx: Connection, state: State) -> Event:
        application = applications.get(tx, number)
        if state.parts or state.result in ("withdrawn", "not_accepted"):
            raise problem("not_allowed_now", phase=application.head.phase_title, act="收费")
        if any(one.state == "due" for one in state.bills):
            raise problem("fee_again")
        _check_amount(node, application.definition, amount)
        body = {
            "bill": f"{number}-{len(state.bills) + 1}",
            "amount": amount,
            "what": what.strip()[:100] or f"{application.definition.title}工本费",
            "basis": basis(application.definition)[:200],
            "where": where if where in PAY_WHERE else "here",
        }
        return log.append(tx, "payment.due", number, body, actor)

    return applications.act_on(node, number, token, act)


def _check_amount(node: "Node", definition: Definition, amount: int) -> None:
    if is_open(definition):
        if not 0 < amount <= AMOUNT_MAX:
            raise problem("fee_other")
        return
    offered = {one.amount for one in fees(definition, node.files.province.parameters)}
    if not offered:
        raise problem("fee_none")
    if amount not in offered:
        raise problem("fee_other")


def receive(node: "Node", number: str, bill: str, by: str, receipt: str, *, actor: str, token: str) -> Application:
    """收到缴款, with the number of the 票据 that was given for it.

    Raises not_found, bill_unknown, bill_settled, payment_way, receipt_number_wrong, receipt_number_used.
    """
    receipt = receipt.strip()

    def act(tx: Connection, state: State) -> Event:
        due = _due(state, bill)
        if by not in PAID_BY:
            raise problem("payment_way")
        if not _RECEIPT.match(receipt):
            raise problem("receipt_number_wrong")
        if tx.execute("SELECT 1 FROM till WHERE receipt = ?", (receipt,)).fetchone():
            raise problem("receipt_number_used", number=receipt)
        body = {"bill": bill, "amount": due.amount, "by": by, "receipt": receipt, "shift": shifts.current(tx)}
        return log.append(tx, "payment.received", number, body | {"charge": 0}, actor)

    return applications.act_on(node, number, token, act)


def waive(node: "Node", number: str, bill: str, reason: str, *, actor: str, token: str) -> Application:
    """减免, with its reason. Raises not_found, bill_unknown, bill_settled, payment_reason."""

    def act(tx: Connection, state: State) -> Event:
        _due(state, bill)
        body = {"bill": bill, "reason": _reason(reason)}
        return log.append(tx, "payment.waived", number, body, actor)

    return applications.act_on(node, number, token, act)


def take_back(node: "Node", number: str, bill: str, reason: str, *, actor: str, token: str) -> Application:
    """A payment that was noted by mistake: the bill is due again.

    Raises not_found, bill_unknown, bill_not_paid, payment_reason.
    """

    def act(tx: Connection, state: State) -> Event:
        found = delivery.find_bill(state.bills, bill)
        if found is None:
            raise problem("bill_unknown", bill=bill)
        if found.state != "paid":
            raise problem("bill_not_paid")
        body = {"bill": bill, "reason": _reason(reason), "shift": shifts.current(tx)}
        return log.append(tx, "payment.voided", number, body, actor)

    return applications.act_on(node, number, token, act)


def _due(state: State, bill: str) -> Bill:
    found = delivery.find_bill(state.bills, bill)
    if found is None:
        raise problem("bill_unknown", bill=bill)
    if found.state != "due":
        raise problem("bill_settled")
    return found


def _reason(text: str) -> str:
    if not 0 < len(text.strip()) <= REASON_MAX:
        raise problem("payment_reason")
    return text.strip()
