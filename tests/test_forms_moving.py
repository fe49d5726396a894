"""What becomes of a draft when it goes on with another version of its service."""

import copy

import pytest
from service_for_tests import ID_NUMBER, SERVICE

from forms import moving
from forms.answers import Context
from forms.definition import build, packaged

CONTEXT = Context("2026-11-21")
PHOTO = "sha256:" + "a" * 64
FULL = {
    "applicant": {"name": "王秀梅", "idNumber": ID_NUMBER, "phone": "19900000123"},
    "agent": {"name": "罗建国"},
    "lost": True,
    "photo": PHOTO,
}


def changed(change):
    content = copy.deepcopy(SERVICE)
    change(content)
    return build(content, "new")


OLD = build(copy.deepcopy(SERVICE), "old")


def fields(content):
    return content["schema"]["properties"]


def controls(content, page=0):
    return content["uischema"]["elements"][page]["elements"]


def drop(content, name, page=0):
    del fields(content)[name]
    elements = controls(content, page)
    elements[:] = [one for one in elements if not one["scope"].startswith(f"#/properties/{name}")]


def add(content, name, schema):
    fields(content)[name] = schema
    controls(content).append({"type": "Control", "scope": f"#/properties/{name}"})


def paths(items):
    return [one.path for one in items]


def test_the_same_form_loses_nothing():
    found = moving.compare(OLD, changed(dict), FULL, CONTEXT)
    assert (found.data, found.lost, found.asked, found.mend) == (FULL, (), (), ())
    assert len(found.kept) == 6


def test_a_field_that_is_gone_is_named_with_its_label_and_value():
    found = moving.compare(OLD, changed(lambda content: drop(content, "agent")), FULL, CONTEXT)
    assert [(one.path, one.label, one.value) for one in found.lost] == [("/agent/name", "代办人姓名", "罗建国")]
    assert found.data == {key: value for key, value in FULL.items() if key != "agent"}


def test_values_are_shown_as_people_read_them():
    def change(content):
        drop(content, "lost")
        drop(content, "photo", page=1)

    found = moving.compare(OLD, changed(change), FULL, CONTEXT)
    assert {one.label: one.value for one in found.lost} == {"是否挂失": "是", "住所证明照片": "已拍照"}


def test_what_is_asked_anew_is_named():
    def change(content):
        add(content, "reason", {"type": "string", "title": "居住事由", "minLength": 1})
        content["schema"]["required"].append("reason")

    found = moving.compare(OLD, changed(change), FULL, CONTEXT)
    assert [(one.path, one.label) for one in found.asked] == [("/reason", "居住事由")]
    assert found.lost == ()


def test_a_longer_text_than_the_new_version_takes_is_kept_and_named_for_mending():
    found = moving.compare(
        OLD,
        changed(lambda content: fields(content)["applicant"]["properties"]["name"].update(maxLength=2)),
        FULL,
        CONTEXT,
    )
    assert found.data == FULL
    assert paths(found.mend) == ["/applicant/name"]
    assert found.mend[0].value


def test_what_was_typed_wrong_before_moves_as_it_was_typed():
    wrong = {"applicant": {"name": "王", "idNumber": "5224"}}
    found = moving.compare(OLD, changed(dict), wrong, CONTEXT)
    assert (found.data, found.lost, found.mend) == (wrong, (), ())


def choice(*codes):
    return {"type": "string", "title": "住处", "oneOf": [{"const": code, "title": code} for code in codes]}


def test_a_choice_that_is_no_longer_offered_is_lost_and_one_that_is_stays():
    old = changed(lambda content: add(content, "kind", choice("rent", "own")))
    new = changed(lambda content: add(content, "kind", choice("own", "dormitory")))
    assert paths(moving.compare(old, new, {"kind": "rent"}, CONTEXT).lost) == ["/kind"]
    assert moving.compare(old, new, {"kind": "own"}, CONTEXT).data == {"kind": "own"}


@pytest.mark.parametrize(
    ("before", "after", "value", "kept"),
    [
        ({"type": "string"}, {"type": "integer"}, "12", 12),
        ({"type": "integer"}, {"type": "string"}, 12, "12"),
        ({"type": "string"}, {"type": "integer"}, "三", "三"),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}, "2026-2-", "2026-2-"),
        ({"type": "string", "format": "date"}, {"type": "string"}, "2026-02-03", None),
        (choice("rent"), {"type": "string"}, "rent", None),
        ({"type": "string"}, choice("rent"), "rent", None),
        ({"type": "boolean"}, {"type": "string"}, True, None),
        ({"type": "string", "format": "file-ref"}, {"type": "string"}, PHOTO, None),
        ({"type": "string"}, {"type": "object", "properties": {"a": {"type": "string"}}}, "一", None),
    ],
)
def test_another_kind_of_field_takes_only_what_means_the_same_there(before, after, value, kept):
    old = changed(lambda content: add(content, "x", before))
    new = changed(lambda content: add(content, "x", after))
    found = moving.compare(old, new, {"x": value}, CONTEXT)
    assert found.data.get("x") == kept
    assert paths(found.lost) == ([] if kept is not None else ["/x"])


def test_a_field_that_the_form_writes_itself_now_takes_nothing_typed():
    new = changed(lambda content: fields(content)["agent"]["properties"]["name"].update(readOnly=True))
    assert paths(moving.compare(OLD, new, FULL, CONTEXT).lost) == ["/agent/name"]


def test_a_field_on_no_page_any_more_is_lost():
    new = changed(lambda content: controls(content).__delitem__(3))
    assert paths(moving.compare(OLD, new, FULL, CONTEXT).lost) == ["/agent/name"]


def test_a_marked_field_is_found_again_at_its_new_place():
    def before(content):
        fields(content)["applicant"]["properties"]["phone"]["x-person"] = "phone"

    def after(content):
        phone = fields(content)["applicant"]["properties"].pop("phone")
        controls(content).__delitem__(2)
        add(content, "telephone", {**phone, "x-person": "phone"})

    found = moving.compare(changed(before), changed(after), FULL, CONTEXT)
    assert found.data["telephone"] == "19900000123"
    assert "phone" not in found.data["applicant"]
    assert found.lost == ()


def test_rows_move_with_what_has_a_place_and_empty_ones_do_not():
    service = packaged()["juzhu-dengji"]
    content = copy.deepcopy(service.raw)
    del content["schema"]["properties"]["members"]["items"]["properties"]["relation"]
    content["schema"]["properties"]["members"]["items"]["required"].remove("relation")
    data = {**service.samples["valid"][0]["answers"]}
    data["members"] = [*data["members"], {"relation": "other"}]
    found = moving.compare(service, build(content, "new"), data, CONTEXT)
    assert paths(found.lost) == ["/members/0/relation", "/members/1/relation"]
    assert [one.value for one in found.lost] == ["子女", "其他"]
    assert "同住" in found.lost[0].label or "1" in found.lost[0].label
    assert found.data["members"] == [{"name": "王小燕", "idNumber": "522425201602219821"}]


def test_moving_again_changes_nothing():
    new = changed(lambda content: drop(content, "agent"))
    once = moving.compare(OLD, new, FULL, CONTEXT).data
    again = moving.compare(new, new, once, CONTEXT)
    assert (again.data, again.lost) == (once, ())


def test_the_draft_that_is_looked_at_is_not_changed():
    data = copy.deepcopy(FULL)
    moving.compare(OLD, changed(lambda content: drop(content, "agent")), data, CONTEXT)
    assert data == FULL


def test_a_material_keeps_its_place_in_the_list_or_with_its_answer():
    new = changed(lambda content: content["x-service"].update(materials=[]))
    for slot, kept in (("/photo", True), ("/signature", False), ("proof", False), ("other", True)):
        assert moving.keeps_slot(new, FULL, slot) is kept
    assert moving.keeps_slot(OLD, FULL, "proof")


@pytest.mark.parametrize("service", sorted(packaged()))
def test_every_sample_of_every_packaged_service_moves_whole_to_the_same_form(service):
    definition = packaged()[service]
    for sample in definition.samples["valid"]:
        found = moving.compare(definition, build(copy.deepcopy(definition.raw), "copy"), sample["answers"], CONTEXT)
        assert (found.data, found.lost, found.mend) == (sample["answers"], (), ())
