"""Bodies and small logs for the tests of the lifecycle and of the deadlines. All people in them are made up."""

from dataclasses import dataclass, field
from typing import Any

from forms import events
from forms.events import Event, Head, Side

NODE = "5224250017"
NUMBER = "52242500171004215"
PHOTO = {"sha256": "a" * 64, "size": 120_000, "media_type": "image/jpeg", "name": "房产证.jpg", "slot": "proof"}
BILL = f"{NUMBER}-1"
PARCEL = {"carrier": "邮政速递", "number": "1234567890123"}
CONTEXT = {"filing_day": "2026-11-21", "language": "zh-CN", "place": "522425"}
ITEM = {"target": "material", "ref": "proof", "label": "住所证明", "defect": "照片不清楚，请重新拍照。"}


def filed(**changes: Any) -> dict[str, Any]:
    body = {
        "service": {"id": "juzhu-dengji", "version": "2026.11.1", "digest": "d" * 64},
        "answers": {"applicant": {"name": "王秀梅", "idNumber": "522425196603120029"}},
        "context": CONTEXT,
        "channel": "kiosk",
        "receipt": {"token": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "code": "204816"},
        "materials": [],
        "urgent": False,
        "identity": "unverified",
    }
    return {**body, **changes}


def answered(request: str, **changes: Any) -> dict[str, Any]:
    body = {"request": request, "answers": {"applicant": {"name": "王秀梅"}}, "context": CONTEXT, "materials": [PHOTO]}
    return {**body, **changes}


BODIES: dict[str, dict[str, Any]] = {
    "application.filed": filed(),
    "answers.set_apart": {"key": "7" * 32, "days": 90, "values": {"/heir/account": "6200000000000000000"}},
    "material.added": {"material": PHOTO},
    "correction.answered": answered("0" * 32),
    "application.withdrawn": {"reason": "不办了"},
    "identity.verified": {"method": "officer"},
    "originals.seen": {"slots": ["proof"]},
    "proxy.recorded": {
        "name": "罗建国",
        "number": "52242519850615981X",
        "relation": "village",
        "papers": ["letter", "proxy"],
    },
    "fingerprint.recorded": {"taken": False, "consent": False, "reason": "refused", "witness": "李桂花"},
    "consent.recorded": {
        "consent": "photo",
        "kind": "biometric",
        "given": True,
        "text": "e" * 64,
        "version": "2026.11.3",
        "language": "zh-CN",
        "by": {"name": "韦永贵", "relation": "父母"},
    },
    "consent.withdrawn": {"consent": "photo"},
    "application.confirmed": {"ok": True, "identity": True},
    "application.confirmed_remotely": {"ok": True},
    "correction.supplied": answered("0" * 32),
    "application.accepted": {"note": ""},
    "application.refused": {"reason": "不属于本机关办理"},
    "correction.requested": {"items": [ITEM], "due_day": "2026-12-01"},
    "application.decided": {"result": "granted", "reason": ""},
    "notice.handed": {
        "items": [ITEM],
        "counts": True,
        "signed": "glass",
        "materials": [PHOTO],
        "due_day": "2026-12-01",
    },
    "document.received": {"name": "居住证", "source": "centre", "place": "A3"},
    "document.called": {"how": "phone", "reached": "told", "note": "本人接的"},
    "document.posted": {"documents": [{"name": "居住证"}], "parcel": PARCEL, "free": True},
    "document.handed": {
        "documents": [{"name": "居住证"}],
        "how": "room",
        "proof": "signature",
        "materials": [PHOTO],
        "checked": "code",
    },
    "payment.due": {"bill": BILL, "amount": 2000, "what": "工本费", "basis": "发改价格〔2003〕2322号", "where": "here"},
    "payment.received": {"bill": BILL, "amount": 2000, "by": "cash", "receipt": "00012345", "shift": 1, "charge": 0},
    "payment.voided": {"bill": BILL, "reason": "票据号写错", "shift": 1},
    "payment.waived": {"bill": BILL, "reason": "低保户，凭证明减免"},
    "opinion.given": {
        "step": "city_opinion",
        "title": "审批意见",
        "by": "市级民族事务部门",
        "outcome": "agreed",
        "text": "同意变更。",
    },
    "procedure.begun": {"procedure": "hearing", "title": "听证", "reason": "申请人要求听证", "until": "2026-12-20"},
    "procedure.ended": {"note": "听证已经举行"},
    "payment.settled": {
        "bill": BILL,
        "amount": 2000,
        "receipt": "PT20261121001",
        "at": "2026-11-21T10:00:00+08:00",
        "charge": 0,
    },
    "outside.reported": {
        "what": "identity",
        "outcome": "differs",
        "at": "2026-11-21T10:00:00+08:00",
        "source": "人口库",
        "differs": ["name"],
    },
    "application.numbered": {"number": "115224250001234567344010300100020261121000017"},
    "application.forwarded": {"desk": "市公安局治安支队", "level": "city", "reason": "预计五千人以上"},
}
# acts that are about what an earlier act brought
FIRST: dict[str, tuple[str, ...]] = {
    "consent.withdrawn": ("consent.recorded",),
    "payment.received": ("payment.due",),
    "payment.voided": ("payment.due", "payment.received"),
    "payment.waived": ("payment.due",),
    "payment.settled": ("payment.due",),
    "procedure.ended": ("procedure.begun",),
}


@dataclass
class Pair:
    """Both logs of one node, written as the two sides write them; `deliver` tells one side what the other has written."""

    logs: dict[Side, list[Event]] = field(default_factory=lambda: {"node": [], "centre": []})
    knows: dict[Side, str] = field(default_factory=lambda: {"node": "", "centre": ""})

    def act(self, side: Side, kind: str, body: dict[str, Any] | None = None, at: str = "", **changes: Any) -> Event:
        log = self.logs[side]
        count = len(log) + 1
        fields = {
            "seq": count, "epoch": 1, "id": f"{'1' if side == 'node' else '2'}{count:031x}", "application": NUMBER,
            "kind": kind, "at": at or f"2026-11-21T09:{count % 60:02d}:00+08:00", "centre_at": "", "ticks": count,
            "actor": "kiosk" if side == "node" else "centre:chen", "seen": self.knows[side],
            "body": events.canonical(BODIES[kind] if body is None else body), "salt": bytes([count % 256]) * 16,
            "prev": log[-1].digest if log else events.genesis(side, NODE),
        }  # fmt: skip  # a table
        log.append(events.seal(**{**fields, **changes}))
        return log[-1]

    def deliver(self, to: Side, count: int | None = None) -> None:
        other = self.logs["centre" if to == "node" else "node"]
        count = len(other) if count is None else count
        self.knows[to] = str(Head.of(other[count - 1])) if count else ""

    def sync(self) -> None:
        self.deliver("node")
        self.deliver("centre")

    @property
    def all(self) -> list[tuple[Side, Event]]:
        return [(side, event) for side, log in self.logs.items() for event in log]


def situation(name: str) -> Pair:
    """An application in that situation, with everything known to both sides."""
    pair = Pair()
    if name == "none":
        return pair
    pair.act("node", "application.filed")
    pair.sync()
    acts = {
        "received": [],
        "correction": [("centre", "correction.requested")],
        "accepted": [("centre", "application.accepted")],
        "withdrawn": [("node", "application.withdrawn")],
        "not_accepted": [("centre", "application.refused")],
        "decided": [("centre", "application.accepted"), ("centre", "application.decided")],
    }[name]
    for side, kind in acts:
        pair.act(side, kind)
        pair.sync()
    return pair
