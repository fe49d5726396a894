"""An XLSForm comes over as a definition that asks the same and judges the same; what doesn't is named with its cell."""

from __future__ import annotations

import json

import pytest
import xlsforms
from programs import ask, holds, run

from edge import xlsform_file
from forms import answers, definition, page, starting, xlsform

DAY = "2026-11-20"
FILE = "sha256:" + "b" * 64


def imported(folder, text):
    """(definition, what was left behind) of one of the forms, through a real workbook."""
    path = xlsforms.workbook(folder / "form.xlsx", xlsforms.tables(text))
    book = xlsform_file.read(path)
    made = xlsform.convert(
        book.tree, book.sheets, book.left, service=xlsform.service_id(book.tree, ""), version="2026.11.1"
    )
    return definition.load(json.loads(json.dumps(made.content))), made.left


@pytest.fixture(scope="module")
def opinion(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("opinion"), xlsforms.OPINION)


@pytest.fixture(scope="module")
def visit(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("visit"), xlsforms.VISIT)


@pytest.fixture(scope="module")
def guest(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("guest"), xlsforms.GUEST)


def shown(made, data, language="zh-CN"):
    """{path: control} of what all pages show for these answers."""
    found = {}
    for control in page.leaves(page.controls(made, data, language=language)):
        if control.visible:
            found[control.path] = control
    return found


def problems(made, given):
    return {(one.path, one.keyword) for one in answers.check(made, given, answers.Context(DAY)).problems}


OPINION_ANSWERS = {
    "person": {"full_name": "王秀梅", "phone": "19900000123", "age": 60, "town": "t1", "village": "v2"},
    "opinion": {"topics": ["road"], "detail": "三组的路塌了一段", "reply": "yes", "seen_on": "2026-11-02"},
    "proof": {"sign": FILE, "truth": True},
}


def changed(given, place, value):
    copy = json.loads(json.dumps(given))
    holder = copy
    *way, last = place.split("/")
    for name in way:
        holder = holder[int(name)] if isinstance(holder, list) else holder[name]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return copy


def test_groups_become_pages_and_every_question_a_control(opinion):
    made, left = opinion
    assert left == []
    assert made.id == "cunmin-yijian"
    assert made.title == "村民意见登记"
    assert [one.label for one in made.pages] == ["填写内容", "您是谁", "您的意见", "照片和签名"]
    kinds = {path: control.kind for path, control in shown(made, OPINION_ANSWERS).items()}
    assert kinds == {
        "/person/full_name": "text",
        "/person/phone": "text",
        "/person/age": "number",
        "/person/town": "choice",
        "/person/village": "choice",
        "/opinion/topics": "choice",
        "/opinion/detail": "long-text",
        "/opinion/reply": "choice",
        "/opinion/seen_on": "date",
        "/proof/photo": "file",
        "/proof/sign": "signature",
        "/proof/truth": "yes-no",
    }


def test_labels_hints_required_marks_and_defaults_come_over(opinion):
    found = shown(opinion[0], {})
    name = found["/person/full_name"]
    assert (name.label, name.hint, name.required) == ("姓名", "写身份证上的名字", True)
    assert found["/opinion/reply"].value == "yes"
    assert not found["/opinion/seen_on"].required
    assert found["/person/phone"].attributes["inputmode"] == "numeric"
    note = page.controls(opinion[0], {}, 0)[0]
    assert (note.kind, note.label) == ("note", "感谢您提意见，我们会逐条答复。")


def test_a_cascade_offers_what_belongs_to_the_earlier_answer(opinion):
    made = opinion[0]
    assert "/person/village" not in shown(made, {})
    assert shown(made, {"person": {"town": "t1"}})["/person/village"].options == (("v1", "大坪村"), ("v2", "石板村"))
    assert shown(made, {"person": {"town": "t2"}})["/person/village"].options == (("v3", "小河村"),)
    assert problems(made, changed(OPINION_ANSWERS, "person/village", "v3")) == {("/person/village", "oneOf")}
    assert problems(made, changed(OPINION_ANSWERS, "person/village", None)) == {("/person/village", "required")}


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        ("person/full_name", "王", ("/person/full_name", "minLength")),
        ("person/full_name", "王" * 51, ("/person/full_name", "maxLength")),
        ("person/phone", "1990000012", ("/person/phone", "pattern")),
        ("person/phone", "199000001234", ("/person/phone", "pattern")),
        ("person/age", 15, ("/person/age", "minimum")),
        ("person/age", 120, ("/person/age", "exclusiveMaximum")),
        ("person/age", None, ("/person/age", "required")),
        ("opinion/topics", ["road", "service", "other"], ("/opinion/topics", "maxItems")),
        ("opinion/detail", "长" * 801, ("/opinion/detail", "maxLength")),
        ("opinion/seen_on", "2026-11-21", ("/opinion/seen_on", "x-jsf-logic-validations")),
        ("proof/truth", False, ("/proof/truth", "const")),
        ("proof/sign", None, ("/proof/sign", "required")),
    ],
)
def test_a_constraint_refuses_what_it_refused_in_the_workbook(opinion, place, value, found):
    assert found in problems(opinion[0], changed(OPINION_ANSWERS, place, value))


def test_right_answers_pass_and_a_constraint_speaks_its_own_message(opinion):
    made = opinion[0]
    assert problems(made, OPINION_ANSWERS) == set()
    wrong = changed(changed(OPINION_ANSWERS, "person/phone", "1"), "opinion/seen_on", "2026-12-01")
    said = {one.message for one in answers.check(made, wrong, answers.Context(DAY)).problems}
    assert said == {"请填11位手机号", "日期不能在今天之后"}


def test_a_relevant_opens_a_field_and_only_then_asks_for_it(opinion):
    made = opinion[0]
    other = changed(OPINION_ANSWERS, "opinion/topics", ["other"])
    assert "/opinion/other_topic" not in shown(made, OPINION_ANSWERS)
    assert shown(made, other)["/opinion/other_topic"].required
    assert problems(made, other) == {("/opinion/other_topic", "required")}
    stale = changed(OPINION_ANSWERS, "opinion/other_topic", "从前写的")
    assert "other_topic" not in answers.check(made, stale, answers.Context(DAY)).answers["opinion"]


def test_and_and_not_are_kept_with_answers_that_are_missing(opinion):
    made = opinion[0]
    assert "/proof/photo" in shown(made, {"opinion": {"reply": "yes"}})  # nothing selected is not selected
    assert "/proof/photo" not in shown(made, {"opinion": {"reply": "yes", "topics": ["service"]}})
    assert "/proof/photo" not in shown(made, {"opinion": {"topics": ["road"]}})


VISIT_ANSWERS = {
    "home": {"head": "王秀梅", "size": 2, "tenure": "rent", "rent": 300, "lease_start": "2026-01-01"},
    "members": [{"name": "王秀梅", "years": 60}, {"name": "王小燕", "years": 10, "school": "primary"}],
    "wellbeing": {"rating": 4, "needs": ["nothing"]},
}


def test_two_languages_come_over_whole(visit):
    made = visit[0]
    english = shown(made, VISIT_ANSWERS, language="en")
    assert english["/home/head"].label == "Head of household"
    assert english["/home/head"].hint == "As on the card"
    assert english["/home/tenure"].options == (("own", "Own"), ("rent", "Rented"))
    assert english["/members/0/years"].label == "Age"
    assert shown(made, VISIT_ANSWERS)["/home/tenure"].options == (("own", "自己的"), ("rent", "租的"))
    said = answers.check(made, changed(VISIT_ANSWERS, "home/size", 13), answers.Context(DAY, language="en")).problems
    assert "Between 1 and 12" in [one.message for one in said]
    sections = page.summary(made, VISIT_ANSWERS, language="en")
    assert [one.label for one in sections] == ["Household", "家庭成员", "Wellbeing"]


def test_a_repeat_is_a_list_with_conditions_inside_the_row(visit):
    made = visit[0]
    found = shown(made, VISIT_ANSWERS)
    assert "/members/0/school" not in found
    assert found["/members/1/school"].required
    no_school = changed(VISIT_ANSWERS, "members/1/school", "none")
    assert problems(made, VISIT_ANSWERS) == set()
    assert problems(made, no_school) == {("/members/1/why_not", "required")}
    assert problems(made, changed(VISIT_ANSWERS, "members/1/school", None)) == {("/members/1/school", "required")}
    assert ("/members", "x-jsf-logic-validations") in problems(made, changed(VISIT_ANSWERS, "home/size", 3))


def test_a_nested_group_with_a_condition_asks_only_when_shown(visit):
    made = visit[0]
    ill = changed(VISIT_ANSWERS, "wellbeing/needs", ["medical"])
    assert "/wellbeing/urgent/urgent_what" not in shown(made, VISIT_ANSWERS)
    assert problems(made, ill) == {("/wellbeing/urgent/urgent_what", "required")}
    both = changed(VISIT_ANSWERS, "wellbeing/needs", ["medical", "nothing"])
    assert ("/wellbeing/needs", "x-jsf-logic-validations") in problems(made, both)


def test_answers_compare_with_each_other_when_both_are_there(visit):
    made = visit[0]
    early = changed(VISIT_ANSWERS, "home/lease_end", "2025-12-31")
    assert problems(made, early) == {("/home/lease_end", "x-jsf-logic-validations")}
    assert problems(made, changed(VISIT_ANSWERS, "home/lease_end", "2026-12-31")) == set()
    unsaid = changed(changed(VISIT_ANSWERS, "home/lease_end", "2025-12-31"), "home/lease_start", None)
    assert problems(made, unsaid) == set()


def test_calculations_are_the_hosts_and_stay_away_when_a_number_is_missing(visit):
    made = visit[0]
    counted = answers.check(made, {**VISIT_ANSWERS, "adults": 9}, answers.Context(DAY)).answers
    assert (counted["adults"], counted["rent_year"]) == (70, 3600)
    owner = changed(changed(VISIT_ANSWERS, "home/tenure", "own"), "home/rent", None)
    assert "rent_year" not in answers.check(made, owner, answers.Context(DAY)).answers


def test_what_has_no_counterpart_is_named_with_sheet_cell_and_reason(visit, guest):
    found = {(one.sheet, one.cell): one.reason for one in visit[1]}
    assert set(found) == {("survey", "A2"), ("survey", "A26"), ("settings", "D2")}
    assert "没有对应" in found["survey", "A26"]
    found = {(one.sheet, one.cell): one for one in guest[1]}
    assert set(found) == {
        ("survey", "L3"),  # a picture
        ("survey", "C7"),  # ${passport} in a label
        ("survey", "F7"),  # ${nights} > ${land}
        ("survey", "E7"),  # whose required is lost with it
        ("survey", "M8"),  # an appearance
        ("survey", "A10"),  # audio
        ("choices", "E2"),  # a picture of an option
    }
    assert all(one.reason and one.text for one in found.values())
    assert found["survey", "F7"].text == "${nights} > ${land}"


def test_a_condition_that_is_lost_makes_the_field_optional_never_unsubmittable(guest):
    made = guest[0]
    given = {"passport": "C12345678", "land": "LAO", "arrived": "2026-11-01", "nights": 40}
    assert problems(made, given) == set()
    assert not shown(made, given)["/host"].required
    assert problems(made, changed(given, "arrived", "2019-12-31")) == {("/arrived", "x-jsf-logic-validations")}
    assert problems(made, changed(given, "passport", "xC12345678")) == {("/passport", "pattern")}
    checked = answers.check(made, given, answers.Context(DAY)).answers
    assert (checked["fee"], checked["today_is"]) == (60, DAY)


def test_a_column_without_language_beside_chinese_is_english(guest):
    found = shown(guest[0], {}, language="en")
    assert found["/passport"].label == "Passport number"
    assert found["/land"].options[0] == ("VNM", "Viet Nam")
    assert shown(guest[0], {})["/passport"].label == "护照号码"


@pytest.mark.parametrize("name", ["OPINION", "VISIT", "GUEST"])
def test_the_sample_of_an_import_passes_and_the_empty_one_does_not(name, tmp_path):
    made, _ = imported(tmp_path, getattr(xlsforms, name))
    sample = made.samples["valid"][0]["answers"]
    assert problems(made, sample) == set()
    assert made.samples["invalid"][0]["problems"]


def test_the_command_writes_a_file_that_the_check_accepts(tmp_path):
    book = xlsforms.workbook(tmp_path / "意见.xlsx", xlsforms.tables(xlsforms.OPINION))
    out = tmp_path / "services" / "yijian.json"
    out.parent.mkdir()
    answer = ask("forms_import_xlsform", "forms", "import-xlsform", book, "--out", out, "--id", "yijian")
    assert (answer["id"], answer["pages"], answer["fields"]) == ("yijian", 4, 13)
    assert answer["faults"] == []
    assert "/x-service/legal_basis/0/title" in [one["pointer"] for one in answer["pending"]]
    assert ask(None, "forms", "check", out)["faults"] == []
    before = out.read_bytes()
    error = ask("error", "forms", "import-xlsform", book, "--out", out, "--id", "yijian", code=1)["error"]
    assert error["code"] == "file_in_the_way"
    assert out.read_bytes() == before


def test_the_command_says_what_stays_behind_in_words(tmp_path):
    book = xlsforms.workbook(tmp_path / "f.xlsx", xlsforms.tables(xlsforms.GUEST))
    code, out, err = run("forms", "import-xlsform", book, "--out", tmp_path / "f.json")
    assert (code, err) == (0, "")
    assert "survey!F7 “${nights} > ${land}”" in out
    assert "【待补】" in out


def test_a_new_service_passes_the_check_at_once_and_overwrites_nothing(tmp_path):
    out = tmp_path / "a.json"
    answer = ask("forms_new", "forms", "new", "cunmin-yijian", "--out", out)
    assert answer["faults"] == []
    made = definition.load(out)
    assert {one.kind for one in page.leaves(page.controls(made, {}))} >= {"text", "date", "choice", "file", "signature"}
    assert ask("error", "forms", "new", "cunmin-yijian", "--out", out, code=1)["error"]["code"] == "file_in_the_way"
    assert (
        ask("error", "forms", "new", "村民意见", "--out", tmp_path / "b", code=1)["error"]["code"] == "service_id_wrong"
    )
    missing = ask("error", "forms", "new", "a", "--out", tmp_path / "no" / "a.json", code=1)
    assert missing["error"]["code"] == "file_not_written"


def test_a_new_service_whose_marked_texts_are_written_has_nothing_pending(tmp_path):
    out = tmp_path / "a.json"
    ask("forms_new", "forms", "new", "a", "--out", out)
    content = json.loads(out.read_text("utf-8").replace(starting.TO_DO, ""))
    content["x-service"]["code"] = "HJ99"
    assert starting.pending(content) == []
    assert definition.load(content).id == "a"


def test_without_the_extra_the_command_says_what_to_install(tmp_path):
    stop = tmp_path / "stop"
    stop.mkdir()
    (stop / "pyxform.py").write_text("raise ImportError('not installed')\n")
    book = xlsforms.workbook(tmp_path / "f.xlsx", xlsforms.tables(xlsforms.GUEST))
    error = ask("error", "forms", "import-xlsform", book, code=1, env={"PYTHONPATH": str(stop)})["error"]
    assert error["code"] == "xlsform_not_installed"
    assert "pyxform" in error["hint"]
    assert holds("error", {"error": error})
