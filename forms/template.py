"""The commented start of `yizhan forms new`: a small service with one of everything that most services need."""

from __future__ import annotations

from typing import Any

from forms import sampling, starting
from forms.starting import to_do

_SHOW = {
    "effect": "SHOW",
    "condition": {
        "scope": "#/properties/matter/properties/kind",
        "schema": {"const": "other"},
        "failWhenUndefined": True,
    },
}


def start(service: str, version: str) -> dict[str, Any]:
    """A definition that passes the lint at once and can be tried; `$comment` explains, 【待补】 marks what to write."""
    content: dict[str, Any] = {
        "$schema": "service.schema.json",
        "id": service,
        "version": version,
        "schema": _schema(service, version),
        "uischema": _uischema(),
        "i18n": {"zh-CN": {"matter.detail.description": "写清楚时间、地点和经过"}},
        "x-service": starting.service_part(
            to_do("事项的正式名称"), [starting.material("proof", to_do("材料名称"), "/files/proof", required=False)]
        ),
        "x-samples": {"valid": [], "invalid": []},
    }
    content["x-service"]["keywords"] = [to_do("群众可能会说的词，供检索")]
    content["x-samples"] = sampling.samples(content)
    content["x-samples"]["invalid"].append(_against_the_rule(content["x-samples"]["valid"][0]["answers"]))
    return content


def _against_the_rule(answers: dict[str, Any]) -> dict[str, Any]:
    wrong = {**answers, "matter": {**answers["matter"], "until": "2026-11-01", "detail": "略"}}
    problems = [{"path": "/matter/until", "keyword": "x-jsf-logic-validations"}]
    return {"title": "第二个日期早于第一个", "answers": wrong, "problems": problems}


def _schema(service: str, version: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": starting.schema_id(service, version),
        "$comment": "这里写要填哪些内容、怎样才算填对。每一组是一个 object；必填的写进 required。"
        "标着待补的文字都要改写；改完用 yizhan forms check 检查，它会指出每一处问题。",
        "title": to_do("表的名称，如 居住登记申请"),
        "type": "object",
        "required": ["applicant", "matter", "declaration"],
        "properties": {
            "applicant": _applicant(),
            "matter": _matter(),
            "files": _files(),
            "declaration": _declaration(),
        },
        "allOf": [
            {
                "$comment": "选了“其他”才必填的写在这里；条件要与 uischema 里的显示规则一致。",
                "if": {
                    "properties": {"matter": {"properties": {"kind": {"const": "other"}}, "required": ["kind"]}},
                    "required": ["matter"],
                },
                "then": {"properties": {"matter": {"required": ["other"]}}},
            }
        ],
    }


def _applicant() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "申请人",
        "x-purpose": "确认是谁在办、怎样联系",
        "required": ["name", "idNumber", "phone"],
        "properties": {
            "name": {"type": "string", "title": "姓名", "format": "person-name", "examples": ["王秀梅"]},
            "idNumber": {
                "$comment": "cn-ric 会核对位数、日期和校验码；出生日期由它推算，不再另外填。",
                "type": "string",
                "title": "身份证号码",
                "format": "cn-ric",
                "examples": ["522425196603129840"],
            },
            "birthDate": {
                "type": "string",
                "title": "出生日期",
                "format": "date",
                "readOnly": True,
                "x-derive": {"from": "idNumber", "take": "birth_date"},
            },
            "phone": {"type": "string", "title": "联系电话", "format": "cn-phone", "examples": ["19900000123"]},
        },
    }


def _matter() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "办理内容",
        "x-purpose": to_do("为什么要填办理内容"),
        "required": ["kind", "day", "detail"],
        "properties": {
            "kind": {
                "$comment": "选项用 oneOf 写：const 是保存的值，title 是显示的名称。",
                "type": "string",
                "title": to_do("选择题的题目"),
                "oneOf": [
                    {"const": "first", "title": to_do("第一个选项")},
                    {"const": "second", "title": to_do("第二个选项")},
                    {"const": "other", "title": "其他"},
                ],
            },
            "other": {"type": "string", "title": "其他情况", "minLength": 1, "maxLength": 100},
            "day": {"type": "string", "title": to_do("日期的名称"), "format": "date", "examples": ["2026-11-02"]},
            "until": {
                "$comment": "两项之间的规定：这里按名称引用，规定写在下面的 x-jsf-logic 里。用不着的，"
                "这一项、x-jsf-logic、uischema 里的一行和最后一个错误示例一起删去。",
                "type": "string",
                "title": to_do("第二个日期的名称"),
                "format": "date",
                "x-jsf-logic-validations": ["untilNotBeforeDay"],
            },
            "detail": {
                "type": "string",
                "title": to_do("说明的题目"),
                "minLength": 1,
                "maxLength": 500,
                "examples": [to_do("照实写一个例子，印在屏幕和填写说明上")],
            },
        },
        "x-jsf-logic": {"validations": {"untilNotBeforeDay": _until_not_before_day()}},
    }


def _until_not_before_day() -> dict[str, Any]:
    """A rule in JSON Logic: it holds, too, while the second day is not filled in."""
    in_order = {">=": [{"var": "until"}, {"var": "day"}]}
    return {
        "rule": {"or": [{"!": {"var": "until"}}, in_order]},
        "errorMessage": to_do("第二个日期早于第一个时，给群众看的话"),
    }


def _files() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "材料照片",
        "x-purpose": to_do("为什么要收这些材料"),
        "properties": {
            "proof": {
                "$comment": "照片字段要与 x-service.materials 里的 field 对上；不要材料就两处都删去。",
                "type": "string",
                "format": "file-ref",
                "title": to_do("材料名称"),
                "contentMediaType": "image/jpeg",
            }
        },
    }


def _declaration() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "声明和签名",
        "x-purpose": "确认内容真实",
        "required": ["truth", "signature"],
        "properties": {
            "truth": {"type": "boolean", "title": "所填内容属实", "const": True},
            "signature": {
                "type": "string",
                "format": "file-ref",
                "title": "申请人签名",
                "contentMediaType": "image/png",
                "x-signature": True,
            },
        },
    }


def _uischema() -> dict[str, Any]:
    pages = [
        ("申请人", [_control("applicant", "name"), _control("applicant", "idNumber"), _control("applicant", "phone")]),
        (
            "办理内容",
            [
                _control("matter", "kind", format="radio"),
                {**_control("matter", "other"), "rule": _SHOW},
                _control("matter", "day"),
                _control("matter", "until"),
                _control("matter", "detail", multi=True),
            ],
        ),
        ("材料和签名", [_control("files", "proof", capture="camera"), *_signing()]),
    ]
    return {
        "type": "Categorization",
        "options": {"variant": "stepper"},
        "elements": [{"type": "Category", "label": label, "elements": elements} for label, elements in pages],
    }


def _signing() -> list[dict[str, Any]]:
    return [_control("declaration", "truth"), _control("declaration", "signature", capture="signature")]


def _control(group: str, name: str, **options: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "Control", "scope": f"#/properties/{group}/properties/{name}"}
    return made | ({"options": options} if options else {})
