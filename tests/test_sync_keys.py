"""New keys on both sides, and which suites are allowed: each step crashes and repeats without harm, nothing goes back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edge import identity, key_words, suite_policy
from edge.errors import YizhanError, problem
from edge.node import Node
from sync import envelope, key_changes, keys, quarantine
from sync.centre import enrolment, receiver, rooms, suites, tables
from sync.centre import identity as centre_identity
from sync.centre.centre import Centre
from sync.centre.log import append
from sync.https import HttpsLink
from sync.push import Push
from sync.suites import GM_1, MODERN_1, MODERN_PQ_1, Suite, key_id
from tests.centre_room import enrolled as enrolled_room
from tests.sync_pair import NODE, CentreServer, Reply, acked, down, file_one, state

LATER = "2027-03-01T00:00:00+08:00"


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(YizhanError) as caught:
        yield
    assert caught.value.code == code


def own(node: Node) -> list[tuple[int, str, str]]:
    with node.database.read() as tx:
        return [(one.generation, one.suite.name, one.state) for one in identity.own_sets(tx)]


def theirs(node: Node) -> list[tuple[int, str, bool]]:
    with node.database.read() as tx:
        return [(one.generation, one.suite.name, one.retired) for one in identity.centre_sets(tx)]


def rotate(node: Node) -> bool:
    with node.database.write() as tx:
        return key_changes.begin(tx).fresh


def bound(centre: Centre) -> tuple[bytes, str]:
    """What the centre takes from the room: its key, and the one before as long as that counts."""
    with centre.store.read() as tx:
        row = tx.execute(tables.room_keys.select().filter_by(node_id=NODE)).one()
        return rooms.get(tx, NODE).sign_key, row.old_sign_key


def kinds_down(node: Node) -> list[str]:
    return [event.kind for event in down(node)]


def suite_of(body: bytes) -> int:
    return envelope.peek(body).suite


def test_new_keys_come_into_use_when_the_centre_has_said_so(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    before = bound(centre)[0]
    assert rotate(node)
    assert own(node) == [(1, "modern-1", "current"), (2, "modern-1", "next")]
    server.bodies.clear()
    assert enrolled.drain().went_well
    assert kinds_down(node) == ["keys.accepted"]
    assert own(node) == [(2, "modern-1", "current")]
    after, old = bound(centre)
    assert after != before
    assert old == ""
    senders = [envelope.peek(body).sender_key_id for body in server.bodies]
    assert (senders[0], senders[-1]) == (key_id(before), key_id(after))
    file_one(node)
    assert enrolled.drain().went_well
    assert acked(node).seq == 2


def test_asking_for_new_keys_twice_makes_one_set(enrolled: Push, node: Node) -> None:
    assert rotate(node)
    assert not rotate(node)
    assert enrolled.drain().went_well
    assert rotate(node)
    assert enrolled.drain().went_well
    assert own(node) == [(3, "modern-1", "current")]


def test_a_lost_answer_leaves_both_keys_in_force_until_the_new_one_is_used(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    old = bound(centre)[0]
    rotate(node)
    server.spoil.append(lambda answer: Reply(answer, cut=40))
    assert not enrolled.round().went_well
    assert own(node) == [(1, "modern-1", "current"), (2, "modern-1", "next")]
    assert bound(centre)[1] == old.hex()
    file_one(node)
    assert enrolled.round().went_well  # still signed with the old one
    assert own(node)[-1] == (2, "modern-1", "current")
    assert enrolled.drain().went_well
    assert bound(centre)[1] == ""


def test_the_old_key_stops_and_what_it_signed_changes_nothing(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    file_one(node)
    server.bodies.clear()
    enrolled.drain()
    replayed = list(server.bodies)
    rotate(node)
    assert enrolled.drain().went_well
    before = dump(centre)
    for body in replayed:
        with refused("envelope_refused"):
            receiver.receive(centre, NODE, body)
    assert dump(centre) == before


def dump(centre: Centre) -> list[object]:
    with centre.store.read() as tx:
        return [tuple(map(tuple, tx.execute(table.select()).all())) for table in tables.metadata.sorted_tables]


def test_a_crash_while_keys_are_taken_over_leaves_all_as_it_was(
    enrolled: Push, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(node)
    before = own(node)

    def crash(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(key_changes, "_take_over", crash)
        with pytest.raises(RuntimeError):
            enrolled.round()
    assert own(node) == before
    assert kinds_down(node) == []
    assert enrolled.drain().went_well
    assert own(node) == [(2, "modern-1", "current")]


def test_a_crash_at_the_centre_binds_nothing(
    enrolled: Push, node: Node, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(node)
    before = dump(centre)
    with monkeypatch.context() as patched:
        patched.setattr(receiver, "_said", lambda *_: 1 / 0)
        assert not enrolled.round().went_well
    assert dump(centre) == before
    assert enrolled.drain().went_well
    assert own(node) == [(2, "modern-1", "current")]


@pytest.mark.parametrize("wrong", ["by a stranger", "not held", "another node", "unknown suite", "suite without keys"])
def test_keys_that_nobody_vouches_for_are_refused_and_change_nothing(centre: Centre, wrong: str) -> None:
    room = enrolled_room(centre)
    stranger = MODERN_1.sign_keys()
    suite = GM_1 if wrong == "suite without keys" else MODERN_1
    new = suite.sign_keys()
    bare = key_words.KeySet(
        "5224250018" if wrong == "another node" else NODE, 2, suite.name, new.public, suite.box_keys().public, LATER
    )
    said = key_words.vouch(bare, stranger if wrong == "by a stranger" else room.sign, new)
    if wrong == "not held":
        said = replace(said, new=bytes(64))
    body = said.body() | ({"suite": "modern-0"} if wrong == "unknown suite" else {})
    room.write("keys.announced", body, application="")
    answer = receiver.receive(centre, NODE, request := room.batch())
    ack = room.read(answer, request).ack
    assert ack is not None
    assert [one.code for one in ack.refused] == ["suite_refused" if wrong == "suite without keys" else "bad_keys"]
    assert bound(centre) == (room.sign.public, "")


def test_a_refused_set_is_dropped_and_shown(enrolled: Push, node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    rotate(node)
    with monkeypatch.context() as patched:
        patched.setattr(suites, "fault", lambda *_: "bad_keys")
        assert enrolled.drain().went_well
    assert own(node) == [(1, "modern-1", "current")]
    assert state(node).quarantine == 1
    assert enrolled.drain().went_well


def test_a_node_follows_the_centres_new_keys(enrolled: Push, node: Node, centre: Centre, server: CentreServer) -> None:
    centre.identity.rotate(MODERN_1, centre.clock.now())
    assert enrolled.drain().went_well
    assert kinds_down(node) == ["centre_keys.announced"]
    assert theirs(node) == [(1, "modern-1", True), (2, "modern-1", False)]
    with refused("not_found"):
        suites.retire(centre, 2)
    suites.retire(centre, 1)
    suites.retire(centre, 1)
    file_one(node)
    assert enrolled.drain().went_well


def test_a_set_in_use_is_not_retired(enrolled: Push, centre: Centre) -> None:
    centre.identity.rotate(MODERN_1, centre.clock.now())
    with refused("keys_in_use"):
        suites.retire(centre, 1)
    assert len(centre.identity.sets()) == 2
    suites.retire(centre, 1, force=True)
    assert not enrolled.round().went_well


def test_a_node_that_was_away_follows_several_changes_one_after_the_other(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    for suite in (MODERN_PQ_1, GM_1, MODERN_1):
        centre.identity.rotate(suite, centre.clock.now())
    centre.identity.retire(2)
    centre.identity.retire(3)
    server.spoil.append(lambda answer: Reply(answer, cut=40))
    assert not enrolled.round().went_well
    assert theirs(node) == [(1, "modern-1", False)]
    assert enrolled.drain().went_well
    assert theirs(node)[-1] == (4, "modern-1", False)
    assert [retired for _, _, retired in theirs(node)] == [True, True, True, False]
    assert own(node) == [(1, "modern-1", "current")]


def test_an_answer_signed_with_a_replaced_key_is_not_believed(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer
) -> None:
    first = centre.identity.sets()[0]
    centre.identity.rotate(MODERN_1, centre.clock.now())
    assert enrolled.drain().went_well
    with node.database.read() as tx:
        parties = keys.read(tx)
    forged = envelope.seal(
        envelope.header_for(envelope.Purpose.DOWN, NODE, acked(node), (), bytes(16)), b"",
        first.seals(parties.own.box.public),
    )  # fmt: skip
    with pytest.raises(envelope.EnvelopeError, match="bad_signature"):
        parties.opens_answer(forged)


def test_a_forged_change_of_the_centres_keys_is_quarantined_and_not_followed(
    enrolled: Push, node: Node, centre: Centre
) -> None:
    thief, new = MODERN_1.sign_keys(), MODERN_1.sign_keys()
    bare = key_words.KeySet("centre", 7, "modern-1", new.public, MODERN_1.box_keys().public, LATER)
    altered = key_words.vouch(bare, centre.identity.sign, new)
    bodies = [key_words.vouch(bare, thief, new).body(), replace(altered, box_key=bytes(32)).body()]
    with centre.store.write() as tx:
        for body in bodies:
            append(tx, centre.clock, NODE, kind="centre_keys.announced", application="", body=body, actor="centre")
    assert enrolled.drain().went_well
    assert theirs(node) == [(1, "modern-1", False)]
    assert [one.reason for one in quarantine.items(node)] == [str(problem("keys_untrusted"))] * 2


def test_a_rotation_that_was_cut_off_can_be_repeated(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    file = centre.settings.identity_file
    before = file.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            centre.identity.rotate(MODERN_1, centre.clock.now())
    assert file.read_bytes() == before
    assert not file.with_name(file.name + ".new").exists()
    file.with_name(file.name + ".new").write_text("{")  # and what a kill leaves
    assert centre.identity.newest.generation == 1
    centre.identity.rotate(MODERN_1, centre.clock.now())
    assert centre_identity.load(file).newest == centre.identity.newest
    assert file.stat().st_mode & 0o077 == 0


def test_a_running_centre_sees_what_a_command_has_changed(centre: Centre) -> None:
    centre_identity.load(centre.settings.identity_file).rotate(MODERN_PQ_1, centre.clock.now())
    assert centre.identity.newest.suite is MODERN_PQ_1
    centre.settings.identity_file.write_text("{")
    with pytest.raises(centre_identity.IdentityError):
        centre.identity.sets()


def test_a_file_of_keys_of_the_first_version_is_read(tmp_path: Path) -> None:
    sign, box = MODERN_1.sign_keys(), MODERN_1.box_keys()
    path = tmp_path / "centre.identity"
    path.write_text(json.dumps({"sign": sign.private.hex(), "box": box.private.hex()}))
    held = centre_identity.load(path)
    assert (held.sign, held.box, held.newest.generation) == (sign, box, 1)
    held.rotate(MODERN_1, LATER)
    assert [one.generation for one in centre_identity.load(path).sets()] == [1, 2]


def test_an_old_enrolment_file_does_not_bring_an_old_key_back(enrolled: Push, node: Node, centre: Centre) -> None:
    old = enrolment.enrol(centre, NODE, "大坪村警务室", "http://127.0.0.1:1")
    centre.identity.rotate(MODERN_1, centre.clock.now())
    assert enrolled.drain().went_well
    with node.database.write() as tx, refused("node_enrolment_wrong"):
        identity.set_centre(tx, old)
    assert theirs(node)[-1] == (2, "modern-1", False)


def test_a_new_room_is_given_the_newest_keys_and_is_not_puzzled_by_how_they_came(
    node: Node, centre: Centre, server: CentreServer
) -> None:
    for _ in range(2):
        centre.identity.rotate(MODERN_1, centre.clock.now())
    assert begin(node, centre, server)["generation"] == 3
    assert kinds_down(node)[:2] == ["centre_keys.announced"] * 2
    assert theirs(node) == [(3, "modern-1", False)]
    assert state(node).quarantine == 0


def test_a_new_room_believes_a_policy_that_an_earlier_key_signed(
    node: Node, centre: Centre, server: CentreServer
) -> None:
    suites.publish_policy(centre, ["modern-1", "gm-1"])
    centre.identity.rotate(MODERN_1, centre.clock.now())
    begin(node, centre, server)
    with node.database.read() as tx:
        assert suite_policy.current(tx).suites == ("modern-1", "gm-1")
    assert state(node).quarantine == 0


def begin(node: Node, centre: Centre, server: CentreServer) -> dict[str, Any]:
    """A first contact with a file of today, and an application that goes up."""
    file = enrolment.enrol(centre, NODE, "大坪村警务室", server.url)
    with node.database.write() as tx:
        identity.set_centre(tx, file)
    link = HttpsLink(server.url)
    try:
        push = Push(node, link)
        assert push.drain().problem is None
        file_one(node)
        assert push.drain().problem is None
    finally:
        link.close()
    assert acked(node).seq == 1
    return file


@pytest.mark.parametrize("suite", [MODERN_PQ_1, GM_1], ids=lambda one: one.name)
def test_a_policy_brings_a_node_over_to_another_suite(
    enrolled: Push, node: Node, centre: Centre, server: CentreServer, suite: Suite
) -> None:
    policy, fresh = suites.publish_policy(centre, [suite.name, "modern-1"], minimum=suite.name, not_before=LATER)
    assert (policy.version, fresh) == (1, True)
    assert suites.publish_policy(centre, [suite.name, "modern-1"], minimum=suite.name, not_before=LATER) == (policy, False)
    server.bodies.clear()
    assert enrolled.drain().went_well
    assert own(node) == [(2, suite.name, "current")]
    assert suite_of(server.bodies[0]) == MODERN_1.number
    assert suite_of(server.bodies[-1]) == suite.number
    file_one(node)
    assert enrolled.drain().went_well
    assert acked(node).seq == 2
    assert state(node).quarantine == 0


def test_nothing_brings_a_node_back_to_an_earlier_policy(enrolled: Push, node: Node, centre: Centre) -> None:
    first, _ = suites.publish_policy(centre, ["modern-1"])
    second, _ = suites.publish_policy(centre, ["modern-pq-1", "modern-1"])
    assert enrolled.drain().went_well
    trusted = {one.sign.public for one in centre.identity.sets()}
    forged = replace(second, version=9, suites=("modern-1",), minimum="modern-1")
    stranger = key_words.sign_policy(forged, MODERN_1.sign_keys())
    with node.database.write() as tx:
        assert suite_policy.take(tx, first.body(), trusted)  # genuine, and older: nothing changes
        assert not suite_policy.take(tx, forged.body(), trusted)
        assert not suite_policy.take(tx, stranger.body(), trusted)
        assert not suite_policy.take(tx, {"version": 9}, trusted)
        assert suite_policy.current(tx) == second


def test_a_forged_policy_in_the_log_is_quarantined(enrolled: Push, node: Node, centre: Centre) -> None:
    body = key_words.sign_policy(key_words.Policy(5, "", ("gm-1",), "gm-1"), MODERN_1.sign_keys()).body()
    with centre.store.write() as tx:
        append(tx, centre.clock, NODE, kind="policy.published", application="", body=body, actor="centre")
    assert enrolled.drain().went_well
    with node.database.read() as tx:
        assert suite_policy.current(tx) == key_words.NO_POLICY
    assert [one.reason for one in quarantine.items(node)] == [str(problem("policy_untrusted"))]


def test_a_suite_that_the_policy_ended_is_refused_with_its_own_sentence(centre: Centre, clock) -> None:
    room = enrolled_room(centre)
    room.file_one()
    suites.publish_policy(centre, ["modern-pq-1", "modern-1"], minimum="modern-pq-1", not_before=LATER)
    request = room.batch()
    room.read(receiver.receive(centre, NODE, request), request)
    clock.advance(days=200)
    before = dump(centre)
    with refused("suite_ended"):
        receiver.receive(centre, NODE, room.batch())
    assert dump(centre) == before
    with refused("suite_ended"):
        enrolment.bind(centre, NODE, room.first_word())


def test_keys_of_another_suite_are_refused_with_their_own_sentence(centre: Centre) -> None:
    """Sealed to our set of one suite, in the name of a key of the other."""
    room = enrolled_room(centre)
    room.file_one()
    mixed = centre.identity.rotate(MODERN_PQ_1, centre.clock.now())
    body = bytearray(room.batch())
    header = envelope.peek(bytes(body))
    at = bytes(body).index(header.recipient_key_id)
    body[at : at + 8] = mixed.box.key_id
    with refused("suite_unknown"):
        receiver.receive(centre, NODE, bytes(body))
    body[len(envelope.MAGIC) + 4 + 1] = 99
    with refused("suite_unknown"):
        receiver.receive(centre, NODE, bytes(body))


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ([], {}), (["modern-0"], {}), (["modern-1", "modern-1"], {}), (["modern-1"], {"minimum": "gm-1"}),
        (["modern-1"], {"not_before": "tomorrow"}), (["modern-1"], {"not_before": "2027-03-01T00:00:00Z"}),
    ],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_not_signed(centre: Centre, wanted: list[str], more: dict[str, str]) -> None:
    before = dump(centre)
    with refused("policy_wrong"):
        suites.publish_policy(centre, wanted, **more)
    assert dump(centre) == before
    assert len(centre.identity.sets()) == 1


def test_a_policy_that_shuts_rooms_out_needs_a_word_more(centre: Centre) -> None:
    enrolled_room(centre)
    with refused("policy_shuts_out"):
        suites.publish_policy(centre, ["gm-1"])
    assert len(centre.identity.sets()) == 1
    assert suites.publish_policy(centre, ["gm-1"], force=True)[0].version == 1
    assert centre.identity.newest.suite is GM_1


@pytest.mark.parametrize("suite", [MODERN_PQ_1, GM_1], ids=lambda one: one.name)
def test_a_room_can_begin_in_any_suite(node: Node, centre: Centre, server: CentreServer, suite: Suite) -> None:
    suites.publish_policy(centre, [suite.name])
    assert begin(node, centre, server)["suite"] == suite.name
    assert {suite_of(body) for body in server.bodies} == {suite.number}
    with node.database.read() as tx:
        assert suite_policy.current(tx).suites == (suite.name,)
