"""The province's own tables in HOME/data, and looking for a place at kiosk and desk."""

import json
import re

import pytest
from desk_app import Desk, add_officer, desk_app, plain

from edge import drafts
from edge.config import across_files, data_files
from edge.config.data_files import DataFiles
from edge.node import open_node
from forms import divisions, lookup
from tests.kiosk_app import SERVICE, begin

VILLAGE, TOWN, COUNTY = "520524104215", "520524104", "520524"
FIELD = "/residence/village"
PLATES = {"version": "1", "rules": [{"title": "门牌", "pattern": "https://mp.example.gov.cn/q?xzqh={division}*"}]}


@pytest.fixture(autouse=True)
def _no_province():
    yield
    lookup.use(None)


@pytest.fixture
def data(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def put(folder, name, value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def test_a_table_is_taken_over_when_it_is_saved_and_given_up_when_it_is_gone(data):
    tables = DataFiles(data.parent)
    lookup.use(tables)
    assert "520599" not in dict(divisions.children("520500"))
    put(data, "divisions", {"version": "2026.12", "entries": {"520599": "新设县"}})
    assert ("520599", "新设县") in divisions.children("520500")
    (data / "divisions.json").unlink()
    assert "520599" not in dict(divisions.children("520500"))


def test_a_faulty_table_changes_nothing_and_the_log_says_why(data, caplog):
    lookup.use(DataFiles(data.parent))
    put(data, "nations", {"version": "1", "entries": {"58": "新的"}})
    assert lookup.name("nations", "58") == "新的"
    put(data, "nations", {"version": "2", "entries": {"58": ""}})
    assert lookup.name("nations", "58") == "新的"
    assert "data/nations.json" in caplog.text
    assert len(caplog.records) == 1, "told once, not at every look"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("divisions", "{", "JSON"),
        ("divisions", "[" * 100_000, "JSON"),
        ("divisions", "null", "空"),
        ("divisions", {"version": "1"}, "data.schema.json"),
        ("divisions", {"version": "1", "entries": {"52": "贵州"}}, "6位、9位或12位"),
        ("nations", {"version": "1", "entries": {"01": 5}}, "data.schema.json"),
        ("doorplates", {"version": "1", "rules": [{"title": "x", "pattern": "https://x/*"}]}, "{division}"),
        ("doorplates", {"version": "1", "rules": []}, "data.schema.json"),
        ("shengfen", {"version": "1", "entries": {}}, "data 里可以放"),
    ],
)
def test_every_fault_has_its_file_and_a_sentence(data, name, value, said):
    put(data, name, value)
    faults = data_files.check(data.parent)
    assert faults
    assert all(fault.file == f"data/{name}.json" for fault in faults)
    assert any(said in f"{fault.message}{fault.hint}" for fault in faults), faults


def test_config_check_tells_them_beside_all_other_faults(home):
    (home / "data").mkdir(exist_ok=True)
    put(home / "data", "nations", {"version": "1", "entries": {"58": 5}})
    put(home / "data", "countries", "{")
    told = [(fault.file, fault.pointer) for fault in across_files.every_fault(home) if fault.file.startswith("data/")]
    assert sorted(told) == [("data/countries.json", ""), ("data/nations.json", "/entries/58")]


def test_right_files_have_no_faults_and_a_home_without_them_none(data):
    put(data, "countries", {"version": "1", "entries": {"XXA": "无国籍"}, "i18n": {"en": {"XXA": "Stateless"}}})
    put(data, "doorplates", PLATES)
    assert data_files.check(data.parent) == []
    assert data_files.check(data.parent / "nowhere") == []


def test_the_provinces_door_plates_come_before_the_programs(data):
    put(data, "doorplates", PLATES)
    assert DataFiles(data.parent).rules()[0].title == "门牌"
    assert len(DataFiles(data.parent / "nowhere").rules()) == 1


# --- at the kiosk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def node(home, clock):
    (home / "room.toml").write_text(
        f'name = "警务室"\nplace = "{COUNTY}"\nlanguages = ["zh-CN", "en"]\n', encoding="utf-8"
    )
    (home / "data").mkdir(exist_ok=True)
    put(home / "data", "doorplates", PLATES)
    opened = open_node(home, clock)
    yield opened
    opened.close()


def value_of(text):
    return re.search(rf'name="{FIELD}" value="([^"]*)"', text)[1]


def chosen(*codes):
    """What a browser posts for the levels."""
    return {FIELD: "", f"{FIELD}/from": COUNTY, **{f"{FIELD}/{at}": code for at, code in enumerate(codes)}}


def test_a_village_is_chosen_level_by_level_without_scripts(citizen):
    address = begin(citizen)
    text = citizen.get(f"{address}/1")
    assert text.count("<select") == 4, "province, city and county are the room's; the township is open"
    text = citizen.press(f"{address}/1", {**chosen("520000", "520500", COUNTY, TOWN), "_choose": FIELD})
    assert citizen.path.startswith(f"{address}/1")
    assert (value_of(text), "错误：" in text) == (TOWN, False)
    assert f'<option value="{VILLAGE}">' in text
    posted = {**chosen("520000", "520500", COUNTY, TOWN, VILLAGE), f"{FIELD}/from": TOWN, "_choose": FIELD}
    text = citizen.press(f"{address}/1", posted)
    assert value_of(text) == VILLAGE
    assert "贵州省毕节市织金县化起镇大坪子村村民委员会" in text


def test_going_on_with_a_township_alone_asks_for_the_village(citizen):
    address = begin(citizen)
    posted = {"/residence/hasDoorplate": "true", "/residence/doorplate": "三组17号"}
    citizen.press(f"{address}/1", {**chosen("520000", "520500", COUNTY, TOWN), **posted})
    text = citizen.press(f"{address}/1", {FIELD: TOWN, **posted})
    assert "请选到村或者社区" in text
    assert value_of(text) == TOWN


def test_another_county_forgets_the_village_that_lay_in_the_first(citizen):
    address = begin(citizen)
    citizen.press(f"{address}/1", {FIELD: VILLAGE, "_act": "back"})
    posted = {FIELD: VILLAGE, f"{FIELD}/from": VILLAGE}
    posted |= {f"{FIELD}/{at}": code for at, code in enumerate(["520000", "520500", "520526", TOWN, VILLAGE])}
    assert value_of(citizen.press(f"{address}/1", {**posted, "_choose": FIELD})) == "520526"


def test_a_village_is_found_by_its_initials_and_taken_with_one_press(citizen):
    address = begin(citizen)
    text = citizen.press(f"{address}/1", {f"{FIELD}/find": "dpz", "_choose": FIELD, "/residence/doorplate": "三组"})
    assert f'value="{FIELD}={VILLAGE}"' in text
    assert "错误：" not in text
    text = citizen.press(f"{address}/1", {f"{FIELD}/find": "dpz", "_take": f"{FIELD}={VILLAGE}"})
    assert value_of(text) == VILLAGE
    assert f'value="{FIELD}={VILLAGE}"' not in text, "what was found has done its work"
    text = citizen.press(f"{address}/1", {FIELD: VILLAGE, f"{FIELD}/find": "没有这里"})
    assert "没有找到“没有这里”" in text
    assert value_of(text) == VILLAGE


@pytest.mark.parametrize("scanned", [f"https://mp.example.gov.cn/q?xzqh={VILLAGE}&id=3", f"{VILLAGE}0001"])
def test_a_scanned_door_plate_fills_the_five_levels(citizen, scanned):
    address = begin(citizen)
    text = citizen.press(f"{address}/1", {**chosen("520000", "520500", COUNTY, ""), f"{FIELD}/find": scanned})
    assert value_of(text) == VILLAGE
    assert text.count("<select") == 5
    assert "mp.example" not in text


def test_a_door_plate_that_nobody_knows_is_answered_with_a_sentence(citizen):
    address = begin(citizen)
    text = citizen.press(f"{address}/1", {FIELD: "", f"{FIELD}/find": "https://elsewhere.example/x?y=1"})
    assert "这个门牌的二维码认不出来" in text
    assert value_of(text) == ""


def test_a_result_of_a_field_that_is_not_on_the_page_changes_nothing(citizen, node):
    address = begin(citizen)
    citizen.press(f"{address}/1", {FIELD: VILLAGE, "_act": "back"})
    citizen.press(f"{address}/1", {"_take": "/applicant/name=x"})
    (draft,) = drafts.of_owner(node, drafts.get(node, address.rpartition("/")[2], _owner(node)).owner)
    assert "applicant" not in draft.data


def _owner(node):
    with node.database.read() as tx:
        return tx.execute("SELECT owner FROM draft").fetchone()[0]


@pytest.mark.parametrize("words", ["x" * 5000, "' OR 1=1", "<script>", "﷽", "\u0000"])
def test_nothing_that_is_typed_into_the_search_breaks_the_page(citizen, words):
    address = begin(citizen)
    text = citizen.press(f"{address}/1", {f"{FIELD}/find": words, "_choose": FIELD})
    assert citizen.status == 200
    assert "<script>alert" not in text
    assert 'value="<script' not in text


def test_the_autosave_answers_with_the_next_level(citizen):
    address = begin(citizen)
    citizen.get(f"{address}/1")
    answer = citizen.post(f"{address}/1/keep", chosen("520000", "520500", COUNTY, TOWN))
    assert answer.status_code == 200
    assert f'<option value="{VILLAGE}">' in answer.text
    assert citizen.post(f"{address}/1/keep", {FIELD: TOWN}).status_code == 204


def test_the_sheet_and_the_check_page_show_names(citizen):
    address = begin(citizen)
    citizen.press(
        f"{address}/1", {FIELD: VILLAGE, "/residence/hasDoorplate": "true", "/residence/doorplate": "三组17号"}
    )
    assert "大坪子村村民委员会" in citizen.get(f"/print/services/{SERVICE}/sample") + citizen.get(f"{address}/1")


# --- at the desk ------------------------------------------------------------------------------------------------------


def test_the_desk_finds_a_country_by_pinyin_english_and_code(node):
    add_officer(node)
    desk = Desk(desk_app(node))
    draft = desk.done("/console/receive", {"service": "jingwai-zhusu"})
    for words in ("tg", "Thailand", "tha", "泰"):
        place = desk.done(
            draft, {"/guest/nationality/find": words, "_choose": "/guest/nationality", "/guest/docType": "passport"}
        )
        assert 'value="/guest/nationality=THA"' in desk.text(place), words
    shown = desk.text(desk.done(draft, {"_take": "/guest/nationality=THA", "/guest/docType": "passport"}))
    assert '<option value="THA" selected>泰国</option>' in shown


def test_the_desk_reads_a_door_plate_and_says_what_is_wrong_with_another(node):
    add_officer(node)
    desk = Desk(desk_app(node))
    draft = desk.done("/console/receive", {"service": SERVICE})
    shown = desk.text(
        desk.done(draft, {f"{FIELD}/find": f"https://mp.example.gov.cn/q?xzqh={VILLAGE}", "act": "check"})
    )
    assert value_of(shown) == VILLAGE
    answer = desk.post(draft, {FIELD: VILLAGE, f"{FIELD}/find": "https://elsewhere.example/"})
    assert answer.status_code == 422
    assert "认不出来" in plain(answer.text)
    assert value_of(answer.text) == VILLAGE, "what was there stays"
