"""The kinds of events that happen to an application: one table, with the fields of each.

Who writes an event calls `check_body` before it is sealed; who receives one calls it before it is stored.
A field that the table does not know is refused: a newer writer's event is then refused by itself and blocks no other.
"""

from typing import TYPE_CHECKING, Any

from forms import (
    kinds_apart,
    kinds_board,
    kinds_consents,
    kinds_delivery,
    kinds_desk,
    kinds_looking,
    kinds_outside,
    kinds_oversight,
    kinds_packs,
    kinds_people,
    kinds_receiving,
    kinds_review,
    kinds_safety,
)
from forms.fields import (
    Field,
    Kind,
    account,
    any_object,
    check_fields,
    count,
    day,
    flag,
    hex64,
    item,
    key,
    list_of,
    material,
    materials,
    object_of,
    one_of,
    pattern,
    size,
    slip,
    suite,
    text,
    time,
    time_or_none,
)

if TYPE_CHECKING:
    from forms.events import Event

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
CHANNELS: tuple[str, ...] = ("kiosk", "console", "api", "import", "visit")
IDENTITIES: dict[str, str] = {"unverified": "身份待核", "officer": "已当面核对证件原件", "card": "已读身份证核验"}


def check_body(kind: str, data: Any) -> None:
    """Check a body against the table. Raises ValueError that names the kind or the field, such as "items[0].defect"."""
    found = KINDS.get(kind) or ROOM_KINDS.get(kind)
    if found is None:
        raise ValueError(f"kind: {kind!r} is not known")
    check_fields(found.fields, data, "")


def is_sound(event: "Event") -> bool:
    """Whether the body of an event is as its kind asks. One that is not stands in quarantine already."""
    try:
        check_body(event.kind, event.data)
    except ValueError:
        return False
    return True


SERVICE_FIELDS = {
    "id": Field("事项", text(1, 100)),
    "version": Field("版本", text(1, 100)),
    "digest": Field("定义文件规范形式的 SHA-256", hex64),
}
CONTEXT_FIELDS = {
    "filing_day": Field("填报之日；两端都按这一天判断", day),
    "language": Field("填报时使用的语言", text(2, 35)),
    "place": Field("填报地点的区划代码，可为空", text(0, 20)),
}
PART_FIELDS = {
    "code": Field("分项代码", text(1, 40)),
    "number": Field("分项的编号", pattern("[0-9]{17,22}")),
}
RECEIPT_FIELDS = {
    "token": Field("二维码中的凭证码", pattern("[A-Z2-7]{26}")),
    "code": Field("查询码", pattern("[0-9]{6}")),
}
ANSWERED_FIELDS = {
    "request": Field("所答复的补正要求的事件 id", pattern("[0-9a-f]{32}")),
    "answers": Field("补正后的全部填报内容", any_object),
    "context": Field("补正时的日期、语言和地点", object_of(CONTEXT_FIELDS)),
    "materials": Field("补交的材料", materials),
    "note": Field("给审查人员的说明", text(), required=False),
    "apart": kinds_apart.APART,
}
CONFIRMED_FIELDS = {
    "ok": Field("确认，或者不予确认", flag),
    "reason": Field("不予确认的理由", text(1, 500), required=False),
}

KINDS: dict[str, Kind] = {
    "application.filed": Kind("node", "收件", {
        "service": Field("事项、版本和摘要", object_of(SERVICE_FIELDS)),
        "answers": Field("填报内容，已校验", any_object),
        "context": Field("填报的日期、语言和地点", object_of(CONTEXT_FIELDS)),
        "channel": Field("从哪里提交", one_of(*CHANNELS)),
        "receipt": Field("收件凭证的两个码", object_of(RECEIPT_FIELDS)),
        "materials": Field("随附材料", materials),
        "urgent": Field("是否紧急，紧急的立即上传", flag),
        "identity": Field("身份核验情况", one_of(*IDENTITIES)),
        "client": Field("提交标识的摘要：换了机器，再次提交也不重复收件", pattern("[0-9a-f]{16}"), required=False),
        "whole": Field("所属“一件事”总件的编号；只有分项有", pattern("[0-9]{17,22}"), required=False),
        "parts": Field("“一件事”的各分项；只有总件有", list_of(object_of(PART_FIELDS), 1), required=False),
        "to_confirm": Field("是否等民警确认；只有辅警或自助机收的件有", flag, required=False),
        "concerns": Field("所涉及的本室账号：看不到这一件", list_of(account, 1), required=False),
        "apart": kinds_apart.APART,
        **kinds_receiving.FILED,
    }),
    "material.added": Kind("node", "添加材料", {
        "material": Field("添加的材料", material),
    }),
    "correction.answered": Kind("node", "补正", {
        **ANSWERED_FIELDS,
        "to_confirm": Field("是否等民警确认；只有辅警补正的有", flag, required=False),
    }),
    "correction.supplied": Kind("centre", "网上补正", ANSWERED_FIELDS),
    "application.withdrawn": Kind("node", "撤回申请", {
        "reason": Field("撤回的理由，可不写", text(), required=False),
    }),
    "identity.verified": Kind("node", "核验身份", {
        "method": Field("当面核对或读卡", one_of("officer", "card")),
        **kinds_receiving.VERIFIED,
    }),
    **kinds_receiving.KINDS,
    **kinds_consents.KINDS,
    **kinds_apart.KINDS,
    "application.confirmed": Kind("node", "民警确认", {
        **CONFIRMED_FIELDS,
        "identity": Field("是否同时当面核对了人和证件", flag, required=False),
    }),
    "application.confirmed_remotely": Kind("centre", "民警远程确认", CONFIRMED_FIELDS),
    "application.accepted": Kind("centre", "受理", {
        "note": Field("说明", text(), required=False),
        "confirms": Field("受理的民警是否同时确认", flag, required=False),
        "writ": kinds_review.WRIT,
    }),
    "application.refused": Kind("centre", "不予受理", {
        "reason": Field("不予受理的理由", text(1)),
        "writ": kinds_review.WRIT,
    }),
    "correction.requested": Kind("centre", "要求补正", {
        "items": Field("一次列全的补正事项", list_of(item, 1)),
        "due_day": Field("补正期限的最后一天", day, required=False),
        "reason": Field("再次要求补正时的理由", text(), required=False),
        "writ": kinds_review.WRIT,
    }),
    "application.decided": Kind("centre", "办结", {
        "result": Field("办结结果", one_of(*DECISIONS)),
        "reason": Field("理由", text(), required=False),
        "document": Field("结果文书", material, required=False),
        "confirms": Field("作出决定的民警是否同时确认", flag, required=False),
        "writ": kinds_review.WRIT,
    }),
    **kinds_review.KINDS,
    **kinds_delivery.KINDS,
    **kinds_outside.KINDS,
}  # fmt: skip  # a table

EPOCH_REASONS: dict[str, str] = {
    "restored": "用备份恢复",
    "moved": "数据库换了磁盘或机器",
    "replaced": "从省级中心恢复",
    "lost": "确认最近的记录已丢失",
}
LOST_FIELDS = {
    "epoch": Field("第几期", size),
    "first": Field("第一个丢失的号", size),
    "last": Field("最后一个丢失的号", size),
}
SIGNATURE_FIELDS = {
    "role": Field("以什么身份签名", one_of("county", "reviewer", "centre")),
    "key": Field("公钥", key),
    "name": Field("签名人", text(1, 100)),
    "at": Field("签名时间", text(1, 40)),
    "signature": Field("签名", key),
    "over": Field("退回旧版本时，被收回的最新版本", text(1, 100), required=False),
}


KEY_SET_FIELDS = {
    "generation": Field("第几套密钥", size),
    "suite": Field("加密套件", suite),
    "sign_key": Field("签名公钥，十六进制", key),
    "box_key": Field("加密公钥，十六进制", key),
    "at": Field("建立时间", time),
    "by": Field("为它担保的前一把签名公钥", key),
    "old": Field("前一把签名密钥的签名", key),
    "new": Field("新签名密钥自己的签名", key),
}

# what concerns a room as a whole: such an event belongs to no application, and no application's state depends on it
ROOM_KINDS: dict[str, Kind] = {
    "stock.received": Kind("node", "盖章文书入库", {
        "stock": Field("文书名称，同事项结果里的 document", text(1, 100)),
        "first": Field("第一个号码", slip),
        "last": Field("最后一个号码", slip),
    }),
    "stock.issued": Kind("node", "盖章文书领用", {
        "stock": Field("文书名称", text(1, 100)),
        "number": Field("号码", slip),
        "application": Field("用于哪个办件", pattern("[0-9]{17,22}")),
    }),
    "stock.voided": Kind("node", "盖章文书作废", {
        "stock": Field("文书名称", text(1, 100)),
        "number": Field("号码", slip),
        "reason": Field("作废的原因", text(1, 200)),
    }),
    "stock.counted": Kind("node", "盖章文书盘点", {
        "stock": Field("文书名称", text(1, 100)),
        "unused": Field("实有未用数", count),
        "expected": Field("台账未用数", count),
        "note": Field("不一致的说明", text(1, 200), required=False),
    }),
    **kinds_receiving.ROOM_KINDS,
    **kinds_people.ROOM_KINDS,
    **kinds_board.ROOM_KINDS,
    **kinds_looking.ROOM_KINDS,
    **kinds_packs.ROOM_KINDS,
    **kinds_safety.ROOM_KINDS,
    **kinds_apart.ROOM_KINDS,
    **kinds_oversight.ROOM_KINDS,
    "officer.signed": Kind("node", "签收岗位职责和制度", {
        "account": Field("谁的账号", account),
        "documents": Field("所签收文本的 SHA-256", hex64),
        "name": Field("签收人写下的姓名，中心的办件经过照它显示", text(1, 100), required=False),
    }),
    "officer.listed": Kind("node", "登记账号的警号", {
        "account": Field("谁的账号", account),
        "staff": Field("警号或者工号，同一个人在中心也是它；空为不再登记", pattern("[A-Za-z0-9-]{0,20}")),
    }),
    **kinds_desk.KINDS,
    "epoch.opened": Kind("node", "启用新的一期日志", {
        "reason": Field("原因：恢复备份、换了磁盘或机器、从省级中心恢复、确认丢失", one_of(*EPOCH_REASONS)),
        "after": Field("接在哪一条记录之后，epoch:seq:摘要", pattern("[0-9]{1,16}:[0-9]{1,16}:[0-9a-f]{64}")),
        "lost": Field("已知丢失的号段", object_of(LOST_FIELDS), required=False),
    }),
    "keys.announced": Kind("node", "更换本机密钥", KEY_SET_FIELDS),
    "keys.accepted": Kind("centre", "确认本机的新密钥", {
        "generation": Field("第几套密钥", size),
        "sign_key": Field("签名公钥，十六进制", key),
    }),
    "centre_keys.announced": Kind("centre", "省级中心更换密钥", KEY_SET_FIELDS),
    "policy.published": Kind("centre", "发布加密策略", {
        "version": Field("版本，只增不减", size),
        "not_before": Field("从何时起不再接受 minimum 之后的套件；空为立即", time_or_none),
        "suites": Field("允许的套件，优先的在前", list_of(suite, 1)),
        "minimum": Field("到期后仍接受的最后一个套件", suite),
        "key": Field("省级中心的签名公钥", key),
        "signature": Field("签名", key),
    }),
    "refusal.lifted": Kind("centre", "采用先前没有采用的记录", {
        "epoch": Field("警务室日志的第几期", size),
        "seq": Field("第几号", size),
    }),
    "service.published": Kind("centre", "发布事项", {
        "service": Field("事项、版本和摘要", object_of(SERVICE_FIELDS)),
        "source": Field("事项文件的内容，JSON 文字", text(2, 2_000_000)),
        "signatures": Field("签发、审查和发布的签名", list_of(object_of(SIGNATURE_FIELDS), 1)),
    }),
    **kinds_delivery.ROOM_KINDS,
}  # fmt: skip  # a table
