import dataclasses

import pytest
from lifecycle_data import BODIES, FIRST, Pair, answered, situation

from forms import outcomes
from forms.kinds_apart import KIND as SET_APART
from forms.lifecycle import ANSWERS, KINDS, merge, reduce

# what stands apart belongs to the answers that it completes, and is no act of its own
ACTS = {kind: entry for kind, entry in KINDS.items() if kind != SET_APART}
NODE_KINDS = [kind for kind, entry in ACTS.items() if entry.side == "node"]
CENTRE_KINDS = [kind for kind, entry in ACTS.items() if entry.side == "centre"]


# --- the table of outcomes ---


def test_the_table_of_outcomes_has_a_cell_for_each_kind_in_each_situation():
    assert set(outcomes.OUTCOMES) == set(ACTS)
    for row in outcomes.OUTCOMES.values():
        assert set(row) == set(outcomes.SITUATIONS)


@pytest.mark.parametrize("name", outcomes.SITUATIONS)
@pytest.mark.parametrize("kind", ACTS)
def test_an_act_takes_effect_exactly_where_the_table_says(kind, name):
    pair = situation(name)
    for earlier in FIRST.get(kind, ()):
        pair.act(KINDS[earlier].side, earlier)
    before = reduce(pair.all)
    body = BODIES[kind]
    if kind in ANSWERS and before.corrections:
        body = answered(before.corrections[-1].request)
    pair.act(KINDS[kind].side, kind, body)
    after = reduce(pair.all)
    sentence = outcomes.OUTCOMES[kind][name]
    if kind in ANSWERS and not before.corrections:
        sentence = sentence or outcomes.NO_SUCH_REQUEST
    assert after.history[-1].detail == sentence or not sentence
    assert after.history[-1].effective is (not sentence)
    if sentence:
        assert "未生效" in after.history[-1].title
        assert dataclasses.replace(after, history=before.history) == before


def test_every_pair_of_concurrent_acts_is_in_the_table():
    pairs = {(row.node, row.centre) for row in outcomes.CONCURRENT}
    expected = {(n, c) for n in NODE_KINDS for c in CENTRE_KINDS if n != "application.filed"}
    assert pairs == expected
    assert len(outcomes.CONCURRENT) == len(pairs)


@pytest.mark.parametrize("row", outcomes.CONCURRENT, ids=lambda row: f"{row.node} with {row.centre}")
def test_concurrent_acts_end_as_the_table_says(row):
    pair = situation("correction" if {row.node, row.centre} & set(ANSWERS) else "received")
    for earlier in FIRST.get(row.node, ()):
        pair.act(KINDS[earlier].side, earlier)
    pair.sync()
    known = reduce(pair.all)
    body = answered(known.correction.request) if known.correction else None
    node_act = pair.act("node", row.node, body if row.node in ANSWERS else None)
    centre_act = pair.act("centre", row.centre, body if row.centre in ANSWERS else None)
    pair.sync()
    state = reduce(pair.all)
    effective = {entry.id: entry.effective for entry in state.history}
    assert effective[node_act.id] is ("node" in row.effective)
    assert effective[centre_act.id] is ("centre" in row.effective)
    assert (state.phase, state.result) == (row.phase, row.result)
    assert row.sentence.endswith("。")


# --- the order of two logs ---


def kinds(merged) -> list[str]:
    return [event.kind for _, event in merged]


def test_an_act_stands_after_all_that_its_writer_knew():
    pair = situation("received")
    pair.act("centre", "correction.requested")
    pair.sync()
    pair.act("node", "material.added")
    pair.sync()
    pair.act("centre", "application.accepted")
    assert kinds(merge(pair.all)) == [
        "application.filed",
        "correction.requested",
        "material.added",
        "application.accepted",
    ]


def test_concurrent_acts_stand_with_the_centre_first_whatever_the_clocks_say():
    pair = situation("received")
    pair.act("node", "application.withdrawn", at="1999-01-01T00:00:00+08:00")
    pair.act("centre", "application.decided", at="2026-11-21T09:00:00+08:00")
    assert kinds(merge(pair.all)) == ["application.filed", "application.decided", "application.withdrawn"]


def test_the_filing_stands_first_even_if_the_centre_forgot_to_say_what_it_saw():
    pair = Pair()
    pair.act("node", "application.filed")
    pair.act("centre", "application.accepted")
    assert kinds(merge(pair.all)) == ["application.filed", "application.accepted"]
    assert reduce(pair.all).phase == "accepted"


def test_a_later_epoch_stands_after_the_one_before():
    pair = situation("received")
    pair.act("node", "application.withdrawn", epoch=2, seq=1)
    pair.act("node", "material.added", seq=9)
    assert kinds(merge(pair.all)) == ["application.filed", "material.added", "application.withdrawn"]


def test_writers_who_lie_about_what_they_saw_do_not_stop_the_reducer():
    pair = situation("received")
    node_act = pair.act("node", "material.added", seen="1:1:" + "00" * 32)
    pair.act("centre", "application.accepted", seen="1:2:" + node_act.digest.hex())
    pair.act("centre", "application.decided", seen="not a head")
    assert reduce(pair.all).result == "granted"


def test_an_event_given_twice_counts_once():
    pair = situation("decided")
    assert reduce(pair.all + pair.all) == reduce(pair.all)
