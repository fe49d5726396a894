"""Kiosks on machines of their own: a code once, a token that the node keeps no copy of, an end that holds at once."""

import json
from datetime import datetime, timedelta

import pytest

from edge import calls, pairing, tls_door
from edge.clock import SystemClock
from edge.errors import YizhanError
from edge.paired_door import COOKIE, PairedDoor
from edge.pairing import Pairings
from tests.desk_app import Desk, add_officer, desk_app
from tests.kiosk_app import TOKEN, kiosk_app

NOW = "2026-11-21T09:12:03+08:00"


def later(**span):
    return (datetime.fromisoformat(NOW) + timedelta(**span)).isoformat(timespec="seconds")


@pytest.fixture
def pairings(tmp_path):
    return Pairings(tmp_path)


def wall():
    """What command and page go by, whatever the node's clock says."""
    return SystemClock().now()


def refused(code, act, *given):
    with pytest.raises(YizhanError) as raised:
        act(*given)
    assert raised.value.code == code


def other(code):
    return f"{(int(code) + 1) % 10**8:08d}"


def test_a_code_pairs_one_kiosk_and_its_token_is_known_to_every_program(pairings, tmp_path):
    code = pairings.offer("  大厅 ", NOW)
    token = pairings.redeem(code, "visit", later(minutes=9))
    assert (Pairings(tmp_path).known(token).name, Pairings(tmp_path).waiting(NOW)) == ("大厅", None)
    assert pairings.known(token + "x") is None
    assert pairings.known("") is None


def test_the_file_is_its_owners_and_holds_neither_code_nor_token(pairings, tmp_path):
    code = pairings.offer("大厅", NOW)
    token = pairings.redeem(code, "visit", NOW)
    text = (tmp_path / pairing.FILE).read_text()
    assert [one for one in (code, token, "visit") if one in json.loads(text)["kiosks"][0].values()] == []
    assert token not in text
    assert (tmp_path / pairing.FILE).stat().st_mode & 0o077 == 0


def test_a_code_is_good_once_and_for_ten_minutes(pairings):
    code = pairings.offer("大厅", NOW)
    refused("kiosk_code_wrong", pairings.redeem, code, "late", later(minutes=11))
    code = pairings.offer("大厅", NOW)
    pairings.redeem(code, "first", NOW)
    refused("kiosk_code_wrong", pairings.redeem, code, "second", NOW)
    assert len(pairings.all()) == 1


def test_a_clock_that_was_set_back_ends_a_code(pairings):
    code = pairings.offer("大厅", NOW)
    refused("kiosk_code_wrong", pairings.redeem, code, "visit", later(minutes=-1))


def test_a_double_touch_is_the_same_kiosk_and_only_its_last_token_holds(pairings):
    code = pairings.offer("大厅", NOW)
    first, second = pairings.redeem(code, "visit", NOW), pairings.redeem(code, "visit", NOW)
    assert pairings.known(first) is None
    assert pairings.known(second).id == 1
    assert len(pairings.all()) == 1
    refused("kiosk_code_wrong", pairings.redeem, code, "visit", later(minutes=11))


def test_five_wrong_codes_end_an_offer(pairings):
    code = pairings.offer("大厅", NOW)
    for _ in range(pairing.TRIES - 1):
        refused("kiosk_code_wrong", pairings.redeem, other(code), "stranger", NOW)
    assert pairings.waiting(NOW).tries == 1
    refused("kiosk_code_wrong", pairings.redeem, other(code), "stranger", NOW)
    refused("kiosk_code_wrong", pairings.redeem, code, "visit", NOW)
    assert (pairings.waiting(NOW), pairings.all()) == (None, ())


def test_wrong_codes_where_nothing_waits_write_nothing(pairings, tmp_path):
    refused("kiosk_code_wrong", pairings.redeem, "12345678", "stranger", NOW)
    assert not (tmp_path / pairing.FILE).exists()


def test_a_new_code_ends_the_one_before(pairings):
    first = pairings.offer("大厅", NOW)
    pairings.offer("走廊", NOW)
    refused("kiosk_code_wrong", pairings.redeem, first, "visit", NOW)


def test_an_ended_kiosk_is_a_stranger_at_once_and_its_number_is_not_used_again(pairings, tmp_path):
    token = pairings.redeem(pairings.offer("大厅", NOW), "visit", NOW)
    assert pairings.known(token)
    assert Pairings(tmp_path).end(1).name == "大厅"  # as the command does, in another process
    assert pairings.known(token) is None
    refused("kiosk_unknown", pairings.end, 1)
    pairings.redeem(pairings.offer("大厅", NOW), "visit", NOW)
    assert [one.id for one in pairings.all()] == [2]


@pytest.mark.parametrize("name", ["", "   ", "大" * 41, "a\x00b"])
def test_a_kiosk_has_a_name_that_can_be_read(pairings, name):
    refused("kiosk_name_wrong", pairings.offer, name, NOW)


def test_a_room_pairs_eight_kiosks(pairings):
    for number in range(pairing.KIOSKS_MAX):
        pairings.redeem(pairings.offer(f"大厅{number}", NOW), "visit", NOW)
    refused("kiosk_too_many", pairings.offer, "又一台", NOW)


def test_after_a_crash_before_the_file_took_its_place_the_code_still_pairs(pairings, tmp_path, monkeypatch):
    code = pairings.offer("大厅", NOW)

    def fails(_path, _target):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", fails)
        refused("kiosk_file", pairings.redeem, code, "visit", NOW)
    assert Pairings(tmp_path).all() == ()
    assert pairings.redeem(code, "visit", NOW)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"kiosks": [{}], "offer": null, "last": 1}'])
def test_a_damaged_file_lets_no_stranger_in(pairings, tmp_path, damage):
    token = pairings.redeem(pairings.offer("大厅", NOW), "visit", NOW)
    (tmp_path / pairing.FILE).write_text(damage)
    assert Pairings(tmp_path).known(token) is None
    assert pairings.redeem(pairings.offer("大厅", NOW), "visit", NOW)


# --- the pages behind the second listener


class FromOutside:
    """A browser on another machine, as the second listener hands its requests on."""

    def __init__(self, node):
        app = kiosk_app(node)
        app.wsgi_app = PairedDoor(app.wsgi_app, node)
        self.client, self.text, self.token = app.test_client(), "", ""

    def ask(self, path, method="GET", **more):
        base = {"REMOTE_ADDR": f"{tls_door.CAME}192.0.2.9"}
        answer = self.client.open(path, method=method, environ_base=base, base_url="https://192.0.2.1:8643", **more)
        self.text = answer.text
        found = TOKEN.search(self.text)
        self.token = found[1] if found else self.token
        answer.close()
        return answer

    def give(self, code):
        self.ask("/kiosk/pair")
        return self.ask("/kiosk/pair", "POST", data={"csrf_token": self.token, "code": code})


@pytest.fixture
def outside(node):
    return FromOutside(node)


def paired(node, outside):
    code = Pairings(node.settings.home).offer("大厅", wall())
    answer = outside.give(f"{code[:4]} {code[4:]}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk/")
    return answer


@pytest.mark.parametrize(
    "path", ["/", "/kiosk/", "/kiosk/find", "/print/ceshi-dengji/guide", "/console/", "/healthz", "/s/"]
)
def test_before_the_pairing_every_address_leads_to_its_page(outside, path):
    answer = outside.ask(path)
    assert (answer.status_code, answer.headers["Location"], outside.text) == (303, "/kiosk/pair", "")
    assert outside.ask(path, "POST").status_code == 403


def test_the_page_takes_the_code_and_the_kiosk_is_one_of_the_room(node, outside):
    outside.ask("/kiosk/pair")
    assert "给这台自助机配对" in outside.text
    assert "8 位数字" in outside.text
    cookie = paired(node, outside).headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "您要办什么事" in outside.ask("/kiosk/").text
    assert f"{COOKIE}=" in outside.ask("/kiosk/").headers["Set-Cookie"]  # renewed
    assert node.at_hand.kiosks_seen == {1: node.clock.now()}


@pytest.mark.parametrize(
    "path", ["/console/", "/console/login", "/s/ABC", "/api/v1/applications/1", "/healthz", "/KIOSK/", "/kioskx"]
)
def test_a_paired_kiosk_reaches_the_kiosk_alone(node, outside, path):
    paired(node, outside)
    for answer in (outside.ask(path), outside.ask(path, "POST")):
        assert answer.status_code == 404
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_wrong_code_is_said_on_the_page_and_counts(node, outside):
    code = Pairings(node.settings.home).offer("大厅", wall())
    assert outside.give(other(code)).headers["Location"] == "/kiosk/pair"
    assert "配对码不对，或者已经过了时间" in outside.ask("/kiosk/pair").text
    assert Pairings(node.settings.home).waiting(wall()).tries == pairing.TRIES - 1
    assert outside.give("").headers["Location"] == "/kiosk/pair"


def test_a_code_without_the_token_of_the_form_is_refused_and_costs_no_try(node, outside):
    code = Pairings(node.settings.home).offer("大厅", wall())
    assert outside.ask("/kiosk/pair", "POST", data={"code": code}).status_code == 400
    assert Pairings(node.settings.home).waiting(wall()).tries == pairing.TRIES


def test_a_second_touch_on_pair_comes_to_the_kiosk_too(node, outside):
    code = Pairings(node.settings.home).offer("大厅", wall())
    outside.give(code)
    again = outside.ask("/kiosk/pair", "POST", data={"csrf_token": outside.token, "code": code})
    assert again.headers["Location"] == "/kiosk/"
    assert outside.ask("/kiosk/").status_code == 200
    assert len(Pairings(node.settings.home).all()) == 1


def test_the_end_of_a_visit_keeps_the_pairing_and_the_end_of_the_pairing_ends_the_visit(node, outside):
    paired(node, outside)
    outside.ask("/kiosk/help")
    outside.ask("/kiosk/leave", "POST", data={"csrf_token": outside.token})
    assert outside.ask("/kiosk/").status_code == 200
    Pairings(node.settings.home).end(1)
    assert outside.ask("/kiosk/").headers["Location"] == "/kiosk/pair"


def test_the_kiosk_of_this_machine_needs_no_code_and_has_no_page_for_one(node):
    app = kiosk_app(node)
    app.wsgi_app = PairedDoor(app.wsgi_app, node)
    assert app.test_client().get("/kiosk/").status_code == 200
    assert app.test_client().get("/kiosk/pair").status_code == 404
    told = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": f"{tls_door.CAME}1", "HTTP_YIZHAN_PAIRED": "1"}
    assert app.test_client().get("/kiosk/pair", environ_base=told).status_code == 404


def test_a_kiosk_elsewhere_uses_its_own_devices(node, outside):
    toml = (
        '[[readers]]\nname = "here"\nkind = "id-card"\ndriver = "recorded"\nport = "devices/cards.json"\n'
        '[[readers]]\nname = "there"\nkind = "id-card"\ndriver = "keyboard"\n'
        '[mapping.kiosk]\nreader = "here"\n[mapping.paired]\nreader = "there"\n'
    )
    (node.settings.home / "devices.toml").write_text(toml, encoding="utf-8")
    node.clock.advance(seconds=2)
    node.refresh()
    paired(node, outside)
    outside.ask("/kiosk/service/juzhu-dengji")
    begun = outside.ask("/kiosk/service/juzhu-dengji/start", "POST", data={"csrf_token": outside.token})
    outside.ask(begun.headers["Location"])
    assert 'name="_card"' in outside.text  # the box that its reader types into


def test_the_desk_sees_whether_the_other_kiosk_is_there(node, outside):
    add_officer(node)
    desk = Desk(desk_app(node))
    assert "另一台自助机" not in desk.text("/console/tickets")
    other_one = Pairings(node.settings.home)
    other_one.redeem(other_one.offer("走廊", NOW), "visit", NOW)
    paired(node, outside)
    outside.ask("/kiosk/")
    text = desk.text("/console/tickets")
    assert "开机以后还没有连上来" in text
    assert "最近一次在用" in text


def test_the_desk_sees_which_of_several_kiosks_asks_for_help(node, outside):
    add_officer(node)
    desk = Desk(desk_app(node))
    calls.call(node.database, "kiosk:here")
    assert "自助机有人请求帮助" in desk.text("/console/")
    paired(node, outside)
    outside.ask("/kiosk/help")
    outside.ask("/kiosk/help", "POST", data={"csrf_token": outside.token})
    text = desk.text("/console/")
    assert "这台电脑的自助机有人请求帮助" in text
    assert f"自助机“{Pairings(node.settings.home).all()[0].name}”有人请求帮助" in text
