"""网上补正 from end to end: photographed on the phone, seen by the reviewer, fetched by the room, never lost or doubled."""

import io
import re

import pytest
from desk_app import answers, file_one
from phone_pages import Phone
from PIL import Image

from edge import applications, incoming, materials, projections
from edge import receipt_proof as proofs
from forms import pointer
from forms.lifecycle import Item
from sync.centre import cases, definitions, doors
from sync.centre import log as centre_log
from sync.centre.phone import supply
from sync.https import HttpsLink
from sync.push import Push
from tests.desk_app import photo
from tests.service_for_tests import ID_NUMBER
from tests.sync_pair import NODE, CentreServer, give_enrolment

MATERIAL = Item("material", "proof", "住所证明", "租房合同没有房东签名，请重新拍一张")
PHONE = Item("field", "/applicant/phone", "联系电话", "少了一位")
NAME = Item("field", "/applicant", "申请人", "请当面说明")


@pytest.fixture
def server(centre):
    running = CentreServer(centre)
    yield running
    running.close()


@pytest.fixture
def push(node, centre, server):
    give_enrolment(node, centre, server.url)
    link = HttpsLink(server.url)
    yield Push(node, link)
    link.close()


@pytest.fixture
def filed(node, centre, push):
    """An application of a service that the centre knows; it has come in."""
    with centre.store.write() as tx:
        definitions.register(tx, node.newest("ceshi-dengji"), centre.clock.now())
    made = file_one(node)
    assert push.drain().went_well
    return made


@pytest.fixture
def phone(node, centre, filed):
    """Its page is open and proven."""
    number, token = filed.number, filed.token
    text = proofs.of_room(token, number, "2026-11-21T09:12:03+08:00", node.identity.suite, node.identity.sign)
    made = Phone(centre, text)
    made.prove(ID_NUMBER[-4:])
    return made


@pytest.fixture
def asked(centre, filed):
    """A notice about one material."""
    return ask(centre, filed, MATERIAL)


def ask(centre, filed, *items):
    return cases.request_correction(centre, filed.number, actor="centre:li", items=items, due_day="2026-12-04")


def picture(color=(120, 90, 60), side=900, **kind):
    data = io.BytesIO()
    Image.new("RGB", (side, side // 2), color).save(data, "JPEG", **kind)
    return data.getvalue()


def send_photo(phone, data, name="合同.jpg", ref="proof"):
    phone.get("/supply")
    return phone.post("/supply", do="photo", ref=ref, request=request_of(phone), photo=(name, data))


def request_of(phone):
    found = re.search(r'name="request" value="([0-9a-f]{32})"', phone.html)
    return found[1] if found else ""


def finish(phone):
    phone.get("/supply")
    return phone.post("/supply", do="send", request=request_of(phone))


def state(node, number):
    with node.database.read() as tx:
        return applications.get(tx, number).state


def supplied(centre):
    with centre.store.read() as tx:
        return [event for event in centre_log.walk(tx, NODE, "centre") if event.kind == "correction.supplied"]


def test_a_photograph_from_the_phone_answers_the_notice_here_and_there(node, centre, push, filed, phone):
    ask(centre, filed, MATERIAL)
    words = phone.get()
    assert "还差 1 样，补齐后继续办" in words
    assert "用手机补材料" in words
    assert "重拍" in send_photo(phone, picture())
    assert "全部补好了" in phone.get("/supply")
    assert "已经交上去" in finish(phone)
    case = cases.get(centre, filed.number)
    assert (case.state.phase, case.state.corrections[0].status) == ("received", "answered")
    [material] = case.state.materials
    assert (material.slot, case.materials[material.sha256].complete_at != "") == ("proof", True)
    assert case.state.history[-1].title == "已在网上补正"

    assert push.drain().went_well
    here = state(node, filed.number)
    assert (here.phase, here.corrections[0].status, [one.sha256 for one in here.materials]) == (
        "received",
        "answered",
        [material.sha256],
    )
    with node.database.read() as tx:
        assert materials.open(tx, material.sha256) == (centre.blobs.read(NODE, material.sha256), "image/jpeg")
        assert incoming.wanted(tx) == []


def test_a_field_is_typed_and_judged_as_at_the_desk(node, centre, push, filed, phone):
    ask(centre, filed, PHONE, MATERIAL)
    phone.get("/supply")
    request = request_of(phone)
    refused = phone.post("/supply", do="value", ref=PHONE.ref, request=request, value="1990")
    assert phone.status == 422
    assert "电话" in refused or "号码" in refused or "位" in refused
    phone.post("/supply", do="value", ref=PHONE.ref, request=request, value="19900000123")
    assert phone.status == 200
    assert "还差 1 样" in phone.get("/supply")
    phone.post("/supply", do="send", request=request)
    assert supplied(centre) == []
    send_photo(phone, picture())
    finish(phone)
    push.drain()
    assert pointer.get(state(node, filed.number).answers, PHONE.ref) == "19900000123"


def test_what_can_not_be_done_by_phone_is_sent_to_the_room(centre, filed, phone):
    ask(centre, filed, NAME, MATERIAL)
    assert "用手机补材料" not in phone.get()
    assert "请到警务室当面补正" in phone.get("/supply")


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.jpg", "空"),
        (b"not a picture", "a.jpg", "照片"),
        (b"MZ" + bytes(9000), "a.exe", "照片"),
        (picture()[:300], "a.jpg", ""),
    ],
)
def test_what_is_no_photograph_is_told_and_takes_nothing_of_the_others(phone, asked, data, name, sentence):
    assert asked
    send_photo(phone, picture())
    words = send_photo(phone, data, name)
    assert phone.status in {415, 422}
    assert sentence in words
    assert "全部补好了" in phone.get("/supply")


def test_what_is_too_large_is_told_and_takes_nothing_of_the_others(centre, filed, phone):
    ask(centre, filed, MATERIAL)
    send_photo(phone, picture())
    for size in (supply.size_limit(centre) + 1, centre.settings.body_bytes_max + 1):
        words = send_photo(phone, bytes(size))
        assert phone.status == 413
        assert "大" in words
    assert "全部补好了" in phone.get("/supply")


def test_the_same_photograph_twice_is_one_and_a_seventh_is_too_many(centre, filed, phone):
    ask(centre, filed, MATERIAL)
    for _ in range(2):
        send_photo(phone, picture())
    assert phone.html.count("<img") == 1
    for place in range(1, 7):
        send_photo(phone, picture((place, 0, 0)))
    assert phone.html.count("<img") == supply.PHOTOS_MAX
    phone.post("/supply", do="drop", ref="proof", place="1")
    assert phone.html.count("<img") == supply.PHOTOS_MAX - 1


def test_a_large_photograph_is_made_as_small_as_a_page_needs_without_what_the_camera_wrote(centre, filed, phone):
    ask(centre, filed, MATERIAL)
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    send_photo(phone, picture(side=4000, exif=exif))
    finish(phone)
    [material] = cases.get(centre, filed.number).state.materials
    data = centre.blobs.read(NODE, material.sha256)
    assert b"SECRETCAMERA" not in data
    with Image.open(io.BytesIO(data)) as image:
        assert max(image.size) == supply.SIDE_MAX


def test_sent_twice_it_is_one_answer(centre, filed, phone):
    ask(centre, filed, MATERIAL)
    send_photo(phone, picture())
    phone.get("/supply")
    request, html = request_of(phone), phone.html
    for _ in range(2):
        phone.html = html
        assert "已经交上去" in phone.post("/supply", do="send", request=request)
    assert len(supplied(centre)) == 1


def test_a_crash_before_the_commit_leaves_what_was_kept_and_no_half_answer(centre, filed, phone, monkeypatch):
    ask(centre, filed, MATERIAL)
    send_photo(phone, picture())
    phone.get("/supply")
    monkeypatch.setattr(supply.projection, "project", lambda *_: (_ for _ in ()).throw(OSError("power cut")))
    phone.post("/supply", do="send", request=request_of(phone))
    monkeypatch.undo()
    assert supplied(centre) == []
    assert "全部补好了" in phone.get("/supply")
    assert "已经交上去" in finish(phone)


def test_a_stranger_supplies_nothing_and_sees_no_picture(centre, filed, phone):
    ask(centre, filed, MATERIAL)
    send_photo(phone, picture())
    stranger = Phone(centre, phone.path.removeprefix("/s/"))
    stranger.get()
    for given in ({"do": "send"}, {"do": "drop", "ref": "proof", "place": "1"}):
        stranger.post("/supply", **given)
        assert stranger.status == 409
        stranger.get()
    stranger.get("/supply/picture?ref=proof&place=1")
    assert stranger.status == 409
    assert "全部补好了" in phone.get("/supply")


def test_phone_and_room_answer_at_the_same_time_and_both_count(node, centre, push, filed, phone):
    ask(centre, filed, MATERIAL, PHONE)
    push.drain()
    kept = materials.store(node, photo((9, 9, 9)), "room.jpg", "officer:wei", "proof")
    applications.answer_correction(node, filed.number, answers("王秀美"), materials=[kept], actor="officer:wei")
    phone.get("/supply")
    phone.post("/supply", do="value", ref=PHONE.ref, request=request_of(phone), value="19900000123")
    send_photo(phone, picture())
    finish(phone)
    push.drain()
    there = cases.get(centre, filed.number).state
    here = state(node, filed.number)
    assert here == there
    assert len(here.materials) == 2
    assert (here.answers["applicant"]["name"], here.answers["applicant"]["phone"]) == ("王秀美", "19900000123")
    assert here.phase == "received"


def test_after_the_room_has_answered_there_is_nothing_to_supply(node, centre, push, filed, phone):
    ask(centre, filed, MATERIAL)
    send_photo(phone, picture())
    push.drain()
    kept = materials.store(node, photo(), "room.jpg", "officer:wei", "proof")
    applications.answer_correction(node, filed.number, answers(), materials=[kept], actor="officer:wei")
    push.drain()
    assert "现在没有要补的" in phone.get("/supply")
    assert supplied(centre) == []


def test_a_link_that_breaks_while_the_file_comes_brings_it_with_the_next_round(node, push, phone, asked, monkeypatch):
    assert asked
    send_photo(phone, picture())
    finish(phone)

    def gone(centre, node_id, body):
        raise OSError("cut")

    with monkeypatch.context() as cut:
        cut.setitem(doors.DOORS, "recall", gone)
        push.drain()
    with node.database.read() as tx:
        assert len(incoming.wanted(tx)) == 1
    push.drain()
    with node.database.read() as tx:
        assert incoming.wanted(tx) == []


def test_what_is_waited_for_can_be_made_again_from_the_log(node, push, phone, asked, monkeypatch):
    assert asked
    send_photo(phone, picture())
    finish(phone)
    monkeypatch.setattr("sync.fetching.fetch", lambda *_: 0)
    push.drain()
    with node.database.write() as tx:
        before = projections.dump(tx)
        projections.rebuild(tx)
        assert projections.dump(tx)["incoming"] == before["incoming"] != []
