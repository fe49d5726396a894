"""The start of a new definition: complete enough to be tried at once, with every text that somebody must still write
marked 【待补】, and every choice that was made for them listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms import pointer

TO_DO = "【待补】"
SCHEMA_BASE = "https://yizhan.example/services/"
_CODE = "XX00"
# what was chosen so that the file can be tried: to be confirmed by whoever answers for the service
_ASSUMED: dict[str, tuple[Any, str]] = {
    "/x-service/code": (_CODE, "事项代码先写成 XX00，请换成本地的代码"),
    "/x-service/type": ("公共服务", "事项类型先按公共服务，请核对"),
    "/x-service/fee/amount": (0, "先按不收费，请核对"),
    "/x-service/time_limit/statutory": ({"value": 20, "unit": "workday"}, "法定时限先按 20 个工作日，请核对"),
    "/x-service/time_limit/promised": ({"value": 20, "unit": "workday"}, "承诺时限先按 20 个工作日，请核对"),
    "/x-service/accept_at": ("station", "先按派出所受理，请核对"),
    "/x-service/decide_at": ("station", "先按派出所决定，请核对"),
    "/x-service/visits": (0, "到场次数先按 0 次，请核对"),
    "/x-service/depth": ("网上受理", "网办深度先按网上受理，请核对"),
    "/x-service/results/0/seal": ("none", "结果先按不需要印章，请核对"),
}


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that a person still has to write or confirm. `pointer`: where in the file."""

    pointer: str
    text: str


def pending(content: Mapping[str, Any]) -> list[Pending]:
    """Everything in a definition that is marked 【待补】, and the choices that nobody has confirmed."""
    found = [Pending(place, text.replace(TO_DO, "")) for place, text in _texts(content, "") if TO_DO in text]
    unsure = content.get("x-service", {}).get("code") == _CODE  # a service that got its code has been gone through
    found += [
        Pending(place, reason)
        for place, (value, reason) in _ASSUMED.items()
        if unsure and pointer.get(content, place, None) == value
    ]
    return sorted(found, key=lambda one: one.pointer)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _texts(one, f"{place}/{pointer.encode(str(name))}")
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, f"{place}/{index}")


def to_do(text: str) -> str:
    """A text that the author of the new file still has to write, marked as such."""
    return f"{TO_DO}{text}"


def schema_id(service: str, version: str) -> str:
    """The `$id` of a definition's schema; `$ref` into it starts with this."""
    return f"{SCHEMA_BASE}{service}/{version}"


def service_part(name: str, materials: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The least `x-service` that a definition can be tried with."""
    return {
        "code": _CODE,
        "category": to_do("首页分类，如 户口和居住"),
        "name": name,
        "citizen_name": to_do("群众怎么说这件事，如 生娃上户口"),
        "keywords": [name],
        "type": "公共服务",
        "who": [to_do("谁可以办")],
        "legal_basis": [{"title": to_do("设定依据的全称，如 居住证暂行条例"), "article": to_do("条款，如 第九条")}],
        "materials": materials or [],
        "time_limit": {
            "statutory": {"value": 20, "unit": "workday"},
            "promised": {"value": 20, "unit": "workday"},
            "basis": to_do("时限的依据"),
        },
        "fee": {"amount": 0, "basis": to_do("收费依据；不收费的写 本事项不收费")},
        "accept_at": "station",
        "decide_at": "station",
        "visits": 0,
        "depth": "网上受理",
        "online_check": [],
        "assistant_may": ["解答咨询，帮助填写", "收件并打印收件凭证"],
        "officer_confirms": [to_do("必须由民警确认的事，如 核对身份证件")],
        "steps": [
            {"code": "receive", "title": "收件", "by": "警务室民警或者辅警", "at": "node"},
            {"code": "accept", "title": "受理", "by": to_do("谁来受理，如 派出所户籍民警"), "at": "station"},
            {"code": "decide", "title": "决定", "by": to_do("谁来决定"), "at": "station"},
        ],
        "results": [{"kind": "granted", "title": to_do("办成以后叫什么，如 已登记"), "seal": "none"}],
        "place": "{room.name}（{room.address}）",
        "hours": "{room.hours}",
        "telephones": {"consult": "{room.telephone}", "complaint": "{room.complaint_telephone}"},
        "privacy": {
            "purpose": to_do("为什么收集这些个人信息"),
            "retention": to_do("保存多久、依据什么"),
        },
    }


def material(code: str, name: str, place: str, required: Any) -> dict[str, Any]:
    """A material that a photo field of the form collects."""
    return {
        "code": code,
        "name": name,
        "copies": 1,
        "form": "either",
        "seal": "none",
        "basis": to_do("要这份材料的依据，写到条款"),
        "required": required,
        "source": "applicant",
        "field": place,
    }
