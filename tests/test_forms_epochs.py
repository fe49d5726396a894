"""A log in several epochs, some of which go on from an earlier event than the last: one order, one state, one chain."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifecycle_data import BODIES, NODE, Pair, answered

from forms import events
from forms.events import ChainError, Head
from forms.kinds_apart import KIND as SET_APART
from forms.lifecycle import DECISIONS, KINDS, PHASES, merge, reduce

KIND = st.sampled_from(sorted(KINDS))
STEP = st.one_of(
    st.tuples(st.just("deliver"), st.sampled_from(["node", "centre"]), st.floats(0, 1)),
    st.tuples(st.just("act"), KIND, st.integers(0, 6)),
    st.tuples(st.just("epoch"), st.sampled_from(["node", "centre"]), st.floats(0, 1)),
)
STEPS = st.lists(STEP, max_size=25)


def run(steps) -> tuple[Pair, dict[str, int]]:
    """Both sides act on what they know; either may lose the end of its log and begin an epoch from what is left."""
    pair = Pair()
    pair.act("node", "application.filed")
    epoch, seq, prev = {"node": 1, "centre": 1}, {"node": 1, "centre": 0}, {"node": None, "centre": None}
    for what, which, much in steps:
        if what == "deliver":
            log = pair.logs["centre" if which == "node" else "node"]
            pair.deliver(which, round(len(log) * much))
        elif what == "epoch":
            log = pair.logs[which]
            epoch[which], seq[which] = epoch[which] + 1, 0
            kept = round(len(log) * much)
            prev[which] = log[kept - 1].digest if kept else events.genesis(which, NODE)
        else:
            side = KINDS[which].side
            place = {"epoch": epoch[side], "seq": seq[side] + 1}
            link = prev[side] or (pair.logs[side][-1].digest if pair.logs[side] else events.genesis(side, NODE))
            pair.act(side, which, body_for(pair, which, much), **place, prev=link)
            seq[side], prev[side] = seq[side] + 1, None
    return pair, epoch


def body_for(pair: Pair, kind: str, pick: int):
    requests = [event.id for event in pair.logs["centre"] if event.kind == "correction.requested"]
    if kind == "correction.answered" and requests:
        return answered(requests[pick % len(requests)])
    return {"result": DECISIONS[pick]} if kind == "application.decided" else BODIES[kind]


@settings(deadline=None, max_examples=200)
@given(STEPS, st.randoms(use_true_random=False))
def test_whatever_came_when_both_sides_end_with_one_state(steps, shuffler: random.Random):
    pair, _ = run(steps)
    expected = reduce(pair.all)
    assert expected.phase in PHASES
    for _ in range(3):
        arrived = [*pair.all, *pair.all[::3]]
        shuffler.shuffle(arrived)
        assert reduce(arrived) == expected
    assert len(expected.history) == sum(event.kind != SET_APART for _, event in pair.all)


@settings(deadline=None, max_examples=200)
@given(STEPS, st.integers(0, 100), st.integers(0, 100))
def test_any_part_that_can_be_delivered_has_a_state(steps, up, down):
    """What has come of each log is a beginning of it by (epoch, seq), or that without the end of an earlier epoch."""
    pair, _ = run(steps)
    known = [("node", event) for event in pair.logs["node"][:up]] + [
        ("centre", event) for event in pair.logs["centre"][:down]
    ]
    assert reduce(known).phase in PHASES
    assert len(merge(known)) == len(known)


@settings(deadline=None, max_examples=200)
@given(STEPS)
def test_the_order_of_a_log_is_that_of_its_numbers_and_no_clock_takes_part(steps):
    pair, _ = run(steps)
    for side in ("node", "centre"):
        positions = [event.position for its_side, event in merge(pair.all) if its_side == side]
        assert positions == sorted(positions)
    again = [(side, event) for side, event in merge(pair.all)]
    assert merge(reversed(again)) == again


@settings(deadline=None, max_examples=200)
@given(STEPS)
def test_a_chain_with_branches_holds_where_each_is_known_and_only_there(steps):
    pair, _ = run(steps)
    for side in ("node", "centre"):
        log = sorted(pair.logs[side], key=lambda event: event.position)
        known = {events.genesis(side, NODE), *(event.digest for event in log)}
        events.verify_chain(log, Head.start(side, NODE), known.__contains__)
        linear = all(event.prev == before.digest for before, event in pairwise(log))
        if log and not linear:
            with pytest.raises(ChainError):
                events.verify_chain(log, Head.start(side, NODE))


def test_an_epoch_may_not_go_on_from_anything_else():
    pair, _ = run([("epoch", "node", 1.0), ("act", "material.added", 0)])
    log = pair.logs["node"]
    events.verify_chain(log, Head.start("node", NODE), {log[0].digest}.__contains__)
    with pytest.raises(ChainError):
        events.verify_chain(log[1:], Head(1, 1, b"\1" * 32), {b"\2" * 32}.__contains__)
