"""What happened at a room's counter, for the reviewer: notices after the first, money, documents that were served."""

from dataclasses import dataclass

from forms import notices
from forms.delivery import Bill
from forms.kinds_delivery import PAID_BY, PAY_WHERE, PROOFS, WAYS
from forms.state import State
from sync.centre.review.words import Badge

BILLS = {"due": "待缴", "paid": "已缴", "waived": "已减免"}


@dataclass(frozen=True, slots=True)
class Counter:
    """`lines` are sentences; `proofs` the SHA-256 of signatures and photographs, which may still be on their way."""

    lines: list[str]
    proofs: list[str]


def badges(state: State) -> list[Badge]:
    """Yellow: what supervision has to look at."""
    return [Badge(mark, "due") for mark in notices.marks(state)]


def counter(state: State) -> Counter:
    """Bills with their 票据号 (nothing reads as paid that isn't), hand-overs with their proof."""
    money = [
        f"{one.what} {one.amount / 100:.2f} 元，{BILLS[one.state]}{_how(one)}，手续费 0.00 元" for one in state.bills
    ]
    here = [f"{one.name}在警务室，等来领" for one in state.delivery.here]
    sent = [
        f"{'、'.join(one.names)}已寄出：{one.parcel.carrier} {one.parcel.number}{'，免费寄递' if one.free else ''}"
        for one in state.delivery.travelling
    ]
    served = [
        f"{'、'.join(one.names)}已送达：{WAYS[one.how]}，{PROOFS[one.proof]}{'，由代领人领取' if one.proxy else ''}"
        for one in state.delivery.handed
    ]
    signed = [sha for notice in state.corrections for sha in notice.proofs]
    signed += [sha for handed in state.delivery.handed for sha in handed.proofs]
    return Counter(money + here + sent + served, signed)


def _how(bill: Bill) -> str:
    if bill.state == "paid":
        return f"（{PAID_BY[bill.by]}，票据号 {bill.receipt}）"
    return f"（{PAY_WHERE[bill.where]}）" if bill.state == "due" else ""
