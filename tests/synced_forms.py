"""Forms of pages that no test of a page sends, each with what it must lead to: for bench_synced, which looks at what they write."""

import copy
import io
import re
from contextlib import closing

import pytest
from conftest import FixedClock
from counter_data import CARD, file, police, publish, token
from desk_app import Desk, add_officer, application, centre_says, desk_app, kinds, photo, sign_duties
from kiosk_app import ROOM, Citizen, check_page, kiosk_app
from service_for_tests import SERVICE, answers
from signing import publish_file
from test_edge_confirming import ACTS, SERVICE_ID, filed
from test_edge_receipt_print import TOML
from test_edge_receipt_print import copy as copy_of
from test_edge_today import MONDAY

from edge import drafts, ferry_job, handover, inbox, payments, visits
from edge.inbox import sets
from edge.node import open_node

WEI = "officer:wei"
UNTIL = "2026-11-25"


@pytest.fixture
def home(home, tmp_path):
    publish(home)
    (tmp_path / "stick").mkdir()
    (home / "room.toml").write_text(ROOM, encoding="utf-8")
    (home / "devices.toml").write_text(TOML.format("file", "printed"), encoding="utf-8")
    text = (home / "node.toml").read_text(encoding="utf-8")
    (home / "node.toml").write_text(f'ferry_dirs = ["{tmp_path / "stick"}"]\n{text}', encoding="utf-8")
    return home


@pytest.fixture
def node(home, clock):
    opened = open_node(home, clock)
    police(opened)
    sign_duties(opened, "wei")
    opened.hooks.ferry = ferry_job.Ferry(opened)
    yield opened
    opened.close()


@pytest.fixture
def desk(node):
    return Desk(desk_app(node))


def at(number: str, part: str = "") -> str:
    return f"/console/applications/{number}{part}"


@pytest.mark.parametrize(("act", "state"), [("waive", "waived"), ("void", "due")])
def test_a_bill_is_waived_and_one_that_was_paid_is_due_again(node, desk, act, state):
    number = file(node)
    bill = payments.draw(node, number, 2000, "", "here", actor=WEI, token=token()).state.bills[0].number
    if act == "void":
        payments.receive(node, number, bill, "cash", "00012345", actor=WEI, token=token())
    desk.get(at(number, "/payments"))
    desk.done(at(number, f"/payments/{act}"), {"bill": bill, "reason": "低保户，凭证明", "token": token()})
    assert application(node, number).state.bills[0].state == state


def test_a_document_is_posted(node, desk):
    number = file(node)
    centre_says(node, "application.decided", number, {"result": "granted"})
    handover.arrive(node, number, CARD, "centre", actor=WEI, token=token())
    here = application(node, number).state.delivery.here[0].id
    desk.get(at(number, "/handover"))
    given = {"document": [here], "carrier": "邮政速递", "parcel": "EA1234567CN", "free": "1", "token": token()}
    desk.done(at(number, "/handover/post"), given)
    assert application(node, number).state.delivery.posted[0].free


def test_a_page_of_a_draft_is_taken_away(node, desk):
    draft = desk.done("/console/receive", {"service": "ceshi-shoufei"})
    desk.done(f"{draft}/scan", {"slot": "proof", "page": (io.BytesIO(photo()), "证明.jpg")})
    (kept,) = drafts.of_owner(node, WEI)[0].materials
    desk.done(f"{draft}/scan/drop", {"slot": "proof", "page": kept.sha256})
    assert drafts.of_owner(node, WEI)[0].materials == ()


def test_a_slip_is_printed_at_the_desk_and_at_the_kiosk(node, desk, home):
    number = file(node)
    page = desk.text(at(number, "/receipt"))
    desk.done(at(number, "/receipt"), {"copy": re.search(r'name="copy" value="(\d+)"', page)[1]})
    citizen = Citizen(kiosk_app(node))
    address = check_page(citizen)
    citizen.press(f"{address}/file")
    citizen.press(f"{address}/receipt", {"copy": copy_of(citizen)})
    assert len(list((home / "printed").glob("*.bin"))) == 2


def test_a_number_is_called_again_and_ended(desk):
    desk.get("/console/queue")
    desk.done("/console/queue", {"token": token(), "what": "居住登记"})
    desk.done("/console/queue/next", {"token": token()})
    ticket = re.search(r"/console/queue/(\d+)/", desk.text("/console/queue"))[1]
    desk.done(f"/console/queue/{ticket}/call", {"token": token()})
    desk.done(f"/console/queue/{ticket}/end", {"came": "1"})
    assert f"/console/queue/{ticket}/end" not in desk.text("/console/queue")


def test_who_had_an_appointment_came(desk, clock: FixedClock):
    desk.get("/console/appointments")
    given = {
        "how": "room",
        "day": MONDAY,
        "start": "09:30",
        "name": "王秀梅",
        "what": "居住登记",
        "phone": "19900000201",
    }
    made = desk.done("/console/appointments", {**given, "token": token()}).rpartition("made=")[2]
    clock.advance(days=2)
    desk.login("wei")
    desk.get(f"/console/appointments/{made}")
    assert "kept" in desk.done(f"/console/appointments/{made}/keep", {"token": token(), "came": "1"})


def test_a_visit_is_prepared_brought_home_and_what_was_put_aside_is_tried_again(node, desk, tmp_path, clock):
    stick = tmp_path / "stick"
    desk.get("/console/visits")
    desk.done("/console/visits", {"medium": str(stick), "until": UNTIL, "purpose": "上坪组"})
    (folder,) = [one for one in stick.iterdir() if one.is_dir()]
    away = visits.open_visit(folder, clock)
    for name in ("王秀梅", "李彩霞"):
        draft = drafts.save(away, drafts.create(away, "ceshi-dengji", WEI), answers(name))
        drafts.file(away, draft, channel="console", actor=WEI, identity="officer")
    away.close()
    first = next(inbox.waiting(folder / inbox.FOLDER))
    inbox.put_aside(sets.folder_of(node.settings.home), first, first.read_bytes(), "没有这个事项")
    first.unlink()
    desk.done("/console/visits/merge", {"folder": str(folder)})
    assert "登记了 1 件" in desk.text("/console/visits")
    desk.done("/console/visits/retry")
    assert "又登记了 1 件，还有 0 份" in desk.text("/console/visits")


def test_an_officer_refuses_to_confirm_with_a_reason(home, clock):
    waits = copy.deepcopy(SERVICE) | {"id": SERVICE_ID}
    waits["x-service"] |= {"officer_confirms": ACTS}
    publish_file(home / "services" / f"{SERVICE_ID}.json", waits)
    with closing(open_node(home, clock)) as node:
        add_officer(node)
        add_officer(node, "luo", "罗明", "民警")
        number = filed(node)
        luo = Desk(desk_app(node), "luo")
        luo.get(at(number))
        luo.done(at(number, "/confirm/refuse"), {"reason": "证件照片看不清", "token": token()})
        assert kinds(node, number) == ["application.filed", "application.confirmed"]
