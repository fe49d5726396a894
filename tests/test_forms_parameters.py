"""What varies by place: declared in a definition, said by a province, shown everywhere, judged nowhere."""

import copy

import pytest
from service_for_tests import SERVICE

from forms import head, lint, parameters
from forms.definition import DefinitionError, load, localized, packaged


def service(**changes):
    value = copy.deepcopy(SERVICE)
    value["x-service"]["parameters"] = {
        "fee": {"title": "工本费", "default": 20, "unit": "元"},
        "post": {"title": "能不能邮寄", "default": "不邮寄"},
    }
    value["x-service"]["fee"] = {
        "amount": {"parameter": "fee"},
        "basis": "规定",
        "note": "收{province.fee}，{province.post}。",
    }
    value["x-service"] |= changes
    return value


def test_what_the_province_has_not_said_is_the_default_and_marked_once():
    made = load(service())
    assert made.service["fee"] == {
        "amount": 20,
        "basis": "规定",
        "note": "收20元，不邮寄（以当地公布为准）。",
        "local": True,
    }


def test_what_the_province_says_is_shown_without_the_mark():
    made = localized(load(service()), {"fee": 15.5, "post": {"zh-CN": "可以邮寄", "en": "by post"}})
    assert made.service["fee"] == {"amount": 15.5, "basis": "规定", "note": "收15.5元，可以邮寄。", "local": False}


def test_each_value_that_nobody_said_is_marked_beside_one_that_was_said():
    made = localized(load(service()), {"post": "可以邮寄"})
    assert made.service["fee"]["note"] == "收20元（以当地公布为准），可以邮寄。"


def test_a_value_of_the_wrong_kind_counts_as_unsaid():
    made = localized(load(service()), {"fee": "二十"})
    assert made.service["fee"]["amount"] == 20
    assert made.service["fee"]["local"]


def test_another_language_has_its_own_words():
    value = service()
    value["i18n"]["en"] = {
        "x-service.fee.note": "Fee {province.fee}, {province.post}.",
        "x-service.parameters.fee.unit": "yuan",
        "x-service.parameters.post.default": "no post",
    }
    made = load(value)
    assert made.i18n["en"]["x-service.fee.note"] == "Fee 20 yuan, no post (as published locally)."
    assert (
        localized(made, {"fee": 5, "post": {"zh-CN": "邮寄", "en": "by post"}}).i18n["en"]["x-service.fee.note"]
        == "Fee 5 yuan, by post."
    )


def test_the_words_of_a_place_are_the_same_definition():
    plain = load(service())
    made = localized(plain, {"fee": 1})
    assert (made.id, made.version, made.digest, made.raw, made.schema) == (
        plain.id,
        plain.version,
        plain.digest,
        plain.raw,
        plain.schema,
    )
    assert plain.service["fee"]["amount"] == 20
    assert localized(made, {}).service == plain.service


def test_the_head_of_a_service_says_the_same_in_the_words_of_a_place():
    plain = load(service())
    for values in ({}, {"fee": 3}):
        made, short = localized(plain, values), head.of_small(head.small(plain.raw), plain.digest, values)
        assert (short.id, short.version, short.digest, short.title) == (made.id, made.version, made.digest, made.title)
        assert short.service["fee"] == {key: made.service["fee"][key] for key in ("amount", "local")}


FAULTS = [
    (lambda v: v["x-service"]["fee"].update(note="{province.feee}"), "/x-service/fee/note", "没有声明参数"),
    (lambda v: v["x-service"]["fee"].update(note="没有"), "/x-service/parameters/post", "没有用到"),
    (
        lambda v: v["x-service"]["fee"]["amount"].update(parameter="none"),
        "/x-service/fee/amount/parameter",
        "没有声明参数",
    ),
    (lambda v: v["x-service"]["fee"]["amount"].update(parameter="post"), "/x-service/fee/amount/parameter", "应当是数"),
    (
        lambda v: v["schema"]["properties"]["lost"].update(title="收{province.fee}"),
        "/schema/properties/lost/title",
        "这里不能用参数",
    ),
    (
        lambda v: v["x-service"]["parameters"].update(Fee={"title": "x", "default": 1}),
        "/x-service/parameters",
        "propertyNames",
    ),
    (lambda v: v["x-service"]["parameters"]["fee"].pop("default"), "/x-service/parameters/fee/default", "缺少"),
]


@pytest.mark.parametrize(("change", "place", "message"), FAULTS, ids=[f"{at}{one[1]}" for at, one in enumerate(FAULTS)])
def test_a_parameter_that_is_wrong_is_named(change, place, message):
    value = service()
    change(value)
    with pytest.raises(DefinitionError) as caught:
        load(value)
    assert any(one.pointer.startswith(place) and message in one.message for one in caught.value.faults), caught.value


def test_a_service_with_parameters_passes_the_lint():
    assert lint.troubles(service()) == []


def test_no_packaged_service_shows_braces_and_each_fee_is_a_number():
    for one in packaged().values():
        assert "{province." not in str((one.service | {"parameters": {}}, one.uischema, one.i18n)), one.id
        assert isinstance(one.service["fee"]["amount"], int | float)


def test_the_fees_of_identity_cards_are_parameters():
    fees = {one.id: parameters.declared(one.raw) for one in packaged().values()}
    assert fees["shenfenzheng-huanling"]["id_card_fee_renew"]["default"] == 20
    assert fees["shenfenzheng-buling"]["id_card_fee_replace"]["default"] == 40
    assert "id_card_fee_first" in fees["shenfenzheng-shenling"]


def test_what_has_no_place_for_a_value_is_held_once():
    raw = packaged()["shenfenzheng-buling"].raw
    filled = parameters.fill(raw, {})
    assert filled.service["time_limit"] is raw["x-service"]["time_limit"]
    assert filled.service["materials"] is raw["x-service"]["materials"]
    assert filled.service["fee"] is not raw["x-service"]["fee"], "a fee of the place"
