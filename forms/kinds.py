"""The kinds of events that happen to an application: one table, with the fields of each.

Who writes an event calls `check_body` before it is sealed; who receives one calls it before it is stored.
A field that the table does not know is refused: a newer writer's event is then refused by itself and blocks no other.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.events import Side

Check = Callable[[Any, str], None]

RESULTS: dict[str, str] = {
    "granted": "准予",
    "refused": "不予",
    "returned": "退回",
    "void": "作废",
    "deleted": "删除",
    "transferred": "转报",
    "lapsed": "补正不来",
    "withdrawn": "撤回",
    "not_accepted": "不予受理",
    "mixed": "各项分别办结",
}
# what `application.decided` may say; the next two results come from acts of their own, the last one from parts
DECISIONS: tuple[str, ...] = ("granted", "refused", "returned", "void", "deleted", "transferred", "lapsed")
CHANNELS: tuple[str, ...] = ("kiosk", "console", "api", "import")
IDENTITIES: dict[str, str] = {"unverified": "身份未核验", "officer": "民警已核对证件原件", "card": "已读身份证核验"}

ITEMS_MAX = 100
TEXT_MAX = 4000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body: what it means, how it is checked, and whether it must be there."""

    description: str
    check: Check
    required: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: the side that may write it, its plain name as an act, and the fields of its body."""

    side: Side
    title: str
    fields: Mapping[str, Field]


def check_body(kind: str, data: Any) -> None:
    """Check a body against the table. Raises ValueError that names the kind or the field, such as "items[0].defect"."""
    found = KINDS.get(kind) or ROOM_KINDS.get(kind)
    if found is None:
        raise ValueError(f"kind: {kind!r} is not known")
    _check_fields(found.fields, data, "")


def _check_fields(fields: Mapping[str, Field], data: Any, path: str) -> None:
    if not isinstance(data, dict):
        raise ValueError(f"{path or 'body'}: must be an object")  # noqa: TRY004 - a wrong value from outside
    prefix = f"{path}." if path else ""
    for name in data:
        if name not in fields:
            raise ValueError(f"{prefix}{name}: is not a field of this kind")
    for name, field in fields.items():
        if name in data:
            field.check(data[name], prefix + name)
        elif field.required:
            raise ValueError(f"{prefix}{name}: is missing")


def _text(least: int = 0, most: int = TEXT_MAX) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or not least <= len(value) <= most:
            raise ValueError(f"{path}: must be a text of {least} to {most} characters")

    return check


def _pattern(pattern: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise ValueError(f"{path}: must match {pattern}")

    return check


def _one_of(*values: str) -> Check:
    def check(value: Any, path: str) -> None:
        if value not in values:
            raise ValueError(f"{path}: must be one of {', '.join(values)}")

    return check


def _object(fields: Mapping[str, Field]) -> Check:
    def check(value: Any, path: str) -> None:
        _check_fields(fields, value, path)

    return check


def _list(item: Check, least: int = 0) -> Check:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, list) or not least <= len(value) <= ITEMS_MAX:
            raise ValueError(f"{path}: must be a list of {least} to {ITEMS_MAX} items")
        for index, entry in enumerate(value):
            item(entry, f"{path}[{index}]")

    return check


def _day(value: Any, path: str) -> None:
    try:
        valid = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        valid = False
    if not valid:
        raise ValueError(f"{path}: must be a day such as 2026-11-21")


def _flag(value: Any, path: str) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{path}: must be true or false")  # noqa: TRY004 - a wrong value from outside


def _size(value: Any, path: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{path}: must be a number of bytes")


def _any_object(value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise ValueError(f"{path}: must be an object")  # noqa: TRY004 - a wrong value from outside


def _count(value: Any, path: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{path}: must be a number, 0 or more")


_slip = _pattern("[A-Z]{0,6}[0-9]{1,12}")
_hex64 = _pattern("[0-9a-f]{64}")
_key = _pattern("([0-9a-f]{2}){32,4096}")

SERVICE_FIELDS = {
    "id": Field("事项", _text(1, 100)),
    "version": Field("版本", _text(1, 100)),
    "digest": Field("定义文件规范形式的 SHA-256", _hex64),
}
CONTEXT_FIELDS = {
    "filing_day": Field("填报之日；两端都按这一天判断", _day),
    "language": Field("填报时使用的语言", _text(2, 35)),
    "place": Field("填报地点的区划代码，可为空", _text(0, 20)),
}
MATERIAL_FIELDS = {
    "sha256": Field("内容的 SHA-256", _hex64),
    "size": Field("字节数", _size),
    "media_type": Field("类型，如 image/jpeg", _text(3, 100)),
    "name": Field("原来的文件名，给人看", _text(0, 255)),
    "slot": Field("材料清单里的代码，或文件、签名答案的 JSON Pointer", _text(1, 500)),
}
PART_FIELDS = {
    "code": Field("分项代码", _text(1, 40)),
    "number": Field("分项的编号", _pattern("[0-9]{17,22}")),
}
RECEIPT_FIELDS = {
    "token": Field("二维码中的凭证码", _pattern("[A-Z2-7]{26}")),
    "code": Field("查询码", _pattern("[0-9]{6}")),
}
ITEM_FIELDS = {
    "target": Field("填报项还是材料", _one_of("field", "material")),
    "ref": Field("填报项的 JSON Pointer 或材料代码", _text(1, 500)),
    "label": Field("这一项的名称", _text(1, 200)),
    "defect": Field("缺什么、错在哪里、怎样补", _text(1, 2000)),
}

_material = _object(MATERIAL_FIELDS)
_materials = _list(_material)

KINDS: dict[str, Kind] = {
    "application.filed": Kind("node", "收件", {
        "service": Field("事项、版本和摘要", _object(SERVICE_FIELDS)),
        "answers": Field("填报内容，已校验", _any_object),
        "context": Field("填报的日期、语言和地点", _object(CONTEXT_FIELDS)),
        "channel": Field("从哪里提交", _one_of(*CHANNELS)),
        "receipt": Field("收件凭证的两个码", _object(RECEIPT_FIELDS)),
        "materials": Field("随附材料", _materials),
        "urgent": Field("是否紧急，紧急的立即上传", _flag),
        "identity": Field("身份核验情况", _one_of(*IDENTITIES)),
        "whole": Field("所属“一件事”总件的编号；只有分项有", _pattern("[0-9]{17,22}"), required=False),
        "parts": Field("“一件事”的各分项；只有总件有", _list(_object(PART_FIELDS), 1), required=False),
    }),
    "material.added": Kind("node", "添加材料", {
        "material": Field("添加的材料", _material),
    }),
    "correction.answered": Kind("node", "补正", {
        "request": Field("所答复的补正要求的事件 id", _pattern("[0-9a-f]{32}")),
        "answers": Field("补正后的全部填报内容", _any_object),
        "context": Field("补正时的日期、语言和地点", _object(CONTEXT_FIELDS)),
        "materials": Field("补交的材料", _materials),
        "note": Field("给审查人员的说明", _text(), required=False),
    }),
    "application.withdrawn": Kind("node", "撤回申请", {
        "reason": Field("撤回的理由，可不写", _text(), required=False),
    }),
    "identity.verified": Kind("node", "核验身份", {
        "method": Field("民警核对或读卡", _one_of("officer", "card")),
    }),
    "application.accepted": Kind("centre", "受理", {
        "note": Field("说明", _text(), required=False),
    }),
    "application.refused": Kind("centre", "不予受理", {
        "reason": Field("不予受理的理由", _text(1)),
    }),
    "correction.requested": Kind("centre", "要求补正", {
        "items": Field("一次列全的补正事项", _list(_object(ITEM_FIELDS), 1)),
        "due_day": Field("补正期限的最后一天", _day, required=False),
        "reason": Field("再次要求补正时的理由", _text(), required=False),
    }),
    "application.decided": Kind("centre", "办结", {
        "result": Field("办结结果", _one_of(*DECISIONS)),
        "reason": Field("理由", _text(), required=False),
        "document": Field("结果文书", _material, required=False),
    }),
}  # fmt: skip

EPOCH_REASONS: dict[str, str] = {
    "restored": "用备份恢复",
    "moved": "数据库换了磁盘或机器",
    "replaced": "从省级中心恢复",
    "lost": "确认最近的记录已丢失",
}
LOST_FIELDS = {
    "epoch": Field("第几期", _size),
    "first": Field("第一个丢失的号", _size),
    "last": Field("最后一个丢失的号", _size),
}
SIGNATURE_FIELDS = {
    "role": Field("以什么身份签名", _one_of("county", "reviewer", "centre")),
    "key": Field("公钥", _key),
    "name": Field("签名人", _text(1, 100)),
    "at": Field("签名时间", _text(1, 40)),
    "signature": Field("签名", _key),
    "over": Field("退回旧版本时，被收回的最新版本", _text(1, 100), required=False),
}

_time = _pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")
_time_or_none = _pattern(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00)?")
_suite = _pattern("[a-z][a-z0-9-]{1,30}")

KEY_SET_FIELDS = {
    "generation": Field("第几套密钥", _size),
    "suite": Field("加密套件", _suite),
    "sign_key": Field("签名公钥，十六进制", _key),
    "box_key": Field("加密公钥，十六进制", _key),
    "at": Field("建立时间", _time),
    "by": Field("为它担保的前一把签名公钥", _key),
    "old": Field("前一把签名密钥的签名", _key),
    "new": Field("新签名密钥自己的签名", _key),
}

# what concerns a room as a whole: such an event belongs to no application, and no application's state depends on it
ROOM_KINDS: dict[str, Kind] = {
    "stock.received": Kind("node", "盖章文书入库", {
        "stock": Field("文书名称，同事项结果里的 document", _text(1, 100)),
        "first": Field("第一个号码", _slip),
        "last": Field("最后一个号码", _slip),
    }),
    "stock.issued": Kind("node", "盖章文书领用", {
        "stock": Field("文书名称", _text(1, 100)),
        "number": Field("号码", _slip),
        "application": Field("用于哪个办件", _pattern("[0-9]{17,22}")),
    }),
    "stock.voided": Kind("node", "盖章文书作废", {
        "stock": Field("文书名称", _text(1, 100)),
        "number": Field("号码", _slip),
        "reason": Field("作废的原因", _text(1, 200)),
    }),
    "stock.counted": Kind("node", "盖章文书盘点", {
        "stock": Field("文书名称", _text(1, 100)),
        "unused": Field("实有未用数", _count),
        "expected": Field("台账未用数", _count),
        "note": Field("不一致的说明", _text(1, 200), required=False),
    }),
    "epoch.opened": Kind("node", "启用新的一期日志", {
        "reason": Field("原因：恢复备份、换了磁盘或机器、从省级中心恢复、确认丢失", _one_of(*EPOCH_REASONS)),
        "after": Field("接在哪一条记录之后，epoch:seq:摘要", _pattern("[0-9]{1,16}:[0-9]{1,16}:[0-9a-f]{64}")),
        "lost": Field("已知丢失的号段", _object(LOST_FIELDS), required=False),
    }),
    "keys.announced": Kind("node", "更换本机密钥", KEY_SET_FIELDS),
    "keys.accepted": Kind("centre", "确认本机的新密钥", {
        "generation": Field("第几套密钥", _size),
        "sign_key": Field("签名公钥，十六进制", _key),
    }),
    "centre_keys.announced": Kind("centre", "省级中心更换密钥", KEY_SET_FIELDS),
    "policy.published": Kind("centre", "发布加密策略", {
        "version": Field("版本，只增不减", _size),
        "not_before": Field("从何时起不再接受 minimum 之后的套件；空为立即", _time_or_none),
        "suites": Field("允许的套件，优先的在前", _list(_suite, 1)),
        "minimum": Field("到期后仍接受的最后一个套件", _suite),
        "key": Field("省级中心的签名公钥", _key),
        "signature": Field("签名", _key),
    }),
    "service.published": Kind("centre", "发布事项", {
        "service": Field("事项、版本和摘要", _object(SERVICE_FIELDS)),
        "source": Field("事项文件的内容，JSON 文字", _text(2, 2_000_000)),
        "signatures": Field("签发、审查和发布的签名", _list(_object(SIGNATURE_FIELDS), 1)),
    }),
}  # fmt: skip
