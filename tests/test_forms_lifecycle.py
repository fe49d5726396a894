import dataclasses
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifecycle_data import BODIES, CONTEXT, ITEM, NUMBER, PHOTO, Pair, answered, filed, situation

from forms import events, outcomes
from forms.kinds_apart import KIND as SET_APART
from forms.lifecycle import DECISIONS, KINDS, PHASES, RESULTS, State, merge, phase_title, reduce

# --- the walk of an application ---


def test_a_filed_application_is_received_and_holds_what_was_filed():
    state = reduce(situation("received").all)
    assert (state.phase, phase_title(state), state.number) == ("received", "已收件", NUMBER)
    assert state.service.id == "juzhu-dengji"
    assert state.receipt.code == "204816"
    assert (state.channel, state.identity, state.urgent, state.context) == ("kiosk", "unverified", False, CONTEXT)
    assert state.noticed_at is None


def test_the_whole_circle_reads_in_plain_words():
    pair = situation("received")
    request = pair.act(
        "centre", "correction.requested", {"items": [ITEM, {**ITEM, "ref": "id"}], "due_day": "2026-12-01"}
    )
    pair.sync()
    waiting = reduce(pair.all)
    assert (phase_title(waiting), len(waiting.correction.items)) == ("等您补正", 2)
    pair.act("node", "correction.answered", answered(request.id))
    pair.sync()
    assert phase_title(reduce(pair.all)) == "已补正，等待受理"
    pair.act("centre", "application.accepted")
    assert phase_title(reduce(pair.all)) == "已受理"
    pair.act("centre", "application.decided")
    state = reduce(pair.all)
    assert phase_title(state) == "办结（准予）"
    assert [entry.title for entry in state.history] == ["已收件", "需要补正 2 项", "已补正", "已受理", "办结（准予）"]
    assert state.history[1].detail == "请在2026年12月1日前补正"
    assert state.noticed_at == request.at
    assert state.correction is None


@pytest.mark.parametrize("result", DECISIONS)
def test_no_result_is_shown_without_its_kind(result):
    pair = situation("accepted")
    pair.act("centre", "application.decided", {"result": result, "document": PHOTO})
    state = reduce(pair.all)
    assert phase_title(state) == f"办结（{RESULTS[result]}）"
    assert state.document.sha256 == PHOTO["sha256"]


def test_a_refusal_to_accept_has_its_own_words():
    state = reduce(situation("not_accepted").all)
    assert (phase_title(state), state.result, state.reason) == ("不予受理", "not_accepted", "不属于本机关办理")


def test_a_withdrawn_application_says_so():
    assert phase_title(reduce(situation("withdrawn").all)) == "办结（撤回）"


def test_a_decision_without_acceptance_is_one_on_the_spot():
    pair = situation("received")
    pair.act("centre", "application.decided")
    assert reduce(pair.all).history[-1].detail == "当场办结"


def test_a_second_answer_to_the_same_notice_changes_nothing():
    pair = situation("correction")
    request = reduce(pair.all).correction.request
    pair.act("node", "correction.answered", answered(request))
    pair.act("node", "correction.answered", answered(request, answers={"applicant": {"name": "罗建国"}}))
    state = reduce(pair.all)
    assert state.answers == {"applicant": {"name": "王秀梅"}}
    assert state.history[-1].detail == outcomes.ANSWERED_BEFORE


def test_a_second_notice_joins_the_open_one_and_its_answer_covers_both():
    pair = situation("correction")
    second = pair.act("centre", "correction.requested", {"items": [{**ITEM, "ref": "id"}, ITEM], "reason": "另有一项"})
    pair.sync()
    state = reduce(pair.all)
    assert [item.ref for item in state.correction.items] == ["proof", "id"]
    assert (state.correction.request, state.correction.due_day) == (second.id, "2026-12-01")
    pair.act("node", "correction.answered", answered(second.id))
    assert reduce(pair.all).phase == "received"


def test_an_answer_to_the_first_of_two_notices_leaves_the_second_open():
    pair = situation("correction")
    first = reduce(pair.all).correction.request
    second = pair.act("centre", "correction.requested", {"items": [{**ITEM, "ref": "id"}]})
    pair.act("node", "correction.answered", answered(first))
    state = reduce(pair.all)
    assert state.correction.request == second.id
    assert [item.ref for item in state.correction.items] == ["id"]


def test_an_answer_after_acceptance_is_taken_into_the_application():
    pair = situation("correction")
    request = reduce(pair.all).correction.request
    pair.act("centre", "application.accepted")
    pair.sync()
    assert reduce(pair.all).corrections[0].status == "dropped"
    pair.act("node", "correction.answered", answered(request))
    state = reduce(pair.all)
    assert (state.phase, len(state.materials)) == ("accepted", 1)


def test_a_notice_after_acceptance_waits_for_the_citizen_and_returns_to_accepted():
    pair = situation("accepted")
    request = pair.act("centre", "correction.requested")
    pair.sync()
    assert reduce(pair.all).phase == "correction"
    pair.act("node", "correction.answered", answered(request.id))
    assert reduce(pair.all).phase == "accepted"


def test_materials_are_kept_once_and_a_replaced_signature_goes():
    old, new = "b" * 64, "c" * 64
    signature = {**PHOTO, "slot": "/declaration/signature"}
    pair = Pair()
    body = filed(
        materials=[PHOTO, {**signature, "sha256": old}], answers={"declaration": {"signature": f"sha256:{old}"}}
    )
    pair.act("node", "application.filed", body)
    pair.sync()
    request = pair.act("centre", "correction.requested")
    pair.sync()
    pair.act("node", "material.added", {"material": {**PHOTO, "slot": "/elsewhere", "sha256": "e" * 64}})
    corrected = {"declaration": {"signature": f"sha256:{new}"}, "files": [f"sha256:{'d' * 64}"]}
    pair.act(
        "node",
        "correction.answered",
        answered(request.id, answers=corrected, materials=[PHOTO, {**signature, "sha256": new}]),
    )
    kept = [(m.slot, m.sha256) for m in reduce(pair.all).materials]
    assert kept == [("proof", "a" * 64), ("/elsewhere", "e" * 64), ("/declaration/signature", new)]


def test_a_verified_identity_is_recorded():
    pair = situation("received")
    pair.act("node", "identity.verified", {"method": "card"})
    state = reduce(pair.all)
    assert state.identity == "card"
    assert state.history[-1].detail == "已读身份证核验"


def test_a_second_filing_under_one_number_changes_nothing():
    pair = situation("received")
    pair.act("node", "application.filed", filed(urgent=True))
    state = reduce(pair.all)
    assert state.urgent is False
    assert not state.history[-1].effective


def test_an_act_of_the_wrong_side_is_void():
    pair = situation("received")
    pair.act("node", "application.decided")
    pair.act("centre", "application.withdrawn")
    state = reduce(pair.all)
    assert state.phase == "received"
    assert {entry.detail for entry in state.history[1:]} == {outcomes.WRONG_SIDE}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b'{"result":"granted","extra":1}', b"[" * 100_000])
def test_a_body_that_cannot_be_read_is_void(body):
    pair = situation("accepted")
    event = pair.act("centre", "application.decided")
    broken = dataclasses.replace(event, body=body)
    state = reduce([*pair.all[:-1], ("centre", broken)])
    assert state.phase == "accepted"
    assert state.history[-1].title == "办结（未生效）"


@pytest.mark.parametrize(
    "at", ["", "soon", "2026-11-21", "2026-11-21T09:00:00", "9999-12-31T23:59:59+08:00", "0001-01-01T00:00:00+08:00"]
)
def test_an_act_at_no_moment_is_void(at):
    pair = Pair()
    pair.act("node", "application.filed")
    broken = dataclasses.replace(pair.all[0][1], at=at)
    state = reduce([("node", broken)])
    assert (state.phase, state.history[0].detail) == ("unknown", outcomes.UNREADABLE)


def test_a_kind_from_a_later_version_is_void_and_named_so():
    pair = situation("received")
    event = dataclasses.replace(pair.act("centre", "application.accepted"), kind="application.blessed")
    state = reduce([pair.all[0], ("centre", event)])
    assert state.history[-1].title == "其他记录（未生效）"


def test_no_events_make_an_empty_state():
    assert reduce([]) == State()
    assert phase_title(State()) == PHASES["unknown"]


# --- properties ---

step = st.one_of(
    st.tuples(st.just("deliver"), st.sampled_from(["node", "centre"]), st.floats(0, 1)),
    st.tuples(st.just("act"), st.sampled_from(sorted(KINDS)), st.integers(0, 3)),
)


def run(steps) -> tuple[Pair, dict]:
    """Let both sides act on what they know; each side's own state is kept as it was after its last act."""
    pair = Pair()
    reached = {"node": 0, "centre": 0}
    for what, which, much in steps:
        if what == "deliver":
            other = pair.logs["centre" if which == "node" else "node"]
            reached[which] = max(reached[which], round(len(other) * much))
            pair.deliver(which, reached[which])
        else:
            pair.act(KINDS[which].side, which, body_for(pair, which, much))
    return pair, reached


def body_for(pair: Pair, kind: str, pick: int) -> dict:
    requests = [event.id for event in pair.logs["centre"] if event.kind == "correction.requested"]
    if kind == "correction.answered" and requests:
        return answered(requests[pick % len(requests)])
    if kind == "application.decided":
        return {"result": DECISIONS[pick]}
    return BODIES[kind]


@settings(deadline=None, max_examples=150)
@given(st.lists(step, max_size=25), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_state(steps, shuffler: random.Random):
    pair, _ = run([("act", "application.filed", 0), *steps])
    expected = reduce(pair.all)
    arrived = [*pair.all, *pair.all[::2]]
    shuffler.shuffle(arrived)
    assert reduce(arrived) == expected
    assert len(expected.history) == sum(event.kind != SET_APART for _, event in pair.all)


@settings(deadline=None, max_examples=150)
@given(st.lists(step, max_size=25))
def test_no_prefix_of_what_was_delivered_raises_and_both_sides_end_equal(steps):
    pair, reached = run(steps)
    for count in range(len(pair.logs["node"]) + 1):
        known = [("node", e) for e in pair.logs["node"][:count]]
        known += [("centre", e) for e in pair.logs["centre"][: reached["node"]]]
        assert reduce(known).phase in PHASES
    at_node = reduce([("node", e) for e in pair.logs["node"]] + [("centre", e) for e in pair.logs["centre"]])
    at_centre = reduce([("centre", e) for e in pair.logs["centre"]] + [("node", e) for e in pair.logs["node"]])
    assert at_node == at_centre


@settings(deadline=None, max_examples=100)
@given(st.lists(step, max_size=25))
def test_what_an_event_says_is_changed_by_nobody_who_reads_it(steps):
    pair, _ = run([("act", "application.filed", 0), *steps])
    reduce(pair.all)
    assert [events.canonical(event.data) for _, event in pair.all] == [event.body for _, event in pair.all]


@settings(deadline=None, max_examples=150)
@given(st.lists(step, max_size=25))
def test_the_merged_order_keeps_each_log_and_all_that_was_seen(steps):
    pair, _ = run([("act", "application.filed", 0), *steps])
    merged = merge(pair.all)
    place = {(side, event.seq): index for index, (side, event) in enumerate(merged)}
    for side, event in merged:
        other = "centre" if side == "node" else "node"
        seen = events.Head.parse(event.seen).seq if event.seen else 0
        assert all(place[other, seq] < place[side, event.seq] for seq in range(1, seen + 1))
        assert event.seq == 1 or place[side, event.seq - 1] < place[side, event.seq]


@settings(deadline=None, max_examples=100)
@given(st.lists(step, max_size=25))
def test_the_history_never_names_anybody(steps):
    pair, _ = run([("act", "application.filed", 0), *steps])
    words = json.dumps([[e.title, e.detail] for e in reduce(pair.all).history], ensure_ascii=False)
    assert "王秀梅" not in words
    assert "522425196603120029" not in words
    assert "房产证" not in words


# what may come to an application that is decided: originals are seen, money and documents change hands, others report,
# and a consent is taken back
AFTER_THE_END = ("history", "seen", "delivery", "bills", "moved", "outside", "official", "consents")


@settings(deadline=None, max_examples=100)
@given(st.lists(step, max_size=25))
def test_a_closed_application_stays_as_it_was_closed(steps):
    pair = situation("decided")
    closed = reduce(pair.all)
    for what, which, much in steps:
        if what == "act":
            pair.act(KINDS[which].side, which, body_for(pair, which, much))
    pair.sync()
    assert dataclasses.replace(reduce(pair.all), **{name: getattr(closed, name) for name in AFTER_THE_END}) == closed
