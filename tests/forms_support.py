"""A definition to try the form engine on: made up, and with one of everything."""

import copy

BASE = "https://yizhan.example/services/"

DEFINITION = {
    "$schema": "../service.schema.json",
    "id": "juzhu-shili",
    "version": "2026.11.1",
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": BASE + "juzhu-shili/2026.11.1",
        "title": "居住登记示例",
        "type": "object",
        "required": ["applicant", "residence", "declaration"],
        "properties": {
            "applicant": {
                "x-purpose": "确认是谁在办",
                "type": "object",
                "title": "申请人",
                "required": ["name", "idType", "idNumber", "birthDate"],
                "properties": {
                    "name": {"type": "string", "title": "姓名", "format": "person-name", "examples": ["买买提·艾力"]},
                    "idType": {
                        "type": "string",
                        "title": "证件类型",
                        "oneOf": [{"const": "111", "title": "居民身份证"}, {"const": "414", "title": "普通护照"}],
                    },
                    "idNumber": {"type": "string", "title": "证件号码", "maxLength": 30},
                    "birthDate": {
                        "type": "string",
                        "title": "出生日期",
                        "format": "date",
                        "x-derive": {"from": "idNumber", "take": "birth_date"},
                    },
                    "age": {
                        "type": "integer",
                        "title": "年龄",
                        "readOnly": True,
                        "x-derive": {"from": "idNumber", "take": "age"},
                    },
                    "phone": {"type": "string", "title": "联系电话", "format": "cn-phone"},
                    "nation": {"type": "string", "title": "民族", "x-lookup": {"source": "nations"}},
                    "guardianName": {"type": "string", "title": "监护人姓名", "format": "person-name"},
                },
                "allOf": [
                    {
                        "if": {"properties": {"idType": {"const": "111"}}, "required": ["idType"]},
                        "then": {"properties": {"idNumber": {"format": "cn-ric"}}},
                    },
                    {"if": {"$ref": "#/$defs/isMinor"}, "then": {"required": ["guardianName"]}},
                ],
            },
            "residence": {
                "x-purpose": "登记住在哪里",
                "type": "object",
                "title": "居住信息",
                "required": ["division", "moveIn"],
                "properties": {
                    "division": {
                        "type": "string",
                        "title": "居住地区划",
                        "format": "cn-division",
                        "x-lookup": {"source": "divisions"},
                    },
                    "address": {"type": "string", "title": "详细地址", "maxLength": 100},
                    "moveIn": {"type": "string", "title": "入住日期", "format": "date"},
                    "leaseEnd": {
                        "type": "string",
                        "title": "租期至",
                        "format": "date",
                        "x-jsf-logic-validations": ["leaseAfterMoveIn"],
                    },
                    "rent": {"type": "number", "title": "月租金", "minimum": 0},
                },
            },
            "members": {
                "x-purpose": "登记同住的人",
                "type": "array",
                "title": "随同居住人员",
                "maxItems": 10,
                "items": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string", "title": "姓名", "format": "person-name"},
                        "isChild": {"type": "boolean", "title": "是否未满16周岁"},
                        "school": {"type": "string", "title": "就读学校"},
                    },
                },
            },
            "householdSize": {
                "type": "integer",
                "title": "居住总人数",
                "readOnly": True,
                "x-jsf-logic-computedAttrs": {"const": "householdSize"},
            },
            "photo": {"type": "string", "title": "住所照片", "format": "file-ref", "x-purpose": "核对住所"},
            "signature": {"type": "string", "title": "申请人签名", "format": "file-ref", "x-purpose": "确认本人同意"},
            "declaration": {"type": "boolean", "title": "以上内容属实", "const": True, "x-purpose": "确认内容真实"},
        },
        "$defs": {"isMinor": {"properties": {"age": {"maximum": 15}}, "required": ["age"]}},
        "x-jsf-logic": {
            "computedValues": {
                "householdSize": {
                    "rule": {"+": [1, {"reduce": [{"var": "members"}, {"+": [{"var": "accumulator"}, 1]}, 0]}]}
                }
            },
            "validations": {
                "leaseAfterMoveIn": {
                    "errorMessage": "租期至应晚于入住日期（{{residence.moveIn}}）",
                    "rule": {">": [{"var": "residence.leaseEnd"}, {"var": "residence.moveIn"}]},
                }
            },
        },
    },
    "uischema": {
        "type": "Categorization",
        "options": {"variant": "stepper"},
        "elements": [
            {
                "type": "Category",
                "label": "申请人",
                "elements": [
                    {"type": "Label", "text": "请对照证件填写"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/name"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/idType"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/idNumber"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/birthDate"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/age"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/phone"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/nation"},
                    {
                        "type": "Group",
                        "label": "监护人",
                        "elements": [{"type": "Control", "scope": "#/properties/applicant/properties/guardianName"}],
                        "rule": {
                            "effect": "SHOW",
                            "condition": {
                                "scope": "#/properties/applicant",
                                "failWhenUndefined": True,
                                "schema": {"$ref": BASE + "juzhu-shili/2026.11.1#/$defs/isMinor"},
                            },
                        },
                    },
                ],
            },
            {
                "type": "Category",
                "label": "住处",
                "elements": [
                    {"type": "Control", "scope": "#/properties/residence/properties/division"},
                    {
                        "type": "Control",
                        "scope": "#/properties/residence/properties/address",
                        "options": {"multi": True},
                    },
                    {"type": "Control", "scope": "#/properties/residence/properties/moveIn"},
                    {"type": "Control", "scope": "#/properties/residence/properties/leaseEnd"},
                    {"type": "Control", "scope": "#/properties/residence/properties/rent"},
                ],
            },
            {
                "type": "Category",
                "label": "随同人员",
                "elements": [
                    {
                        "type": "Control",
                        "scope": "#/properties/members",
                        "options": {
                            "row_label": "同住人",
                            "detail": {
                                "type": "VerticalLayout",
                                "elements": [
                                    {"type": "Control", "scope": "#/properties/name"},
                                    {"type": "Control", "scope": "#/properties/isChild"},
                                    {
                                        "type": "Control",
                                        "scope": "#/properties/school",
                                        "rule": {
                                            "effect": "SHOW",
                                            "condition": {
                                                "type": "LEAF",
                                                "scope": "#/properties/isChild",
                                                "expectedValue": True,
                                            },
                                        },
                                    },
                                ],
                            },
                        },
                    },
                    {"type": "Control", "scope": "#/properties/householdSize"},
                ],
            },
            {
                "type": "Category",
                "label": "签名",
                "elements": [
                    {"type": "Control", "scope": "#/properties/photo", "options": {"capture": "camera"}},
                    {"type": "Control", "scope": "#/properties/declaration"},
                    {"type": "Control", "scope": "#/properties/signature", "options": {"capture": "signature"}},
                ],
            },
        ],
    },
    "i18n": {
        "zh-CN": {
            "residence.address.description": "没有门牌的，写小地名和旁边的参照物",
            "residence.rent.error.minimum": "租金不能是负数",
        },
        "en": {"applicant.name.label": "Full name"},
    },
    "x-service": {
        "code": "HJ01",
        "category": "户籍",
        "name": "居住登记示例",
        "citizen_name": "在外地住下了要登记",
        "keywords": ["居住", "暂住"],
        "type": "行政确认",
        "who": ["在本地居住的公民"],
        "legal_basis": [{"title": "居住证暂行条例", "article": "第二条"}],
        "materials": [
            {
                "code": "id",
                "name": "居民身份证",
                "copies": 0,
                "form": "original",
                "seal": "none",
                "basis": "居住证暂行条例第九条",
                "required": True,
                "source": "applicant",
            }
        ],
        "time_limit": {
            "statutory": {"value": 15, "unit": "day"},
            "promised": {"value": 0, "unit": "workday"},
            "basis": "居住证暂行条例第九条",
        },
        "fee": {"amount": 0, "basis": "居住证暂行条例第二十一条"},
        "accept_at": "node",
        "decide_at": "station",
        "visits": 1,
        "visits_reason": "核对身份证件",
        "depth": "网上受理",
        "online_check": [],
        "assistant_may": ["收件"],
        "officer_confirms": ["身份核对"],
        "steps": [{"code": "receive", "title": "收件", "by": "警务室"}],
        "results": [{"kind": "granted", "title": "已登记", "document": "居住登记凭证", "seal": "station"}],
        "privacy": {"purpose": "办理居住登记", "retention": "登记注销后二年"},
    },
    "x-samples": {
        "valid": [
            {
                "title": "租房居住",
                "answers": {
                    "applicant": {"name": "李示范", "idType": "111", "idNumber": "11010519491231002X"},
                    "residence": {"division": "522425001", "moveIn": "2026-10-01"},
                    "declaration": True,
                },
            }
        ],
        "invalid": [
            {
                "title": "号码错一位",
                "answers": {
                    "applicant": {"name": "李示范", "idType": "111", "idNumber": "110105194912310021"},
                    "residence": {"division": "522425001", "moveIn": "2026-10-01"},
                    "declaration": True,
                },
                "problems": [{"path": "/applicant/idNumber", "keyword": "format"}],
            }
        ],
    },
}


def definition_file():
    """A fresh copy of the content, to change and load."""
    return copy.deepcopy(DEFINITION)


def valid_answers():
    return copy.deepcopy(DEFINITION["x-samples"]["valid"][0]["answers"])
