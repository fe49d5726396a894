"""A small complete service for tests of the node: texts, a choice, a photo, a signature, an urgent case."""

import copy
from typing import Any

ID_NUMBER = "522425196603120029"

SERVICE: dict[str, Any] = {
    "id": "ceshi-dengji",
    "version": "2026.11.1",
    "schema": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "测试登记",
        "type": "object",
        "properties": {
            "applicant": {
                "type": "object",
                "title": "申请人",
                "x-purpose": "确认是谁在办",
                "properties": {
                    "name": {
                        "type": "string",
                        "title": "姓名",
                        "format": "person-name",
                        "minLength": 2,
                        "maxLength": 50,
                    },
                    "idNumber": {"type": "string", "title": "公民身份号码", "format": "cn-ric"},
                    "phone": {"type": "string", "title": "联系电话", "format": "cn-phone"},
                },
                "required": ["name", "idNumber"],
            },
            "agent": {
                "type": "object",
                "title": "代办人",
                "x-purpose": "确认谁来代办",
                "properties": {"name": {"type": "string", "title": "代办人姓名", "format": "person-name"}},
            },
            "lost": {"type": "boolean", "title": "是否挂失", "x-purpose": "及时挂失"},
            "photo": {"type": "string", "title": "住所证明照片", "format": "file-ref", "x-purpose": "核对住所"},
            "signature": {"type": "string", "title": "签名", "format": "file-ref", "x-purpose": "确认本人同意"},
        },
        "required": ["applicant"],
    },
    "uischema": {
        "type": "Categorization",
        "elements": [
            {
                "type": "Category",
                "label": "申请人",
                "elements": [
                    {"type": "Control", "scope": "#/properties/applicant/properties/name"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/idNumber"},
                    {"type": "Control", "scope": "#/properties/applicant/properties/phone"},
                    {"type": "Control", "scope": "#/properties/agent/properties/name"},
                    {"type": "Control", "scope": "#/properties/lost"},
                ],
            },
            {
                "type": "Category",
                "label": "材料",
                "elements": [
                    {"type": "Control", "scope": "#/properties/photo", "options": {"capture": "camera"}},
                    {"type": "Control", "scope": "#/properties/signature", "options": {"capture": "signature"}},
                ],
            },
        ],
    },
    "i18n": {"zh-CN": {}},
    "x-service": {
        "code": "CS01",
        "category": "户籍",
        "name": "测试登记",
        "citizen_name": "来登记一下",
        "keywords": ["测试"],
        "type": "公共服务",
        "who": ["任何人"],
        "legal_basis": [{"title": "测试规范", "article": "第一条"}],
        "materials": [
            {
                "code": "proof",
                "name": "住所证明",
                "copies": 1,
                "form": "either",
                "required": False,
                "source": "applicant",
                "seal": "none",
                "basis": "测试规范第一条",
            }
        ],
        "time_limit": {
            "statutory": {"value": 3, "unit": "workday"},
            "promised": {"value": 3, "unit": "workday"},
            "basis": "测试规范第一条",
        },
        "fee": {"amount": 0, "basis": "不收费"},
        "accept_at": "node",
        "decide_at": "county",
        "visits": 0,
        "depth": "网上受理",
        "online_check": [],
        "assistant_may": [],
        "officer_confirms": [],
        "steps": [{"code": "receive", "title": "收件", "by": "警务室", "at": "node"}],
        "results": [
            {"kind": "granted", "title": "登记回执", "document": "登记回执", "seal": "none", "delivery": ["node"]}
        ],
        "privacy": {"purpose": "测试", "retention": "不保存", "sensitive": []},
        "urgent": {
            "sentence_pending": "尚未生效，省级中心接收后生效",
            "when": {"properties": {"lost": {"const": True}}, "required": ["lost"]},
        },
    },
    "x-samples": {
        "valid": [{"title": "示例", "answers": {"applicant": {"name": "王秀梅", "idNumber": ID_NUMBER}}}],
        "invalid": [
            {
                "title": "没有姓名",
                "answers": {"applicant": {"idNumber": ID_NUMBER}},
                "problems": [{"path": "/applicant/name", "keyword": "required"}],
            }
        ],
    },
}


def service(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SERVICE), **changes}


def answers(name: str = "王秀梅", **changes: Any) -> dict[str, Any]:
    return {"applicant": {"name": name, "idNumber": ID_NUMBER}, **changes}
