import io
import json
import re
import shutil

import pytest

from edge import applications
from edge.node import open_node
from forms.definition import PACKAGED
from tests.desk_app import centre_says
from tests.kiosk_app import SERVICE, Citizen, begin, check_page, filed, jpeg, kiosk_app, kiosk_node
from tests.service_for_tests import service
from tests.signing import publish_file


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


@pytest.fixture
def app(node):
    return kiosk_app(node)


@pytest.fixture
def citizen(app):
    return Citizen(app)


# --- the start


def test_the_start_page_speaks_in_the_citizens_words_and_puts_danger_to_life_in_sight(citizen):
    text = citizen.get("/kiosk/")
    assert "到外地住下了，要登记" in text
    assert "人身有危险，请先拨打 110" in text
    assert "请工作人员帮忙" in text
    assert "接着办" not in text


@pytest.mark.parametrize("area", ["all", "open", "ask", "watch"])
def test_each_of_the_four_areas_has_something_to_say(citizen, area):
    text = citizen.get(f"/kiosk/area/{area}")
    assert citizen.status == 200
    said = {"all": "居住登记", "open": "周一至周六 8:30–17:30", "ask": "没有手机能办吗", "watch": "12389"}
    assert said[area] in text


def test_an_area_that_is_none_is_not_found(citizen):
    citizen.get("/kiosk/area/admin")
    assert citizen.status == 404


def test_the_guide_says_who_what_how_long_how_much_and_how_data_is_used(citizen):
    text = citizen.get(f"/kiosk/service/{SERVICE}")
    for said in ("谁可以办", "住所证明", "当场办结", "不收费", "您的信息怎么用", "开始办理"):
        assert said in text


def test_an_unknown_service_is_a_page_with_a_way_back(citizen):
    text = citizen.get("/kiosk/service/none")
    assert citizen.status == 404
    assert 'href="/kiosk/"' in text


# --- strangers, leaving, finding


def test_a_stranger_sees_nothing_of_a_draft_or_a_receipt(citizen, app, node):
    address = check_page(citizen)
    stranger = Citizen(app)
    stranger.get("/kiosk/find")
    for page in ("0", "check", "receipt"):
        stranger.get(f"{address}/{page}")
        assert stranger.status == 404
    for page in ("0", "0/keep", "file"):
        assert stranger.post(f"{address}/{page}").status_code == 404
    assert filed(node) == []
    citizen.press(f"{address}/file")
    stranger.get(f"{address}/receipt")
    assert stranger.status == 404


def test_leaving_wipes_draft_photos_session_and_look(citizen, node):
    address = begin(citizen)
    citizen.press(f"{address}/5", {"/files/residenceProof": (io.BytesIO(jpeg()), "a.jpg"), "_act": "back"})
    citizen.press(f"{address}/0", {"/applicant/name": "王秀梅", "_act": "view:elder"})
    assert 'class="kiosk elder"' in citizen.text
    citizen.press("/kiosk/help", {})
    text = citizen.press("/kiosk/leave")
    assert 'class="kiosk"' in text
    with node.database.read() as tx:
        for table in ("draft", "material", "call"):
            assert tx.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table
    citizen.get(f"{address}/0")
    assert citizen.status == 404


def test_nobody_answering_ends_the_visit_as_well(citizen, node):
    address = begin(citizen)
    text = citizen.get(f"/kiosk/idle?back={address}/0")
    assert f'href="{address}/0"' in text
    with citizen.client.get("/kiosk/idle") as answer:
        assert answer.headers["Refresh"] == "30; url=/kiosk/over"
    citizen.get("/kiosk/over")
    assert citizen.path == "/kiosk/"
    with node.database.read() as tx:
        assert tx.execute("SELECT count(*) FROM draft").fetchone()[0] == 0


@pytest.mark.parametrize(
    "foreign", ["https://example.org/", "//example.org", "/console/", "/kiosk/../console", "/kiosk\\x", ""]
)
def test_a_way_back_never_leads_out_of_the_kiosk(citizen, foreign):
    text = citizen.get(f"/kiosk/help?back={foreign}")
    assert 'class="kiosk-back" href="/kiosk/"' in text


def test_number_and_code_open_an_application_for_this_visit_only(citizen, app, node):
    address = check_page(citizen)
    text = citizen.press(f"{address}/file")
    number, code = (re.sub(" ", "", found) for found in re.findall(r'receipt-number">([\d ]+)<', text)[:2])
    other = Citizen(app)
    other.get("/kiosk/find")
    text = other.press("/kiosk/find", {"number": number, "code": code})
    assert other.path == "/kiosk/found"
    assert "已收件，尚未上传" in text
    assert "王秀梅" not in text
    third = Citizen(app)
    third.get("/kiosk/found")
    assert third.status == 404


def test_the_one_receipt_of_a_whole_opens_each_of_its_parts(app, node):
    answers = node.newest("xinshenger-chusheng").samples["valid"][0]["answers"]
    made = applications.file(
        node, "xinshenger-chusheng", answers, token="token-whole", channel="import", actor="import"
    )
    with node.database.read() as tx:
        state = applications.get(tx, made.number).state
    numbers = [number for _, number in state.parts]
    citizen = Citizen(app)
    citizen.get("/kiosk/find")
    text = citizen.press("/kiosk/find", {"number": made.number, "code": state.receipt.code})
    assert re.findall(r'href="/kiosk/found/(\d+)"', text) == numbers
    text = citizen.get(f"/kiosk/found/{numbers[1]}")
    assert "预防接种证" in text
    assert "这是新生儿出生" in text
    assert 'class="kiosk-back" href="/kiosk/found"' in text
    citizen.press("/kiosk/view", {"wish": "en", "back": "/kiosk/found"})
    page = re.sub(r"<[^>]*>", " ", citizen.get("/kiosk/found").partition("<main")[2].partition("</main>")[0])
    for said in ("The parts of it (4 in all)", "派出所 · Received · No. ", "All parts closed", "Look at this part"):
        assert said in page
    citizen.press("/kiosk/view", {"wish": "zh-CN", "back": "/kiosk/found"})
    citizen.get("/kiosk/find")
    assert "预防接种证" in citizen.press("/kiosk/find", {"number": numbers[1], "code": state.receipt.code})


def test_a_part_opens_for_nobody_who_has_not_opened_its_whole(citizen, app, node):
    address = check_page(citizen)
    text = citizen.press(f"{address}/file")
    number, code = (re.sub(" ", "", found) for found in re.findall(r'receipt-number">([\d ]+)<', text)[:2])
    for stranger in (Citizen(app), citizen):
        stranger.get(f"/kiosk/found/{number}")
        assert stranger.status == 404
    citizen.get("/kiosk/find")
    citizen.press("/kiosk/find", {"number": number, "code": code})
    citizen.get(f"/kiosk/found/{number}")
    assert citizen.status == 404


def test_who_has_to_correct_something_is_told_that_it_can_be_done_where_he_stands(citizen, node):
    address = check_page(citizen)
    text = citizen.press(f"{address}/file")
    number, code = (re.sub(" ", "", found) for found in re.findall(r'receipt-number">([\d ]+)<', text)[:2])
    item = {"target": "field", "ref": "/residence/landmark", "label": "小地名或参照物", "defect": "请写清楚"}
    centre_says(node, "correction.requested", number, {"items": [item]})
    citizen.get("/kiosk/find")
    text = citizen.press("/kiosk/find", {"number": number, "code": code})
    assert "您就在警务室，可以现在补" in text
    assert "请到" not in text
    assert re.search(r'button-main[^>]*href="/kiosk/help\?back=/kiosk/found"', text)


def test_an_unknown_number_and_a_wrong_code_get_the_same_answer(citizen, node):
    address = check_page(citizen)
    citizen.press(f"{address}/file")
    (number,) = filed(node)
    said = []
    for tried in (number, "52242500171000025"):
        citizen.get("/kiosk/find")
        said.append(citizen.press("/kiosk/find", {"number": tried, "code": "000000"}))
    plain = [re.sub(r'value="[0-9a-f]{64}"', "", text) for text in said]
    assert plain[0] == plain[1]
    assert "对不上" in plain[0]


def test_guessing_is_slowed_down_even_with_a_new_session(app, citizen, node):
    address = check_page(citizen)
    text = citizen.press(f"{address}/file")
    number, code = (re.sub(" ", "", found) for found in re.findall(r'receipt-number">([\d ]+)<', text)[:2])
    for _ in range(5):
        guesser = Citizen(app)
        guesser.get("/kiosk/find")
        guesser.press("/kiosk/find", {"number": number, "code": "000000" if code != "000000" else "111111"})
    text = guesser.press("/kiosk/find", {"number": number, "code": code})
    assert "请过 10 分钟再查" in text


def test_missing_number_and_code_are_both_named(citizen):
    citizen.get("/kiosk/find")
    text = citizen.press("/kiosk/find", {})
    assert "请输入办件号" in text
    assert "请输入 6 位查询码" in text


def test_a_call_for_help_hands_the_draft_over_by_a_code(citizen):
    address = begin(citizen)
    citizen.press(f"{address}/0", {"/applicant/name": "王秀梅", "_act": "help"})
    text = citizen.press("/kiosk/help", {"back": f"{address}/0"})
    assert "已经通知工作人员" in text
    assert re.search(r'receipt-number">\d{4}<', text)
    assert 'value="王秀梅"' in citizen.get(f"{address}/0")


# --- looks and languages


def test_the_elders_view_is_one_touch_away_and_stays(citizen):
    citizen.get("/kiosk/")
    assert 'class="kiosk elder"' in citizen.press("/kiosk/view", {"wish": "elder", "back": "/kiosk/find"})
    assert citizen.path == "/kiosk/find"
    assert 'class="kiosk elder"' in citizen.get("/kiosk/")
    assert 'class="kiosk"' in citizen.press("/kiosk/view", {"wish": "standard", "back": "/kiosk/"})


def test_english_is_not_offered_where_the_room_does_not_name_it(node):
    node.room = node.room._replace(languages=("zh-CN",))
    visitor = Citizen(kiosk_app(node))
    assert "English" not in visitor.get("/kiosk/")
    assert '<html lang="zh-CN"' in visitor.press("/kiosk/view", {"wish": "en", "back": "/kiosk/"})


def test_english_is_offered_where_the_texts_are(home, clock):
    spoken = {"zh-CN": {}, "en": {"applicant.name.label": "Your name", "x-service.name": "Registration"}}
    definition = service(version="2026.11.2", i18n=spoken)
    publish_file(home / "services" / "english.json", definition)
    for node in kiosk_node(home, clock):
        visitor = Citizen(kiosk_app(node))
        assert "English" in visitor.get("/kiosk/")
        text = visitor.press("/kiosk/view", {"wish": "en", "back": "/kiosk/"})
        assert '<html lang="en"' in text
        assert "What would you like to do?" in text
        text = visitor.press("/kiosk/service/ceshi-dengji/start")
        assert "Your name" in text
        assert "Registration · Step 1 of 4" in text
        assert "in Chinese only" not in text
        text = visitor.get("/kiosk/service/huji-zhengming")  # one that has no English says so in English
        assert '<html lang="zh-CN"' in text
        assert re.search(r'lang="en"[^>]*>.*The texts of this service are in Chinese only\. Staff will help you', text)
        assert "in Chinese only" not in visitor.press(
            "/kiosk/view", {"wish": "zh-CN", "back": "/kiosk/service/huji-zhengming"}
        )


def test_what_is_there_in_chinese_only_is_marked_and_stands_behind(citizen):
    assert "foreign" not in citizen.get("/kiosk/")
    text = citizen.press("/kiosk/view", {"wish": "en", "back": "/kiosk/"})
    tiles = re.findall(r'<a class="tile" href="/kiosk/service/([a-z-]+)">(.*?)</a>', text, re.DOTALL)
    english = [service for service, rest in tiles if "中文 / Chinese only" not in rest]
    assert {"jingwai-zhusu", "juzhu-dengji"} <= set(english)
    assert [service for service, _ in tiles[: len(english)]] == english
    for area in ("all", "open"):
        cards = re.findall(r'<ul class="lines">(.*?)</ul>', citizen.get(f"/kiosk/area/{area}"), re.DOTALL)
        for card in cards:
            marked = ["foreign" in line for line in card.split("<li>")[1:]]
            assert marked == sorted(marked), area


def test_every_page_has_one_main_heading_a_language_and_help(citizen):
    address = check_page(citizen)
    seen = ["/kiosk/", "/kiosk/find", "/kiosk/help", "/kiosk/idle", f"/kiosk/service/{SERVICE}", f"{address}/check"]
    seen += [f"{address}/{page}" for page in range(7)] + [
        f"/kiosk/area/{area}" for area in ("all", "open", "ask", "watch")
    ]
    for page in seen:
        text = citizen.get(page)
        assert text.count("<h1") == 1, page
        assert '<html lang="zh-CN"' in text
        assert "请工作人员帮忙" in text
        for field in re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', text):
            assert f'for="{field}"' in text or re.search(rf'<label[^>]*><input[^>]*id="{field}"', text), (page, field)


def test_a_service_that_is_over_is_not_offered(home, clock):
    source = PACKAGED / f"{SERVICE}.json"
    changed = json.loads(source.read_text(encoding="utf-8"))
    changed["version"] = "2099.1.1"
    changed["schema"]["$id"] = changed["schema"]["$id"].rpartition("/")[0] + "/2099.1.1"
    changed["x-service"] |= {"plan_effective_date": "2026-01-01", "plan_cancel_date": "2026-11-01"}
    publish_file(home / "services" / f"{SERVICE}.json", changed)
    node = open_node(home, clock)
    try:
        assert "到外地住下了" not in Citizen(kiosk_app(node)).get("/kiosk/")
    finally:
        node.close()
    shutil.rmtree(home)
