"""送达回证, the sheet for a parcel, and a print that did not come out: it becomes one ticket of the room."""

import pytest
from counter_data import CARD, drawn, file, police, publish, token
from desk_app import Desk, application, centre_says, desk_app, plain, sign_duties

from edge import handover, housekeeping, log, room_tickets, sms_outbox
from edge.handover import Handing
from forms import expiry, messages
from tests.expiring_data import decided, entered, renewal

WEI = "officer:wei"


@pytest.fixture
def home(home):
    publish(home)
    return home


@pytest.fixture
def desk(node):
    police(node)
    sign_duties(node, "wei")
    return Desk(desk_app(node))


@pytest.fixture
def number(node, desk):
    """A decided application whose document lies in the room."""
    found = file(node)
    centre_says(node, "application.decided", found, {"result": "granted"})
    handover.arrive(node, found, CARD, "centre", actor=WEI, token=token(), until="2036年11月18日")
    return found


def at(number: str, part: str) -> str:
    return f"/console/applications/{number}/handover/{part}"


def here(node, number) -> list[str]:
    return [one.id for one in application(node, number).state.delivery.here]


def tickets(node) -> list[tuple[str, str]]:
    with node.database.read() as tx:
        return [(one.what, one.opened_by) for one in room_tickets.opened(tx)]


def test_the_receipt_of_service_is_printed_before_a_visit_and_filled_after_it(node, desk, number):
    page = plain(desk.text(at(number, "receipt")))
    assert all(text in page for text in ("送达回证", f"1. {CARD}", "☐ 上门送达", "王秀梅", "韦建国"))
    given = Handing(here(node, number), "visit", "signature", compared=True, material=drawn(node, handover.SIGNATURE))
    handover.hand(node, number, given, actor=WEI, name="韦建国", token=token())
    (done,) = application(node, number).state.delivery.handed
    assert f'/handover/receipt/{done.id}"' in desk.text(f"/console/applications/{number}/handover")
    sheet = desk.text(at(number, f"receipt/{done.id}"))
    assert "上门送达，屏上签名" in plain(sheet)
    assert f"/proofs/{done.proofs[0]}" in sheet
    assert desk.get(at(number, "receipt")).status_code == 422
    assert desk.get(at(number, "receipt/" + "0" * 32)).status_code == 404


def test_the_sheet_for_a_parcel_has_both_addresses_and_its_number_once_it_was_sent(node, desk, number):
    page = plain(desk.text(at(number, "waybill")))
    assert all(text in page for text in ("寄递单", f"{CARD} 1 份", "石门乡警务室", "☑ 免费寄递"))
    handover.post(node, number, here(node, number), ("邮政速递", "EA123456789CN"), free=False, actor=WEI, token=token())
    page = plain(desk.text(at(number, "waybill")))
    assert "EA123456789CN" in page
    assert "☑ 收件人付" in page


def test_there_is_no_sheet_where_nothing_is_to_be_handed_over(node, desk):
    found = file(node)
    for part in ("receipt", "waybill"):
        assert desk.get(at(found, part)).status_code == 422
        assert desk.get(at("52242500179999990", part)).status_code == 404
        assert "/login" in Desk(desk_app(node), account=None).get(at(found, part), follow=False).location


def test_the_end_of_validity_is_noted_with_the_document(node, number, desk):
    assert application(node, number).state.delivery.here[0].until == "2036-11-18"
    form = {"token": token(), "name": CARD, "source": "centre", "until": "immer"}
    assert desk.post(f"/console/applications/{number}/handover/arrive", form).status_code == 422


def test_a_print_that_did_not_come_out_is_one_ticket(node, desk, number):
    assert "没有打出来" in desk.text(at(number, "waybill"))
    assert "没有打出来" in desk.text(f"/console/applications/{number}/receipt")
    for _ in range(2):
        assert desk.done("/console/tickets/print", {"why": "printer"}).endswith("/console/tickets")
    desk.done("/console/tickets/print", {"why": "paper"})
    assert sorted(tickets(node)) == [("paper", "officer:wei"), ("printer", "officer:wei")]
    assert not housekeeping.printer_failed(node, "凭条打印机", "没有回答")
    stranger = Desk(desk_app(node), account=None)
    assert "/login" in stranger.post("/console/tickets/print", {"why": "paper"}).location


def test_whoever_drives_a_printer_opens_the_ticket_as_the_program(node):
    assert housekeeping.printer_failed(node, "凭条打印机", "没有纸了", paper=True)
    assert not housekeeping.printer_failed(node, "凭条打印机", "没有纸了", paper=True)
    assert tickets(node) == [("paper", room_tickets.PROGRAM)]


def test_the_centre_is_asked_once_to_write_that_a_document_is_here(node, desk, number):
    with node.database.read() as tx:
        assert not sms_outbox.phone_of(tx, number)  # the service for tests marks nobody's own telephone
    path = f"/console/applications/{number}/handover"
    assert "请中心发短信" not in desk.text(path)
    answer = desk.post(f"{path}/message", {"token": token()})
    assert answer.status_code == 409
    assert "没有可以发短信的号码" in plain(answer.text)
    young = entered(node, expiry.RENEWAL, renewal())
    decided(node, young)
    handover.arrive(node, young, "居民身份证", "station", actor=WEI, token=token())
    path = f"/console/applications/{young}/handover"
    assert "请中心发短信" in desk.text(path)
    once = token()
    for _ in range(2):
        assert "said=message" in desk.done(f"{path}/message", {"token": once})
    assert desk.post(f"{path}/message", {"token": token()}).status_code == 409
    with node.database.read() as tx:
        (event,) = log.of_room(tx, "node", '["sms.queued"]')
    assert event.data["template"] == "collect"
    assert event.data["parameters"] == {"room": "石门乡警务室", "what": "居民身份证"}
    assert messages.text("collect", event.data["parameters"]).startswith("【石门乡警务室】您的居民身份证到了")
