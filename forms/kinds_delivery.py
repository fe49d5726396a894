"""The kinds of events of the counter: the notice of all defects, money, documents that come and are handed over.

Amounts are whole 分. What people wrote or signed stands in the body, which can be erased; the titles of the history say
none of it.
"""

from typing import Any

from forms.fields import (
    Check,
    Field,
    Kind,
    count,
    day,
    flag,
    item,
    list_of,
    materials,
    object_of,
    one_of,
    pattern,
    size,
    text,
)
from forms.kinds_receiving import UNTIL

SIGNED: dict[str, str] = {"glass": "屏上签名", "paper": "纸上签名，已拍照", "refused": "拒绝签收，已注明"}
SOURCES: dict[str, str] = {"station": "派出所", "centre": "省级中心", "other": "其他机关"}
CALLED_BY: dict[str, str] = {"phone": "电话", "visit": "上门", "message": "捎口信", "post": "寄信"}
REACHED: dict[str, str] = {"told": "已告诉", "not_reached": "没有联系上"}
WAYS: dict[str, str] = {"room": "警务室当面", "visit": "上门送达", "post": "寄递", "window": "办证窗口领取"}
PROOFS: dict[str, str] = {
    "signature": "屏上签名",
    "fingerprint": "按指印",
    "photo": "拍照，有见证人",
    "carrier": "寄递签收",
    "record": "窗口签收记录",
}
PAID_BY: dict[str, str] = {"cash": "现金", "card": "刷卡", "scan": "扫码", "online": "网上缴款"}
PAY_WHERE: dict[str, str] = {"here": "现场缴", "online": "联网后缴"}
AMOUNT_MAX = 100_000_00  # ten thousand yuan are more than any fee of a police room


def amount(value: Any, path: str) -> None:
    """Checks money in 分, 1 to AMOUNT_MAX. Raises ValueError that names `path`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= AMOUNT_MAX:
        raise ValueError(f"{path}: must be an amount in 分, 1 to {AMOUNT_MAX}")


def _sum(value: Any, path: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{path}: must be a sum in 分")  # noqa: TRY004 - a wrong value from outside


def nothing(value: Any, path: str) -> None:
    """Checks a fee that the citizen never pays: 0. Raises ValueError that names `path`."""
    if isinstance(value, bool) or value != 0:
        raise ValueError(f"{path}: must be 0")


_event_id: Check = pattern("[0-9a-f]{32}")
_bill: Check = pattern("[0-9]{17,22}-[0-9]{1,3}")
_parcel: Check = object_of(
    {
        "carrier": Field("寄递公司", text(1, 40)),
        "number": Field("单号", pattern("[0-9A-Z]{6,40}")),
    }
)
PROXY_FIELDS = {
    "name": Field("代领人姓名", text(1, 50)),
    "id_number": Field("代领人证件号码", text(1, 40)),
    "relation": Field("和本人的关系", text(1, 40)),
}
GIVEN_FIELDS = {
    "name": Field("文书、证件名称", text(1, 100)),
    "received": Field("到件记录的事件 id；当场出的件没有", _event_id, required=False),
    "slip": Field("盖章文书的号码", pattern("[A-Z]{0,6}[0-9]{1,12}"), required=False),
}

KINDS: dict[str, Kind] = {
    "notice.handed": Kind("node", "一次性告知补正", {
        "items": Field("一次列全的补正事项", list_of(item, 1)),
        "counts": Field("事项是否由警务室作出法定的一次性告知；不是的，第一段时限接着计", flag),
        "signed": Field("怎样签收", one_of(*SIGNED)),
        "materials": Field("签名，或者签了名的告知书照片", materials),
        "due_day": Field("补正期限的最后一天", day, required=False),
        "reason": Field("再次告知的理由", text(1, 500), required=False),
        "remark": Field("拒绝签收的情况", text(1, 500), required=False),
    }),
    "document.received": Kind("node", "文书到件", {
        "name": Field("文书、证件名称", text(1, 100)),
        "source": Field("从哪里来", one_of(*SOURCES)),
        "parcel": Field("寄来的单号", _parcel, required=False),
        "place": Field("放在哪里，如柜格", text(1, 40), required=False),
        "code": Field("取件码；不写的用查询码", pattern("[0-9]{6}"), required=False),
        "until": Field("证面上的有效期满日期，长期的写 long", pattern(UNTIL), required=False),
    }),
    "document.called": Kind("node", "通知取件", {
        "how": Field("怎样通知", one_of(*CALLED_BY)),
        "reached": Field("通知到没有", one_of(*REACHED)),
        "note": Field("跟谁说的、说了什么", text(1, 200), required=False),
    }),
    "document.posted": Kind("node", "寄出文书", {
        "documents": Field("寄出的文书、证件", list_of(object_of(GIVEN_FIELDS), 1)),
        "parcel": Field("寄出的单号", _parcel),
        "free": Field("是否免费寄递", flag),
    }),
    "document.handed": Kind("node", "送达文书", {
        "documents": Field("送达的文书、证件", list_of(object_of(GIVEN_FIELDS), 1)),
        "how": Field("怎样送达", one_of(*WAYS)),
        "proof": Field("凭什么算签收", one_of(*PROOFS)),
        "materials": Field("签名、照片、委托书", materials),
        "checked": Field("怎样核对领取人：取件码，或民警核对", one_of("code", "officer")),
        "proxy": Field("代领人", object_of(PROXY_FIELDS), required=False),
        "remark": Field("按指印的原因、寄递签收人、窗口记录", text(1, 200), required=False),
        "witness": Field("见证人", text(1, 50), required=False),
    }),
    "payment.due": Kind("node", "开出缴款单", {
        "bill": Field("缴款单号", _bill),
        "amount": Field("金额，单位分", amount),
        "what": Field("收什么费", text(1, 100)),
        "basis": Field("收费依据", text(1, 200)),
        "where": Field("现场缴，还是联网后缴", one_of(*PAY_WHERE)),
    }),
    "payment.received": Kind("node", "收到缴款", {
        "bill": Field("缴款单号", _bill),
        "amount": Field("金额，单位分", amount),
        "by": Field("怎样缴的", one_of(*PAID_BY)),
        "receipt": Field("票据号，或者网上缴款的交易号", pattern("[0-9A-Za-z-]{4,40}")),
        "shift": Field("第几班", size),
        "charge": Field("手续费，由平台承担，恒为 0", nothing),
    }),
    "payment.voided": Kind("node", "缴款记录作废", {
        "bill": Field("缴款单号", _bill),
        "reason": Field("为什么作废", text(1, 200)),
        "shift": Field("第几班", size),
    }),
    "payment.waived": Kind("node", "减免收费", {
        "bill": Field("缴款单号", _bill),
        "reason": Field("减免的理由和依据", text(1, 200)),
    }),
}  # fmt: skip  # a table

# what concerns the till of the room and no application
ROOM_KINDS: dict[str, Kind] = {
    "shift.settled": Kind(
        "node",
        "班次对账",
        {
            "shift": Field("第几班", size),
            "payments": Field("收款笔数", count),
            "expected": Field("应有现金，单位分；退回上一班的可以小于 0", _sum),
            "counted": Field("实点现金，单位分", count),
            "charge": Field("手续费，恒为 0", nothing),
            "note": Field("不一致的说明", text(1, 200), required=False),
        },
    ),
}
