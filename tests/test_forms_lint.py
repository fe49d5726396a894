"""Every fault that a service file can have, with its place, its sentence and how to mend it."""

import json

import pytest
from forms_support import DEFINITION, definition_file

from forms import definition, limits, lint, pointer
from forms.definition import DefinitionError
from forms.lint_schema import KEYWORDS

APPLICANT = "/schema/properties/applicant"
PAGE0 = "/uischema/elements/0/elements"
GROUP = f"{PAGE0}/8"


def faults(content):
    try:
        definition.load(content)
    except DefinitionError as error:
        return [(fault.pointer, fault.message, fault.hint) for fault in error.faults]
    return []


def put(place, value):
    def change(content):
        pointer.put(content, place, value)

    return change


def drop(place):
    return lambda content: pointer.remove(content, place)


def both(*changes):
    def change(content):
        for one in changes:
            one(content)

    return change


LEAF = {"type": "LEAF", "scope": "#/properties/residence/properties/rent", "expectedValue": 1}
SHOW = {"effect": "SHOW", "condition": LEAF}
CYCLE = {
    "a": {"type": "integer", "title": "甲", "readOnly": True, "x-jsf-logic-computedAttrs": {"const": "fromB"}},
    "b": {"type": "integer", "title": "乙", "readOnly": True, "x-jsf-logic-computedAttrs": {"const": "fromA"}},
}


def computed_cycle(content):
    content["schema"]["properties"] |= CYCLE
    content["schema"]["x-jsf-logic"]["computedValues"] |= {
        "fromA": {"rule": {"+": [{"var": "a"}, 1]}},
        "fromB": {"rule": {"+": [{"var": "b"}, 1]}},
    }


RULE = "/schema/x-jsf-logic/computedValues/householdSize/rule"
DIVISION = "/schema/properties/residence/properties/division/x-lookup"
SEAL = "/x-service/results/0/seal"


def too_deep(content):
    rule = {"var": "members"}
    for _ in range(limits.LOGIC_DEPTH_MAX + 1):
        rule = {"!": [rule]}
    pointer.put(content, RULE, rule)


def too_many_fields(content):
    more = {"type": "string", "title": "又一项", "x-purpose": "没有人要"}
    content["schema"]["properties"] |= {f"more{n}": more for n in range(limits.FIELDS_MAX)}


# (what is changed, pointer of the fault, part of its message)
FAULTS = [
    # the file as a whole
    (put("/extra", 1), "/extra", "不认识的键“extra”"),
    (drop("/id"), "/id", "缺少“id”"),
    (put("/id", "居住"), "/id", "“id”的写法不对"),
    (put("/version", "1"), "/version", "“version”的写法不对"),
    (drop("/x-samples/valid"), "/x-samples/valid", "缺少“valid”"),
    (put("/uischema/type", "VerticalLayout"), "/uischema/type", "“type”只能是 Categorization"),
    # the schema
    (put(f"{APPLICANT}/requried", []), f"{APPLICANT}/requried", "不认识的键“requried”"),
    (put(f"{APPLICANT}/required/0", "nmae"), f"{APPLICANT}/required/0", "必填的字段“nmae”没有定义"),
    (put(f"{APPLICANT}/properties/name/format", "person_name"), f"{APPLICANT}/properties/name/format", "不认识的格式"),
    (put("/schema/properties/photo/$ref", "http://example.cn/a"), "/schema/properties/photo/$ref", "引用到了文件外面"),
    (put("/schema/properties/photo/$ref", "#/$defs/nowhere"), "/schema/properties/photo/$ref", "引用的位置不存在"),
    (put("/schema/properties/photo/$ref", "#/properties/photo"), "/schema/properties/photo/$ref", "引用绕成了圈"),
    (put("/schema/properties/photo/pattern", "("), "/schema/properties/photo/pattern", "正则表达式写错了"),
    (put("/schema/properties/photo/pattern", "a{9999}{9999}"), "/schema/properties/photo/pattern", "正则表达式写错了"),
    (put("/schema/properties/photo/pattern", "a" * 501), "/schema/properties/photo/pattern", "超过 500 个字符"),
    (put("/schema/properties/photo/pattern", "^(?=a)(a+)+$"), "/schema/properties/photo/pattern", "可能要算很久"),
    (put("/schema/properties/photo/minLength", -1), "/schema/properties/photo/minLength", "不符合要求"),
    (
        put(f"{APPLICANT}/properties/nation/x-lookup/source", "nation"),
        f"{APPLICANT}/properties/nation/x-lookup",
        "不认识的代码表",
    ),
    (
        put(f"{APPLICANT}/properties/age/x-derive/take", "年龄"),
        f"{APPLICANT}/properties/age/x-derive/take",
        "不在可选的范围内",
    ),
    (put(f"{APPLICANT}/properties/nation/x-lookup/level", "town"), f"{APPLICANT}/properties/nation/x-lookup", "才分级"),
    (
        put(DIVISION, {"source": "divisions", "level": "village", "levels": ["省", "市"]}),
        f"{DIVISION}/levels",
        "级数不够选到 level 说的那一级",
    ),
    (too_many_fields, "/schema", "字段超过 5000 个"),
    (
        put(f"{APPLICANT}/properties/name/x-person", "nmae"),
        f"{APPLICANT}/properties/name/x-person",
        "不在可选的范围内",
    ),
    (
        put(f"{APPLICANT}/properties/age/x-derive/from", "nowhere"),
        f"{APPLICANT}/properties/age/x-derive/from",
        "推算的来源",
    ),
    # pages and rules
    (put(f"{PAGE0}/1/scope", "#/properties/applicant/properties/nmae"), f"{PAGE0}/1/scope", "字段位置不存在"),
    (put(f"{GROUP}/rule/condition/scope", "#/properties/aplicant"), f"{GROUP}/rule/condition/scope", "字段位置不存在"),
    (
        put(f"{GROUP}/rule/condition/schema", {"$ref": "#/$defs/nowhere"}),
        f"{GROUP}/rule/condition/schema/$ref",
        "引用的位置不存在",
    ),
    (put(f"{GROUP}/rule/condition/schema", {"type": "nonsense"}), f"{GROUP}/rule/condition/schema/type", "写法不对"),
    (
        both(drop(f"{GROUP}/rule/condition/failWhenUndefined"), put(f"{GROUP}/rule/condition/schema", {"minimum": 1})),
        f"{GROUP}/rule/condition",
        "没有填写时这个条件也会成立",
    ),
    (put(f"{GROUP}/rule/effect", "VANISH"), f"{GROUP}/rule/effect", "不在可选的范围内"),
    (put(f"{PAGE0}/1/rule", SHOW), f"{PAGE0}/1", "“姓名”必填，但规则会把它隐藏"),
    (put("/uischema/elements/1/rule", SHOW), "/uischema/elements/1/elements/0", "“居住地区划”必填，但规则会把它隐藏"),
    (
        put(
            "/uischema/elements/2/elements/0/options/detail/elements/0/rule",
            {"effect": "HIDE", "condition": {**LEAF, "scope": "#/properties/isChild"}},
        ),
        "/uischema/elements/2/elements/0/options/detail/elements/0",
        "“姓名”必填，但规则会把它隐藏",
    ),
    (drop(f"{PAGE0}/1"), f"{APPLICANT}/properties/name", "必填的字段“name”不在任何一页上"),
    (put(f"{PAGE0}/1/lable", "名"), f"{PAGE0}/1/lable", "不认识的键“lable”"),
    (put(f"{PAGE0}/1/options", {"colour": "red"}), f"{PAGE0}/1/options/colour", "不认识的键“colour”"),
    (drop("/uischema/elements/0/label"), "/uischema/elements/0/label", "缺少“label”"),
    (
        put(f"{APPLICANT}/properties/name", {"$ref": "#/properties/applicant", "title": "姓名"}),
        f"{APPLICANT}/properties/name",
        "永远填不完",
    ),
    # rules of computation
    (computed_cycle, "/schema/properties/a", "“a”的值最后要由它自己算出来"),
    (
        put(f"{APPLICANT}/properties/idNumber/x-derive", {"from": "birthDate", "take": "birth_date"}),
        f"{APPLICANT}/properties/idNumber",
        "最后要由它自己算出来",
    ),
    (
        put("/schema/x-jsf-logic/computedValues/householdSize/rule", {"++": [1]}),
        "/schema/x-jsf-logic/computedValues/householdSize/rule",
        "不认识的运算“++”",
    ),
    (
        put("/schema/x-jsf-logic/computedValues/householdSize/rule", {"+": [{"var": "membres"}]}),
        "/schema/x-jsf-logic/computedValues/householdSize/rule",
        "规则里的字段“membres”不存在",
    ),
    (
        put("/schema/x-jsf-logic/computedValues/householdSize/rule", {"var": "_ctx.today"}),
        "/schema/x-jsf-logic/computedValues/householdSize/rule",
        "规则里的字段“_ctx.today”不存在",
    ),
    (
        put("/schema/x-jsf-logic/computedValues/householdSize", {}),
        "/schema/x-jsf-logic/computedValues/householdSize/rule",
        "缺少“rule”",
    ),
    (
        drop("/schema/x-jsf-logic/validations/leaseAfterMoveIn/errorMessage"),
        "/schema/x-jsf-logic/validations/leaseAfterMoveIn/errorMessage",
        "缺少“errorMessage”",
    ),
    (
        put("/schema/properties/residence/properties/leaseEnd/x-jsf-logic-validations/0", "lease"),
        "/schema/properties/residence/properties/leaseEnd/x-jsf-logic-validations/0",
        "没有名为“lease”的校验",
    ),
    (
        put("/schema/properties/householdSize/x-jsf-logic-computedAttrs/const", "size"),
        "/schema/properties/householdSize/x-jsf-logic-computedAttrs",
        "没有名为“size”的计算值",
    ),
    (put("/schema/x-jsf-logic/computed", {}), "/schema/x-jsf-logic/computed", "不认识的键“computed”"),
    (too_deep, RULE, "规则太深或者太长"),
    # texts
    (drop(f"{APPLICANT}/properties/name/title"), f"{PAGE0}/1", "“applicant.name”没有中文名称"),
    (
        both(
            put(f"{APPLICANT}/properties/name/title", "您的姓名"), put("/i18n/zh-CN/applicant.name.label", "您的姓名")
        ),
        f"{PAGE0}/1",
        "是对群众说的话",
    ),
    (
        both(
            put("/uischema/elements/0/label", "我的情况"),
            put("/uischema/elements/0/i18n", "page.mine"),
            put("/i18n/zh-CN/page.mine.label", "您的情况"),
        ),
        "/uischema/elements/0",
        "是对群众说的话",
    ),
    (put("/schema/properties/photo/enum", ["house"]), "/uischema/elements/3/elements/0", "选项“house”没有中文名称"),
    (put("/i18n/zh-CN/applicant.nmae.label", "名"), "/i18n/zh-CN/applicant.nmae.label", "不属于任何字段"),
    (put("/x-service/languages", ["en"]), f"{PAGE0}/2", "缺少 en 的文字“applicant.idType.label”"),
    # promises
    (both(put(SEAL, "stock"), drop("/x-service/results/0/document")), SEAL, "没有写文书名称"),
    (
        both(put("/x-service/case_type", "即办件"), put("/x-service/decide_at", "node")),
        SEAL,
        "在警务室即办的事项，结果要盖的印章却不在警务室",
    ),
    (put("/x-service/time_limit/promised/value", 16), "/x-service/time_limit/promised", "承诺时限比法定时限长"),
    (drop("/x-service/visits_reason"), "/x-service/visits", "要求到场，却没有写理由"),
    (put("/x-service/materials/1", DEFINITION["x-service"]["materials"][0]), "/x-service/materials/1/code", "用了两次"),
    (
        put("/x-service/materials/0/required", {"$ref": "http://example.cn/a"}),
        "/x-service/materials/0/required",
        "必须提供的条件",
    ),
    (put("/x-service/privacy/sensitive", ["/applicant/face"]), "/x-service/privacy/sensitive/0", "敏感字段"),
    (
        both(put("/x-service/plan_effective_date", "2026-05-01"), put("/x-service/plan_cancel_date", "2026-05-01")),
        "/x-service/plan_cancel_date",
        "停办日期不晚于生效日期",
    ),
    *[
        (drop(f"/x-service/{key}"), f"/x-service/{key}", f"缺少“{key}”")
        for key in ("time_limit", "fee", "legal_basis", "visits", "depth", "steps", "results", "privacy", "materials")
    ],
    *[
        (drop(f"/x-service/materials/0/{key}"), f"/x-service/materials/0/{key}", f"缺少“{key}”")
        for key in ("copies", "form", "seal", "basis", "required", "source")
    ],
    *[
        (drop(f"/x-service/privacy/{key}"), f"/x-service/privacy/{key}", f"缺少“{key}”")
        for key in ("purpose", "retention")
    ],
    # samples
    (drop(f"{APPLICANT}/x-purpose"), f"{APPLICANT}/properties/name", "“姓名”没有写为什么收集"),
    (drop("/schema/properties/photo/x-purpose"), "/schema/properties/photo", "没有写为什么收集"),
    (
        put("/schema/properties/extra", {"type": "string", "title": "其他"}),
        "/schema/properties/extra",
        "没有写为什么收集",
    ),
    (
        put("/x-samples/valid/0/answers/applicant/idNumber", "1"),
        "/x-samples/valid/0/answers/applicant/idNumber",
        "正确的示例没有通过",
    ),
    (drop("/x-samples/valid/0/answers/declaration"), "/x-samples/valid/0/answers", "正确的示例没有通过"),
    (
        put("/x-samples/valid/0/answers/applicant/guardianName", "王"),
        "/x-samples/valid/0/answers/applicant/guardianName",
        "不会显示",
    ),
    (
        put("/x-samples/valid/0/answers/applicant/nmae", "王"),
        "/x-samples/valid/0/answers/applicant/nmae",
        "没有定义的字段",
    ),
    (
        put("/x-samples/valid/0/materials", [{"slot": "photo", "name": "a.jpg"}]),
        "/x-samples/valid/0/materials/0/slot",
        "没有材料“photo”",
    ),
    (put("/x-samples/invalid/0/problems/0/keyword", "required"), "/x-samples/invalid/0/problems/0", "没有查出"),
]


@pytest.mark.parametrize(
    ("change", "place", "message"), FAULTS, ids=[f"{n}-{place}" for n, (_, place, _) in enumerate(FAULTS)]
)
def test_the_fault_is_found_at_its_place_with_a_sentence_and_a_hint(change, place, message):
    content = definition_file()
    change(content)
    found = faults(content)
    here = [one for one in found if one[0] == place or (place.endswith("/answers") and one[0].startswith(place))]
    assert any(message in one[1] for one in here), found
    assert all(hint for _, _, hint in here)


def test_a_sound_file_has_no_fault():
    assert faults(definition_file()) == []


def test_all_faults_of_a_file_come_at_once():
    content = definition_file()
    for change in (drop("/x-service/fee"), put("/extra", 1), drop("/x-service/materials/0/seal")):
        change(content)
    assert {place for place, _, _ in faults(content)} == {"/x-service/fee", "/extra", "/x-service/materials/0/seal"}
    content = definition_file()
    for change in (
        put(f"{PAGE0}/1/scope", "#/properties/x"),
        computed_cycle,
        put("/x-service/time_limit/promised/value", 99),
    ):
        change(content)
    assert len(faults(content)) >= 4


# of the file's own shape, of the schema, of pages, of rules, of texts, of promises: each stage is seen beside the others
STAGES = [
    (put("/x-service/extra", 1), "/x-service/extra"),
    (put(f"{APPLICANT}/properties/name/format", "person_name"), f"{APPLICANT}/properties/name/format"),
    (put("/schema/properties/photo/pattern", "("), "/schema/properties/photo/pattern"),
    (put(f"{PAGE0}/1/scope", "#/properties/applicant/properties/nmae"), f"{PAGE0}/1/scope"),
    (
        put("/schema/x-jsf-logic/computedValues/householdSize/rule", {"++": [1]}),
        "/schema/x-jsf-logic/computedValues/householdSize/rule",
    ),
    (put("/i18n/zh-CN/applicant.nowhere.label", "名"), "/i18n/zh-CN/applicant.nowhere.label"),
    (put("/x-service/time_limit/promised/value", 16), "/x-service/time_limit/promised"),
]


def test_faults_of_every_stage_come_in_the_same_round():
    content = definition_file()
    for change, _ in STAGES:
        change(content)
    assert {place for _, place in STAGES} <= {place for place, _, _ in faults(content)}


@pytest.mark.parametrize(
    ("change", "place", "message"), FAULTS, ids=[f"{n}-{place}" for n, (_, place, _) in enumerate(FAULTS)]
)
def test_an_unknown_key_hides_no_other_fault_and_makes_none(change, place, message):
    content = definition_file()
    change(content)
    alone = {one for one in faults(content) if not one[0].startswith("/x-samples/")}
    put("/x-service/extra", 1)(content)
    beside = {one for one in faults(content) if one[0] != "/x-service/extra"}
    assert beside == alone | {one for one in beside if one[0] == place and message in one[1]}


@pytest.mark.parametrize(
    "part", ["/x-service/fee", "/x-service/materials/0/seal", "/x-service", "/i18n", "/x-samples/valid"]
)
def test_what_is_missing_in_one_part_hides_no_fault_of_pages_and_rules(part):
    content = definition_file()
    for change, _ in STAGES[1:5]:
        change(content)
    drop(part)(content)
    places = {place for place, _, _ in faults(content)}
    assert {part, *(place for _, place in STAGES[1:5])} <= places


def test_a_source_that_leads_nowhere_is_one_fault():
    content = definition_file()
    put(f"{APPLICANT}/properties/age/x-derive/from", "nowhere")(content)
    assert len(faults(content)) == 1


def test_a_hint_guesses_what_was_meant():
    content = definition_file()
    put(f"{APPLICANT}/requried", [])(content)
    assert faults(content)[0][2] == "是不是想写 required"
    content = definition_file()
    put("/uischema/elements/3/elements/0/scope", "#/properties/foto")(content)
    assert faults(content)[0][2] == "是不是想写 #/properties/photo"


def test_a_fault_in_a_file_has_its_line(tmp_path):
    content = definition_file()
    put("/uischema/elements/1/elements/2/scope", "#/properties/residence/properties/movein")(content)
    path = tmp_path / "service.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    fault = lint.check_paths([tmp_path])[0]
    assert fault.file == str(path)
    assert "movein" in path.read_text("utf-8").splitlines()[fault.line - 1]
    assert str(fault).startswith(f"{path}:{fault.line} /uischema/elements/1/elements/2/scope：字段位置不存在")


def test_two_alternatives_of_a_required_field_may_hide_in_turn():
    content = definition_file()
    page = content["uischema"]["elements"][1]["elements"]
    other = {"type": "Control", "scope": "#/properties/residence/properties/division", "rule": SHOW}
    page.append(other)
    assert faults(content) == []


def test_the_editor_and_the_lint_know_the_same_keywords_of_ours():
    ours = set(lint.service_schema()["$defs"]["data"]["properties"])
    assert ours == {key for key in KEYWORDS if key.startswith("x-")}


def test_every_key_of_a_service_file_is_explained_for_the_editor():
    for name, schema in lint.service_schema()["$defs"]["service"]["properties"].items():
        target = schema
        if "$ref" in schema:
            target = pointer.get(lint.service_schema(), schema["$ref"])
        assert target.get("description") or schema.get("description"), name
