"""待民警确认, from the log alone: what waits, whose word ends it, and how the history says it."""

import pytest
from lifecycle_data import BODIES, Pair, answered, filed

from forms import outcomes
from forms.lifecycle import State, reduce

CONFIRMED = ("node", "application.confirmed")
OVER_THE_LINK = ("centre", "application.confirmed_remotely")
REASON = "照片里看不到原件"


def walked(*acts: tuple[str, str, dict]) -> State:
    """What an assistant took in, after `acts`."""
    pair = Pair()
    pair.act("node", "application.filed", filed(to_confirm=True, channel="console"))
    for side, kind, body in acts:
        pair.sync()
        pair.act(side, kind, body)
    return reduce(pair.all)


def line(state: State) -> tuple[str, str, bool]:
    entry = state.history[-1]
    return entry.title, entry.detail, entry.effective


@pytest.mark.parametrize("who", [CONFIRMED, OVER_THE_LINK])
def test_a_yes_is_said_in_the_history_and_ends_the_waiting(who):
    state = walked((*who, {"ok": True}))
    assert (state.confirmation.status, state.confirmation.pending) == ("confirmed", False)
    assert line(state) == ("民警已确认", "", True)
    assert state.identity == "unverified"


def test_a_yes_with_the_person_present_verifies_him_as_well():
    state = walked((*CONFIRMED, {"ok": True, "identity": True}))
    assert line(state) == ("民警已确认", "同时当面核对了人和证件", True)
    assert state.identity == "officer"


@pytest.mark.parametrize("who", [CONFIRMED, OVER_THE_LINK])
def test_a_no_is_said_without_its_reason_and_waits_on(who):
    """The reason is an officer's own text, and may name somebody; the history is read by anybody with the receipt."""
    state = walked((*who, {"ok": False, "reason": REASON}))
    assert line(state) == ("民警不予确认", "", True)
    assert (state.confirmation.status, state.confirmation.reason) == ("refused", REASON)
    assert state.confirmation.pending
    assert not any(REASON in entry.title + entry.detail for entry in state.history)


@pytest.mark.parametrize("kind", ["application.accepted", "application.decided"])
def test_neither_what_waits_nor_what_was_refused_is_accepted_or_decided(kind):
    refused = (*CONFIRMED, {"ok": False, "reason": REASON})
    for acts in ((), (refused,)):
        state = walked(*acts, ("centre", kind, BODIES[kind]))
        assert line(state)[1:] == (outcomes.UNCONFIRMED, False)
        assert (state.phase, state.confirmation.pending) == ("received", True)


@pytest.mark.parametrize(("kind", "phase"), [("application.accepted", "accepted"), ("application.decided", "closed")])
def test_a_police_officer_who_decides_may_confirm_with_it(kind, phase):
    state = walked(("centre", kind, BODIES[kind] | {"confirms": True}))
    assert (state.phase, state.confirmation.status) == (phase, "confirmed")


def test_what_was_refused_waits_to_be_looked_at_again_when_something_is_added():
    state = walked((*CONFIRMED, {"ok": False, "reason": REASON}), ("node", "material.added", BODIES["material.added"]))
    assert (state.confirmation.status, state.confirmation.reason) == ("waiting", "")


@pytest.mark.parametrize(("by_an_assistant", "status"), [(True, "waiting"), (False, "confirmed")])
def test_of_a_confirmed_application_the_answer_of_an_assistant_waits_anew(by_an_assistant, status):
    pair = Pair()
    pair.act("node", "application.filed", filed(to_confirm=True))
    pair.act("node", "application.confirmed", {"ok": True})
    pair.sync()
    request = pair.act("centre", "correction.requested").id
    pair.sync()
    more = {"to_confirm": True} if by_an_assistant else {}
    pair.act("node", "correction.answered", answered(request, **more))
    assert reduce(pair.all).confirmation.status == status


def test_what_an_officer_took_in_himself_waits_for_nobody():
    pair = Pair()
    pair.act("node", "application.filed", filed(channel="console"))
    pair.sync()
    pair.act("centre", "application.accepted")
    state = reduce(pair.all)
    assert (state.confirmation.status, state.phase) == ("", "accepted")


def test_a_decision_that_confirms_what_waits_for_nobody_leaves_the_first_word_as_it_was():
    pair = Pair()
    pair.act("node", "application.filed", filed(to_confirm=True))
    at = pair.act("node", "application.confirmed", {"ok": True}).at
    pair.sync()
    pair.act("centre", "application.decided", BODIES["application.decided"] | {"confirms": True})
    assert reduce(pair.all).confirmation.at == at
