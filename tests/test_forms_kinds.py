import copy

import pytest
from lifecycle_data import BODIES, ITEM

from forms.lifecycle import DECISIONS, KINDS, RESULTS, check_body


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_valid_example(kind):
    check_body(kind, BODIES[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_field_is_named(kind):
    for name, field in KINDS[kind].fields.items():
        body = {key: value for key, value in BODIES[kind].items() if key != name}
        if field.required:
            with pytest.raises(ValueError, match=f"^{name}: is missing"):
                check_body(kind, body)
        else:
            check_body(kind, body)


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_field_and_a_body_that_is_no_object_are_refused(kind):
    with pytest.raises(ValueError, match=r"^extra: "):
        check_body(kind, {**BODIES[kind], "extra": 1})
    with pytest.raises(ValueError, match=r"^body: "):
        check_body(kind, [])


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"^kind: "):
        check_body("application.burnt", {})


@pytest.mark.parametrize(
    ("kind", "place", "value"),
    [
        ("application.filed", "service.digest", "A" * 64),
        ("application.filed", "service.version", ""),
        ("application.filed", "answers", []),
        ("application.filed", "context.filing_day", "2026-02-31"),
        ("application.filed", "context.filing_day", "20261121"),
        ("application.filed", "channel", "fax"),
        ("application.filed", "receipt.token", "abc"),
        ("application.filed", "receipt.code", "12345"),
        ("application.filed", "materials", {}),
        ("application.filed", "urgent", "yes"),
        ("application.filed", "identity", None),
        ("material.added", "material.size", True),
        ("material.added", "material.size", 0),
        ("material.added", "material.sha256", "xyz"),
        ("material.added", "material.slot", ""),
        ("correction.answered", "request", "7"),
        ("identity.verified", "method", "unverified"),
        ("application.refused", "reason", ""),
        ("correction.requested", "items", []),
        ("correction.requested", "due_day", "soon"),
        ("application.decided", "result", "withdrawn"),
        ("application.decided", "result", "not_accepted"),
    ],
)
def test_a_wrong_value_is_named_by_its_place(kind, place, value):
    body = copy.deepcopy(BODIES[kind])
    *parents, last = place.split(".")
    target = body
    for parent in parents:
        target = target[parent]
    target[last] = value
    with pytest.raises(ValueError, match=f"^{place}: "):
        check_body(kind, body)


def test_an_item_of_a_list_is_named_by_its_index():
    with pytest.raises(ValueError, match=r"^items\[1\]\.defect: is missing"):
        check_body("correction.requested", {"items": [ITEM, {k: v for k, v in ITEM.items() if k != "defect"}]})


def test_every_result_has_its_words_and_only_the_centre_decides():
    assert set(DECISIONS) < set(RESULTS)
    assert {kind: KINDS[kind].side for kind in ("application.decided", "application.accepted")} == {
        "application.decided": "centre",
        "application.accepted": "centre",
    }
