"""The preview of a folder of service files: every view from the file, faults beside it, new as soon as it is saved."""

import json
import re
import shutil
import urllib.request

import pytest

from edge.preview import VIEWS, create_app
from forms import openings
from forms.definition import PACKAGED, build, load
from tests.programs import holds, run, served

NAME = "juzhu-dengji.json"


@pytest.fixture
def folder(tmp_path):
    shutil.copy(PACKAGED / NAME, tmp_path / NAME)
    return tmp_path


@pytest.fixture
def client(folder):
    return create_app(folder).test_client()


def get(client, path, status=200):
    with client.get(path) as answer:
        assert answer.status_code == status, path
        return answer.text


def save(folder, change, name=NAME):
    path = folder / name
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")


def etag(page):
    return re.search(r'hx-get="(/changes\?seen=[0-9a-f]+)"', page)[1]


def rename(value):
    value["x-service"]["name"] = "改过名的登记"


def spoil(value):
    value["x-service"]["materials"][0].pop("copies")


def test_the_list_names_every_file_and_whether_it_is_good(client, folder):
    shutil.copy(folder / NAME, folder / "second.json")
    save(folder, spoil, "second.json")
    page = get(client, "/")
    assert "居住登记" in page
    assert "没有问题" in page
    assert "second.json" in page
    assert "1 个问题" in page


def test_a_page_shows_all_views_in_frames_of_its_own(client):
    page = get(client, f"/service/{NAME}")
    frames = re.findall(r'<iframe src="([^"]+)"', page)
    assert len(frames) == len(VIEWS)
    for frame in frames:
        assert "居住登记" in get(client, frame.replace("&amp;", "&"))


def test_frames_are_allowed_from_here_and_from_nowhere_else(client):
    with client.get("/") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "frame-src 'self'" in policy
    assert "default-src 'none'" in policy


def test_a_saved_file_changes_the_page_and_tells_open_pages_to_load_again(client, folder):
    seen = etag(get(client, f"/service/{NAME}"))
    assert get(client, seen, 204) == ""
    save(folder, rename)
    with client.get(seen) as answer:
        assert answer.headers["HX-Refresh"] == "true"
    assert "改过名的登记" in get(client, f"/service/{NAME}")
    assert "改过名的登记" in get(client, f"/service/{NAME}/guide")


def test_faults_stand_beside_the_last_good_look(client, folder):
    get(client, f"/service/{NAME}")
    save(folder, spoil)
    page = get(client, f"/service/{NAME}")
    assert "缺少“copies”" in page
    assert "/x-service/materials/0" in page
    assert "上一次没有问题时的样子" in page
    assert "<iframe" in page
    save(folder, lambda value: value["x-service"]["materials"][0].update(copies=1))
    assert "没有发现问题" in get(client, f"/service/{NAME}")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"id": 1}', '{"id": "a", "id": "b"}', "\ud800".encode("utf-8", "surrogatepass")]
)
def test_a_file_that_never_was_good_shows_its_faults_alone(client, folder, text):
    (folder / "bad.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    page = get(client, "/service/bad.json")
    assert "个问题" in page
    assert "<iframe" not in page
    get(client, "/service/bad.json/kiosk", 404)


def test_each_sample_can_be_looked_at_and_a_faulty_one_shows_what_is_found(client):
    page = get(client, f"/service/{NAME}?case=invalid-0")
    assert "有误：身份证号码错一位" in page
    assert "身份证号码有一位不对" in get(client, f"/service/{NAME}/kiosk?case=invalid-0")
    assert "查出" not in get(client, f"/service/{NAME}/kiosk?case=valid-0")
    assert 'value="王秀梅"' not in get(client, f"/service/{NAME}/kiosk?case=blank")
    assert "王秀梅" in get(client, f"/service/{NAME}/review")


def test_the_map_says_which_answer_opens_what(client):
    page = re.sub("<[^>]*>", "", get(client, f"/service/{NAME}"))
    assert "“您有手机或电话吗”是“是” → 栏目“您的电话号码”" in page
    assert "“住处有门牌号吗”是“否” → 栏目“怎么找到您家”" in page


@pytest.mark.parametrize("path", ["/service/none.json", f"/service/{NAME}/none", f"/service/{NAME}/none/margins.css"])
def test_what_is_not_there_is_not_found(client, path):
    get(client, path, 404)


def test_a_file_outside_of_the_folder_is_not_shown(client, folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "secret.json"
    shutil.copy(PACKAGED / NAME, other)
    get(client, f"/service/..%2F{other.parent.name}%2Fsecret.json", 404)


@pytest.mark.parametrize("path", sorted(PACKAGED.glob("*.json")), ids=lambda path: path.stem)
def test_every_packaged_service_can_be_previewed(path):
    client = create_app(PACKAGED).test_client()
    for view in VIEWS:
        get(client, f"/service/{path.name}/{view}")
    get(client, f"/service/{path.name}")


def test_a_service_that_was_just_begun_can_be_previewed(tmp_path):
    assert run("forms", "new", "cunmin-yijian", "--out", tmp_path / "new.json")[0] == 0
    client = create_app(tmp_path).test_client()
    assert "没有发现问题" in get(client, "/service/new.json")
    for view in VIEWS:
        assert "【待补】" in get(client, f"/service/new.json/{view}") or view not in ("guide", "kiosk")


def test_the_command_serves_the_page_on_this_machine_only(folder):
    with served("forms", "preview", folder, "--port", "0") as (_, answer):
        holds("forms_preview", answer)
        with urllib.request.urlopen(answer["url"], timeout=60) as page:
            assert "居住登记" in page.read().decode()


def test_a_folder_that_is_none_is_said_at_once(tmp_path):
    code, _, said = run("forms", "preview", tmp_path / "none")
    assert code == 1
    assert "none" in said


# --- conditions in words


def test_conditions_are_told_with_the_words_of_the_options_and_those_around_them():
    found = {one.key: one.when for one in openings.openings(load(PACKAGED / "juzhu-dengji.json"))}
    assert found["/applicant/phone"] == ("“您有手机或电话吗”是“是”",)
    assert found["/agent/name"] == ("“给谁登记”是“给未满16周岁的孩子登记”或“给行动不便的亲属登记”",)
    assert "/applicant/name" not in found


def condition(rule):
    definition = load(PACKAGED / "juzhu-dengji.json")
    element = {"type": "Label", "text": "说明", "rule": rule}
    uischema = {"type": "Categorization", "elements": [{"type": "Category", "label": "页", "elements": [element]}]}
    value = {**definition.raw, "uischema": uischema, "i18n": {"zh-CN": {}}}
    found = openings.openings(build(value, "0" * 64))
    return found[0].when if found else ()


PHONE = {"scope": "#/properties/applicant/properties/hasPhone", "schema": {"const": True}}
AGE = {"scope": "#/properties/applicant/properties/age"}
YOUNG = {**AGE, "schema": {"maximum": 9}}
BOTH = {
    "scope": "#/properties/applicant",
    "schema": {"properties": {"hasPhone": {"const": True}, "age": {"maximum": 9}}},
}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"effect": "SHOW", "condition": PHONE}, ("“是否有联系电话”是“是”",)),
        ({"effect": "HIDE", "condition": PHONE}, ("“是否有联系电话”不是“是”",)),
        ({"effect": "SHOW", "condition": {**AGE, "schema": {"minimum": 16}}}, ("“收件时的周岁”不小于16",)),
        ({"effect": "HIDE", "condition": {**AGE, "schema": {"minimum": 16}}}, ("“收件时的周岁”小于16",)),
        ({"effect": "SHOW", "condition": {**AGE, "schema": {"type": "integer"}}}, ("“收件时的周岁”已经填写",)),
        ({"effect": "SHOW", "condition": {"type": "LEAF", **AGE, "expectedValue": 3}}, ("“收件时的周岁”是“3”",)),
        (
            {"effect": "SHOW", "condition": {"type": "AND", "conditions": [PHONE, {**AGE, "schema": {"maximum": 9}}]}},
            ("“是否有联系电话”是“是”，并且“收件时的周岁”不大于9",),
        ),
        (
            {"effect": "SHOW", "condition": {"type": "NOT", "conditions": [PHONE]}},
            ("“是否有联系电话”不是“是”",),
        ),
        (
            {"effect": "HIDE", "condition": {"type": "OR", "conditions": [PHONE, {**AGE, "schema": {"maximum": 9}}]}},
            ("“是否有联系电话”不是“是”，并且“收件时的周岁”大于9",),
        ),
        (
            {"effect": "SHOW", "condition": {"type": "NOT", "conditions": [PHONE, YOUNG]}},
            ("“是否有联系电话”不是“是”，并且“收件时的周岁”大于9",),
        ),
        (
            {"effect": "HIDE", "condition": {"type": "NOT", "conditions": [PHONE, YOUNG]}},
            ("“是否有联系电话”是“是”，或者“收件时的周岁”不大于9",),
        ),
        (
            {"effect": "HIDE", "condition": {"type": "AND", "conditions": [PHONE, YOUNG]}},
            ("“是否有联系电话”不是“是”，或者“收件时的周岁”大于9",),
        ),
        ({"effect": "SHOW", "condition": BOTH}, ("“是否有联系电话”是“是”，并且“收件时的周岁”不大于9",)),
        ({"effect": "HIDE", "condition": BOTH}, ("“是否有联系电话”不是“是”，或者“收件时的周岁”大于9",)),
        (
            {"effect": "SHOW", "condition": {"type": "OR", "conditions": [BOTH, {**AGE, "schema": {"const": 60}}]}},
            ("（“是否有联系电话”是“是”，并且“收件时的周岁”不大于9），或者“收件时的周岁”是“60”",),
        ),
        ({"effect": "SHOW", "condition": "odd"}, ()),
    ],
)
def test_every_kind_of_condition_has_words(rule, said):
    assert condition(rule) == said


# --- the map


def test_the_map_leads_from_a_question_to_what_it_opens_in_a_sample_that_shows_it():
    found = {one.key: one for one in openings.openings(load(PACKAGED / "juzhu-dengji.json"))}
    assert found["/applicant/phone"].by == ("/applicant/hasPhone",)
    client = create_app(PACKAGED).test_client()
    with client.get("/service/juzhu-dengji.json") as answer:
        page = answer.text
    links = re.findall(r'<a href="([^"]+)" target="preview-map">', page)
    assert any(one.endswith("#f-applicant-phone") for one in links)
    assert any(one.endswith("#f-applicant-hasPhone") for one in links)
    for link in dict.fromkeys(links):
        address, _, anchor = link.replace("&amp;", "&").partition("#")
        with client.get(address) as answer:
            assert f'id="{anchor}"' in answer.text, link
