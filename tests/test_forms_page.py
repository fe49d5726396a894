"""What pages show and what posted pages say."""

import pytest
from forms_support import definition_file, valid_answers
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import answers, definition, page
from forms.answers import Context
from forms.kind_of import KINDS
from forms.wording import carried, start_case

CONTEXT = Context("2026-11-21")
FORM = definition.load(definition_file())
CHILD = "110105201501010017"


def by_path(found):
    return {control.path: control for control in page.leaves(found)}


def one(schema, data=None, ui=None, **extra):
    form = page.from_schema({"type": "object", "properties": {"x": schema}, **extra}, ui)
    return page.controls(form, data or {})[0]


KIND_OF_SCHEMA = [
    ({"type": "string"}, "text"),
    ({"type": "number"}, "number"),
    ({"type": ["integer", "null"]}, "number"),
    ({"type": "boolean"}, "yes-no"),
    ({"const": True}, "yes-no"),
    ({"type": "string", "format": "date"}, "date"),
    ({"type": "string", "enum": ["a"]}, "choice"),
    ({"oneOf": [{"const": 1, "title": "一"}]}, "choice"),
    ({"type": "string", "x-lookup": {"source": "nations"}}, "choice"),
    ({"type": "string", "x-lookup": {"source": "divisions"}}, "division"),
    ({"type": "array", "uniqueItems": True, "items": {"enum": ["a", "b"]}}, "choice"),
    ({"type": "array", "items": {"type": "object", "properties": {"y": {}}}}, "list"),
    ({"type": "array", "items": {"type": "string"}}, "list"),
    ({"type": "object", "properties": {"y": {"type": "string"}}}, "group"),
    ({"properties": {"y": {"type": "string"}}}, "group"),
    ({"type": "string", "format": "file-ref"}, "file"),
    ({"type": "string", "format": "data-url"}, "file"),
    ({"type": "null"}, "note"),
    ({}, "text"),
]


@pytest.mark.parametrize(("schema", "kind"), KIND_OF_SCHEMA)
def test_a_schema_gives_its_kind_of_control(schema, kind):
    assert one(schema).kind == kind
    assert kind in KINDS


def test_options_of_the_ui_schema_turn_text_into_other_kinds():
    def with_options(schema, **options):
        return one(schema, ui={"type": "Control", "scope": "#/properties/x", "options": options}).kind

    assert with_options({"type": "string"}, multi=True) == "long-text"
    assert with_options({"type": "string"}, format="date") == "date"
    assert with_options({"type": "string", "format": "file-ref"}, capture="signature") == "signature"


def test_labels_come_from_the_element_the_title_or_the_name():
    ui = {"type": "Control", "scope": "#/properties/x", "label": "名"}
    assert one({"type": "string", "title": "题"}, ui=ui).label == "名"
    assert one({"type": "string", "title": "题"}).label == "题"
    form = page.from_schema({"type": "object", "properties": {"householdSize": {"type": "integer"}}})
    assert page.controls(form, {})[0].label == "Household Size"
    assert start_case("x_y2-zABC") == "X Y 2 Z ABC"


def test_texts_come_in_the_language_that_is_asked_and_else_in_chinese():
    english = by_path(page.controls(FORM, {}, 0, language="en"))
    assert english["/applicant/name"].label == "Full name"
    assert english["/applicant/idNumber"].label == "证件号码"
    assert by_path(page.controls(FORM, {}, 1))["/residence/address"].hint == "没有门牌的，写小地名和旁边的参照物"


def test_a_page_shows_what_belongs_on_it_and_nothing_else():
    assert [control.path for control in page.leaves(page.controls(FORM, {}, 3))] == [
        "/photo",
        "/declaration",
        "/signature",
    ]
    assert [control.kind for control in page.controls(FORM, {}, 3)] == ["file", "yes-no", "signature"]


def test_required_marks_follow_the_answers():
    adult, child = valid_answers(), valid_answers()
    child["applicant"]["idNumber"] = CHILD
    assert not by_path(page.controls(FORM, adult, 0, context=CONTEXT))["/applicant/guardianName"].required
    shown_guardian = by_path(page.controls(FORM, child, 0, context=CONTEXT))["/applicant/guardianName"]
    assert (shown_guardian.required, shown_guardian.visible) == (True, True)


@pytest.mark.parametrize(
    ("rule", "source", "required"),
    [
        (True, "applicant", True),
        (False, "applicant", False),
        (True, "shared", False),
        ({"required": ["applicant"]}, "applicant", True),
        ({"required": ["nothing"]}, "applicant", False),
    ],
)
def test_the_photo_of_a_material_that_the_guide_asks_for_is_marked_as_required(rule, source, required):
    content = definition_file()
    content["x-service"]["materials"] += [
        {**content["x-service"]["materials"][0], "code": "photo", "required": rule, "source": source, "field": "/photo"}
    ]
    photo = by_path(page.controls(definition.load(content), valid_answers(), 3))["/photo"]
    assert photo.required is required
    without = valid_answers()
    without.pop("photo", None)
    assert answers.check(definition.load(content), without, CONTEXT).problems == []


def test_what_the_host_derives_is_shown_and_cannot_be_typed():
    birth = by_path(page.controls(FORM, valid_answers(), 0))["/applicant/birthDate"]
    assert (birth.value, birth.display, birth.read_only) == ("1949-12-31", "1949年12月31日", True)
    assert not by_path(page.controls(FORM, {}, 0))["/applicant/birthDate"].read_only


def test_a_problem_stands_at_its_control():
    draft = valid_answers()
    draft["members"] = [{}]
    problems = answers.check(FORM, draft, CONTEXT).problems
    row = page.controls(FORM, draft, 2, problems)[0].items[0]
    assert [control.error for control in row] == ["请填写姓名", "", ""]


def test_a_page_gets_its_own_problems_only():
    problems = answers.check(FORM, {"members": [{}]}, CONTEXT).problems
    paths = [[one.path for one in page.page_problems(FORM, {"members": [{}]}, index, problems)] for index in range(4)]
    assert paths == [
        ["/applicant/name", "/applicant/idType", "/applicant/idNumber"],
        ["/residence/division", "/residence/moveIn"],
        ["/members/0/name"],
        ["/declaration"],
    ]


def test_a_page_whose_rule_fails_is_left_out():
    content = definition_file()
    content["uischema"]["elements"][2]["rule"] = {
        "effect": "HIDE",
        "condition": {
            "scope": "#/properties/residence/properties/rent",
            "schema": {"const": 0},
            "failWhenUndefined": True,
        },
    }
    form = definition.load(content)
    assert page.visible_pages(form, {}) == [0, 1, 2, 3]
    draft = {"residence": {"rent": 0}, "members": [{"name": "王"}]}
    assert page.visible_pages(form, draft) == [0, 1, 3]
    assert "members" not in answers.check(form, draft, CONTEXT).answers
    assert [section.page for section in page.summary(form, draft)] == [0, 1, 3]


def test_categories_of_nested_categorizations_are_pages_in_their_place():
    leaf = {"type": "Category", "label": "页", "elements": [{"type": "Control", "scope": "#/properties/x"}]}
    inner = {"type": "Categorization", "elements": [leaf, leaf]}
    form = page.from_schema({"properties": {"x": {}}}, {"type": "Categorization", "elements": [leaf, inner]})
    assert [one.index for one in form.pages] == [0, 1, 2]


# reading a posted page


def posted(data, index, form, definition_=FORM):
    return page.read(definition_, data, index, form)


def test_what_is_typed_goes_into_the_draft():
    draft = posted({}, 0, {"/applicant/name": ["李示范"], "/applicant/idType": ["111"]})
    assert draft == {"applicant": {"name": "李示范", "idType": "111"}}


def test_the_draft_that_was_handed_in_stays_as_it_was():
    data = valid_answers()
    posted(data, 0, {"/applicant/name": ["别人"]})
    assert data == valid_answers()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12", 12), ("1,200", 1200), ("３．５", 3.5), ("abc", "abc"), ("1e5", "1e5"), ("9" * 30, "9" * 30), ("-1", -1)],
)
def test_a_number_is_read_and_what_is_none_stays_as_typed(typed, kept):
    assert posted({}, 1, {"/residence/rent": [typed]})["residence"]["rent"] == kept


def test_a_number_that_is_none_gives_a_sentence():
    draft = valid_answers()
    draft["residence"]["rent"] = "abc"
    problem = answers.check(FORM, draft, CONTEXT).problems[0]
    assert (problem.path, problem.keyword, problem.message) == ("/residence/rent", "type", "月租金请填数字")


def boxes(year, month, day):
    return {f"/residence/moveIn/{part}": [value] for part, value in zip("ymd", (year, month, day), strict=True)}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("2026", "2", "31"), "2026-02-31"),
        (("2026", "2", ""), "2026-2-"),
        (("", "", "5"), "--5"),
        (("二零二六", "5", "1"), "二零二六-5-1"),
        (("２０２６", "５", "１"), "2026-05-01"),
        (("20260501", "", ""), "2026-05-01"),
        (("20260501", "5", ""), "20260501-5-"),
    ],
)
def test_a_date_in_three_boxes_keeps_what_was_typed(typed, kept):
    assert posted({}, 1, boxes(*typed))["residence"]["moveIn"] == kept


def test_an_emptied_date_is_gone():
    assert posted({"residence": {"moveIn": "2026-01-01"}}, 1, boxes("", "", " ")) == {"residence": {}}


def test_an_emptied_text_is_gone():
    assert posted({"applicant": {"name": "李"}}, 0, {"/applicant/name": ["  "]}) == {"applicant": {}}


def test_a_choice_without_a_mark_is_cleared_and_a_text_that_was_not_posted_stays():
    data = {"applicant": {"name": "李", "idType": "111"}, "declaration": True}
    assert posted(data, 0, {})["applicant"] == {"name": "李"}
    assert posted(data, 0, {})["declaration"] is True


def test_a_hidden_choice_keeps_its_answer():
    schema = {"type": "object", "properties": {"a": {"enum": ["x", "y"]}, "b": {"enum": ["x", "y"]}}}
    rule = {"effect": "SHOW", "condition": {"scope": "#/properties/a", "schema": {"const": "y"}}}
    ui = {
        "type": "VerticalLayout",
        "elements": [
            {"type": "Control", "scope": "#/properties/a"},
            {"type": "Control", "scope": "#/properties/b", "rule": rule},
        ],
    }
    form = page.from_schema(schema, ui)
    assert posted({"a": "x", "b": "x"}, 0, {"/a": ["x"]}, form) == {"a": "x", "b": "x"}


def test_nobody_posts_what_is_read_only():
    draft = posted(valid_answers(), 0, {"/applicant/birthDate": ["2000-01-01"], "/applicant/age": ["3"]})
    assert {"birthDate", "age"}.isdisjoint(draft["applicant"])


def test_a_field_of_another_page_is_not_taken():
    assert posted({}, 0, {"/residence/rent": ["5"], "/nowhere": ["x"]}) == {}


def test_a_choice_gives_back_the_constant_behind_it():
    form = page.from_schema({"type": "object", "properties": {"a": {"enum": [1, "1x", True]}}})
    assert [posted({}, 0, {"/a": [text]}, form)["a"] for text in ("1", "1x", "true", "else")] == [1, "1x", True, "else"]


def test_several_marks_make_a_list():
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "uniqueItems": True, "items": {"enum": ["x", "y"]}}},
    }
    form = page.from_schema(schema)
    control = page.controls(form, {"a": ["x"]})[0]
    assert (control.attributes["multiple"], control.options) == (True, (("x", "x"), ("y", "y")))
    assert posted({}, 0, {"/a": ["x", "y"]}, form) == {"a": ["x", "y"]}


def test_the_first_row_is_not_one_more():
    form = definition.load(definition.PACKAGED / "juzhu-dengji.json")
    labels = [
        next(one for one in page.controls(form, draft, 4) if one.path == "/members").attributes["add_label"]
        for draft in ({}, {"members": [{}]})
    ]
    assert labels == ["添一人", "再添一人"]


def test_rows_are_added_filled_and_taken_out():
    draft = posted({}, 2, {"_add": ["/members"]})
    assert draft == {"members": [{}]}
    draft = posted(draft, 2, {"/members/0/name": ["王一"], "_add": ["/members"]})
    assert draft == {"members": [{"name": "王一"}, {}]}
    draft = posted(draft, 2, {"/members/0/name": ["王一"], "/members/1/name": ["王二"], "_remove": ["/members/0"]})
    assert draft == {"members": [{"name": "王二"}]}


def test_actions_on_what_is_no_list_do_nothing():
    for name in ("/applicant", "/members/0/name", "", "x"):
        assert posted({}, 2, {"_add": [name], "_remove": [name]}) == {}


def test_a_list_that_needs_rows_shows_them_from_the_start():
    schema = {
        "type": "object",
        "properties": {"r": {"type": "array", "minItems": 2, "items": {"properties": {"n": {}}}}},
    }
    form = page.from_schema(schema)
    assert [row.path for row in page.controls(form, {})[0].items] == ["/r/0", "/r/1"]
    assert posted({}, 0, {"/r/0/n": ["a"], "/r/1/n": ["b"]}, form) == {"r": [{"n": "a"}, {"n": "b"}]}
    assert len(posted({}, 0, {"_add": ["/r"]}, form)["r"]) == 3


def test_the_summary_says_values_in_words():
    draft = valid_answers()
    draft["members"] = [{"name": "王一", "isChild": True}]
    rows = {path: (label, value) for section in page.summary(FORM, draft) for path, label, value in section.rows}
    assert rows["/applicant/idType"] == ("证件类型", "居民身份证")
    assert rows["/residence/moveIn"] == ("入住日期", "2026年10月1日")
    assert rows["/members/0/name"] == ("同住人 1 · 姓名", "王一")
    assert rows["/members/0/isChild"][1] == "是"
    assert rows["/applicant/phone"][1] == "未填写"
    assert "/applicant/guardianName" not in rows


def as_posted(found):
    """What a browser posts for the controls of a page that nobody touched."""
    form = {}
    for control in page.leaves(found):
        if not control.visible or control.read_only or control.value is None:
            continue
        values = control.value if isinstance(control.value, list) else [control.value]
        form[control.path] = [carried(value) for value in values]
    return form


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(
    lambda text: text.strip()
)
DRAFTS = st.fixed_dictionaries(
    {},
    optional={
        "applicant": st.fixed_dictionaries(
            {},
            optional={
                "name": TEXTS,
                "idType": st.sampled_from(["111", "414", "?"]),
                "idNumber": TEXTS | st.just(CHILD),
                "guardianName": TEXTS,
                "birthDate": st.just("1990-01-01") | st.just("1990-2-"),
            },
        ),
        "residence": st.fixed_dictionaries(
            {},
            optional={
                "rent": st.integers(-9, 9999) | st.just("abc") | st.just(1.5),
                "moveIn": TEXTS | st.just("2026-02-31"),
            },
        ),
        "members": st.lists(
            st.fixed_dictionaries({}, optional={"name": TEXTS, "isChild": st.booleans(), "school": TEXTS}),
            min_size=1,
            max_size=3,
        ),
        "declaration": st.booleans(),
    },
)


@settings(max_examples=200, deadline=None)
@given(DRAFTS)
def test_posting_a_page_that_nobody_touched_changes_nothing(draft):
    for index in range(4):
        assert page.read(FORM, draft, index, as_posted(page.controls(FORM, draft, index))) == draft


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "items",
                    "enum",
                    "oneOf",
                    "anyOf",
                    "const",
                    "title",
                    "required",
                    "format",
                    "$ref",
                    "minItems",
                    "allOf",
                    "if",
                    "then",
                    "else",
                    "x",
                    "x-derive",
                    "from",
                    "take",
                    "x-lookup",
                    "source",
                    "x-jsf-logic",
                    "readOnly",
                    "computedValues",
                    "validations",
                    "rule",
                    "x-jsf-logic-computedAttrs",
                    "x-jsf-logic-validations",
                    "dependentSchemas",
                    "dependentRequired",
                    "default",
                    "examples",
                    "uniqueItems",
                    "maxLength",
                    "$id",
                    "x-jsf-errorMessage",
                    "i18n",
                ]
            ),
            inner | st.sampled_from(["object", "array", "string", "#", "#/x", "x", "type", "age", "nations"]),
            max_size=5,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=None)
@given(JSON, JSON)
def test_any_json_as_a_schema_gives_a_page_or_nothing_but_never_raises(schema, data):
    form = page.from_schema(schema if isinstance(schema, dict) else {"properties": {"a": schema}})
    page.controls(form, data if isinstance(data, dict) else {"a": data})
    answers.check(form, data, CONTEXT)
