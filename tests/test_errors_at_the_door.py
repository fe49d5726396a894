"""Errors as people meet them: the page, the command or the interface that says each, and that nothing was done then."""

import io
import json
import shutil
import socket
import sys
from types import SimpleNamespace

import pytest
from conftest import make_home
from desk_app import PASSWORD, Desk, add_officer, desk_app, plain, sign_duties
from phone_pages import Phone, code, described, exchange, last_four, room_of
from phone_pages import file_one as file_there
from service_for_tests import answers, service
from sqlalchemy import select

from edge import applications, drafts, key_recovery, log, officers, slot_keeping, slots, three, unlocking, visits
from edge.cli import main
from edge.devices import escpos_bytes
from edge.devices.at_hand import HELD_MS
from edge.errors import problem
from edge.inbox.items import Content
from edge.node import open_node
from edge.texts.phone import PHONE
from sync.centre import log as centre_log
from sync.centre import recovery_keys
from sync.centre.app import create_app
from sync.centre.phone.supply import PHOTOS_MAX
from sync.centre.tables import key_return
from tests import test_edge_devices, test_edge_slots, test_edge_staff_card, test_edge_visits, test_sync_supplied
from tests.expiring_data import lapsed_renewal
from tests.signing import publish_file
from tests.sync_pair import NODE
from tests.test_edge_sealed import filled
from tests.test_sync_supplied import MATERIAL, ask, finish, picture, request_of, send_photo

NUMBERLESS = "ceshi-wuhao"
# fixtures of other tests: a room that only a passphrase opens, a telephone of somebody who is asked for more
shut = test_edge_slots.shut
filed, server, push, supplying = (getattr(test_sync_supplied, name) for name in ("filed", "server", "push", "phone"))


def says(answer, code, **values):
    """The page or the answer has the status of this problem, and its sentence."""
    found = problem(code, **values)
    assert answer.status_code == found.status, (answer.status_code, plain(answer.text))
    assert found.sentence in plain(answer.text)


def told(capsys, *words):
    """The code with which a command ends."""
    assert main([*map(str, words), "--json"]) != 0
    return json.loads(capsys.readouterr().out)["error"]["code"]


def seq(node):
    with node.database.read() as tx:
        return log.head(tx).seq


@pytest.fixture
def desk(node):
    add_officer(node)
    return Desk(desk_app(node))


# --- at the desk


def test_a_card_is_compared_while_it_is_held_and_not_later(home, clock):
    test_edge_staff_card.put(home)
    node = open_node(home, clock)
    add_officer(node)
    desk = Desk(desk_app(node))
    draft = desk.done("/console/receive", {"service": "juzhu-dengji"})
    desk.done(draft, {"act": "card-read"})
    clock.advance(milliseconds=HELD_MS)
    late = desk.post(draft, {"act": "card-same"})
    assert problem("card_gone").sentence in plain(late.text)
    assert test_edge_staff_card.answers(node, draft) == {}
    node.close()


def test_nobody_changes_an_account_of_his_own_and_no_password_into_itself(node):
    officers.add(node, "security", three.THREE["security"], PASSWORD, posts=["security"])
    sign_duties(node, "security")
    desk = Desk(desk_app(node), "security")
    before = seq(node)
    desk.get("/console/accounts")
    says(desk.post("/console/accounts/security", {"do": "posts", "post": ["receive"]}), "own_account")
    fresh = "neun-kleine-huehner"
    for old, new, again in ((PASSWORD, PASSWORD, PASSWORD), (PASSWORD, fresh, f"{fresh}s")):
        says(desk.post("/console/password", {"old": old, "new": new, "again": again}), "password_same")
    assert seq(node) == before
    assert Desk(desk_app(node), None).login("security", PASSWORD).status_code == 303


def test_the_history_of_somebody_without_a_number_is_not_guessed(home, clock):
    content = service(id=NUMBERLESS)
    content["schema"]["properties"]["applicant"]["required"] = ["name"]
    content["x-samples"]["invalid"] = []
    publish_file(home / "services" / f"{NUMBERLESS}.json", content)
    node = open_node(home, clock)
    add_officer(node)
    desk = Desk(desk_app(node))
    number = applications.file(
        node, NUMBERLESS, {"applicant": {"name": "王秀梅"}}, token="token-0001", channel="kiosk", actor="kiosk"
    ).number
    before, page = seq(node), f"/console/applications/{number}/person"
    desk.get(page)
    says(desk.post(page, {"token": "token-of-a-look-1", "reason": "派出所来函核实住址"}), "person_unnamed")
    assert seq(node) == before
    node.close()


def test_the_exercises_are_in_the_practice_room_alone(desk):
    says(desk.get("/console/practice/exercises"), "practice_only")
    desk.get("/console/practice")
    says(desk.post("/console/practice/reset"), "practice_only")


def test_a_message_goes_to_somebody_who_is_ticked_and_once_about_the_same_thing(node, desk):
    who, page = f"{lapsed_renewal(node)}:id_card", "/console/expiring/messages"
    desk.get("/console/expiring")
    says(desk.post(page, {"token": "message-token-01"}), "sms_none")
    desk.done(page, {"token": "message-token-02", "who": who})
    before = seq(node)
    says(desk.post(page, {"token": "message-token-03", "who": who}), "sms_queued")
    assert seq(node) == before


def test_wrong_answers_of_another_program_have_the_code_of_the_catalogue(home, tmp_path, capsys):
    (tmp_path / "answers.json").write_text(json.dumps(answers("")))
    words = ("apply", "ceshi-dengji", tmp_path / "answers.json", "--token", "a-token-of-a-program", "--home", home)
    assert told(capsys, *words) == "invalid_answers"


# --- commands


def test_a_copy_that_the_disk_has_no_room_for_is_not_begun(node, home, tmp_path, capsys, monkeypatch):
    target = tmp_path / "copies"
    target.mkdir()
    with (home / "node.toml").open("a") as file:
        file.write(f'backup_dirs = ["{target}"]\n')
    node.close()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    assert main(["backup", "--home", str(home), "--json"]) == 1
    done = json.loads(capsys.readouterr().out)
    assert done["made"] == []
    why = problem("backup_no_room", folder=target).sentence
    assert done["failed"] == [f"{target}：{why}"]
    assert list(target.iterdir()) == []


def test_a_medium_that_takes_no_folder_is_said(enrolled, node, home, capsys):
    node.close()
    assert told(capsys, "ferry", "export", "/proc", "--home", home) == "ferry_unwritable"


def test_a_preview_needs_a_folder_and_an_unlock_a_program_that_waits(home, tmp_path, capsys, monkeypatch):
    assert told(capsys, "forms", "preview", tmp_path / "nowhere") == "folder_missing"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and listens to nothing
        with (home / "node.toml").open("a") as file:
            file.write(f"listen_port = {nobody.getsockname()[1]}\n")
        monkeypatch.setattr(sys, "stdin", io.StringIO("4827 1936 0042 7781\n"))
        assert told(capsys, "unlock", "--home", home) == "not_waiting"


@pytest.fixture
def prepared(node, tmp_path):
    add_officer(node)
    return visits.prepare(node, tmp_path / "stick", "wei", until="2026-11-25", purpose="上坪组", actor="officer:wei")


def put_aside(capsys, folder, home):
    """Why `yizhan visit merge` put the one item aside; nothing was registered."""
    assert main(["visit", "merge", str(folder), "--home", str(home), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["registered"], len(said["aside"])) == ([], 1)
    return str(said["aside"][0])


def test_what_a_thief_put_into_a_visit_comes_home_as_a_sentence_and_not_as_a_decision(
    node, home, prepared, clock, capsys
):
    away = visits.open_visit(prepared.folder, clock)
    at, body = clock.now(), {"result": "granted"}
    event = {"kind": "application.decided", "application": "1", "actor": "officer:wei", "at": at, "body": body}
    away.inbox.put([], [], at, Content((event,), ()))
    away.close()
    node.close()
    found = put_aside(capsys, prepared.folder, home)
    assert problem("inbox_item_wrong", detail="不能带回“application.decided”").sentence in found


def test_a_visit_of_another_room_and_a_number_given_twice_are_kept_aside(node, prepared, clock, tmp_path, capsys):
    home = node.settings.home
    shutil.copytree(prepared.folder, tmp_path / "copy")
    shutil.copytree(prepared.folder, tmp_path / "lost")
    away = visits.open_visit(prepared.folder, clock)
    filed = test_edge_visits.take_in(away)
    assert visits.merge(node, prepared.folder).numbers == [filed.number]
    again = visits.open_visit(tmp_path / "copy", clock)
    again.inbox.series = away.inbox.series
    assert test_edge_visits.take_in(again, name="王另一").number == filed.number
    third = visits.open_visit(tmp_path / "lost", clock)
    test_edge_visits.take_in(third, name="王第三")
    other = open_node(make_home(tmp_path / "other"), clock)
    for opened in (node, away, again, third, other):
        opened.close()
    assert problem("inbox_item_other", number=filed.number).sentence in put_aside(capsys, tmp_path / "copy", home)
    assert problem("inbox_item_foreign").sentence in put_aside(capsys, tmp_path / "lost", tmp_path / "other")


# --- what is printed


def test_without_the_library_of_the_printer_the_reason_is_named_and_nothing_is_lost(monkeypatch):
    escpos_bytes._command_writer.cache_clear()
    monkeypatch.setitem(sys.modules, "escpos", None)
    with pytest.raises(type(problem("printer_program"))) as caught:
        escpos_bytes.made(test_edge_devices.ROLL, 80)
    assert caught.value.code == "printer_program"
    monkeypatch.undo()
    escpos_bytes._command_writer.cache_clear()


# --- the centre: phones, reminders, keys


@pytest.fixture
def phone(centre):
    room = room_of(centre)
    described(room)
    file_there(room)
    exchange(centre, room)
    return Phone(centre, code(room))


def test_a_page_that_was_read_is_shut_after_half_an_hour(phone, clock):
    phone.prove(last_four())
    clock.advance(minutes=31)
    says(phone.client.get(f"{phone.path}/supply"), "phone_over")


def test_nothing_personal_goes_over_plain_http(centre, phone):
    there = create_app(centre).test_client()
    answer = there.get(f"{phone.path}/supply", environ_overrides={"REMOTE_ADDR": "10.0.0.5"})
    assert answer.status_code == problem("phone_plain").status
    assert PHONE["phone_fault_phone_plain"]["zh-CN"] in plain(answer.text)
    assert plain(answer.text).count(PHONE["phone_plain"]["zh-CN"]) == 1


def test_what_the_phone_brings_is_complete_and_not_more_than_it_may_be(centre, filed, supplying):
    ask(centre, filed, MATERIAL)
    supplying.get("/supply")
    assert problem("supply_missing", count=1).sentence in supplying.post(
        "/supply", do="send", request=request_of(supplying)
    )
    for place in range(PHOTOS_MAX):
        send_photo(supplying, picture((40 * place, 0, 0)))
    assert PHONE["phone_fault_supply_many"]["zh-CN"] in send_photo(supplying, picture((0, 0, 255)))
    assert supplying.status == problem("supply_many").status
    assert "已经交上去" in finish(supplying)


def test_of_what_is_sealed_no_room_is_reminded(enrolled, node, centre, capsys):
    number = drafts.file(node, filled(node), channel="kiosk", actor="kiosk:one").number
    assert enrolled.drain().went_well
    with centre.store.read() as tx:
        before = centre_log.head(tx, NODE, "centre")
    home = centre.settings.home
    assert told(capsys, "centre", "remind", number, "--text", "请说明进展", "--home", home) == "reminder_sealed"
    with centre.store.read() as tx:
        assert centre_log.head(tx, NODE, "centre") == before


def test_a_room_that_nobody_lets_unlock_itself_is_refused(shut, centre, clock):
    home, found = shut
    node = open_node(home, clock, unlocked=unlocking.typed(home, test_edge_slots.WORDS))
    public = slots.public_of(recovery_keys.private_key(centre.settings.recovery_file)).hex()
    slot_keeping.keep(node, slot_keeping.centre(node, "", public).slot)
    node.close()
    request = key_recovery.to_bytes(key_recovery.begin(found, clock))
    answer = create_app(centre).test_client().post(f"/sync/v1/{NODE}/unlock", data=request)
    expected = problem("unlock_refused")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (expected.status, expected.code)
    with centre.store.read() as tx:
        assert tx.execute(select(key_return)).all() == []
