"""What lies in the room, what travels and what was served, and the till, worked out of the log alone."""

import pytest
from lifecycle_data import BILL, BODIES, PARCEL, Pair, situation

from forms import delivery
from forms.lifecycle import State, reduce

CARD, SLIP = "居住证", "领取凭据"
OTHER_BILL = f"{BILL[:-1]}2"


@pytest.fixture
def pair() -> Pair:
    """A granted application, with nothing here yet."""
    return situation("decided")


def arrive(pair: Pair, name: str = CARD, **more: str) -> str:
    """A document comes; the id of its record."""
    return pair.act("node", "document.received", {"name": name, "source": "centre", **more}).id


def hand(pair: Pair, *documents: dict[str, str]) -> State:
    pair.act("node", "document.handed", BODIES["document.handed"] | {"documents": list(documents)})
    return reduce(pair.all)


def post(pair: Pair, *documents: dict[str, str]) -> State:
    pair.act("node", "document.posted", {"documents": list(documents), "parcel": PARCEL, "free": True})
    return reduce(pair.all)


def last(state: State) -> tuple[bool, str]:
    return state.history[-1].effective, state.history[-1].detail


def test_of_two_documents_the_one_that_was_handed_over_is_gone_and_the_other_is_here(pair):
    card, slip = arrive(pair, CARD), arrive(pair, SLIP)
    state = hand(pair, {"name": CARD, "received": card})
    assert [(one.id, one.name) for one in state.delivery.here] == [(slip, SLIP)]
    assert state.delivery.names == {CARD}


def test_the_same_document_is_served_once(pair):
    card = {"name": CARD, "received": arrive(pair)}
    arrive(pair, SLIP)
    once = hand(pair, card)
    again = hand(pair, card)
    assert last(again) == (False, delivery.NO_SUCH_DOCUMENT)
    assert again.delivery == once.delivery


def test_a_document_that_never_came_is_not_served_even_beside_one_that_did(pair):
    card = {"name": CARD, "received": arrive(pair)}
    state = hand(pair, card, {"name": SLIP, "received": "0" * 32})
    assert last(state) == (False, delivery.NO_SUCH_DOCUMENT)
    assert [one.name for one in state.delivery.here] == [CARD]
    assert state.delivery.handed == ()


def test_what_was_made_on_the_spot_needs_no_record_of_its_coming(pair):
    state = hand(pair, {"name": SLIP})
    assert last(state)[0]
    assert state.delivery.names == {SLIP}


def test_what_was_posted_is_not_here_and_is_served_when_somebody_has_signed_for_it(pair):
    card = {"name": CARD, "received": arrive(pair)}
    sent = post(pair, card)
    assert (sent.delivery.here, sent.delivery.names) == ((), frozenset())
    assert [one.parcel.number for one in sent.delivery.travelling] == [PARCEL["number"]]
    signed = hand(pair, card)
    assert last(signed)[0]
    assert (signed.delivery.travelling, signed.delivery.names) == ((), {CARD})
    assert last(post(pair, card)) == (False, delivery.NO_SUCH_DOCUMENT)


def test_of_what_is_gone_only_what_travels_can_still_be_signed_for(pair):
    card, slip = ({"name": name, "received": arrive(pair, name)} for name in (CARD, SLIP))
    hand(pair, slip)
    post(pair, card)
    assert last(hand(pair, slip)) == (False, delivery.NO_SUCH_DOCUMENT)
    assert last(hand(pair, card))[0]


# --- money ---


def pay(pair: Pair, kind: str, **changes: object) -> State:
    pair.act("node", f"payment.{kind}", BODIES[f"payment.{kind}"] | changes)
    return reduce(pair.all)


@pytest.mark.parametrize(
    ("before", "kind", "changes", "sentence"),
    [
        ((), "received", {}, delivery.NO_SUCH_BILL),
        ((), "waived", {}, delivery.NO_SUCH_BILL),
        ((), "voided", {}, delivery.NO_SUCH_BILL),
        (("due",), "due", {}, delivery.BILL_TWICE),
        (("due",), "received", {"amount": 1999}, delivery.OTHER_AMOUNT),
        (("due",), "received", {"bill": OTHER_BILL}, delivery.NO_SUCH_BILL),
        (("due",), "voided", {}, delivery.NOT_PAID),
        (("due", "received"), "received", {}, delivery.NOT_DUE),
        (("due", "received"), "waived", {}, delivery.NOT_DUE),
        (("due", "waived"), "received", {}, delivery.NOT_DUE),
        (("due", "waived"), "voided", {}, delivery.NOT_PAID),
    ],
)
def test_money_that_does_not_fit_its_bill_has_no_effect_and_says_why(pair, before, kind, changes, sentence):
    for act in before:
        pay(pair, act)
    held = reduce(pair.all)
    state = pay(pair, kind, **changes)
    assert last(state) == (False, sentence)
    assert (state.bills, state.moved) == (held.bills, held.moved)


def test_a_record_made_by_mistake_is_taken_back_and_the_bill_can_be_paid_again(pair):
    for act in ("due", "received", "voided"):
        state = pay(pair, act)
    assert [(one.state, one.receipt, one.reason) for one in state.bills] == [("due", "", "票据号写错")]
    again = pay(pair, "received", receipt="00012346")
    assert [(one.state, one.receipt) for one in again.bills] == [("paid", "00012346")]
    assert [one.amount for one in again.moved] == [2000, -2000, 2000]
    assert sum(one.amount for one in again.moved) == 2000


def test_one_bill_is_paid_and_the_other_of_the_same_application_stays_due(pair):
    pay(pair, "due")
    pay(pair, "due", bill=OTHER_BILL, amount=500)
    state = pay(pair, "received", bill=OTHER_BILL, amount=500)
    assert {one.number: one.state for one in state.bills} == {BILL: "due", OTHER_BILL: "paid"}
