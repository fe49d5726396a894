"""Sentences for people who fill a form: what to do, in words of a police station's window."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from forms import dates, formats
from forms.shape import titled_options, types

_TYPES = {
    "string": "文字",
    "number": "数字",
    "integer": "整数",
    "boolean": "是或否",
    "array": "列表",
    "object": "一组内容",
    "null": "空",
}
_PLAIN_FORMATS = {
    "cn-division": "区划代码是6位、9位或12位数字，请核对",
    "cn-phone": "请填11位手机号，或者带区号的固定电话",
    "file-ref": "这份材料没有保存成功，请重新拍摄或上传",
    "date-time": "请填写日期和时间",
    "time": "请按 时:分 填写时间，例如 09:30",
    "email": "请填写电子邮箱，例如 name@example.cn",
    "uri": "请填写完整的网址",
}
_RIC = {
    "length": "身份证号码应为18位，请对照证件再看一遍",
    "short": "这是15位的旧号码，请填写现在证件上的18位号码",
    "date": "身份证号码中的出生日期没有这一天，请对照证件再看一遍",
    "check_digit": "身份证号码有一位不对，请对照证件再看一遍",
}

_LEVELS = {"province": "省", "city": "市", "county": "县", "town": "乡镇或者街道", "village": "村或者社区"}
CODE_UNKNOWN = "代码“{code}”不在本机的代码表里，可能是新的，请核对；核对无误就可以提交"
AREA_UNKNOWN = "身份证号码的前两位不是现有的省份代码，请对照证件再看一遍；与证件一致就可以提交"


def sentence(keyword: str, params: Mapping[str, Any], schema: Mapping[str, Any], label: str, value: Any = None) -> str:
    """What to do about one failed keyword. `schema` is the flat schema of the place, `label` its name for people."""
    if keyword == "required":
        return _required(schema, label)
    if keyword == "format":
        return _format(str(params.get("format", "")), schema, value, label)
    if keyword == "type":
        return _type(params, schema, label, value)
    if keyword in ("minLength", "maxLength", "minItems", "maxItems"):
        return _amount(keyword, params, schema, label)
    if keyword in _BOUNDS:
        return _bound(keyword, params, label)
    return _other(keyword, params, schema, label)


def _required(schema: Mapping[str, Any], label: str) -> str:
    if schema.get("const") is True:
        return f"请阅读后勾选“{label}”"
    if is_signature(schema):
        return f"请手写签名（{label}）" if "签" not in label else f"请完成{label}"
    if schema.get("format") == "file-ref":
        return f"请拍摄或上传{label}"
    if is_choice(schema) or schema.get("type") == "boolean" or "x-lookup" in schema:
        return f"请选择“{label}”"
    if picks_several(schema):
        return f"请选择“{label}”，可以选几项"
    return f"请至少添加一项{label}" if schema.get("type") == "array" else f"请填写{label}"


def is_choice(schema: Mapping[str, Any]) -> bool:
    """Whether the value is picked from a list that the definition gives."""
    return "enum" in schema or titled_options(schema.get("oneOf")) or titled_options(schema.get("anyOf"))


def picks_several(schema: Mapping[str, Any]) -> bool:
    """Whether several values are picked from a list that the definition gives."""
    items = schema.get("items")
    return bool(schema.get("uniqueItems")) and isinstance(items, dict) and (is_choice(items) or "$ref" in items)


def is_signature(schema: Mapping[str, Any]) -> bool:
    """Whether what is asked for is drawn by hand: a file that the definition marks with `x-signature`."""
    return schema.get("format") == "file-ref" and bool(schema.get("x-signature"))


def _format(name: str, schema: Mapping[str, Any], value: Any, label: str) -> str:
    if name == dates.FORMAT and dates.asked(schema) != "day":
        return _partial_date(str(value), schema, label)
    if name in ("date", dates.FORMAT):
        return _date(value, label)
    if name == "cn-ric":
        return _RIC.get(formats.ric_fault(value) if isinstance(value, str) else "length", _RIC["check_digit"])
    if name == "person-name":
        return _person_name(str(value))
    return _PLAIN_FORMATS.get(name, f"{label}的写法不对，请核对")


def _person_name(value: str) -> str:
    strange = formats.strange_in_name(value)
    if strange.isdecimal():
        return "姓名里不要写数字，请照证件上的姓名填写"
    if strange and strange.isprintable():
        return f"姓名里不要写“{strange}”，请照证件上的姓名填写；中间的间隔写“·”，外文姓名可以用空格、“-”或者“’”"
    return "请填写姓名，最多50个字，不要写数字和符号"


def _date(value: Any, label: str) -> str:
    parts = str(value).split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts) and len(parts[0]) == 4:  # noqa: PLR2004 - year, month, day
        return "没有这一天，请核对日期"
    if any(not part.strip() for part in parts):
        return f"请把{label}的年、月、日填完整"
    return f"请按年、月、日填写{label}，年份写4位数字"


def _partial_date(value: str, schema: Mapping[str, Any], label: str) -> str:
    year, *rest = value.split("-")
    if len(year) == dates.YEAR and all(part.isascii() and part.isdigit() for part in (year, *rest)):
        return "没有这个日期，请核对"
    if not year.strip():
        return f"请填写{label}的年份"
    if rest and not rest[0].strip():
        return f"{label}写了日就要写月，记不清的都不写"
    empty = "月、日" if dates.asked(schema) == "year" else "日"
    return f"请按年、月、日填写{label}，年份写4位数字，记不清的{empty}可以不填"


def _type(params: Mapping[str, Any], schema: Mapping[str, Any], label: str, value: Any) -> str:
    wanted = [str(name) for name in params.get("types", ())] or list(types(dict(schema)))
    if "integer" in wanted and isinstance(value, int | float):
        return f"{label}请填整数"
    if {"integer", "number"} & set(wanted):
        return f"{label}请填数字"
    if is_choice(schema) or wanted == ["boolean"]:
        return f"请选择“{label}”"
    return f"{label}应当是{'或'.join(_TYPES.get(name, name) for name in wanted) or '文字'}，请重新填写"


def _amount(keyword: str, params: Mapping[str, Any], schema: Mapping[str, Any], label: str) -> str:
    limit = params.get("limit")
    if keyword == "minLength" and schema.get("format") == dates.FORMAT:
        return f"{label}要写到{'月' if limit == dates.MONTH else '日'}"
    if keyword == "minLength":
        return f"请填写{label}" if limit == 1 else f"{label}至少写{limit}个字"
    if keyword == "maxLength":
        return f"{label}最多写{limit}个字，请写短一些"
    if picks_several(schema):
        return f"{label}至少选{limit}项" if keyword == "minItems" else f"{label}最多选{limit}项"
    unit = "人" if re.search("人员|人$|成员", label) else "项"
    if keyword == "minItems":
        return f"{label}至少要有{limit}{unit}"
    return f"{label}最多{limit}{unit}，其余的请另外办理"


_BOUNDS = {
    "minimum": "不能小于",
    "maximum": "不能大于",
    "exclusiveMinimum": "要大于",
    "exclusiveMaximum": "要小于",
    "multipleOf": "应当是这个数的倍数：",
}


def _bound(keyword: str, params: Mapping[str, Any], label: str) -> str:
    limit = params.get("limit", params.get("multiple_of"))
    return f"{label}{_BOUNDS[keyword]}{limit}，请核对"


def _other(keyword: str, params: Mapping[str, Any], schema: Mapping[str, Any], label: str) -> str:
    if keyword == "const":
        agree = params.get("expected_value") is True
        return f"请阅读后勾选“{label}”" if agree else f"{label}与要求的内容不一致，请核对"
    if keyword in ("enum", "oneOf", "anyOf") and is_choice(schema):
        return f"请在列出的选项中选择“{label}”"
    known = {
        "pattern": f"{label}的写法不对，请核对",
        "uniqueItems": f"{label}有重复的内容，请去掉重复的一项",
        "contains": f"{label}缺少必须有的一项，请补上",
        "additionalProperties": f"没有“{label}”这一项，请去掉",
        "unevaluatedProperties": f"没有“{label}”这一项，请去掉",
        "falseSchema": f"“{label}”不需要填写，请去掉",
        "level": f"请选到{_LEVELS.get(str(params.get('level')), '最后一级')}",
        "consent": f"没有同意的，不填“{label}”，也照样办；请去掉",
        "limit": "填写的内容太多或者太复杂，请分开办理",
        "x-jsf-logic-validations": f"{label}与其他内容不一致，请核对",
        "schema": "这个事项的定义有误，暂时不能提交，请联系工作人员",
        "propertyNames": "填写的内容里有不认识的名称，请去掉",
    }
    return known.get(keyword, f"{label}不符合要求，请核对")
