"""A running node takes over what is saved and right; what is wrong changes nothing and is said on the console."""

import copy
import json
import threading

import pytest
from service_for_tests import SERVICE

from edge.app import create_app
from edge.config import watching
from edge.node import open_node
from tests.desk_app import Desk, add_officer
from tests.kiosk_app import Citizen


@pytest.fixture
def citizen(node):
    return Citizen(create_app(node))


def save(node, name, text):
    """As an editor saves: a new file in place of the old one; then a second passes."""
    path = node.settings.home / name
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)
    node.clock.advance(seconds=2)


CARD = {
    "title": "办老年证",
    "where": [{"name": "民政窗口"}],
    "phones": [{"label": "咨询", "number": "12345"}],
    "bring": ["身份证"],
}


def test_what_is_saved_is_on_the_next_page(node, citizen):
    assert "办老年证" not in citizen.get("/kiosk/area/all")
    save(node, "cards/laonianzheng.json", CARD)
    assert "办老年证" in citizen.get("/kiosk/area/all")
    save(node, "room.toml", 'name = "清水村警务室"\n')
    assert "清水村警务室" in citizen.get("/kiosk/")
    save(node, "notices/tongzhi.md", '+++\ntitle = "停电通知"\n+++\n周六停电。\n')
    assert "停电通知" in citizen.get("/kiosk/area/open")
    save(node, "faq/shui.json", {"questions": [{"question": "水费在哪里交？", "answer": "村委会。"}]})
    assert "水费在哪里交？" in citizen.get("/kiosk/area/ask")
    save(
        node,
        "home.toml",
        'first = ["card:laonianzheng"]\n[[life]]\nid = "ruxue"\ntitle = "孩子上学"\nentries = ["card:laonianzheng"]\n',
    )
    assert citizen.get("/kiosk/").index("办老年证") < citizen.text.index("孩子上学")
    save(node, "calendar/2031.json", {"years": [2031], "holidays": ["2031-01-01"], "workdays": []})
    citizen.get("/kiosk/")
    assert 2031 in node.calendar.years
    save(node, "devices.toml", "[speaker]\nenabled = true\n")
    citizen.get("/kiosk/")
    assert node.files.devices.speaker.enabled
    assert not node.files.faults


def test_a_file_that_is_taken_away_leaves_the_packaged_one(node, citizen):
    save(node, "cards/huzhao.json", CARD)
    assert "办老年证" in citizen.get("/kiosk/card/huzhao")
    (node.settings.home / "cards/huzhao.json").unlink()
    node.clock.advance(seconds=2)
    assert "办护照" in citizen.get("/kiosk/card/huzhao")


@pytest.mark.parametrize(
    "case",
    [
        ("room.toml", 'name = "清水村警务室"\n', 'name = "坏"\n', "清水村警务室", "/kiosk/"),
        ("cards/a.json", CARD, {**CARD, "title": 3}, "办老年证", "/kiosk/area/all"),
        ("notices/a.md", '+++\ntitle = "停电通知"\n+++\n', "停水", "停电通知", "/kiosk/area/open"),
        (
            "home.toml",
            '[[life]]\nid = "a"\ntitle = "孩子上学"\nentries = ["card:huzhao"]\n',
            "life = 3\n",
            "孩子上学",
            "/kiosk/",
        ),
        ("faq/a.json", {"questions": [{"question": "问？", "answer": "答"}]}, "{", "问？", "/kiosk/area/ask"),
    ],
    ids=["room", "card", "notice", "home", "faq"],
)
def test_what_is_wrong_changes_nothing_and_says_so(node, citizen, caplog, case):
    name, good, bad, shown, page = case
    save(node, name, good)
    assert shown in citizen.get(page)
    save(node, name, bad)
    assert shown in citizen.get(page)
    said = watching.lines(node.files)
    assert len(said) == 1
    assert said[0].startswith(name)
    assert said[0].endswith("仍按原来的内容运行")
    assert said[0] in caplog.text
    save(node, name, good)
    citizen.get(page)
    assert watching.lines(node.files) == []


def test_a_fault_in_one_file_holds_up_no_other(node, citizen):
    save(node, "home.toml", "first = 3\n")
    save(node, "cards/a.json", CARD)
    assert "办老年证" in citizen.get("/kiosk/area/all")
    assert len(node.files.faults) == 1


def test_a_fault_is_told_on_the_consoles_first_page(node):
    add_officer(node)
    officer = Desk(create_app(node))
    save(node, "home.toml", '# 首页\nfirst = ["service:x"]\nfrist = []\n')
    assert "home.toml 第 3 行 frist：没有这个配置项" in (text := officer.text("/console/"))
    assert "仍按原来的内容运行" in text


def test_a_name_that_leads_nowhere_is_left_out_and_told(node, citizen):
    save(node, "home.toml", 'first = ["service:meiyou-zhege", "card:huzhao"]\n')
    assert "办护照" in citizen.get("/kiosk/")
    assert watching.lines(node.files) == [
        "home.toml 第 1 行 first.0：没有事项“meiyou-zhege”，首页不显示它（请核对拼写）"
    ]


def test_what_the_province_says_is_on_guide_form_and_paper_at_once(node, citizen):
    service, sheet = "/kiosk/service/shenfenzheng-huanling", "/print/shenfenzheng-huanling/guide"
    assert "20元" in citizen.get(service)
    assert "40元（以当地公布为准）" in citizen.text
    save(node, "province.toml", "[parameters]\nid_card_fee_renew = 17\nid_card_fee_replace = 33\n")
    for page in (service, sheet):
        text = citizen.get(page)
        assert "17 元" in text
        assert "33元" in text
        assert "20元" not in text
        assert "33元（以当地公布为准）" not in text
    assert "17元" in node.newest("shenfenzheng-huanling").i18n["zh-CN"]["page.reason.fee.text"]
    digest = node.newest("shenfenzheng-huanling").digest
    assert node.definition(digest).service["fee"]["amount"] == 17


def test_a_service_joins_when_its_file_is_right_and_a_faulty_one_does_not(node):
    other = copy.deepcopy(SERVICE) | {"id": "xian-nongji"}
    save(node, "services/xian-nongji.json", other)
    assert node.refresh()
    assert node.newest("xian-nongji").version == "2026.11.1"
    save(node, "services/xian-nongji.json", "{")
    assert node.refresh()
    assert node.newest("xian-nongji").version == "2026.11.1"
    assert watching.lines(node.files)[0].startswith("services/xian-nongji.json 第 1 行")


def test_a_faulty_service_holds_up_no_other_file(node):
    save(node, "services/xian-nongji.json", "{")
    save(node, "province.toml", "[parameters]\nid_card_fee_renew = 18\n")
    node.refresh()
    assert node.newest("shenfenzheng-huanling").service["fee"]["amount"] == 18


def test_the_files_are_looked_at_once_a_second(node, monkeypatch):
    looked = []
    real = watching.all_files.signature
    monkeypatch.setattr(watching.all_files, "signature", lambda *given: looked.append(1) or real(*given))
    node.clock.advance(seconds=2)
    assert not node.refresh()
    assert not node.refresh()
    node.clock.advance(seconds=2)
    assert not node.refresh()
    assert len(looked) == 2


def test_an_unchanged_folder_is_never_read_again(node):
    before = node.files
    node.clock.advance(seconds=2)
    assert not node.refresh()
    assert node.files is before


def test_two_requests_at_once_read_the_files_once(node):
    save(node, "cards/a.json", CARD)
    with node.watch.lock:
        assert not node.refresh()
    assert node.refresh()
    done = []
    save(node, "cards/b.json", CARD)
    threads = [threading.Thread(target=lambda: done.append(node.refresh())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 1


def test_a_node_starts_with_a_faulty_file_of_its_pages_and_says_so(home, clock):
    (home / "home.toml").write_text("first = 3\n", encoding="utf-8")
    node = open_node(home, clock)
    try:
        assert len(node.files.home.first) == 9
        assert watching.lines(node.files)[0].startswith("home.toml 第 1 行 first")
    finally:
        node.close()
