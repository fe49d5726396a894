"""A4 at the kiosk: the public sheets through the system's printer or into a folder, and what happens when it fails."""

import os
import stat

import pytest

from edge import room_tickets
from edge.config.all_files import read
from edge.config.device_file import Printer
from edge.devices import sheets, trying
from edge.errors import YizhanError
from tests.kiosk_app import Citizen, kiosk_app, kiosk_node

SYSTEM = '[[printers]]\nname = "laser"\nkind = "sheet"\nconnection = "system"\nport = "Canon_LBP2900"\n'
FOLDER = '[[printers]]\nname = "laser"\nkind = "sheet"\nconnection = "file"\nport = "devices/a4"\n'
USED = '[mapping.kiosk]\nsheet_printer = "laser"\n'
PDF = b"%PDF-1.4 made up"


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


@pytest.fixture
def asked(node):
    """What the program was asked to make a PDF of."""
    found = []

    def page(address):
        found.append(address)
        return PDF

    node.hooks.page_pdf = page
    return found


def devices(node, text):
    (node.settings.home / "devices.toml").write_text(text, encoding="utf-8")
    node.clock.advance(seconds=2)
    node.refresh()
    assert not node.files.faults, node.files.faults


def program(folder, monkeypatch, name, text):
    """A program of the system that a test wrote, the only one in the path."""
    path = folder / name
    path.write_text(f"#!{os.path.realpath('/bin/sh')}\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def printed(node):
    return [one.read_bytes() for one in sorted((node.settings.home / "devices" / "a4").glob("*.pdf"))]


def test_lp_gets_the_paper_with_queue_size_and_title(tmp_path, monkeypatch):
    program(tmp_path, monkeypatch, "lp", f'echo "$@" > {tmp_path}/words; cat > {tmp_path}/job')
    sheets.System(Printer("laser", "sheet", "system", "Canon_LBP2900")).print(PDF, "yizhan")
    assert (tmp_path / "words").read_text() == "-d Canon_LBP2900 -t yizhan -o media=A4 -o fit-to-page -\n"
    assert (tmp_path / "job").read_bytes() == PDF


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [("lp", "exit 1", "sheet_printer_silent"), ("other", "exit 0", "sheet_printer_program")],
)
def test_a_queue_that_refuses_and_a_missing_program_are_said(tmp_path, monkeypatch, name, text, code):
    program(tmp_path, monkeypatch, name, text)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(YizhanError) as raised:
        sheets.System(Printer("laser", "sheet", "system")).print(PDF, "yizhan")
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("said", "state"), [("laser accepting requests", "fine"), ("laser not accepting requests", "faulty")]
)
def test_the_trial_of_the_devices_asks_the_queue(node, tmp_path, monkeypatch, said, state):
    program(tmp_path, monkeypatch, "lpstat", f'echo "{said}"')
    devices(node, SYSTEM + USED)
    [trial] = trying.every(node.files.devices, node.settings.home)
    assert (trial.state, trial.used_by) == (state, ("kiosk",))


@pytest.mark.parametrize("port", ["-o", "a b", "../x"])
def test_a_name_of_a_queue_is_never_an_option(home, port):
    (home / "devices.toml").write_text(SYSTEM.replace("Canon_LBP2900", port) + USED, encoding="utf-8")
    assert [one.pointer for one in read(home, "5224250017").faults] == ["/printers/0/port"]


def test_one_touch_prints_a_guide_card_and_a_second_one_does_not_print_it_twice(node, asked):
    devices(node, FOLDER + USED)
    citizen = Citizen(kiosk_app(node))
    citizen.get("/kiosk/card/huzhao/sheet")
    assert "data-print" not in citizen.text
    for _ in range(2):
        citizen.get("/kiosk/card/huzhao/sheet")
        assert "已经送去打印" in citizen.press("/kiosk/paper", {"page": "/kiosk/card/huzhao/sheet"})
    assert printed(node) == [PDF]
    assert asked == ["/kiosk/card/huzhao/sheet?view=zh-CN"]


def test_the_sheets_of_a_service_print_with_their_language(node, asked):
    devices(node, FOLDER + USED)
    citizen = Citizen(kiosk_app(node))
    citizen.get("/print/jingwai-zhusu/guide?from=kiosk&lang=en")
    assert "已经送去打印" in citizen.press("/print/jingwai-zhusu/guide?from=kiosk&lang=en")
    assert asked == ["/print/jingwai-zhusu/guide?lang=en&from=kiosk"]
    assert printed(node) == [PDF]


def test_a_printer_that_fails_is_said_becomes_a_ticket_and_prints_at_the_next_touch(node, asked, tmp_path, monkeypatch):
    program(tmp_path, monkeypatch, "lp", "exit 1")
    devices(node, SYSTEM + USED)
    citizen = Citizen(kiosk_app(node))
    citizen.get("/kiosk/board/sheet")
    assert "没有打出来，已经告诉工作人员" in citizen.press("/kiosk/paper", {"page": "/kiosk/board/sheet"})
    with node.database.read() as tx:
        assert len(room_tickets.opened(tx)) == 1
    program(tmp_path, monkeypatch, "lp", "cat > /dev/null")
    citizen.get("/kiosk/board/sheet")
    assert "已经送去打印" in citizen.press("/kiosk/paper", {"page": "/kiosk/board/sheet"})


@pytest.mark.parametrize(
    "page",
    ["", "/console/", "/kiosk/found", "//elsewhere/print", "/kiosk/card/huzhao/sheet#\n", "/kiosk/apply/x/receipt"],
)
def test_only_public_sheets_are_printed(node, asked, page):
    devices(node, FOLDER + USED)
    citizen = Citizen(kiosk_app(node))
    citizen.get("/kiosk/board/sheet")
    assert citizen.post("/kiosk/paper", {"page": page}).status_code == 404
    assert (asked, printed(node)) == ([], [])


def test_without_such_a_printer_the_browser_prints(node, asked):
    citizen = Citizen(kiosk_app(node))
    for address in ("/kiosk/card/huzhao/sheet", "/print/jingwai-zhusu/guide?from=kiosk"):
        assert "data-print" in citizen.get(address)
    citizen.get("/kiosk/help")
    assert "没有打出来" in citizen.press("/kiosk/paper", {"page": "/kiosk/board/sheet"})
    assert asked == []
