from dataclasses import replace

import pytest
from sqlalchemy import func, select

from edge.errors import YizhanError
from forms import events
from forms.events import Head
from sync import envelope
from sync.centre import cases, log, outside, receiver, tables, verification
from sync.centre.receiver import receive
from sync.centre.turns import Turns
from sync.frames import Chunk
from sync.suites import MODERN_1
from tests.centre_room import MATERIAL, NODE, PHOTO, SHA, Room, enrolled, number, pieces
from tests.lifecycle_data import filed


@pytest.fixture
def room(centre):
    return enrolled(centre)


def exchange(centre, room, **which):
    body = room.batch(**which)
    return room.read(receive(centre, room.node, body), body)


def count(centre, table):
    with centre.store.read() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def everything(centre):
    """All rows that an exchange may touch, but for the time of the last contact."""
    kept = (tables.event, tables.application, tables.material, tables.quarantine, tables.head_word)
    with centre.store.read() as tx:
        return [tx.execute(select(table)).all() for table in kept]


def refused_with(code, act, *args, **more):
    with pytest.raises(YizhanError) as caught:
        act(*args, **more)
    assert caught.value.code == code


def test_a_batch_is_stored_projected_and_acknowledged(centre, room):
    last = room.file_one(materials=[MATERIAL])
    answer = exchange(centre, room)
    assert answer.ack.head == Head.of(last)
    assert [(m.sha256, m.start) for m in answer.ack.missing] == [(SHA, 0)]
    with centre.store.read() as tx:
        row = tx.execute(select(tables.application)).one()
    assert (row.number, row.phase, row.applicant) == (number(1), "received", "王秀梅")
    assert verification.verify(centre)["whole"]


def test_the_same_batch_again_changes_nothing_and_gets_the_same_ack(centre, room):
    room.file_one()
    first = exchange(centre, room).ack
    before = everything(centre)
    again = exchange(centre, room).ack
    assert replace(again, of=b"") == replace(first, of=b"")
    assert everything(centre) == before


def test_events_cut_anew_with_an_overlap_are_stored_once(centre, room):
    for serial in (1, 2, 3):
        room.file_one(serial)
    exchange(centre, room, last=2)
    assert exchange(centre, room, first=2).ack.head == Head.of(room.log[2])
    assert count(centre, tables.event) == 3


def test_a_gap_is_answered_with_the_head_that_is_held(centre, room):
    for serial in (1, 2, 3):
        room.file_one(serial)
    hasty = replace(centre, turns=Turns(wait_s=0))
    assert exchange(hasty, room, first=3).ack.head == Head.start("node", NODE)
    assert count(centre, tables.event) == 0
    assert count(centre, tables.quarantine) == 0


def test_another_event_at_a_taken_place_is_put_aside_and_replaces_nothing(centre, room):
    room.file_one(1)
    exchange(centre, room)
    before = everything(centre)[:3]
    clone = Room(room.file, room.sign, room.box)
    clone.file_one(2)
    body = clone.batch()
    ack = clone.read(receive(centre, NODE, body), body).ack
    assert ack.head == Head.of(room.log[0])
    assert everything(centre)[:3] == before
    with centre.store.read() as tx:
        aside = tx.execute(select(tables.quarantine)).one()
        forked_since = tx.execute(select(tables.node.c.fork_at)).scalar_one()
    assert (aside.seq, aside.code, aside.digest) == (1, "fork", clone.log[0].digest.hex())
    assert forked_since
    exchange(centre, clone)
    assert count(centre, tables.quarantine) == 1


def test_a_history_that_continues_something_else_is_a_fork(centre, room):
    room.file_one(1)
    exchange(centre, room)
    clone = Room(room.file, room.sign, room.box)
    clone.file_one(2)
    clone.file_one(3)
    exchange(centre, clone, first=2)
    assert (count(centre, tables.event), count(centre, tables.quarantine)) == (1, 1)
    room.file_one(4)
    assert exchange(centre, room, first=2).ack.head == Head.of(room.log[0])
    assert (count(centre, tables.event), count(centre, tables.quarantine)) == (1, 2)


def test_a_new_epoch_goes_on_from_the_head_that_is_held(centre, room):
    room.file_one(1)
    exchange(centre, room)
    room.log.append(room.write("application.filed", filed(), 2, epoch=2, seq=1))
    room.log.pop()
    assert exchange(centre, room, first=2).ack.head == Head.of(room.log[1])
    room.write("application.filed", filed(), 3, epoch=1, seq=2)
    exchange(centre, room, first=3)
    assert (count(centre, tables.event), count(centre, tables.quarantine)) == (2, 1)
    assert verification.verify(centre)["whole"]


def test_an_epoch_that_goes_on_from_what_is_not_here_yet_is_a_gap_and_no_second_machine(centre, room):
    """The centre was put back to its backup, and the laptop to a copy that is newer than that."""
    for serial in (1, 2, 3):
        room.file_one(serial)
    exchange(centre, room, last=1)
    opened = {"reason": "restored", "after": str(Head.of(room.log[2]))}
    room.write("epoch.opened", opened, application="", epoch=2, seq=1)
    assert exchange(centre, room, first=4).ack.head == Head.of(room.log[0])
    assert exchange(centre, room, first=2, last=3).ack.head == Head.of(room.log[2])
    assert exchange(centre, room, first=4).ack.head == Head.of(room.log[3])
    assert (count(centre, tables.event), count(centre, tables.quarantine)) == (4, 0)


def test_an_epoch_that_goes_on_from_what_is_held_waits_for_what_stands_before_it(centre, room):
    """The laptop's lost end came home from the centre, which then was put back to its backup."""
    for serial in (1, 2, 3):
        room.file_one(serial)
    exchange(centre, room, last=1)
    opened = {"reason": "restored", "after": str(Head.of(room.log[0]))}
    room.write("epoch.opened", opened, application="", epoch=2, seq=1, prev=room.log[0].digest)
    assert exchange(centre, room, first=4).ack.head == Head.of(room.log[0])
    assert exchange(centre, room, first=2, last=3).ack.head == Head.of(room.log[2])
    assert exchange(centre, room, first=4).ack.head == Head.of(room.log[3])
    assert exchange(centre, room, first=4).ack.head == Head.of(room.log[3])
    assert (count(centre, tables.event), count(centre, tables.quarantine)) == (4, 0)
    assert verification.verify(centre)["whole"]


def test_an_epoch_that_goes_on_from_another_event_than_the_one_that_is_held_is_a_fork(centre, room):
    room.file_one(1)
    exchange(centre, room)
    clone = Room(room.file, room.sign, room.box)
    clone.file_one(2)
    clone.write(
        "epoch.opened", {"reason": "restored", "after": str(Head.of(clone.log[0]))}, application="", epoch=2, seq=1
    )
    exchange(centre, clone, first=2)
    assert (count(centre, tables.event), count(centre, tables.quarantine)) == (1, 1)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (("application.praised", {}, 2), "unknown_kind"),
        (("application.decided", {"result": "granted"}, 2), "unknown_kind"),
        (("application.filed", {"service": 7}, 2), "bad_body"),
        (("application.withdrawn", {}, 9), "not_filed"),
        (("application.filed", filed(), 1), "filed_twice"),
        (("application.filed", filed(materials=[MATERIAL | {"size": 1 << 40}]), 2), "material_too_large"),
    ],
)
def test_an_event_that_cannot_be_acted_on_is_refused_by_itself(centre, room, what, code):
    room.file_one(1)
    room.write(*what)
    room.file_one(3)
    answer = exchange(centre, room)
    assert answer.ack.head == Head.of(room.log[2])
    assert [(one.epoch, one.seq, one.code) for one in answer.ack.refused] == [(1, 2, code)]
    assert answer.ack.refused[0].reason.endswith("。")
    assert exchange(centre, room).ack.refused == answer.ack.refused
    assert count(centre, tables.application) == 2
    assert verification.verify(centre)["whole"]


@pytest.mark.parametrize("application", ["", "52242500180000010", "x" * 17])
def test_an_application_of_another_room_is_refused(centre, room, application):
    room.write("application.filed", filed(), application=application)
    assert exchange(centre, room).ack.refused[0].code == "bad_number"
    assert count(centre, tables.application) == 0


@pytest.mark.parametrize("raw", [b"\x00\xff", b"[]", b'{ "reason":""}', b'{"reason":"\\ud800"}', b"[" * 100_000])
def test_a_body_that_is_no_canonical_json_is_refused_and_blocks_nothing(centre, room, raw):
    room.write("application.withdrawn", {})
    event = room.log.pop()
    room.log.append(events.seal(**event.header, body=raw, salt=event.salt, prev=event.prev))
    room.file_one(2)
    assert [one.code for one in exchange(centre, room).ack.refused] == ["bad_body"]
    assert count(centre, tables.application) == 1


def test_a_material_comes_in_pieces_over_several_rounds(centre, room):
    room.file_one(materials=[MATERIAL])
    chunks = pieces()
    half = exchange(centre, room, chunks=chunks[:1])
    assert [(m.sha256, m.start) for m in half.ack.missing] == [(SHA, len(chunks[0].data))]
    assert exchange(centre, room, first=2, chunks=chunks[1:]).ack.missing == ()
    assert centre.blobs.read(NODE, SHA) == PHOTO
    assert exchange(centre, room, first=2, chunks=chunks).ack.missing == ()
    assert verification.verify(centre)["whole"]


def test_pieces_of_what_no_event_names_are_not_kept(centre, room, tmp_path):
    exchange(centre, room, chunks=(Chunk("a" * 64, 0, 3, b"abc"),))
    assert not (tmp_path / "centre" / "blobs").exists()


def test_pieces_with_other_content_are_asked_for_again(centre, room):
    room.file_one(materials=[MATERIAL])
    wrong = tuple(replace(chunk, data=bytes(len(chunk.data))) for chunk in pieces())
    assert [(m.sha256, m.start) for m in exchange(centre, room, chunks=wrong).ack.missing] == [(SHA, 0)]
    assert exchange(centre, room, chunks=pieces()).ack.missing == ()


def test_a_material_written_before_a_crash_is_noticed(centre, room):
    room.file_one(materials=[MATERIAL])
    exchange(centre, room)
    centre.blobs.add_chunk(NODE, SHA, 0, PHOTO)
    centre.blobs.finish(NODE, SHA)
    assert exchange(centre, room, chunks=pieces()[:1]).ack.missing == ()


def test_the_centres_events_come_down_until_the_node_says_that_it_has_them(centre, room):
    room.file_one()
    exchange(centre, room)
    cases.accept(centre, number(1), actor="centre:chen")
    body = room.batch(first=2)
    lost = receive(centre, NODE, body)
    assert [event.kind for event in room.read(receive(centre, NODE, body), body).events] == ["application.accepted"]
    assert exchange(centre, room, first=2).events == ()
    assert len(lost) > 0
    events.verify_chain(room.down, events.genesis("centre", NODE))


def test_a_node_that_claims_another_history_of_our_log_gets_no_events(centre, room):
    room.file_one()
    exchange(centre, room)
    cases.accept(centre, number(1), actor="centre:chen")
    exchange(centre, room)
    room.down[0] = replace(room.down[0], digest=bytes(32))
    assert exchange(centre, room).events == ()


def test_a_node_that_nobody_knows_is_refused(centre, room):
    refused_with("node_unknown", receive, centre, "5224250099", room.batch())


def test_a_node_that_has_not_enrolled_is_refused(centre, room):
    from sync.centre import enrolment

    enrolment.enrol(centre, "5224250018", "黑塘村警务室", "")
    refused_with("node_unbound", receive, centre, "5224250018", room.batch())


def test_nothing_is_taken_from_a_stranger(centre, room):
    room.file_one()
    before = everything(centre)
    stranger = Room(room.file, MODERN_1.sign_keys(), room.box, room.log)
    refused_with("envelope_refused", receive, centre, NODE, stranger.batch())
    other = enrolled(centre, "5224250018", "黑塘村警务室")
    other.file_one()
    refused_with("envelope_refused", receive, centre, NODE, other.batch())
    assert everything(centre) == before


def test_no_changed_byte_and_no_cut_envelope_is_taken(centre, room):
    room.file_one()
    body = room.batch()
    before = everything(centre)
    for at in range(0, len(body), 7):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        refused_with("envelope_refused", receive, centre, NODE, changed)
        refused_with("envelope_refused", receive, centre, NODE, body[:at])
    assert everything(centre) == before


def test_an_answer_is_not_taken_for_a_batch(centre, room):
    room.file_one()
    answer = receive(centre, NODE, room.batch())
    refused_with("envelope_refused", receive, centre, NODE, answer)


def test_the_nodes_signed_word_on_its_head_is_kept(centre, room):
    room.file_one()
    exchange(centre, room)
    with centre.store.read() as tx:
        word = tx.execute(select(tables.head_word)).one()
    assert envelope.decode_header(word.header).head == room.log[0].digest
    signed = envelope.signed_bytes(word.header, word.signature[:32])
    MODERN_1.verify(room.sign.public, word.signature[32:], signed)


def test_a_crash_before_the_commit_leaves_nothing_and_the_next_round_brings_all(centre, room, monkeypatch):
    room.file_one(materials=[MATERIAL])

    def crash(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(receiver.rooms, "heard", crash)
        with pytest.raises(KeyboardInterrupt):
            receive(centre, NODE, room.batch(chunks=pieces()))
    assert count(centre, tables.event) == 0
    assert exchange(centre, room, chunks=pieces()).ack.missing == ()
    assert verification.verify(centre)["whole"]


def test_the_log_is_printed_as_the_node_prints_it(centre, room):
    room.file_one()
    exchange(centre, room)
    cases.accept(centre, number(1), actor="centre:chen")
    exchange(centre, room)
    lines = list(outside.log_lines(centre, NODE))
    assert lines == [events.to_json(room.log[0], "node"), events.to_json(room.down[0], "centre")]
    assert list(outside.log_lines(centre, NODE, "centre")) == lines[1:]


def test_verify_names_what_was_changed(centre, room):
    room.file_one(materials=[MATERIAL])
    exchange(centre, room, chunks=pieces())
    (centre.settings.blobs / NODE / SHA[:2] / SHA).write_bytes(b"?")
    with centre.store.write() as tx:
        tx.execute(tables.event.update().values(actor="officer:mallory"))
    faults = verification.verify(centre)["nodes"][0]["faults"]
    assert len(faults) == 2
    assert "1:1" in faults[0]
    assert SHA in faults[1]


def test_head_rows_can_be_dropped_and_made_again(centre, room):
    from sync.centre import projection

    room.file_one(1)
    room.file_one(2)
    exchange(centre, room)
    before = everything(centre)
    with centre.store.write() as tx:
        projection.rebuild(tx, centre, NODE)
    assert everything(centre) == before


def test_the_centre_writes_one_chain_for_each_room(centre, room):
    other = enrolled(centre, "5224250018", "黑塘村警务室")
    for one in (room, other):
        one.file_one()
        exchange(centre, one)
        cases.accept(centre, number(1, one.node), actor="centre:chen")
        exchange(centre, one)
        events.verify_chain(one.down, events.genesis("centre", one.node))
    with centre.store.read() as tx:
        assert log.head(tx, NODE, "centre") == Head.of(room.down[-1])
