"""The four sheets of a service: for every packaged one, from its file alone, and the same for kiosk and console."""

import copy
import json
import re
from pathlib import Path

import pytest

from edge.node import open_node
from edge.preview import ROOM
from edge.prints import guide, sheets
from forms import answers, lint, paper_words, sheet
from forms.answers import Context
from forms.definition import PACKAGED, build, packaged
from forms.people import people
from tests.kiosk_app import SERVICE, kiosk_app, kiosk_node
from tests.signing import publish_file

IDS = sorted(packaged().keys())
ROOT = Path(__file__).parents[1]
# of other services than the packaged ones
KINDS_OF_SERVICE = {"法人", "自然人", "个人", "单位", "行政给付", "行政征收", "其他行政权力", "信息公开", "网上预约"}
OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


@pytest.fixture(scope="module")
def catalogue():
    return packaged()


@pytest.fixture
def node(home, clock):
    yield from kiosk_node(home, clock)


@pytest.fixture
def client(node):
    return kiosk_app(node).test_client()


def text_of(client, path):
    with client.get(path) as answer:
        assert answer.status_code == 200, path
        return answer.text


@pytest.mark.parametrize("service", IDS)
def test_every_packaged_service_gives_its_four_sheets(client, catalogue, service):
    definition = catalogue[service]
    pages = {name: text_of(client, f"/print/{service}/{name}") for name in sheets.SHEETS}
    for name, page in pages.items():
        assert definition.title in page, name
        assert f"版本 {definition.version}" in page, name
        assert "大坪村警务室" in page, name
        assert not OUTSIDE.search(page), name
    materials = [one for one in definition.service["materials"] if one["source"] == "applicant"]
    for one in materials:
        assert all(one["name"] in pages[name] for name in sheets.SHEETS), one["name"]


@pytest.mark.parametrize("service", IDS)
def test_a_guide_carries_all_that_a_guide_has_to_say(client, catalogue, service):
    page, told = text_of(client, f"/print/{service}/guide"), catalogue[service].service
    for head in (
        "办理条件",
        "设定依据",
        "申请材料",
        "份数",
        "原件或复印件",
        "签章",
        "办理流程",
        "办理时限",
        "收费标准",
    ):
        assert head in page, head
    for head in (
        "到场次数",
        "网办深度",
        "办理结果",
        "常见问题",
        "咨询电话",
        "投诉电话",
        "0857-0000000",
        "0857-0000001",
    ):
        assert head in page, head
    said = [one["article"] for one in told["legal_basis"]]
    said += [one["title"] for one in told["steps"]] + [one["question"] for one in told["faq"]] + told["who"]
    assert [one for one in said if one not in page] == []
    assert "施行" in page
    assert "{room." not in page


@pytest.mark.parametrize("service", IDS)
def test_every_field_of_the_file_is_on_the_empty_sheet_and_explained(client, catalogue, service):
    blank, told = (text_of(client, f"/print/{service}/{name}") for name in ("blank", "help"))
    entries = [one for part in sheet.blank(catalogue[service]) for one in part.entries]
    while entries:
        one = entries.pop()
        entries += [*one.entries, *one.columns]
        assert one.read_only or one.label in blank, one.label
        assert one.kind == "note" or one.label in told, one.label


@pytest.mark.parametrize("service", IDS)
def test_the_sample_says_so_and_is_filled_in(client, catalogue, service):
    page = text_of(client, f"/print/{service}/sample")
    assert page.count("示范文本") >= 3
    assert "虚构" in page
    assert people(catalogue[service], catalogue[service].samples["valid"][0]["answers"]).applicant in page
    assert "亲笔签名" in page
    assert "√" in page
    assert "√" not in text_of(client, f"/print/{service}/blank")


def test_a_condition_is_told_where_a_screen_would_let_the_field_appear(client):
    page = text_of(client, f"/print/{SERVICE}/blank")
    assert "“是否有联系电话”是“是”的，填写" in page
    assert "“住处性质”是“租房”或“单位宿舍、工地”或“亲友家”的，填写" in page


def test_a_condition_of_many_parts_is_said_once_and_its_parts_stand_in_brackets(client):
    page = text_of(client, "/print/huji-zhengming/blank")
    assert "条件同第3部分" in page
    assert "，或者（" in page


def test_a_remark_says_first_for_whom_it_is(client):
    page = text_of(client, "/print/daxing-huodong/blank")
    assert "“每场预计参加人数”不大于999的：每场不到1000人" in page


def test_an_identity_number_has_a_box_for_each_digit(client):
    boxes = r'class="paper-boxes"[^>]*>((?:<i>[^<]*</i>){18})<'
    assert re.search(boxes, text_of(client, f"/print/{SERVICE}/blank"))
    filled = re.search(boxes, text_of(client, f"/print/{SERVICE}/sample"))
    assert re.sub("<.*?>", "", filled[1]) == "522425196603129840"


def test_the_margins_name_room_and_sheet_and_cannot_be_broken_out_of(client, node):
    page = text_of(client, f"/print/{SERVICE}/guide")
    href = re.search(r'href="(/print/[^"]*margins\.css)"', page)[1]
    with client.get(href) as answer:
        assert answer.mimetype == "text/css"
        assert "大坪村警务室" in answer.text
        assert answer.text.count('"') == 10


@pytest.mark.parametrize("path", [f"/print/{SERVICE}/none", "/print/none/guide", f"/print/{SERVICE}/none/margins.css"])
def test_a_sheet_that_is_none_is_not_found(client, path):
    with client.get(path) as answer:
        assert answer.status_code == 404


def test_the_kiosk_leads_to_the_sheets_and_back_and_does_not_stay_there(client):
    page = text_of(client, f"/kiosk/service/{SERVICE}")
    for name, title in sheets.SHEETS.items():
        assert re.search(rf'href="/print/{SERVICE}/{name}\?from=kiosk"[^>]*>{title}<', page), title
    printed = text_of(client, f"/print/{SERVICE}/blank?from=kiosk")
    assert f'href="/kiosk/service/{SERVICE}"' in printed
    assert "data-idle=" in printed
    assert "data-idle=" not in text_of(client, f"/print/{SERVICE}/blank")


def test_a_stranger_cannot_choose_where_the_way_back_leads(client):
    assert "evil" not in text_of(client, f"/print/{SERVICE}/blank?from=//evil.example")


@pytest.mark.parametrize("service", IDS)
def test_a_file_that_says_only_what_it_must_has_a_guide_too(catalogue, service):
    value = copy.deepcopy(catalogue[service].raw)
    rules = lint.service_schema()["$defs"]["service"]["required"]
    value["x-service"] = {key: told for key, told in value["x-service"].items() if key in rules or key == "parameters"}
    value["i18n"] = {"zh-CN": {}}
    definition = build({key: told for key, told in value.items() if key != "x-print"}, "0" * 64)
    blocks = guide.guide(definition, ROOM)
    assert {"申请材料", "办理流程", "办理结果"} <= {block.title for block in blocks}
    assert all(value for block in blocks for row in block.rows for value in row[:1])
    assert sheets.title(definition) == definition.title


# --- one text, everywhere


def changed(change):
    """The packaged service after a change of its file."""
    value = json.loads((PACKAGED / f"{SERVICE}.json").read_text(encoding="utf-8"))
    change(value)
    return value


def rename_material(value):
    value["x-service"]["materials"][1]["name"] = "住房凭据"


def rename_field(value):
    value["schema"]["properties"]["files"]["properties"]["residenceProof"]["title"] = "住房凭据照片"
    for key in ("files.residenceProof.label", "files.residenceProof.error.required"):
        del value["i18n"]["zh-CN"][key]


@pytest.fixture
def changed_client(home, clock, request):
    """The kiosk of a room whose own file is the packaged one with one change."""
    services = home / "services"
    services.mkdir(exist_ok=True)
    value = changed(request.param)
    value["version"] = "2026.12.1"
    publish_file(services / f"{SERVICE}.json", value)
    with_settings = home / "node.toml"
    with_settings.write_text(with_settings.read_text() + '\nservices_dir = "services"\n')
    node = open_node(home, clock)
    yield kiosk_app(node).test_client()
    node.close()


@pytest.mark.parametrize("changed_client", [rename_material], indirect=True)
def test_a_changed_name_of_a_material_changes_kiosk_guide_form_help_and_sample(changed_client):
    for name in sheets.SHEETS:
        assert "住房凭据" in text_of(changed_client, f"/print/{SERVICE}/{name}"), name
    assert "住房凭据" in text_of(changed_client, f"/kiosk/service/{SERVICE}")


@pytest.mark.parametrize("changed_client", [rename_field], indirect=True)
def test_a_changed_name_of_a_field_changes_guide_form_help_and_sample(changed_client):
    for name in sheets.SHEETS:
        assert "住房凭据照片" in text_of(changed_client, f"/print/{SERVICE}/{name}"), name


def test_a_changed_name_of_a_field_changes_what_the_check_says():
    definition = build(changed(rename_field), "0" * 64)
    given = copy.deepcopy(definition.samples["valid"][0])
    del given["answers"]["files"]["residenceProof"]
    problems = answers.check(definition, given["answers"], Context(**given["context"])).problems
    assert [one.message for one in problems] == ["请拍摄或上传住房凭据照片"]


# --- in English, for what foreigners use

ROOM_WORDS = re.compile(r"大坪村警务室|龙场派出所|周一至周六 8:30–17:30|中文")


def words_of(page):
    """What stands on the paper, piece by piece, without what the room says of itself."""
    body = re.sub(r"<style.*?</style>|<script.*?</script>|<head>.*?</head>", "", page, flags=re.DOTALL)
    return [ROOM_WORDS.sub("", one).strip() for one in re.split(r"<[^>]*>", body)]


@pytest.mark.parametrize("name", sorted(sheets.SHEETS))
def test_what_foreigners_use_has_its_sheets_in_english(client, name):
    page = text_of(client, f"/print/jingwai-zhusu/{name}?lang=en")
    made_up = {"昆明长水机场", "三组17号", "沈月琴", "贵州省毕节市织金县化起镇大坪子村村民委员会"}
    chinese = [one for one in words_of(page) if re.search("[\u3400-\u9fff，。：；、（）]", one)]
    assert [one for one in chinese if not any(name in one for name in made_up)] == []
    assert '<html lang="en"' in page
    assert ("Sample" in words_of(page)) or name != "sample"
    style = re.search(r'href="(/print/[^"]*margins\.css[^"]*)"', page)[1].replace("&amp;", "&")
    assert "Page" in text_of(client, style)
    assert "中文" in page


def test_a_service_without_english_prints_in_chinese_whatever_is_asked(client):
    page = text_of(client, f"/print/{SERVICE}/guide?lang=en")
    assert '<html lang="zh-CN"' in page
    assert "办理流程" in page


def test_every_english_word_of_the_sheets_has_a_chinese_one_that_is_used():
    sources = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("edge", "edge/prints", "forms", "edge/templates/prints")
        for path in ROOT.joinpath(folder).iterdir()
        if path.suffix in (".py", ".html") and path.name != "paper_words.py"
    )
    named = {key for key in paper_words.ENGLISH if f'"{key}"' not in sources and f"'{key}'" not in sources}
    values = set(json.dumps([one.raw for one in packaged().values()], ensure_ascii=False).split('"'))
    assert named - values <= KINDS_OF_SERVICE
