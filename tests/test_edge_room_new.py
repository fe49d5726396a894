"""A county bureau sets up a room with a service of its own by writing files only, and an application is filed in it."""

import copy
import json

import pytest
from service_for_tests import SERVICE as SERVICE_FOR_TESTS

from edge.node import open_node
from forms import lint
from tests import programs
from tests.kiosk_app import Citizen, kiosk_app

SERVICE = "xian-nongji"
ROOM = """
name = "清水镇石桥村警务室"
station = "清水派出所"
hours = "周一至周五 9:00–17:00"
[[phones]]
label = "警务室"
number = "0857-0000000"
"""
HOME = f"""
first = ["service:{SERVICE}", "life:nongmang", "card:nongji-butie"]
[[life]]
id = "nongmang"
title = "农忙"
note = "农机要登记，补贴到镇里领"
icon = "sun"
entries = ["service:{SERVICE}", "card:nongji-butie", "service:juzhu-dengji"]
"""
PROVINCE = """
name = "某某省公安厅"
[parameters]
nongji_fee = 5
"""
CARD = {
    "title": "领农机补贴",
    "where": [{"name": "镇农业服务中心", "address": "镇政府一楼", "map": "坐到镇政府下车"}],
    "phones": [{"label": "农业服务热线", "number": "12316"}],
    "bring": ["身份证", "购机发票"],
}
NOTICE = '+++\ntitle = "农机安全检查"\nfrom = 2026-11-01\nuntil = 2026-12-31\n+++\n**十二月十日**在村委会检查。\n'


def service():
    """What the county writes: a form of its own, with a fee that the province sets."""
    value = copy.deepcopy(SERVICE_FOR_TESTS) | {"id": SERVICE}
    value["x-service"] |= {
        "name": "农业机械登记",
        "citizen_name": "买了拖拉机，要登记",
        "publisher": {"area": "522425", "name": "某某县公安局"},
        "parameters": {"nongji_fee": {"title": "农业机械登记的工本费", "default": 10, "unit": "元"}},
        "fee": {"amount": {"parameter": "nongji_fee"}, "basis": "某某省农业机械登记办法第八条"},
    }
    return value


def write(home, files):
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=1)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def county(tmp_path):
    """The county's key."""
    file = tmp_path / "county.json"
    words = ("--area", "522425", "--name", "周敏", "--out", file)
    return file, programs.ask(None, "forms", "keygen", *words)["key"]


@pytest.fixture
def home(tmp_path, county):
    """A new node's folder into which only files were written."""
    file, key = county
    home = tmp_path / "room"
    programs.ask("init", "init", "--home", home, "--node", programs.NODE, "--room", "清水镇石桥村警务室")
    publisher = f'\n[[publishers]]\narea = "522425"\nname = "某某县公安局"\nkey = "{key}"\n'
    write(
        home,
        {
            "node.toml": (home / "node.toml").read_text(encoding="utf-8") + publisher,
            "room.toml": ROOM,
            "home.toml": HOME,
            "province.toml": PROVINCE,
            f"services/{SERVICE}.json": service(),
            "cards/nongji-butie.json": CARD,
            "notices/jiancha.md": NOTICE,
        },
    )
    code, _, err = programs.run("forms", "sign", home / f"services/{SERVICE}.json", "--key", file)
    assert code == 0, err
    return home


def test_a_room_is_set_up_by_files_and_files_an_application_of_its_own_service(home, tmp_path):
    assert lint.troubles(service()) == []
    assert programs.ask("config_check", "config", "check", "--home", home)["faults"] == []
    write(tmp_path, {"answers.json": service()["x-samples"]["valid"][0]["answers"]})
    answers, words = tmp_path / "answers.json", ("--token", "first-of-the-county")
    filed = programs.ask("apply", "apply", SERVICE, answers, *words, "--home", home)
    shown = programs.ask("show", "show", filed["number"], "--home", home)
    assert "农业机械登记" in json.dumps(shown, ensure_ascii=False)
    assert programs.ask("apply", "apply", SERVICE, answers, *words, "--home", home)["number"] == filed["number"]


def test_its_pages_are_the_countys(home, clock):
    node = open_node(home, clock)
    try:
        citizen = Citizen(kiosk_app(node))
        start = citizen.get("/kiosk/")
        assert "清水镇石桥村警务室" in start
        assert start.index("买了拖拉机，要登记") < start.index("农忙") < start.index("领农机补贴")
        assert "5 元" in citizen.get(f"/kiosk/service/{SERVICE}")
        assert "以当地公布为准" not in citizen.text
        assert "坐到镇政府下车" in citizen.get("/kiosk/card/nongji-butie")
        assert "12316" in citizen.get("/kiosk/card/nongji-butie/sheet")
        assert "买了拖拉机，要登记" in citizen.get("/kiosk/life/nongmang")
        assert "<strong>十二月十日</strong>" in citizen.get("/kiosk/notice/jiancha")
    finally:
        node.close()


def test_a_service_that_was_changed_after_it_was_signed_is_named(home):
    write(home, {f"services/{SERVICE}.json": service() | {"version": "2026.11.2"}})
    found = programs.ask("config_check", "config", "check", "--home", home, code=1)
    assert [one["file"] for one in found["places"]] == [f"services/{SERVICE}.sig.json"]
