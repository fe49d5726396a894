"""The first start of a machine: five steps in any order of accidents, and nobody takes over what is finished."""

import io
import json
import threading

import pytest

from edge import cli, officers, prepared_stick, set_up
from edge.app import Running
from edge.errors import YizhanError
from edge.node import UNFINISHED
from sync.centre import enrolment
from tests import first_start_steps as steps
from tests.conftest import FixedClock
from tests.kiosk_app import Citizen
from tests.programs import holds

NODE, OTHER = "5224250017", "5224250018"
PATIENCE_S = 60
pytestmark = pytest.mark.usefixtures("cheap")


@pytest.fixture
def ask(capsys):
    """The JSON of a command, held to its schema."""

    def asked(name, *words):
        assert cli.main([*map(str, words), "--json"]) == 0
        return holds(name, json.loads(capsys.readouterr().out))

    return asked


@pytest.fixture
def machine(tmp_path):
    """A function that starts the machine, and again; what it started is ended."""
    with steps.booted(tmp_path) as start:
        yield start


def admitted(start):
    """Somebody who has told the code."""
    person = Citizen(start.app)
    person.get("/setup/")
    person.press("/setup/", {"code": start.steps.state.code})
    return person


def given_room(start, node=NODE, name="大坪村警务室"):
    person = admitted(start)
    person.press("/setup/room", {"way": "alone", "node": node, "name": name})
    return person


def to_the_end(start):
    person = given_room(start)
    for path, fields in steps.AFTER_ROOM:
        person.press(path, fields)
    return person


# --- who may


def test_every_step_leads_a_stranger_to_the_code(machine):
    start = machine()
    stranger = Citizen(start.app)
    for step in set_up.STEPS:
        assert "设置码" in stranger.get(f"/setup/{step}")
        answer = stranger.post(f"/setup/{step}", {"way": "alone", "node": NODE, "name": "冒名"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/setup/")
    assert "设置码" in stranger.get("/setup/receipt")
    assert start.node is None
    assert not (start.home / "node.toml").exists()


def test_the_citizens_screen_says_that_it_is_not_open_and_leads_nowhere(machine):
    citizen = Citizen(machine().app)
    for path in ("/kiosk/", "/kiosk/service/juzhu-dengji"):
        assert "这里还没有开通" in citizen.get(path)
        assert citizen.status == 503
        assert 'href="/setup' not in citizen.text


def test_a_wrong_code_is_counted_and_the_fifth_makes_another(machine):
    start = machine()
    person, first = Citizen(start.app), start.steps.state.code
    wrong = f"{(int(first) + 1) % 10**8:08d}"
    for _ in range(4):
        person.get("/setup/")
        assert person.post("/setup/", {"code": wrong}).status_code == 403
    start = machine()  # a restart gives no new tries
    assert start.steps.state.tries == 1
    person = Citizen(start.app)
    person.get("/setup/")
    person.post("/setup/", {"code": wrong})
    assert start.steps.state.code != first
    person.get("/setup/")
    assert person.post("/setup/", {"code": first}).status_code == 403
    admitted(start)


def test_a_page_from_elsewhere_that_names_this_machine_is_refused(machine):
    start = machine()
    client = start.app.test_client()
    assert client.get("/setup/", headers={"Host": "yizhan.example.cn"}).status_code == 421
    assert client.get("/setup/", headers={"Host": "127.0.0.1:8600"}).status_code == 200
    assert start.server.url.startswith("http://127.0.0.1:")


def test_a_code_that_the_command_made_meanwhile_is_the_one_that_counts(machine):
    start = machine()
    set_up.SetUp(start.home).keep(code="12345678")
    person = Citizen(start.app)
    person.get("/setup/")
    person.press("/setup/", {"code": "1234 5678"})
    assert person.path == "/setup/room"


def test_the_code_is_for_its_owner_alone(machine):
    start = machine()
    assert (start.home / set_up.FILE).stat().st_mode & 0o077 == 0


# --- the steps


def test_all_steps_give_a_room_that_answers_at_the_same_address(machine):
    start = machine()
    person = to_the_end(start)
    assert person.path == "/setup/end"
    node_of, running = [], []

    def go_on():
        node_of.append(start.wait(threading.Event()))
        running.append(Running(node_of[0], after=start))

    waiting = threading.Thread(target=go_on)
    waiting.start()
    answer = person.post("/setup/end", {"act": "finish"})
    waiting.join(PATIENCE_S)
    try:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
        assert not (start.home / set_up.FILE).exists()
        account = officers.all_of(node_of[0])[0]
        assert (account.account, account.rank, account.posts) == ("weijianguo", "民警", set_up.POSTS)
        assert officers.login(node_of[0], "weijianguo", steps.PASSWORD)
        desk = Citizen(start.server._server.application)
        assert "登录" in desk.get("/console/")
        assert desk.client.get("/setup/").status_code == 404
    finally:
        running[0].stop()


def test_a_finished_machine_is_never_set_up_again(machine, capsys):
    start = machine()
    to_the_end(start)
    start.steps.finish()
    assert not set_up.is_due(start.home)
    with pytest.raises(YizhanError, match="已经设置好了"):
        set_up.begin(start.home)
    assert cli.main(["setup", "--home", str(start.home)]) == 1
    assert "已经设置好了" in capsys.readouterr().err


def test_a_folder_with_somebodys_data_and_no_settings_is_no_first_start(machine):
    start = given_room(machine()) and machine()
    start.steps.drop()
    (start.home / "node.toml").unlink()
    assert not set_up.is_due(start.home)


def test_the_last_step_waits_for_those_before_it(machine):
    start = machine()
    person = given_room(start)
    person.get("/setup/end")
    assert person.path == "/setup/time"
    text = person.client.post("/setup/end", data={"csrf_token": person.token, "act": "finish"}).text
    assert "还有没做完的步骤：时间、打印机和读卡器、第一位民警" in text
    assert (start.home / set_up.FILE).exists()


def test_after_a_power_cut_it_goes_on_with_the_step_that_is_left(machine):
    person = given_room(machine())
    person.press("/setup/time")
    start = machine()
    assert start.node.room.name == "大坪村警务室"
    assert admitted(start).path == "/setup/devices"


def test_a_room_that_was_cut_off_while_it_was_made_is_made_anew(machine):
    start = machine()
    given_room(start)
    start.steps.keep(room="")
    (start.home / "node.toml").rename(start.home / UNFINISHED)
    start = machine()
    assert start.node is None
    assert given_room(start).path == "/setup/time"
    assert start.node.settings.node_id == NODE


def test_another_room_may_be_chosen_until_the_centre_knows_the_machine(machine, centre):
    start = machine()
    person = given_room(start)
    person.press("/setup/room", {"way": "alone", "node": OTHER, "name": "小坪村警务室"})
    assert (start.node.settings.node_id, start.node.room.name) == (OTHER, "小坪村警务室")
    file = enrolment.enrol(centre, OTHER, "小坪村警务室", "http://127.0.0.1:9")
    person.press("/setup/room", steps.chosen_file(file))
    with start.node.database.write() as tx:
        tx.execute("UPDATE centre SET enrolled_at = ?", (steps.LATER,))
    text = person.client.post(
        "/setup/room", data={"csrf_token": person.token, "way": "alone", "node": NODE, "name": "大坪村警务室"}
    ).text
    assert "不能再换" in text
    assert 'value="alone"' not in person.get("/setup/room")
    assert "不能再换警务室" in person.text
    assert start.node.settings.node_id == OTHER
    assert not start.node.database.closed


def test_a_file_that_is_no_enrolment_makes_no_room(machine):
    person = admitted(machine())
    for data in (b"", b"[]", b"{}", b'{"node": "5224250017"}', b"\xff" * 30):
        sent = {"csrf_token": person.token, "way": "file", "file": (io.BytesIO(data), "a.json")}
        answer = person.client.post("/setup/room", data=sent)
        assert answer.status_code == 422
        assert "登记文件" in answer.text
    person.get("/setup/time")
    assert person.path == "/setup/room"


def test_a_number_that_is_none_is_said_in_words_of_the_page(machine):
    person = admitted(machine())
    for number in ("", "12", "52242500170", "５２２４２５００１７"):
        given = {"csrf_token": person.token, "way": "alone", "node": number, "name": "大坪村警务室"}
        text = person.client.post("/setup/room", data=given).text
        assert f"警务室编号“{number}”不对" in text
        assert "node.toml" not in text
    person.press("/setup/room", {"way": "alone", "node": " 522425 0017 ", "name": "大坪村警务室"})
    assert person.path == "/setup/time"


def test_the_same_file_again_is_the_same_room(machine, centre):
    start = machine()
    person = admitted(start)
    file = enrolment.enrol(centre, NODE, "大坪村警务室", "http://127.0.0.1:9")
    for _ in range(2):
        person.press("/setup/room", steps.chosen_file(file))
    assert start.belongs()
    assert start.node.room.name == "大坪村警务室"


def test_a_clock_from_before_the_program_was_made_is_not_agreed_to(machine):
    start = machine(FixedClock("2019-01-01T00:00:00+08:00"))
    person = given_room(start)
    text = person.client.post("/setup/time", data={"csrf_token": person.token}).text
    assert "一定不对" in text
    assert "2019-01-01 00:00" in text
    assert "对，差不到两分钟" not in text
    assert start.steps.state.time == ""


def test_two_passwords_that_differ_and_a_weak_one_make_no_account(machine):
    start = machine()
    person = given_room(start)
    for password, again in (("shifan-2026", "shifan-2027"), ("乙乙", "乙乙")):
        fields = {**steps.OFFICER, "password": password, "again": again}
        answer = person.client.post("/setup/officer", data={"csrf_token": person.token, **fields})
        assert answer.status_code == 422
        assert password not in answer.text
    assert officers.all_of(start.node) == []


def test_the_same_officer_again_gets_the_last_password(machine):
    start = machine()
    person = given_room(start)
    person.press("/setup/officer", steps.OFFICER)
    person.press("/setup/officer", {**steps.OFFICER, "password": "lingwai-2026", "again": "lingwai-2026"})
    assert len(officers.all_of(start.node)) == 1
    assert officers.login(start.node, "weijianguo", "lingwai-2026")


def test_the_test_receipt_comes_out_and_counts_only_then(machine):
    start = machine()
    person = given_room(start)
    printed = start.home / "printed"
    (start.home / "devices.toml").write_text(steps.PRINTER, encoding="utf-8")
    assert "正常" in person_tries(person)
    person.press("/setup/devices", {"act": "fine"})
    before = len(list(printed.iterdir()))
    page = person.client.post("/setup/end", data={"csrf_token": person.token, "act": "print"})
    assert "测试凭条已经打印" in page.text
    assert len(list(printed.iterdir())) == before + 1
    assert start.steps.state.printed


def person_tries(person):
    return person.client.post("/setup/devices", data={"csrf_token": person.token, "act": "try"}).text


def test_devices_that_do_not_work_or_are_written_wrongly_are_never_called_fine(machine):
    start = machine()
    person = given_room(start)
    (start.home / "devices.toml").write_text("[[printers]]\nname = 3\n", encoding="utf-8")
    answer = person.client.post("/setup/devices", data={"csrf_token": person.token, "act": "try"})
    assert (answer.status_code, "devices.toml 里有写错的" in answer.text) == (422, True)
    (start.home / "devices.toml").write_text(steps.PRINTER.replace('"file"', '"usb"'), encoding="utf-8")
    text = person_tries(person)
    assert 'value="fine"' not in text
    assert "先这样，下一步" in text


def test_a_room_without_a_printer_of_ours_prints_from_the_browser(machine):
    person = given_room(machine())
    text = person.client.post("/setup/end", data={"csrf_token": person.token, "act": "print"}).text
    assert "测试凭条已经打印" not in text
    assert "大坪村警务室" in person.get("/setup/receipt")
    assert "第一位民警" not in person.text
    person.press("/setup/officer", steps.OFFICER)
    assert "韦建国" in person.get("/setup/receipt")


# --- sticks, and the centre


def test_each_machine_takes_the_next_room_of_one_stick(ask, centre, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    files = [enrolment.enrol(centre, one, f"{one}警务室", "http://127.0.0.1:9") for one in (NODE, OTHER)]
    prepared_stick.write(stick, files)
    taken = [ask("init", "init", "--home", tmp_path / name, "--stick", stick)["node"] for name in ("one", "two")]
    assert taken == [NODE, OTHER]
    assert cli.main(["init", "--home", str(tmp_path / "three"), "--stick", str(stick)]) == 1
    assert prepared_stick.rooms(stick) == []


def test_a_room_of_the_stick_is_one_touch_and_another_one_gives_it_back(machine, centre, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    files = [enrolment.enrol(centre, one, f"{one}警务室", "http://127.0.0.1:9") for one in (NODE, OTHER)]
    prepared_stick.write(stick, files)
    start = machine(media=(str(stick),))
    person = admitted(start)
    assert "下一个" in person.get("/setup/room")
    person.press("/setup/room", {"way": "stick", "chosen": f"{stick}|{NODE}"})
    assert start.belongs()
    person.press("/setup/room", {"way": "stick", "chosen": f"{stick}|{OTHER}"})
    assert [one.claim != "" for one in prepared_stick.rooms(stick)] == [False, True]
    start = machine(media=(str(stick),))  # and a power cut
    assert start.node.settings.node_id == OTHER
    for path, fields in steps.AFTER_ROOM:
        admitted(start).press(path, fields)
    threading.Thread(target=lambda: start.wait(threading.Event()) and start.hand_over()).start()
    start.finish()
    assert [one.node for one in prepared_stick.rooms(stick)] == [NODE]


def test_a_folder_that_is_no_stick_is_not_written_to(machine, tmp_path):
    person = given_room(machine())
    for fields in ({"way": "stick", "chosen": f"{tmp_path}|{NODE}"}, {"way": "stick", "chosen": ""}):
        assert person.client.post("/setup/room", data={"csrf_token": person.token, **fields}).status_code >= 400
    assert person.client.post("/setup/end", data={"csrf_token": person.token, "folder": "/etc"}).status_code >= 400


def test_the_first_contact_binds_the_machine(machine, centre, server):
    start = machine()
    person = admitted(start)
    file = enrolment.enrol(centre, NODE, "大坪村警务室", server.url)
    person.press("/setup/room", steps.chosen_file(file))
    for path, fields in steps.AFTER_ROOM:
        person.press(path, fields)
    text = person.client.post("/setup/end", data={"csrf_token": person.token, "act": "sync"}).text
    assert "已经和省级中心联系上" in text
    assert start.steps.state.carried == "sync"
    assert enrolment.has_machine(centre, NODE)


def test_a_centre_that_does_not_answer_stops_nothing(machine, centre, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    start = machine(media=(str(stick),))
    person = admitted(start)
    file = enrolment.enrol(centre, NODE, "大坪村警务室", "http://127.0.0.1:9")
    person.press("/setup/room", steps.chosen_file(file))
    for path, fields in steps.AFTER_ROOM:
        person.press(path, fields)
    assert person.client.post("/setup/end", data={"csrf_token": person.token, "act": "sync"}).status_code >= 400
    text = person.client.post("/setup/end", data={"csrf_token": person.token, "folder": str(stick)}).text
    assert "写到 U 盘了" in text
    assert "带到省级中心导入" in text
    assert list((stick / "YIZHAN" / NODE / "UP").glob("*.YZU"))
