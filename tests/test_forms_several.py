"""Choices of which several hold: boxes to tick on every screen, in words wherever answers are read, boxes on paper."""

import json
import re

import pytest

from edge import preview
from edge.prints import pages
from edge.serving import Server
from forms import answers, page, pointer, sheet
from forms.answers import Context
from forms.definition import build
from tests.browsing import CONSOLE, KIOSK, chromium, shot, window
from tests.forms_support import definition_file, valid_answers
from tests.kiosk_app import Citizen, kiosk_app, kiosk_node
from tests.signing import publish_file

DAY = Context("2026-11-21")
TITLED = {
    "oneOf": [{"const": one, "title": title} for one, title in (("work", "务工"), ("school", "上学"), ("care", "看病"))]
}
PLAIN = {"enum": ["甲", "乙", "丙"]}
NUMBERS = {"enum": [1, 2, 3]}


def raw_with(items=None, **more):
    raw = definition_file()
    several = {
        "type": "array",
        "title": "居住事由",
        "x-purpose": "登记事由",
        "uniqueItems": True,
        "items": items or TITLED,
        **more,
    }
    raw["schema"]["properties"]["reasons"] = several
    raw["schema"]["required"].append("reasons")
    raw["uischema"]["elements"][1]["elements"].append({"type": "Control", "scope": "#/properties/reasons"})
    for samples in raw["x-samples"].values():
        for sample in samples:
            sample["answers"]["reasons"] = ["work"]
    return raw


def definition(items=None, **more):
    return build(raw_with(items, **more), "0" * 64)


def answered(*values):
    return valid_answers() | ({"reasons": list(values)} if values else {})


def control(of, data, problems=()):
    return next(one for one in page.leaves(page.controls(of, data, problems=problems)) if one.path == "/reasons")


def test_it_is_a_choice_of_several():
    found = control(definition(), answered("work", "care"))
    assert (found.kind, found.attributes["multiple"], found.display) == ("choice", True, "务工、看病")
    assert found.options == (("work", "务工"), ("school", "上学"), ("care", "看病"))


@pytest.mark.parametrize(
    ("items", "posted", "kept"),
    [
        (TITLED, ["care", "work"], ["care", "work"]),
        (TITLED, [], None),
        (PLAIN, ["乙"], ["乙"]),
        (NUMBERS, ["1", "3"], [1, 3]),
        ({"$ref": "#/$defs/number"}, ["2"], [2]),
    ],
)
def test_what_was_ticked_is_read_back(items, posted, kept):
    raw = raw_with(items)
    raw["schema"]["$defs"]["number"] = NUMBERS
    draft = page.read(build(raw, "0" * 64), answered("work"), 1, {"/reasons": posted} if posted else {})
    assert pointer.get(draft, "/reasons", None) == kept


@pytest.mark.parametrize(
    ("values", "more", "language", "sentence"),
    [
        ((), {}, "zh-CN", "请选择“居住事由”，可以选几项"),
        ((), {}, "en", "Choose: 居住事由"),
        (("work",), {"minItems": 2}, "zh-CN", "居住事由至少选2项"),
        (("work", "care"), {"maxItems": 1}, "zh-CN", "居住事由最多选1项"),
        (("work", "work"), {}, "zh-CN", "居住事由有重复的内容，请去掉重复的一项"),
    ],
)
def test_what_is_wrong_is_said_in_words_of_choosing(values, more, language, sentence):
    of = definition(**more)
    problems = answers.check(of, answered(*values), Context("2026-11-21", language)).problems
    assert [one.message for one in problems] == [sentence]
    assert control(of, answered(*values), problems).error == sentence


def test_a_wrong_choice_is_told_at_the_field():
    of = definition()
    problems = answers.check(of, answered("work", "none"), DAY).problems
    assert [one.path for one in problems] == ["/reasons/1"]
    assert control(of, answered("work", "none"), problems).error


def test_summary_and_paper_name_what_was_ticked():
    of = definition()
    rows = {row[1]: row[2] for section in page.summary(of, answered("school", "care")) for row in section.rows}
    assert rows["居住事由"] == "上学、看病"
    entry = next(one for part in sheet.blank(of) for one in part.entries if one.path == "/reasons")
    assert entry.options == (("务工", False), ("上学", False), ("看病", False))
    assert any(line.startswith("可以选几项") for line in entry.limits)
    filled = next(one for part in sheet.sample(of) for one in part.entries if one.path == "/reasons")
    assert filled.options == (("务工", True), ("上学", False), ("看病", False))


def test_a_plain_schema_gets_it_too():
    made = page.from_schema(
        {"type": "object", "properties": {"why": {"type": "array", "uniqueItems": True, "items": PLAIN}}}
    )
    found = page.controls(made, {"why": ["甲"]})[0]
    assert (found.kind, found.attributes.get("multiple"), found.display) == ("choice", True, "甲")


def test_without_unique_items_it_is_a_list_of_rows():
    assert control_kind({"type": "array", "items": PLAIN}) == "list"


def control_kind(schema):
    return page.controls(page.from_schema({"type": "object", "properties": {"why": schema}}), {})[0].kind


# --- on the screens


@pytest.fixture
def node(home, clock):
    publish_file(home / "services" / "juzhu-shili.json", raw_with())
    yield from kiosk_node(home, clock)


def test_the_kiosk_keeps_what_was_ticked_and_unticked(node):
    citizen = Citizen(kiosk_app(node))
    citizen.get("/kiosk/service/juzhu-shili")
    citizen.press("/kiosk/service/juzhu-shili/start")
    here = citizen.path.rpartition("/")[0]
    citizen.get(f"{here}/1")
    assert len(re.findall(r'<input type="checkbox" name="/reasons"', citizen.text)) == 3
    citizen.post(f"{here}/1", {"/reasons": ["work", "care"], "_act": "next"})
    citizen.get(f"{here}/1")
    assert re.findall(r'name="/reasons" value="(\w+)"[^>]* checked', citizen.text) == ["work", "care"]
    citizen.post(f"{here}/1", {"_act": "next"})
    citizen.get(f"{here}/1")
    assert not re.findall(r'name="/reasons" value="(\w+)"[^>]* checked', citizen.text)


@pytest.mark.browser
@pytest.mark.parametrize(("look", "kind"), [("kiosk", KIOSK), ("console", CONSOLE)])
def test_every_screen_draws_boxes_to_tick(tmp_path, look, kind):
    raw = raw_with()
    raw["x-samples"]["valid"][0]["answers"]["reasons"] = ["work", "care"]
    (tmp_path / "one.json").write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
    server = Server(preview.create_app(tmp_path), "127.0.0.1", 0)
    try:
        with chromium() as browser, window(browser, kind) as screen:
            screen.goto(f"{server.url}/service/one.json/{look}?case=valid-0")
            boxes = screen.locator('input[type=checkbox][name="/reasons"]')
            assert [box.is_checked() for box in boxes.all()] == [True, False, True]
            assert "可以选几项" in screen.locator("main").inner_text()
            boxes.first.scroll_into_view_if_needed()
            shot(screen, f"several-{look}")
            assert "务工、看病" in _review(screen, server.url)
    finally:
        server.stop()


def _review(screen, url):
    screen.goto(f"{url}/service/one.json/review?case=valid-0")
    return screen.locator("main").inner_text()


def test_the_paper_has_boxes_too(node):
    app = kiosk_app(node)
    assert pages.bp.name in app.blueprints
    with app.test_client().get("/print/juzhu-shili/blank") as answer:
        assert re.search(r'paper-tick"></span>务工', answer.text)
