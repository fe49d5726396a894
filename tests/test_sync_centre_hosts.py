"""By which names the centre answers: no foreign page lets its own name point there, and no room is cut off."""

from dataclasses import replace

import pytest

from sync.centre import enrolment
from sync.centre.app import create_app
from sync.centre.settings import CentreSettings, SettingsError, load
from tests.centre_room import NODE, Room

PAGES = ("/", "/review/login", "/wall/", "/s/ABCDEFGHIJKLMNOPQRSTUVWXYZ", "/static/yizhan.css", "/nowhere")
PROGRAMS = ("/api/openapi.json", "/api/v1/applications")


def client_of(centre, **settings):
    object.__setattr__(centre, "settings", replace(centre.settings, **settings))
    return create_app(centre).test_client()


def test_a_page_that_lets_its_own_name_point_to_the_centre_gets_nothing(centre):
    client = client_of(centre, url="https://zx.example.cn", names="zwfw.example.cn")
    for path in (*PAGES, *PROGRAMS, "//sync/v1/"):
        refused = client.get(path, headers={"Host": "evil.example"})
        assert (refused.status_code, refused.headers.get("Set-Cookie")) == (421, None), path
        said = refused.json["error"]["sentence"] if refused.is_json else refused.text
        assert "这个地址不是省级中心的，没有打开" in said, path
        assert "evil.example" not in refused.text
    told = client.get(PROGRAMS[1], headers={"Host": "evil.example"}).json["error"]
    assert told["code"] == "centre_host_unknown"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8600", "localhost:8600", "[::1]:8600", "192.0.2.7", "zx.example.cn", "ZX.example.cn:443",
     "zwfw.example.cn", "desk.internal"],
)  # fmt: skip  # a table
def test_numbers_localhost_and_the_names_of_the_settings_are_answered(centre, host):
    client = client_of(centre, url="https://zx.example.cn:8443", names="zwfw.example.cn, Desk.internal")
    for path in ("/review/login", "/api/openapi.json"):
        assert client.get(path, headers={"Host": host}).status_code == 200


def test_without_a_setting_numbers_and_localhost_are_answered_alone(centre):
    client = client_of(centre)
    assert client.get("/review/login").status_code == 200
    assert client.get("/review/login", headers={"Host": "127.0.0.1:8600"}).status_code == 200
    assert client.get("/review/login", headers={"Host": "zx.example.cn"}).status_code == 421


def test_a_room_that_was_enrolled_with_an_address_of_no_setting_is_heard(centre):
    client = client_of(centre, url="https://zx.example.cn")
    room = Room(enrolment.enrol(centre, NODE, "大坪村警务室", "https://old-name.example.cn"))
    named = {"Host": "old-name.example.cn"}
    assert client.post(f"/sync/v1/{NODE}/enrol", data=room.first_word(), headers=named).status_code == 200
    room.file_one()
    sent = room.batch()
    answer = client.post(f"/sync/v1/{NODE}", data=sent, headers=named)
    assert answer.status_code == 200
    assert room.read(answer.data, sent).ack.head.seq == 1
    assert client.get("/healthz", headers=named).status_code == 200
    assert client.get("/review/login", headers=named).status_code == 421


def test_a_name_that_only_the_proxy_says_is_not_believed(centre):
    client = client_of(centre, url="https://zx.example.cn")
    named = {"Host": "evil.example", "X-Forwarded-Host": "zx.example.cn"}
    assert client.get("/review/login", headers=named).status_code == 421


@pytest.mark.parametrize(
    "names", ["https://zwfw.example.cn", "zwfw.example.cn:443", "a b", "zwfw.example.cn,,x", "*.cn"]
)
def test_what_is_no_name_is_said_at_the_start(tmp_path, names):
    (tmp_path / "centre.toml").write_text(f'names = "{names}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="不写 https:// 和端口") as caught:
        load(tmp_path, {})
    assert caught.value.key == "names"


def test_the_names_of_a_centre_are_those_of_its_settings(tmp_path):
    found = CentreSettings(tmp_path, host="Centre.local", url="https://zx.example.cn/x", names="b.example.cn")
    assert found.hosts.known == {"centre.local", "zx.example.cn", "b.example.cn"}
