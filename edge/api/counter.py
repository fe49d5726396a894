"""What the counter did with an application, as JSON: notices, documents, money. No name of anybody is in it."""

from typing import Any

from forms.delivery import Arrived, Bill, Handed, Posted
from forms.state import Correction, State


def counter(state: State) -> dict[str, Any]:
    """`notices`: every notice of defects; `documents`: where they are; `bills`: amounts in 分."""
    delivery = state.delivery
    return {
        "notices": [_notice(one) for one in state.corrections],
        "documents": {
            "here": [_here(one) for one in delivery.here],
            "calls": [{"at": one.at, "how": one.how, "reached": one.reached} for one in delivery.calls],
            "travelling": [_posted(one) for one in delivery.travelling],
            "handed": [_handed(one) for one in delivery.handed],
        },
        "bills": [_bill(one) for one in state.bills],
    }


def _notice(one: Correction) -> dict[str, Any]:
    return {
        "at": one.at,
        "side": one.side,
        "status": one.status,
        "signed": one.signed,
        "due_day": one.due_day,
        "labels": [item.label for item in one.items],
    }


def _here(one: Arrived) -> dict[str, Any]:
    return {"name": one.name, "source": one.source, "at": one.at, "place": one.place}


def _posted(one: Posted) -> dict[str, Any]:
    parcel = {"carrier": one.parcel.carrier, "number": one.parcel.number}
    return {"names": list(one.names), "at": one.at, "free": one.free, "parcel": parcel}


def _handed(one: Handed) -> dict[str, Any]:
    """How it was served and against what; to whom is told only as "himself or somebody for him"."""
    return {
        "names": list(one.names),
        "at": one.at,
        "how": one.how,
        "proof": one.proof,
        "by_proxy": bool(one.proxy),
        "proofs": list(one.proofs),
    }


def _bill(one: Bill) -> dict[str, Any]:
    return {
        "number": one.number,
        "what": one.what,
        "amount": one.amount,
        "where": one.where,
        "state": one.state,
        "at": one.at,
        "paid_at": one.paid_at,
        "by": one.by,
        "receipt": one.receipt,
    }
