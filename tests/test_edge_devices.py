"""The devices beside kiosk and desk, each at the end of a real socket, file or terminal: missing, failing, coming back."""

import json
import os
import tty

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from edge.cli import main
from edge.config import all_files, device_file
from edge.config.device_file import Printer, Reader
from edge.devices import card, escpos_bytes, local_http, printers, readers, roll
from edge.devices.at_hand import HELD_MS, AtHand
from edge.devices.recorded import Recorded
from edge.devices.wedge import Wedge
from edge.errors import YizhanError
from tests.device_ends import (
    FACE,
    INFO,
    NAME,
    NO_CARD,
    NUMBER,
    READ,
    NetworkPrinter,
    ReaderService,
    closed_port,
    http_reader,
)
from tests.test_edge_room_files import faults

FIELDS = {"number": "/info/idCode", "name": "/info/name", "valid_until": "/info/endDate", "photo": "/info/Photo"}
GOOD = {"place": "/result/resultFlag", "value": "0"}
ADDRESS = "HTTPS://CHAXUN.EXAMPLE.CN/S/ABCDEFGHIJKLMNOPQRSTUVWX23"


@pytest.fixture
def service():
    opened = ReaderService()
    yield opened
    opened.close()


@pytest.fixture
def network():
    opened = NetworkPrinter()
    yield opened
    opened.close()


def http(url, **more):
    return local_http.LocalHttp(Reader("r", "id-card", "http", url=url, fields=FIELDS, good=GOOD, **more))


def refused(act, *given):
    with pytest.raises(YizhanError) as caught:
        act(*given)
    return caught.value.code


# --- cards


def test_a_card_is_checked_and_its_days_read_however_they_are_written():
    found = card.made(
        {"number": " 52242519890312984 1", "sex": "女", "valid_from": "2017.02.21", "valid_until": "2037年2月21日"}
    )
    assert (found.number, found.sex, found.birth) == (NUMBER, "2", "1989-03-12")
    assert (found.valid_from, found.valid_until) == ("2017-02-21", "2037-02-21")
    assert (found.over("2037-02-21"), found.over("2037-02-22")) == (False, True)


@pytest.mark.parametrize(
    ("said", "until"), [("长期", "long"), ("20370230", ""), ("", ""), ("99991231", "long"), ("2037-2-1", "2037-02-01")]
)
def test_the_end_of_validity_is_a_day_or_long_or_nothing(said, until):
    found = card.made({"number": NUMBER, "valid_until": said})
    assert found.valid_until == until
    assert not found.over("2026-11-21")


@pytest.mark.parametrize("number", ["", "522425198903129840", "王秀梅", "5224251989031298"])
def test_a_card_without_a_right_number_is_none(number):
    assert refused(card.made, {"number": number, "name": NAME}) == "card_unreadable"


# --- the makers' local services


def test_a_card_is_read_from_the_makers_service_by_the_places_of_devices_toml(service):
    found = http(service.url, method="POST", body='{"cmd": 1}').read()
    assert (found.number, found.name, found.valid_until, found.photo) == (NUMBER, NAME, "2037-02-21", FACE)
    assert service.asked == [("POST", "/cgi-bin/readCard?n=1", b'{"cmd": 1}')]


def test_no_card_on_the_reader_is_said_as_such_and_the_next_try_reads_it(service):
    service.answer = NO_CARD
    reader = http(service.url)
    assert refused(reader.read) == "card_absent"
    reader.probe()
    service.answer = READ
    assert reader.read().name == NAME


ODD = [
    (b"<html>busy</html>", "reader_words"),
    (b"", "reader_words"),
    (b"[1, 2]", "card_absent"),
    (b"[" * 50_000, "reader_words"),
    (b'{"result": {"resultFlag": 0}}', "reader_words"),
    (json.dumps({**READ, "info": {**INFO, "idCode": "1"}}).encode(), "card_unreadable"),
    (b"x" * (local_http.ANSWER_BYTES_MAX + 1), "reader_words"),
]


@pytest.mark.parametrize(("answer", "code"), ODD, ids=[one[1] + str(at) for at, one in enumerate(ODD)])
def test_an_answer_that_makes_no_sense_is_a_fault_and_no_crash(service, answer, code):
    service.answer = answer
    assert refused(http(service.url).read) == code


def test_a_service_in_the_encoding_of_an_old_system_is_understood(service):
    service.answer = json.dumps(READ, ensure_ascii=False).encode("gb18030")
    assert http(service.url).read().name == NAME


def test_a_picture_that_is_no_base64_leaves_a_card_without_picture(service):
    service.answer = {**READ, "info": {**INFO, "Photo": "!"}}
    assert http(service.url).read().photo == b""


def test_a_service_that_is_not_there_or_says_nothing_is_given_up_in_time(service):
    with closed_port() as port:
        assert refused(http(f"http://127.0.0.1:{port}/").read) == "reader_silent"
    service.silent.set()
    assert refused(http(service.url, timeout_s=0.3).read) == "reader_silent"


def test_a_redirect_is_not_followed(service):
    service.status, service.answer = 302, b""
    assert refused(http(service.url).read) == "reader_words"
    assert len(service.asked) == 1


AWAY = [
    "http://192.168.1.9/x",
    "https://127.0.0.1/x",
    "http://127.0.0.1.evil.example/",
    "http://user@127.0.0.1/",
    "file:///x",
    "",
    "http://127.0.0.1:99999/",
    "http://[::1",
]


@pytest.mark.parametrize("url", AWAY)
def test_a_reader_is_asked_on_this_machine_alone(url, tmp_path):
    assert device_file.loopback(url) is None
    assert refused(http(url).read) == "reader_silent"
    (tmp_path / "devices.toml").write_text(http_reader(url))
    assert ("devices.toml", "readers.0.url") in {one[:2] for one in faults(tmp_path)}


# --- readers that type, and recorded ones


def test_a_reader_that_types_is_taken_apart():
    plain = Wedge(Reader("w", "id-card", "keyboard"))
    assert plain.taken(f"  {NUMBER}\r\n").number == NUMBER
    assert plain.taken(f"{NAME},女,汉,{NUMBER},20170221").number == NUMBER
    ordered = Wedge(Reader("w", "id-card", "keyboard", order=("name", "other", "number", "valid_until"), separator="|"))
    found = ordered.taken(f"{NAME}|女|{NUMBER}|长期|x")
    assert (found.name, found.number, found.valid_until) == (NAME, NUMBER, "long")
    assert [refused(plain.taken, text) for text in ("", "1234", NUMBER[:-1] + "0")] == [
        "card_absent",
        "card_unreadable",
        "card_unreadable",
    ]
    assert refused(plain.read) == "card_absent"


def test_a_recorded_reader_replays_its_file_again_and_again(tmp_path):
    file = tmp_path / "cards.json"
    (tmp_path / "a.jpg").write_bytes(FACE)
    file.write_text(
        json.dumps({"reads": [{"fault": "card_absent"}, {"number": NUMBER, "name": NAME, "photo": "a.jpg"}]})
    )
    reader = Recorded(file)
    for _ in range(2):
        assert refused(reader.read) == "card_absent"
        assert (reader.read().number, reader.read.__self__ is reader) == (NUMBER, True)
    file.write_text('{"reads": []}')
    assert refused(reader.read) == "reader_words"
    file.unlink()
    assert refused(reader.probe) == "reader_silent"


def test_a_card_at_hand_lies_there_for_its_draft_and_its_time_alone():
    held = AtHand()
    held.hold("draft", card.made({"number": NUMBER}), 1000)
    assert held.held("draft", 1000 + HELD_MS - 1).number == NUMBER
    assert held.held("other", 1000) is None
    assert held.held("draft", 1000 + HELD_MS) is None
    held.let_go("draft")
    assert held.held("draft", 1000) is None


# --- what goes to a receipt printer


def unpacked(data):
    """(text, pictures) of a job: GB 18030 between the commands, rasters as images."""
    text, pictures, at = b"", [], 0
    while at < len(data):
        two = data[at : at + 2]
        if data[at : at + 4] == b"\x1dv0\x00":
            wide, high = (
                int.from_bytes(data[at + 4 : at + 6], "little"),
                int.from_bytes(data[at + 6 : at + 8], "little"),
            )
            raster = data[at + 8 : at + 8 + wide * high]
            pictures.append(Image.frombytes("1", (wide * 8, high), bytes(255 - one for one in raster)))
            at += 8 + wide * high
        elif two in (b"\x1b@", b"\x1c&"):
            at += 2
        elif two in (b"\x1bE", b"\x1ba", b"\x1d!", b"\x1b!", b"\x1bd", b"\x1dV"):
            at += 3
        else:
            text, at = text + data[at : at + 1], at + 1
    return text.decode("gb18030"), pictures


ROLL = [
    roll.Text("收件凭证", size=2, bold=True, centre=True),
    roll.Rule(),
    roll.Text("5224 2500 1710 00421", size=2),
    roll.Text("请带身份证件到窗口，请工作人员核对。", tall=True),
    roll.Code(ADDRESS),
]


@pytest.mark.parametrize(("paper", "columns", "dots"), [(58, 32, 384), (80, 48, 576)])
def test_a_receipt_fits_its_paper_and_its_code_is_25_mm_wide(paper, columns, dots):
    text, [picture] = unpacked(escpos_bytes.made(ROLL, paper))
    lines = text.strip().split("\n")
    assert lines[0] == "收件凭证"
    assert "-" * columns in lines
    assert all(roll.width(line) <= columns for line in lines)
    assert "".join(lines[2:]).replace(" ", "").startswith("5224250017100042" + "1")
    quiet = picture.width - 25 * roll.DOTS_PER_MM
    assert picture.width <= dots
    assert quiet > 0
    assert zxingcpp.read_barcode(picture.convert("L")).text == ADDRESS


def code_of_paper():
    return unpacked(escpos_bytes.made(ROLL, 58))[1][0].convert("L")


def ink(picture):
    """Where the code itself is, without the quiet zone."""
    return picture.point(lambda value: 255 - value).getbbox()


def smeared(picture, share):
    """A wet thumb: grey across the middle, over a share of the area of the code."""
    left, top, right, bottom = ink(picture)
    side = int(((right - left) * (bottom - top) * share) ** 0.5)
    found = picture.copy()
    at = (right - side - 20, bottom - side - 20)
    ImageDraw.Draw(found).ellipse((*at, at[0] + side, at[1] + side), fill=110)
    return found


def torn(picture, share):
    """The lower right corner is gone."""
    left, top, right, bottom = ink(picture)
    side = int((2 * (right - left) * (bottom - top) * share) ** 0.5)
    found = picture.copy()
    ImageDraw.Draw(found).polygon(
        [(right + 1, bottom - side), (right + 1, bottom + 1), (right - side, bottom + 1)], fill=255
    )
    return found


@pytest.mark.parametrize("harm", [smeared, torn])
def test_a_receipt_that_lost_a_fifth_of_its_code_still_scans(harm):
    spoilt = harm(code_of_paper(), 0.2)
    assert spoilt.tobytes() != code_of_paper().tobytes()
    assert zxingcpp.read_barcode(spoilt).text == ADDRESS
    assert zxingcpp.read_barcode(harm(code_of_paper(), 0.6)) is None, "the harm of this test is none"


def test_lines_break_between_words_and_never_before_a_comma():
    assert roll.wrapped("请带身份证件到窗口，谢谢", 18) == ["请带身份证件到窗口，", "谢谢"]
    assert roll.wrapped("bring your document", 12) == ["bring your", "document"]
    assert roll.wrapped("", 12) == [""]
    assert roll.width("Ab中文，𠮷") == 10


# --- printers


def on_network(port):
    return printers.made(Printer("p", "receipt", "network", f"127.0.0.1:{port}", 58), None)


def test_a_printer_on_the_network_gets_the_job_once(network):
    on_network(network.port).print(ROLL)
    on_network(network.port).probe()
    wait_for(lambda: len(network.jobs) == 1)
    assert "收件凭证" in unpacked(network.jobs[0])[0]


def wait_for(done):
    for _ in range(200):
        if done():
            return
        os.sched_yield()
        with closed_port():
            pass
    raise AssertionError("it did not come")


def test_an_open_cover_and_a_roll_that_ended_are_told_and_it_prints_again_afterwards(network):
    printer = on_network(network.port)
    network.cover = True
    assert refused(printer.print, ROLL) == "printer_cover"
    network.cover, network.paper_left = False, 0
    assert refused(printer.probe) == "printer_paper"
    network.paper_left = 1
    assert refused(printer.print, ROLL) == "printer_paper", "the roll ended while it printed"
    network.paper_left = 100
    printer.print(ROLL)


def test_a_printer_that_never_tells_how_it_is_is_believed():
    mute = NetworkPrinter(answers=False)
    try:
        on_network(mute.port).print(ROLL)
    finally:
        mute.close()


def test_a_printer_that_is_not_there_is_given_up(tmp_path):
    with closed_port() as port:
        assert refused(on_network(port).print, ROLL) == "printer_silent"
    gone = printers.made(Printer("p", "receipt", "usb", "usb/none-here"), tmp_path)
    assert refused(gone.print, ROLL) == "printer_silent"
    assert refused(printers.made, Printer("p", "sheet", "system"), tmp_path) == "printer_absent"


def test_a_printer_behind_a_device_file_is_asked_and_printed_on(tmp_path):
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    try:
        name = os.ttyname(theirs).removeprefix("/dev/")
        printer = printers.made(Printer("p", "receipt", "usb", name, 58), tmp_path)
        os.write(ours, bytes([0x12 | 0x04]))
        assert refused(printer.probe) == "printer_cover"
        assert os.read(ours, 100) == b"\x10\x04\x02"
    finally:
        os.close(ours)
        os.close(theirs)


def test_the_driver_for_a_folder_keeps_each_receipt_as_a_file(tmp_path):
    printer = printers.made(Printer("p", "receipt", "file", "devices/printed", 80), tmp_path)
    for _ in range(printers.KEPT_MAX + 2):
        printer.print([roll.Text("一")])
    held = sorted((tmp_path / "devices" / "printed").iterdir())
    assert len(held) == printers.KEPT_MAX
    assert held[-1].name == f"{printers.KEPT_MAX + 2:06d}.bin"
    assert unpacked(held[-1].read_bytes())[0].strip() == "一"


# --- devices.toml, and trying everything


WRONG = [
    ('[[readers]]\nname = "a"\nkind = "id-card"\ndriver = "http"\nurl = "http://127.0.0.1:9/"\n', "readers.0.fields"),
    ('[[readers]]\nname = "a"\nkind = "id-card"\ndriver = "recorded"\nport = "../cards.json"\n', "readers.0.port"),
    ('[[printers]]\nname = "a"\nkind = "receipt"\nconnection = "network"\nport = "192.168.1.50"\n', "printers.0.port"),
    ('[[printers]]\nname = "a"\nkind = "receipt"\nconnection = "file"\n', "printers.0.port"),
]


@pytest.mark.parametrize(("text", "place"), WRONG, ids=[one[1] for one in WRONG])
def test_what_a_driver_needs_is_asked_for(tmp_path, text, place):
    (tmp_path / "devices.toml").write_text(text)
    assert place in {one[1] for one in faults(tmp_path)}


def test_every_driver_of_the_schema_is_there(tmp_path):
    rules = all_files.one_file.schema("devices")["properties"]
    assert set(rules["readers"]["items"]["properties"]["driver"]["enum"]) == set(readers.DRIVERS)
    known = set(rules["printers"]["items"]["properties"]["connection"]["enum"])
    assert known - {"system"} == set(printers._LINES)


def test_trying_all_devices_says_what_answered_and_what_to_do(tmp_path, capsys, service, network):
    network.paper_left = 0
    (tmp_path / "devices.toml").write_text(
        http_reader(service.url)
        + '[[readers]]\nname = "da"\nkind = "id-card"\ndriver = "keyboard"\n'
        + '[[cameras]]\nname = "gaopai"\nport = "video98"\n'
        + f'[[printers]]\nname = "pingtiao"\nkind = "receipt"\nconnection = "network"\nport = "127.0.0.1:{network.port}"\n'
        + '[mapping.kiosk]\nreader = "shenfenzheng"\nreceipt_printer = "pingtiao"\n'
    )
    assert main(["devices", "test", "--home", str(tmp_path), "--json"]) == 1
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["devices"]}
    assert {name: one["state"] for name, one in found.items()} == {
        "shenfenzheng": "fine",
        "da": "untried",
        "gaopai": "faulty",
        "pingtiao": "faulty",
    }
    assert found["pingtiao"]["fault"] == "凭条打印机没有纸了"
    assert found["shenfenzheng"]["used_by"] == ["kiosk"]
    network.paper_left = 100
    assert main(["devices", "test", "--home", str(tmp_path), "--paper"]) == 1
    assert "打印机 pingtiao（自助终端）：正常" in capsys.readouterr().out
    wait_for(lambda: len(network.jobs) == 1)
