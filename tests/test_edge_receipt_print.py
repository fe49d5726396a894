"""凭条 at the kiosk and at the desk: printed once for each press, from the log, and a citizen gets through without it."""

import re

import pytest
import zxingcpp

from edge import applications, room_tickets
from tests.desk_app import Desk, add_officer, desk_app, file_one, plain
from tests.device_ends import NetworkPrinter
from tests.kiosk_app import Citizen, check_page, filed, kiosk_app, kiosk_node
from tests.test_edge_devices import unpacked

TOML = '[[printers]]\nname = "pingtiao"\nkind = "receipt"\nconnection = "{}"\nport = "{}"\npaper_mm = 58\n[mapping.kiosk]\nreceipt_printer = "pingtiao"\n[mapping.desk]\nreceipt_printer = "pingtiao"\n'


@pytest.fixture
def home(home):
    (home / "devices.toml").write_text(TOML.format("file", "printed"))
    return home


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


@pytest.fixture
def receipt(citizen):
    """The address of a citizen's receipt."""
    address = check_page(citizen)
    citizen.press(f"{address}/file")
    return f"{address}/receipt"


def slips(home):
    return [unpacked(file.read_bytes()) for file in sorted((home / "printed").glob("*.bin"))]


def copy(citizen):
    return re.search(r'name="copy" value="(\d+)"', citizen.text)[1]


def tickets(node):
    with node.database.read() as tx:
        return [one.what for one in room_tickets.opened(tx)]


def test_a_touch_prints_what_the_log_says_with_a_code_that_scans(citizen, node, home, receipt):
    citizen.press(receipt, {"copy": copy(citizen)})
    assert "凭条已经打出来" in citizen.text
    [(text, [picture])] = slips(home)
    [number] = filed(node)
    with node.database.read() as tx:
        state = applications.get(tx, number).state
    flat = text.replace(" ", "").replace("\n", "")
    assert all(words in flat for words in (number, state.receipt.code, "居住登记", "尚未上传", "接下来", "身份待核"))
    assert "王秀梅" not in flat, "no name stands on paper that is lost easily"
    assert "补打" not in flat
    assert state.receipt.token in zxingcpp.read_barcode(picture.convert("L")).text.upper()


def test_a_double_press_prints_once_and_another_copy_says_so(citizen, home, receipt):
    first = copy(citizen)
    for _ in range(2):
        citizen.press(receipt, {"copy": first})
    assert len(slips(home)) == 1
    citizen.press(receipt, {"copy": copy(citizen)})
    assert ["补打" in text for text, _ in slips(home)] == [False, True]
    for wrong in ("", "x", "99", "0"):
        citizen.press(receipt, {"copy": wrong})
    assert len(slips(home)) == 2


def test_paper_that_ran_out_is_a_ticket_and_the_first_slip_comes_when_there_is_paper_again(home, clock):
    printer = NetworkPrinter()
    try:
        printer.paper_left = 0
        (home / "devices.toml").write_text(TOML.format("network", f"127.0.0.1:{printer.port}"))
        for node in kiosk_node(home, clock):
            citizen = Citizen(kiosk_app(node))
            address = check_page(citizen)
            citizen.press(f"{address}/file")
            for _ in range(2):
                citizen.press(f"{address}/receipt", {"copy": copy(citizen)})
                assert "用手机把这一页拍下来" in citizen.text
                assert "办件号" in citizen.text
            assert (tickets(node), copy(citizen)) == (["paper"], "1")
            printer.paper_left = 100
            citizen.press(f"{address}/receipt", {"copy": "1"})
            assert "凭条已经打出来" in citizen.text
            assert tickets(node) == []
            citizen.get(f"{address}/receipt")
            assert copy(citizen) == "2"
    finally:
        printer.close()


def test_a_program_that_was_killed_while_it_printed_prints_a_marked_copy_next(citizen, node, home, receipt):
    [number] = filed(node)
    with node.database.write() as tx:
        tx.execute("INSERT INTO receipt_print VALUES (?, 1, 'kiosk', 'begun', ?)", (number, tx.clock.now()))
    citizen.press(receipt, {"copy": "1"})
    assert not (home / "printed").exists()
    citizen.press(receipt, {"copy": "2"})
    assert "补打" in slips(home)[0][0]


def test_a_stranger_prints_nothing(node, home, receipt):
    other = Citizen(kiosk_app(node))
    other.get("/kiosk/")
    assert other.post(receipt, {"copy": "1"}).status_code == 404
    assert not (home / "printed").exists()


def test_a_room_without_a_printer_keeps_the_browsers(home, clock):
    (home / "devices.toml").write_text("")
    for node in kiosk_node(home, clock):
        citizen = Citizen(kiosk_app(node))
        address = check_page(citizen)
        citizen.press(f"{address}/file")
        assert "data-print" in citizen.text
        assert 'name="copy"' not in citizen.text
        citizen.press(f"{address}/receipt", {"copy": "1"})
        assert "用手机把这一页拍下来" in citizen.text


def test_the_desk_prints_and_a_later_day_is_a_copy(node, home, clock):
    add_officer(node)
    desk = Desk(desk_app(node))
    number = file_one(node).number
    address = f"/console/applications/{number}/receipt"
    assert "打凭条" in plain(desk.text(address))
    assert "凭条已经打出来" in plain(desk.text(desk.done(address, {"copy": "1"})))
    clock.advance(days=1)
    desk = Desk(desk_app(node))
    other = file_one(node, token="another-one").number
    clock.advance(days=1)
    desk = Desk(desk_app(node))
    desk.done(f"/console/applications/{other}/receipt", {"copy": "1"})
    assert ["补打" in text for text, _ in slips(home)] == [False, True]


def test_the_desk_says_what_is_wrong_with_the_printer(home, clock):
    printer = NetworkPrinter()
    try:
        printer.cover = True
        (home / "devices.toml").write_text(TOML.format("network", f"127.0.0.1:{printer.port}"))
        for node in kiosk_node(home, clock):
            add_officer(node)
            desk = Desk(desk_app(node))
            number = file_one(node).number
            answer = desk.post(f"/console/applications/{number}/receipt", {"copy": "1"})
            assert (answer.status_code, "盖子开着" in plain(answer.text)) == (503, True)
            assert tickets(node) == ["printer"]
    finally:
        printer.close()


def test_without_the_printing_part_of_the_program_everything_else_goes_on(citizen, home, receipt, monkeypatch):
    import sys

    from edge.devices import escpos_bytes

    escpos_bytes._command_writer.cache_clear()
    monkeypatch.setitem(sys.modules, "escpos", None)
    citizen.press(receipt, {"copy": copy(citizen)})
    assert "用手机把这一页拍下来" in citizen.text
    monkeypatch.undo()
    escpos_bytes._command_writer.cache_clear()
    citizen.press(receipt, {"copy": "1"})
    assert len(slips(home)) == 1
