"""Cards, life events, questions and notices at the kiosk: what files say, in the citizen's language, for a stranger too."""

import json
import re

import pytest

from tests.kiosk_app import Citizen, kiosk_app, kiosk_node


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


def refresh(node, name, text):
    path = node.settings.home / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    node.clock.advance(seconds=2)
    assert node.refresh()


def test_the_start_page_has_the_life_events_and_the_four_areas(citizen):
    text = citizen.get("/kiosk/")
    assert text.index("全部事项") < text.index("公开公告") < text.index("评价监督") < text.index("生孩子")
    assert text.count('class="tile"') == 10


def test_every_card_says_where_by_telephone_what_to_bring_and_prints(citizen, node):
    for name, card in node.files.cards.items():
        page, sheet = citizen.get(f"/kiosk/card/{name}"), citizen.get(f"/kiosk/card/{name}/sheet")
        for text in (page, sheet):
            assert card.where[0].name.said("zh-CN") in text
            assert card.phones[0].number in text
            assert all(one.said("zh-CN") in text for one in card.bring)
        assert f'href="/kiosk/card/{name}/sheet"' in page
        assert "以当地公布为准" in page
        assert "data-print" in sheet


def test_every_card_can_be_reached_from_the_area_of_what_is_done(citizen, node):
    text = citizen.get("/kiosk/area/all")
    assert all(f'href="/kiosk/card/{name}"' in text for name in node.files.cards)


def test_a_life_event_leads_to_its_services_and_cards(citizen):
    text = citizen.get("/kiosk/life/shengwa")
    links = re.findall(r'<li><a href="([^"]+)"', text)
    assert links == [
        *("/kiosk/card/chusheng-zhengming", "/kiosk/service/xinshenger-chusheng"),
        *("/kiosk/service/chusheng-dengji", "/kiosk/card/yibao"),
        "/kiosk/service/shenfenzheng-shenling",
    ]


def test_a_guide_says_only_once_that_nothing_is_charged(citizen):
    facts = citizen.get("/kiosk/service/jubao-tousu").split('class="fact"')
    assert [fact.count("不收费") for fact in facts if "收多少钱" in fact] == [1]


def test_everything_is_said_in_english_where_the_files_do(citizen):
    citizen.get("/kiosk/")
    citizen.press("/kiosk/view", {"wish": "en", "back": "/kiosk/"})
    assert "Having a baby" in citizen.get("/kiosk/")
    assert "Passport and travel permits" in citizen.get("/kiosk/card/huzhao")
    assert "checked on 1 November 2026" in citizen.get("/kiosk/card/huzhao")
    assert "Where to go" in citizen.get("/kiosk/card/huzhao/sheet")
    assert "call 110 at once" in citizen.get("/kiosk/notice/fangzhapian")
    assert "How do I call the police" in citizen.get("/kiosk/area/ask")


def test_what_a_file_says_in_chinese_alone_is_said_in_chinese(citizen, node):
    card = {
        "title": "办老年证",
        "where": [{"name": "民政窗口"}],
        "phones": [{"label": "咨询", "number": "12345"}],
        "bring": ["身份证"],
    }
    refresh(node, "cards/laonianzheng.json", json.dumps(card))
    citizen.get("/kiosk/")
    citizen.press("/kiosk/view", {"wish": "en", "back": "/kiosk/"})
    assert "办老年证" in citizen.get("/kiosk/card/laonianzheng")


def test_a_notice_is_shown_on_its_days_only(citizen, node):
    refresh(
        node, "notices/tingdian.md", '+++\ntitle = "停电通知"\nfrom = 2026-11-20\nuntil = 2026-11-22\n+++\n周六停电。\n'
    )
    assert "停电通知" in citizen.get("/kiosk/area/open")
    assert citizen.text.index("停电通知") < citizen.text.index("防溺水")
    assert "周六停电" in citizen.get("/kiosk/notice/tingdian")
    node.clock.advance(days=3)
    assert "停电通知" not in citizen.get("/kiosk/area/open")
    citizen.get("/kiosk/notice/tingdian")
    assert citizen.status == 404


@pytest.mark.parametrize("path", ["card/none", "card/none/sheet", "life/none", "notice/none", "card/..%2Fhome"])
def test_what_is_not_there_is_not_found(citizen, path):
    citizen.get(f"/kiosk/{path}")
    assert citizen.status == 404


def test_what_a_file_says_is_never_markup(citizen, node):
    card = {
        "title": "<b>x</b>",
        "where": [{"name": "<script>"}],
        "phones": [{"label": "a", "number": "110"}],
        "bring": ["<i>"],
    }
    refresh(node, "cards/a.json", json.dumps(card))
    refresh(node, "notices/a.md", '+++\ntitle = "<b>y</b>"\n+++\n<script>alert(1)</script>\n')
    for page in ("/kiosk/card/a", "/kiosk/card/a/sheet", "/kiosk/notice/a", "/kiosk/area/all", "/kiosk/area/open"):
        text = citizen.get(page)
        assert "<b>" not in text
        assert "<script>" not in text


def test_the_elders_start_page_has_its_own_order_and_its_button_can_be_left_out(citizen, node):
    refresh(node, "home.toml", '[elder]\nfirst = ["card:yibao"]\n')
    citizen.get("/kiosk/")
    assert "交医保" not in citizen.text
    assert "交医保" in citizen.press("/kiosk/view", {"wish": "elder", "back": "/kiosk/"})
    refresh(node, "home.toml", "[elder]\nentry = false\n")
    assert "长辈版" not in Citizen(kiosk_app(node)).get("/kiosk/")


def test_areas_stand_in_the_order_and_under_the_names_of_the_county(citizen, node):
    refresh(node, "home.toml", '[[areas]]\nname = "watch"\ntitle = "给我们提意见"\nicon = "phone"\n')
    text = citizen.get("/kiosk/")
    assert text.index("给我们提意见") < text.index("全部事项")
    assert re.search(r"<h1[^>]*>给我们提意见</h1>", citizen.get("/kiosk/area/watch"))
    assert text.count('class="area"') == 4
