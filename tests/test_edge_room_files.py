"""The files of a room: defaults without any, the room's own, every fault of all at once with its place."""

import json
import typing
from datetime import date
from pathlib import Path

import pytest

from edge import markdown, settings
from edge.config import across_files, all_files, content, device_file, one_file, toml_lines
from edge.config.all_files import DEFAULTS
from forms import definition, validation
from tests import programs

NODE = "5224250017"
SCHEMAS = ("node", "room", "home", "province", "devices", "card", "faq", "notice", "calendar")
CARD = {
    "title": "办老年证",
    "where": [{"name": "乡镇便民服务中心"}],
    "phones": [{"label": "咨询", "number": "0857-0000000"}],
    "bring": ["身份证"],
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "node.toml").write_text(f'node_id = "{NODE}"\n', encoding="utf-8")
    (tmp_path / "room.toml").write_text('name = "大坪村警务室"\n', encoding="utf-8")
    return tmp_path


def put(home: Path, name: str, text: str | dict) -> None:
    path = home / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text, ensure_ascii=False, indent=1), encoding="utf-8")


def faults(home: Path) -> list[tuple[str, str, int]]:
    return [(one.file, one_file.key_of(one), one.line) for one in across_files.every_fault(home)]


def test_a_room_without_files_has_everything_a_room_needs(home):
    found = all_files.read(home, NODE)
    assert not found.faults
    assert len(found.home.first) == 9
    assert [area.name for area in found.home.areas] == ["all", "open", "ask", "watch"]
    assert len(found.cards) >= 12
    assert {"fangzhapian", "fangnishui"} <= set(found.notices)
    assert found.faq
    assert found.calendar.years
    assert faults(home) == []


def test_every_packaged_card_says_where_by_telephone_and_what_to_bring():
    for path in (DEFAULTS / "cards").glob("*.json"):
        card = json.loads(path.read_text(encoding="utf-8"))
        assert card["where"], path
        assert card["phones"], path
        assert card["bring"], path


def test_the_packaged_files_have_no_fault_and_say_the_same_unjudged():
    kinds = [(kind, DEFAULTS / f"{kind.schema}{kind.ending}") for kind in all_files.SINGLES]
    kinds += [(kind, path) for kind in all_files.FOLDERS for path in (DEFAULTS / kind.folder).glob(f"*{kind.ending}")]
    assert len(kinds) > 20
    for kind, path in kinds:
        judged, plain = all_files._checked(path, kind, path.name), one_file.packaged(path, kind.schema)
        assert not judged.faults, path
        assert (plain.value, plain.body) == (judged.value, judged.body), path


def test_what_the_packaged_files_lead_to_is_there(home):
    found = all_files.read(home, NODE)
    put(home, "home.toml", (DEFAULTS / "home.toml").read_text(encoding="utf-8"))
    assert not list(across_files.remarks(all_files.read(home, NODE), definition.packaged()))
    assert all(life.entries for life in found.home.life)


def test_the_rooms_files_come_in_place_of_the_packaged_ones(home):
    put(home, "cards/huzhao.json", CARD)
    put(home, "cards/laonianzheng.json", CARD)
    put(
        home,
        "home.toml",
        'first = ["card:laonianzheng"]\nhidden = ["card:dibao", "faq:baojing", "notice:fangnishui"]\n',
    )
    found = all_files.read(home, NODE)
    assert found.cards["huzhao"].title.said("zh-CN") == "办老年证"
    assert "laonianzheng" in found.cards
    assert "dibao" not in found.cards
    assert [one.id for one in found.faq] == ["jingwushi"]
    assert set(found.notices) == {"fangzhapian"}
    assert found.home.first == ("card:laonianzheng",)
    assert len(found.home.areas) == 4


def test_a_year_of_the_calendar_takes_the_place_of_the_seed(home):
    put(home, "calendar/2031.json", {"years": [2031], "holidays": ["2031-01-01"], "workdays": ["2031-01-04"]})
    calendar = all_files.read(home, NODE).calendar
    assert 2031 in calendar.years
    assert not calendar.is_workday(date(2031, 1, 1))
    assert calendar.is_workday(date(2031, 1, 4))
    assert 2025 in calendar.years


FAULTS = [
    ("room.toml", 'name = "大坪村警务室"\nhuors = "8:30"\n', "huors", 2),
    ("home.toml", 'first = ["service:x"]\n[[life]]\nid = "a"\ntitle = "生娃"\nentries = []\n', "life.0.entries", 5),
    ("home.toml", 'first = [\n  "chusheng-dengji",\n]\n', "first.0", 1),
    ("home.toml", '[[areas]]\nname = "all"\n\n[[areas]]\nname = "all"\n', "areas.1.name", 5),
    ("home.toml", 'hidden = ["card:huzhao"\n', "", 1),
    ("home.toml", '# 首页\nfirst = ["service:meiyou-zhege"]\n', "first.0", 2),
    ("province.toml", "[parameters]\nid_card_fee_renew = true\n", "parameters.id_card_fee_renew", 2),
    ("province.toml", '[parameters]\n\nid_card_fee_renew = "20元"\n', "parameters.id_card_fee_renew", 3),
    ("province.toml", "[parameters]\nid_card_fee_renwe = 20\n", "parameters.id_card_fee_renwe", 2),
    ("devices.toml", '[[readers]]\nname = "a"\nkind = "id-card"\ndriver = "usb"\n', "readers.0.driver", 4),
    ("devices.toml", '[mapping.kiosk]\nreader = "meiyou"\n', "mapping.kiosk.reader", 2),
    ("cards/a.json", {**CARD, "phones": []}, "/phones", 8),
    ("cards/b.json", '{"title": "x",\n "where": [],}', "", 2),
    ("cards/c.json", '{"title": "x", "title": "y"}', "/title", 1),
    ("cards/大写.json", CARD, "", 0),
    ("faq/a.json", {"questions": [{"question": "问"}]}, "/questions/0/answer", 3),
    ("notices/a.md", "# 没有文件头\n", "", 1),
    ("notices/b.md", '+++\ntitle = "公告"\nfrom = 2026-09-01\nuntil = 2026-08-01\n+++\n', "until", 4),
    ("notices/c.md", '+++\ntitel = "公告"\n+++\n', "titel", 2),
    ("calendar/2031.json", {"years": [2031], "holidays": ["2032-01-01"], "workdays": []}, "/holidays/0", 6),
    ("calendar/2031.json", {"years": [2031], "holidays": [], "workdays": ["2031-01-06"]}, "/workdays/0", 7),
    ("data/divisions.json", "{", "", 1),
    ("services/a.json", "{}", "", 1),
    ("services/a.sig.json", "{}", "", 0),
]


@pytest.mark.parametrize(
    ("name", "text", "place", "line"), FAULTS, ids=[f"{at}-{one[0]}" for at, one in enumerate(FAULTS)]
)
def test_a_fault_is_named_with_file_place_and_line(home, name, text, place, line):
    put(home, name, text)
    found = faults(home)
    assert any(one[0] == name and one[1].startswith(place) and one[2] == line for one in found), found


def test_every_fault_has_a_sentence_and_says_how_to_mend_it(home):
    for name, text, _, _ in FAULTS:
        put(home, name, text)
    for one in across_files.every_fault(home):
        assert one.message, one
        assert one.hint, one
        assert one_file.sentence(one).startswith(one.file)


def test_config_check_names_the_faults_of_all_files_at_once(home):
    for name, text, *_ in (FAULTS[0], FAULTS[1], FAULTS[9], FAULTS[11], FAULTS[16], FAULTS[21], FAULTS[22]):
        put(home, name, text)
    answer = programs.ask("config_check", "config", "check", "--home", home, code=1)
    assert {one["file"] for one in answer["places"]} >= {
        *("room.toml", "home.toml", "devices.toml", "cards/a.json", "notices/a.md", "data/divisions.json"),
        "services/a.json",
    }
    assert len(answer["faults"]) == len(answer["places"])
    assert "room.toml 第 2 行 huors：没有这个配置项" in answer["faults"][0]


def test_a_file_that_is_faulty_in_itself_is_held_against_the_others_too(home):
    put(home, "home.toml", 'first = ["card:meiyou"]\nfrist = []\n')
    assert {("home.toml", "first.0", 1), ("home.toml", "frist", 2)} <= set(faults(home))


def test_config_check_of_a_sound_room_has_nothing_to_say(home):
    put(home, "cards/laonianzheng.json", CARD)
    assert programs.ask("config_check", "config", "check", "--home", home)["faults"] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_every_key_has_a_meaning_in_chinese(name):
    rules = one_file.schema(name)
    assert not validation.problems({"$ref": "https://json-schema.org/draft/2020-12/schema"}, rules)

    def walk(part):
        for key, rule in part.get("properties", {}).items():
            about = rule.get("description") or rules.get("$defs", {}).get(
                str(rule.get("$ref", "")).rpartition("/")[2], {}
            ).get("description")
            assert about or name == "room", (name, key)
            walk(rule)
            walk(rule.get("items", {}))

    walk(rules)


PAIRS = [
    ("home", content.Home, {}),
    ("province", content.Province, {}),
    ("devices", device_file.Devices, {}),
    ("card", content.Card, {"$schema": None, "id": None}),
    ("faq", content.Faq, {"$schema": None, "id": None}),
    ("notice", content.NoticeFile, {"from": "start", "title": "text"}),
    ("room", settings.Room, {}),
]


@pytest.mark.parametrize(("name", "kind", "names"), PAIRS, ids=[one[0] for one in PAIRS])
def test_a_schema_and_its_reader_know_the_same_keys(name, kind, names):
    keys = {names.get(key, key) for key in one_file.schema(name)["properties"]} - {None}
    assert keys == set(kind.__annotations__) - {key for key, to in names.items() if to is None}


@pytest.mark.parametrize(
    ("key", "kind"),
    [("readers", device_file.Reader), ("cameras", device_file.Camera), ("printers", device_file.Printer)],
)
def test_a_device_of_the_schema_is_one_of_the_reader(key, kind):
    rules = one_file.schema("devices")["properties"][key]["items"]
    assert set(rules["properties"]) == set(kind._fields)
    assert set(rules["required"]) == set(kind._fields) - set(kind._field_defaults)


def test_every_default_of_a_schema_passes_the_schema():
    for name in SCHEMAS:
        for key, rule in one_file.schema(name)["properties"].items():
            if rule.get("default") not in (None, ""):
                whole = {**one_file.schema(name), "required": []}
                assert not validation.problems(whole, {key: rule["default"]}), (name, key)


def test_each_packaged_file_names_its_schema_for_the_editor():
    for path in DEFAULTS.rglob("*.*"):
        if path.suffix in (".toml", ".json"):
            line = path.read_text(encoding="utf-8")
            said = (
                line.partition("#:schema ")[2].split("\n")[0] if path.suffix == ".toml" else json.loads(line)["$schema"]
            )
            assert (path.parent / said).resolve().is_file(), path


def test_devices_are_read(home):
    put(
        home,
        "devices.toml",
        '[[printers]]\nname = "pingzheng"\nkind = "receipt"\nconnection = "usb"\npaper_mm = 58\n[mapping.desk]\nreceipt_printer = "pingzheng"\n',
    )
    found = all_files.read(home, NODE).devices
    assert found.printers[0].paper_mm == 58
    assert found.mapping.desk.receipt_printer == "pingzheng"
    assert found.mapping.kiosk.receipt_printer == ""


TOML = """# a
name = "x"  # [no]
text = '''
[table]
key = 1
'''
list = [
  "a",
  { b = 1 },
]
[one.two]
c = 1
[[rows]]
d = 1
[rows.deep]
e = 1
[[rows]]
d.f = 1
"""


def test_the_line_of_every_key_is_known():
    found = toml_lines.lines(TOML)
    wanted = {
        "/name": 2,
        "/text": 3,
        "/list": 7,
        "/one/two": 11,
        "/one/two/c": 12,
        "/rows/0/d": 14,
        "/rows/0/deep/e": 16,
        "/rows/1/d/f": 18,
    }
    assert {place: found[place] for place in wanted} == wanted
    assert "/table" not in found
    assert toml_lines.line(found, "/list/1/b") == 7


HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    '<img src=x onerror="alert(1)">',
    "<https://evil.example>",
    "[a]: https://evil.example\n\n[a]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_notice_becomes_a_script_a_link_or_a_picture(text):
    made = markdown.html(text)
    assert not any(f"<{tag}" in made for tag in ("script", "a ", "a>", "img", "iframe"))


def test_a_notice_has_headings_lists_and_emphasis_and_its_page_keeps_the_first_heading():
    made = markdown.html("# 一\n\n- **二**\n\n> 三\n\n| 四 | 五 |\n|--|--|\n| 六 | 七 |\n")
    assert all(part in made for part in ("<h2>一</h2>", "<strong>二</strong>", "<blockquote>", "<td>六</td>"))


def test_a_text_falls_back_to_chinese():
    text = content.text({"zh-CN": "生孩子", "en": "Having a baby"})
    assert [text.said(tag) for tag in ("en", "en-GB", "bo", "zh-CN")] == [
        "Having a baby",
        "Having a baby",
        "生孩子",
        "生孩子",
    ]


def test_a_file_as_large_as_no_room_writes_is_refused(home):
    put(home, "cards/a.json", '{"title": "' + "长" * 200_000 + '"}')
    assert ("cards/a.json", "", 0) in faults(home)


def test_types_of_the_readers_are_frozen():
    assert typing.cast("typing.Any", all_files.RoomFiles).__dataclass_params__.frozen
    assert all(issubclass(kind, tuple) for kind in (content.Home, content.Card, device_file.Devices))
