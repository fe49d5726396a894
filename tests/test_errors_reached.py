"""Errors that a screen or command seldom comes to: each is reached where it is raised, and nothing is written then."""

import json
import sqlite3
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from edge import (
    appointments,
    database,
    drafts,
    duties,
    erasing,
    handover,
    log,
    looks,
    offered_proof,
    officers,
    pads,
    practice,
    prefill,
    queue_tickets,
    reminders,
    room_tickets,
    set_up,
    slip_numbers,
    slots,
    sms_outbox,
)
from edge.appointments import Wish
from edge.devices import at_hand
from edge.errors import YizhanError
from edge.first_start import FirstStart
from edge.inbox import Inbox, items, sets
from edge.publishing.on_disk import read_key
from edge.slots import SLOTS_MAX, Sheet, Slot
from sync.centre import recovery_keys
from sync.centre.phone import complaint, supply
from tests.desk_app import add_officer, file_one
from tests.service_for_tests import ID_NUMBER

BY = {"actor": "officer:wei", "token": "a-token-of-a-form"}
NEVER = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def code_of(act, *given, **named):
    """The code of the problem that an act ends with."""
    with pytest.raises(YizhanError) as found:
        act(*given, **named)
    return found.value.code


def seq(node):
    with node.database.read() as tx:
        return log.head(tx).seq


def slot(number):
    return Slot(f"{number:016x}", "file", "钥匙", "2026-11-21T10:00:00.000Z", "00" * 32, "00" * 32)


def test_a_person_is_prefilled_only_by_a_right_number_that_somebody_saw():
    assert code_of(prefill.by_officer, ID_NUMBER[:-1], "officer:wei", seen=True) == "person_number_wrong"
    assert code_of(prefill.by_officer, ID_NUMBER, "officer:wei", seen=False) == "person_not_seen"


def test_a_pad_has_numbers_left_and_a_slip_is_voided_with_its_reason(node):
    first = pads.print_pad(node, 2, actor="officer:wei", token="first-pad")
    serial = slip_numbers.serial_of(first)[1]
    other = slip_numbers.slip(node.settings.node_id, 1, serial + 7)
    before = seq(node)
    assert code_of(pads.void, node, first, " ", **BY) == "slip_reason_missing"
    assert code_of(pads.void, node, other, "撕坏了", **BY) == "slip_unknown"
    last = slip_numbers.slip(node.settings.node_id, 1, slip_numbers.SERIAL_MAX)
    with node.database.write() as tx:
        tx.execute("UPDATE paper_slip SET slip = ? WHERE slip = ?", (last, first))
    assert code_of(pads.print_pad, node, 2, **BY) == "pad_series_full"
    assert seq(node) == before


def test_who_looks_at_a_person_says_why_and_a_reprint_names_the_document(node):
    number = file_one(node).number
    before = seq(node)
    assert code_of(looks.look, node, number, present=False, reason="看", **BY) == "look_reason"
    assert code_of(looks.reprint, node, number, "no-document", **BY) == "reprint_unchecked"
    assert seq(node) == before


def test_what_is_noted_of_documents_messages_and_tickets_is_whole(node):
    number = file_one(node).number
    room_tickets.open_by_hand(node, "paper", "没有纸了", actor="officer:wei", token="opened-by-hand")
    with node.database.read() as tx:
        ticket = tx.execute("SELECT id FROM room_ticket").fetchone()[0]
    before = seq(node)
    assert code_of(handover.arrive, node, number, " ", "centre", **BY) == "document_unnamed"
    assert code_of(handover.call, node, number, "phone", "nobody-knows", "", **BY) == "call_wrong"
    assert code_of(sms_outbox.queue, node, number, "expiring", "x", {}, **BY) == "sms_no_phone"
    assert code_of(room_tickets.close, node, ticket, " ", **BY) == "ticket_note"
    assert seq(node) == before
    room_tickets.close(node, ticket, "换了纸", actor="officer:wei", token="closed-by-hand")
    assert code_of(room_tickets.close, node, ticket, "又换了", **BY) == "ticket_over"


def test_a_reminder_is_answered_once(node):
    with node.database.write() as tx:
        tx.execute(
            "INSERT INTO reminder VALUES ('r', 'n', '请办', '2026-11-30', '2026-11-20', 'centre:li', '已办', 'then', 'me')"
        )
    assert code_of(reminders.answer, node, "r", "再答", **BY) == "reminder_over"


def test_after_999_numbers_of_a_day_there_is_none_left(node):
    with node.database.write() as tx:
        made = queue_tickets._new(tx, "desk", "officer:wei", "", "token-of-the-first")
        tx.execute(
            "UPDATE queue_ticket SET number = ? WHERE id = ?", (f"{made.number[0]}{queue_tickets.DAY_MAX}", made.id)
        )
    assert code_of(queue_tickets.take, node.database, "desk", "officer:wei") == "queue_full"


def test_a_visit_at_home_needs_the_address():
    wish = Wish("home", "2026-11-24", "", "居住登记", "王秀梅")
    assert code_of(appointments._check_wish, wish) == "appointment_address"


def test_duties_are_signed_as_they_stand_and_all_of_them(node):
    add_officer(node)
    (wei,) = officers.all_of(node)
    shown = duties.digest(node.files.duties)
    assert code_of(duties.sign, node, wei, name=wei.name, read=(), shown="other", token="t" * 10) == "duties_changed"
    assert node.files.duties
    assert code_of(duties.sign, node, wei, name=wei.name, read=(), shown=shown, token="t" * 10) == "not_all_read"


def test_nothing_of_a_practice_room_leaves_the_machine(node):
    number = practice.node_id(node.settings.node_id)
    assert practice.is_practice(number)
    with node.database.write() as tx:
        tx.execute("UPDATE node SET node_id = ?", (number,))
        assert code_of(practice.must_be_sent, tx) == "practice_never_sent"


def test_what_is_not_sent_yet_is_not_erased(node):
    number = file_one(node).number
    with node.database.write() as tx:
        tx.execute("UPDATE head SET phase = 'closed' WHERE number = ?", (number,))
        assert erasing.why_not(tx, number) == "erase_unsent"


def test_the_first_start_is_held_to_its_steps(tmp_path):
    started = FirstStart(tmp_path / "new")
    assert code_of(started.steps.admit, "1") == "first_code_wrong"
    for _ in range(started.steps.state.tries - 1):
        assert code_of(started.steps.admit, "1") == "first_code_wrong"
    assert code_of(started.steps.admit, "1") == "first_code_renewed"
    assert code_of(started.steps.finish) == "first_undone"
    assert code_of(started.made) == "first_room_missing"
    assert code_of(started.take_room, "52242500１７", "大坪村警务室", {}) == "first_room_number"
    assert code_of(started.use_printer, "usb/lp9", 58) == "first_devices_there"
    assert code_of(set_up.check_clock, "2026-11-21T10:00:00.000+08:00", NEVER) == "first_clock_early"


def test_a_room_that_is_set_up_is_not_set_up_again(node):
    assert code_of(set_up.begin, node.settings.home) == "first_finished"
    file_one(node)
    assert code_of(set_up.check_free, node) == "first_room_fixed"
    person = set_up.Person("lan", "罗小兰", "first-password", "other-password", "police")
    assert code_of(set_up.add_officer, node, set_up.State("code", "claim"), person) == "passwords_differ"


def test_devices_that_are_written_wrongly_are_named_at_the_first_start(tmp_path):
    started = FirstStart(tmp_path / "new", 0)
    try:
        started.take_room("5224250017", "大坪村警务室", {})
        (started.home / "devices.toml").write_text("[[printers]]\nname = 3\n")
        assert code_of(started.try_devices) == "first_devices_wrong"
    finally:
        started.stop()


def test_a_slot_is_added_once_and_while_there_is_room():
    key = b"k" * 32
    sheet = slots.tagged(Sheet((slot(0),)), key)
    assert code_of(slots.with_slot, sheet, slot(0), key) == "slot_there"
    full = slots.tagged(Sheet(tuple(slot(number) for number in range(SLOTS_MAX))), key)
    assert code_of(slots.with_slot, full, slot(SLOTS_MAX), key) == "slots_full"


@pytest.mark.parametrize("text", ["", "{}", json.dumps({"area": "5224", "name": "县", "private": "zz"})])
def test_a_file_that_holds_no_key_of_a_county_is_none(tmp_path, text):
    (tmp_path / "key.json").write_text(text)
    assert code_of(read_key, tmp_path / "key.json") == "key_file_wrong"


def test_a_database_that_others_hold_says_so():
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorname = "SQLITE_BUSY"
    found = database.fault(error)
    assert found
    assert (found.code, found.permanent) == ("database_busy", False)


def test_an_inbox_has_numbers_and_a_set_or_says_that_there_is_none(tmp_path):
    inbox = Inbox(tmp_path, set_id="s", node_id="5224250017", public=b"p" * 32, sign=b"s" * 32)
    assert code_of(inbox.number, 1000) == "inbox_series_full"
    assert code_of(sets.read, tmp_path / "none") == "inbox_set_missing"


def test_a_second_proof_is_taken_for_its_own_code_alone():
    assert code_of(offered_proof._codes, ["ABCD"], "ABCE") == "second_code_wrong"
    assert code_of(offered_proof.take, b"k" * 32, "session", "wei", "made-up", "1") == "form_expired"


def test_what_a_telephone_brings_is_bounded():
    long = "很" * (complaint.WORDS_MAX + 1)
    assert code_of(complaint.keep, None, None, long, "") == "complaint_long"
    assert code_of(supply.keep_value, None, None, "r", "/applicant/name", " ") == "supply_value"
    asked = SimpleNamespace(request="r", wanted=())
    assert code_of(supply._the_item, asked, "r", "/applicant/name", "text") == "supply_item"


def test_an_inbox_item_of_somebody_else_is_torn():
    item = items.MAGIC + b"\0" * 200
    assert code_of(items.read, item, b"k" * 32) == "inbox_item_torn"


def test_a_room_without_a_reader_and_a_centre_without_the_key_of_recovery_say_so(node, tmp_path):
    assert code_of(at_hand.reader, node, "desk") == "reader_absent"
    assert code_of(recovery_keys.private_key, tmp_path / "none.key") == "recovery_key_missing"


def test_a_draft_that_was_filed_leads_to_its_receipt(node):
    filed = file_one(node)
    assert drafts.AlreadyFiled(filed).code == "draft_gone"
