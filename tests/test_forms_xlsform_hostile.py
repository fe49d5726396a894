"""Whatever stands in a workbook, the answer is a definition or a sentence; never a crash, and never a long wait."""

from __future__ import annotations

import datetime as dt
import json
import tracemalloc
import zipfile

import pytest
import xlsforms
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from programs import ask, run

from edge import xlsform_file
from edge.errors import YizhanError
from forms import definition, xlsform, xpath
from forms.xlsform_constraint import constraint
from forms.xlsform_items import Cannot, Items
from forms.xlsform_logic import Logic
from forms.xlsform_rules import condition
from tests.patience import patience

QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TYPES = [
    "text", "integer", "decimal", "date", "time", "dateTime", "note", "select_one l", "select_multiple l", "image",
    "select_one l or_other", "select_one missing", "acknowledge", "calculate", "range", "begin group", "end group",
    "begin repeat", "end repeat", "begin_group", "geopoint", "start", "audit", "rank l", "hidden", "file", "nonsense",
    "select_one_from_file x.csv", "xml-external", "osm", "begin loop over l", "barcode", "background-audio", "",
]  # fmt: skip  # a table
EXPRESSIONS = [
    "${a} = 'x'", "${a} > 3", "selected(${b}, 'x')", "not(${a})", "${a} = ${b}", ". > 3", "regex(., '(a+)+$')", "((",
    "regex(., '[')", "count-selected(.) >= 1", "${c} + ${d} * 2", "sum(${a})", "if(${a}, 1, 2)", "today()", "../a = 'x'",
    "string-length(.) < -3", ". = ''", ". != ''", "a=${b}", "n=${a} and m=${b}", "yes", "no", "${nowhere} = 1",
    "jr:choice-name(${a}, '${a}')", "/data/a", "once(random())", "position(..)", "${a} div 0", "99999999999999999999",
]  # fmt: skip  # a table
HEADERS = [
    "type", "name", "label", "label::中文 (zh)", "label::English (en)", "hint", "required", "relevant", "constraint",
    "constraint_message", "calculation", "choice_filter", "appearance", "default", "read_only", "repeat_count",
    "parameters", "media::image", "trigger", "bind::x", "body::y", "list_name", "n", "", "disabled", "instance::z",
]  # fmt: skip  # a table
CELLS = st.one_of(
    st.sampled_from(TYPES),
    st.sampled_from(EXPRESSIONS),
    st.sampled_from(["a", "b", "c", "d", "l", "x", "a.b", "姓名", "meta", "1", "TRUE", "l x y"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(dt.date(1950, 1, 1), dt.date(2060, 1, 1)),
    st.none(),
)


def explained(*sentences):
    """A refusal says why."""
    assert sentences
    assert all(sentences)


def converted(path):
    """The definition file of a workbook, or the sentence about it; any other exception is a crash."""
    try:
        book = xlsform_file.read(path)
    except YizhanError as error:
        explained(error.sentence, error.hint)
        return None
    made = xlsform.convert(book.tree, book.sheets, book.left, service="a", version="2026.1.1")
    content = json.loads(json.dumps(made.content))
    try:
        definition.load(content)
    except definition.DefinitionError as error:
        explained(*(fault.message for fault in error.faults))
    return content


def rows(headers):
    return st.lists(st.lists(CELLS, min_size=len(headers), max_size=len(headers)), max_size=8)


@st.composite
def books(draw):
    """Sheets with likely headers over anything."""
    sheets = {}
    for name in draw(st.lists(st.sampled_from(["survey", "choices", "settings", "Survey ", "other"]), unique=True)):
        headers = draw(st.lists(st.sampled_from(HEADERS), max_size=8, unique=True))
        sheets[name] = [headers, *draw(rows(headers))]
    return sheets or {"survey": [["type"]]}


def write(path, sheets):
    try:
        return xlsforms.workbook(path, sheets)
    except (ValueError, TypeError):  # what no spreadsheet can hold
        return None


@QUICK
@given(sheets=books())
@example(sheets={"survey": [["type", "name"], ["begin group", "a"], ["end repeat", ""], ["text", "b"]]})
@example(sheets={"survey": [["type", "name"], ["begin group", "a"]]})
@example(sheets={"survey": [["name", "type"], [1.5, True]]})
@example(sheets={"x": [["type", "name", "label"], ["text", "a", "=1+1"]]})
def test_any_cells_end_in_a_definition_or_a_sentence(tmp_path, sheets):
    path = write(tmp_path / "book.xlsx", sheets)
    if path:
        converted(path)


@st.composite
def damaged_forms(draw):
    """One of the real forms with a few of its cells changed: most of it stays well formed, so that much is reached."""
    sheets = xlsforms.tables(draw(st.sampled_from([xlsforms.OPINION, xlsforms.VISIT, xlsforms.GUEST])))
    for _ in range(draw(st.integers(1, 6))):
        sheet = sheets[draw(st.sampled_from(sorted(sheets)))]
        row = sheet[draw(st.integers(0, len(sheet) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
    if draw(st.booleans()):
        sheet = sheets["survey"]
        sheet[1:] = draw(st.permutations(sheet[1:]))
    return sheets


@QUICK
@given(sheets=damaged_forms())
def test_a_real_form_with_damage_ends_in_a_definition_or_a_sentence(tmp_path, sheets):
    path = write(tmp_path / "book.xlsx", sheets)
    if path:
        converted(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "whole.xlsx"
    return xlsforms.workbook(path, xlsforms.tables(xlsforms.GUEST)).read_bytes()


@QUICK
@given(share=st.floats(0, 1), flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=20))
def test_a_file_that_is_cut_or_changed_ends_in_a_sentence(tmp_path, whole, share, flips):
    changed = bytearray(whole)
    for where, value in flips:
        changed[int(where * (len(whole) - 1))] = value
    (tmp_path / "damaged.xlsx").write_bytes(bytes(changed) if flips else bytes(changed[: int(share * len(whole))]))
    converted(tmp_path / "damaged.xlsx")


@QUICK
@given(content=st.binary(max_size=300))
def test_any_bytes_end_in_a_sentence(tmp_path, content):
    (tmp_path / "noise.xlsx").write_bytes(content)
    assert converted(tmp_path / "noise.xlsx") is None


TOKENS = [
    "${a}", "${n}", "${m}", "${r}", "${x}", ".", "../a", "'x'", "''", "3", "-1", "0.5", "=", "!=", "<", "<=", ">", ">=",
    "and", "or", "not(", "selected(", "regex(", "count-selected(", "string-length(", "if(", "sum(", "coalesce(", ")",
    "(", ",", "+", "-", "*", "div", "mod", "today()", "true()", "false()", "name", "count(", "concat(", "date(",
]  # fmt: skip  # a table
TREE = {
    "children": [
        {"type": "text", "name": "a", "yizhan_row": "2"},
        {"type": "integer", "name": "n", "yizhan_row": "3"},
        {"type": "select all that apply", "name": "m", "yizhan_row": "4", "choices": [{"name": "x"}]},
        {
            "type": "repeat",
            "name": "r",
            "yizhan_row": "5",
            "children": [{"type": "integer", "name": "x", "yizhan_row": "6"}],
        },
    ]
}


@settings(max_examples=600, deadline=None)
@given(words=st.lists(st.sampled_from(TOKENS), max_size=14), free=st.text(max_size=8))
def test_any_expression_is_understood_or_refused_with_a_reason(words, free):
    items = Items(TREE)
    try:
        node = xpath.parse(" ".join([*words, free]))
    except xpath.XPathError as error:
        explained(str(error))
        return
    for item in items:
        for translate in (condition, constraint, lambda node, items, item: Logic(items, item).rule(node)):
            try:
                json.dumps(getattr(translate(node, items, item), "rules", None))
            except Cannot as reason:
                explained(str(reason))


LONG = ("(" * 3000, "${a}=1 or " * 400 + "${a}=1", "1+" * 2000 + "1", "not(" * 900, "-" * 3000 + "1", "a" * 6000)


def translated(source):
    """As a condition; what can't be one is explained."""
    try:
        condition(xpath.parse(source), Items(TREE), next(iter(Items(TREE))))
    except (xpath.XPathError, Cannot) as error:
        explained(str(error))


@pytest.mark.parametrize("source", LONG, ids=lambda source: source[:10])
def test_long_and_deep_expressions_come_to_an_end(source):
    """How soon is measured by bench_hostile.py, here and for the workbooks below."""
    with patience():
        translated(source)


def refused(path):
    with pytest.raises(YizhanError) as caught:
        xlsform_file.read(path)
    return caught.value


def test_a_huge_sheet_is_refused_before_it_is_read_whole(tmp_path):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("survey")
    sheet.append(["type", "name", "label"])
    for number in range(7_000):
        sheet.append(["text", f"a{number}", "题"])
    book.save(tmp_path / "rows.xlsx")
    assert refused(tmp_path / "rows.xlsx").code == "xlsform_too_large"


def far(folder):
    """A workbook with cells in the last row and in the last column there can be."""
    path = xlsforms.workbook(folder / "far.xlsx", {"survey": [["type", "name", "label"], ["text", "a", "题"]]})
    book = load_workbook(path)
    book.active["A1048576"] = "far"
    book.active["XFD1"] = "wide"
    book.save(path)
    return path


def test_cells_that_are_far_away_are_named_and_not_waited_for(tmp_path):
    path = far(tmp_path)
    with patience():
        assert [one.text for one in xlsform_file.read(path).left] == ["第 6000 行以后", "GR 列以后"]


def bomb(folder):
    """A small file that unpacks to a large one."""
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 30_000_000)
    return path


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = bomb(tmp_path)
    tracemalloc.start()
    assert refused(path).code == "xlsform_too_large"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_entities_in_the_parts_are_refused(tmp_path):
    path = xlsforms.workbook(tmp_path / "a.xlsx", xlsforms.tables(xlsforms.GUEST))
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for part in old.infolist():
            new.writestr(part, bomb if part.filename == "xl/workbook.xml" else old.read(part))
    assert refused(tmp_path / "b.xlsx").code == "xlsform_unreadable"


def test_a_formula_without_a_result_is_named_not_dropped(tmp_path):
    sheets = {"survey": [["type", "name", "label"], ["text", "a", '="姓"&"名"'], ["text", "b", "住处"]]}
    book = xlsform_file.read(xlsforms.workbook(tmp_path / "a.xlsx", sheets))
    assert [(one.cell, one.text) for one in book.left] == [("C2", '="姓"&"名"')]


def test_calculations_in_a_circle_are_named_by_the_check(tmp_path):
    sheets = {
        "survey": [
            ["type", "name", "label", "calculation"],
            ["text", "q", "题", ""],
            ["calculate", "a", "", "${b} + 1"],
            ["calculate", "b", "", "${a} + 1"],
        ]
    }
    path = xlsforms.workbook(tmp_path / "a.xlsx", sheets)
    out = tmp_path / "a.json"
    answer = ask("forms_import_xlsform", "forms", "import-xlsform", path, "--out", out, "--id", "a", code=1)
    assert any("由它自己算出来" in one["message"] for one in answer["faults"])
    assert out.exists()  # to be mended by hand


def test_groups_in_groups_beyond_the_limit_are_listed(tmp_path):
    deep = [["begin group", f"g{number}", "组"] for number in range(30)]
    ends = [["end group", "", ""] for _ in range(30)]
    sheets = {"survey": [["type", "name", "label"], ["text", "q", "题"], *deep, ["text", "a", "题"], *ends]}
    book = xlsform_file.read(xlsforms.workbook(tmp_path / "a.xlsx", sheets))
    made = xlsform.convert(book.tree, book.sheets, book.left, service="a", version="2026.1.1")
    assert any("套得太深" in one.reason for one in made.left)
    assert definition.load(made.content).id == "a"


def thousand(folder):
    """A workbook with a thousand questions."""
    names = [
        ["text", f"q{number}", f"第{number}题", "yes", "${q0} = 'x'" if number % 25 == 24 else ""]
        for number in range(1000)
    ]
    sheets = {"survey": [["type", "name", "label", "required", "relevant"], *names]}
    return xlsforms.workbook(folder / "a.xlsx", sheets)


def test_a_thousand_questions_are_taken_over(tmp_path):
    path = thousand(tmp_path)
    with patience():
        assert len(converted(path)["schema"]["properties"]) == 1000


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"survey": [["type", "name"], ["begin group", "a"]]}, "end_group"),
        ({"survey": [["type", "name"], ["text", ""]]}, "没有写 name"),
        ({"survey": [["type", "name"], ["", "a"]]}, "没有写 type"),
        ({"survey": [["type", "name"], ["select_one x", "a"]]}, "choices"),
        ({"survey": [["type", "name", "label"], ["text", "a", "A"], ["text", "a", "B"]]}, "用了两次"),
        ({"survey": [["name"], ["a"]]}, "缺少必须有的列"),
        ({"other": [["a"]], "another": [["b"]]}, "没有名为 survey"),
        ({"survey": [["type", "name", "relevant"], ["text", "a", "${b} = 1"]]}, "不存在"),
        ({"survey": [["type", "type"], ["text", "a"]]}, "重复的标题"),
        ({"survey": [["type", "name"], ["text", "1a"]]}, "字母或下划线"),
    ],
)
def test_what_is_no_xlsform_is_said_in_chinese_with_the_row(tmp_path, sheets, words):
    error = refused(xlsforms.workbook(tmp_path / "a.xlsx", sheets))
    assert error.code == "xlsform_wrong"
    assert words in error.sentence


def test_a_file_that_is_missing_or_no_workbook_is_said_so(tmp_path):
    assert (
        ask("error", "forms", "import-xlsform", tmp_path / "no.xlsx", code=1)["error"]["code"] == "xlsform_unreadable"
    )
    assert refused(tmp_path).code == "xlsform_unreadable"
    (tmp_path / "a.xlsx").write_text("type,name\ntext,a\n")
    code, out, err = run("forms", "import-xlsform", tmp_path / "a.xlsx")
    assert (code, out) == (1, "")
    assert "不是 .xlsx 工作簿" in err


def test_a_form_without_a_usable_name_asks_for_one(tmp_path):
    sheets = {"survey": [["type", "name", "label"], ["text", "a", "题"]], "settings": [["form_id"], ["村民"]]}
    path = xlsforms.workbook(tmp_path / "a.xlsx", sheets)
    assert ask("error", "forms", "import-xlsform", path, code=1)["error"]["code"] == "service_id_wrong"
