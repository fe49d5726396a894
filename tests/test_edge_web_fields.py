"""How a field is drawn: its boxes, what is chosen, and what a screen reader is told of it."""

import re

import pytest
from flask import render_template_string

from edge import web, web_fields
from forms import page
from forms.answers import Context, check
from forms.building import Builder, Control
from forms.definition import packaged

DRAWN = '{% from "shared/controls.html" import fields with context %}{{ fields(controls) }}'
APP = web.make_app("node", secret=b"k" * 32, title="驿站", areas={})


def drawn(controls: list[Control]) -> str:
    with APP.test_request_context("/"):
        return render_template_string(DRAWN, controls=controls)


def field(schema: dict, value: object = None, **options: object) -> Control:
    """The control of a form with one field."""
    element = {"type": "Control", "scope": "#/properties/x", "options": options}
    form = page.from_schema({"type": "object", "properties": {"x": schema}}, element)
    (control,) = page.controls(form, {} if value is None else {"x": value})
    return control


def marked(html: str) -> list[str]:
    """The values of the options that are ticked or selected."""
    tags = re.findall(r'<(?:input|option) [^>]*value="([^"]*)"[^>]*? (?:checked|selected)', html)
    return [one.replace("&amp;", "&").replace("&#34;", '"') for one in tags]


def few(*values: object) -> dict:
    return {"oneOf": [{"const": one, "title": f"第 {one} 项"} for one in values]}


@pytest.mark.parametrize("count", [8, 9])
@pytest.mark.parametrize("held", ["1", "A&B", 'says "no"'])
def test_the_option_of_the_draft_is_the_one_that_is_chosen_on_radios_and_in_a_list(count, held):
    values = [*(f"v{at}" for at in range(count - 1)), held]
    html = drawn([field(few(*values), held)])
    assert ('type="radio"' in html) is (count == 8)  # more are a list
    assert marked(html) == [held]


@pytest.mark.parametrize("held", [True, False, 0, 3])
def test_what_is_no_text_is_chosen_as_a_form_carries_it(held):
    schema = {"type": "boolean"} if isinstance(held, bool) else few(0, 3, 30)
    assert marked(drawn([field(schema, held)])) == [str(held).lower()]


def test_of_several_each_that_the_draft_holds_is_ticked_and_no_other():
    several = {"type": "array", "uniqueItems": True, "items": {"enum": ["a", "b", "ab", "A&B"]}}
    assert marked(drawn([field(several, ["ab", "A&B"])])) == ["ab", "A&B"]
    assert marked(drawn([field(several, "ab")])) == ["ab"]  # typed wrong by another program, and no letter of it
    assert marked(drawn([field(several)])) == []


def test_a_choice_of_one_that_holds_several_has_nothing_chosen():
    assert marked(drawn([field(few("a", "b"), ["a", "b"])])) == []


def test_a_choice_may_ask_for_a_list_however_short():
    control = field({"enum": ["a", "b"]}, "b", format="select")
    assert not web_fields.is_grouped(control)
    assert "<select" in drawn([control])


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("1951-03-12", ("1951", "03", "12")),
        ("1951-2-31", ("1951", "2", "31")),
        (None, ("", "", "")),
        ("1951", ("1951", "", "")),
        ("1951-3-", ("1951", "3", "")),
        (19510312, ("19510312", "", "")),
    ],
)
def test_a_date_falls_into_its_three_boxes(value, parts):
    assert web_fields.date_parts(value) == parts
    control = Control("", "/x", "date", "生日", value=value)
    assert tuple(box.value for box in web_fields.date_boxes(control)) == parts


@pytest.mark.parametrize(("precision", "unsure"), [("day", ""), ("month", "d"), ("year", "md")])
def test_a_date_of_which_less_is_asked_says_so_at_the_boxes_that_may_stay_empty(precision, unsure):
    control = Control("", "/x", "date", "生日", attributes={"precision": precision})
    assert "".join(box.end for box in web_fields.date_boxes(control) if box.unsure) == unsure
    html = drawn([control])
    assert html.count('aria-describedby="f-x-unsure"') == len(unsure)
    assert html.count('id="f-x-unsure"') == bool(unsure)


def test_what_explains_a_field_is_named_in_the_order_in_which_it_stands():
    control = Control("", "/x", "text", "姓名", hint="写全", examples=("王秀梅",), source="上次填的", error="请填姓名")
    assert web_fields.described_by(control, "f-x") == "f-x-source f-x-hint f-x-example f-x-fault"
    assert web_fields.described_by(Control("", "/x", "text", "姓名"), "f-x") == ""
    assert web_fields.example(Control("", "/x", "choice", "民族", examples=("苗族",))) == ""


@pytest.mark.parametrize("name", sorted(packaged()))
def test_no_field_of_a_service_is_explained_by_what_is_not_there(name):
    """Every page of an empty form with all of its faults: each id that is referred to is drawn, once."""
    service, context = packaged()[name], Context("2026-11-21")
    builder = Builder(service, {}, context)
    builder.take(check(service, {}, context).problems)
    for one in service.pages:
        html = drawn(builder.page(one.index))
        ids = re.findall(r' id="([^"]+)"', html)
        named = {each for said in re.findall(r'aria-describedby="([^"]*)"', html) for each in said.split(" ")}
        labels = set(re.findall(r'<label[^>]* for="([^"]*)"', html))
        assert len(ids) == len(set(ids)), one.label
        assert named | labels <= set(ids), one.label
