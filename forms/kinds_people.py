"""The kinds of events between a room and its people: ratings, reminders that nobody asked for, messages, needs of the
village, people who are missing; and what the centre says of the rooms of a county. None belongs to an application.
"""

from typing import Final

from forms.fields import Field, Kind, count, day, key, list_of, object_of, one_of, pattern, text, time, whole

GRADES: Final[dict[int, str]] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
GOOD_MIN: Final = 3  # 后两级为差评（国办发〔2019〕51号）
RATED_BY: Final[dict[str, str]] = {"kiosk": "自助机", "phone": "手机扫码", "paper": "书面评价表"}
WORDS_MAX: Final = 500
EXPIRING: Final[dict[str, str]] = {"id_card": "居民身份证", "permit": "居住证签注", "stay": "居住登记"}
TOLD_BY: Final[dict[str, str]] = {"phone": "电话", "visit": "上门", "message": "托人捎口信"}
TOLD: Final[dict[str, str]] = {"told": "打通", "not_reached": "没打通", "stop": "不用再提醒"}
NEEDS: Final[dict[str, str]] = {
    "paperwork": "办证办事",
    "visit": "上门帮办",
    "dispute": "矛盾纠纷",
    "safety": "治安巡防",
    "traffic": "道路交通",
    "care": "老人孩子看护",
    "fraud": "防诈骗宣传",
    "advice": "意见建议",
    "other": "其他",
}
NEED_STATES: Final[dict[str, str]] = {
    "doing": "正在办",
    "done": "已经办好",
    "passed": "已转有关部门",
    "cannot": "办不了，已说明",
}
RAISED_BY: Final[dict[str, str]] = {"kiosk": "自助机", "console": "窗口", "visit": "走访"}
NOTICE_ENDS: Final[dict[str, str]] = {"found": "人已找到", "over": "撤下"}

_number = pattern("[0-9]{17,22}")
_id = pattern("[0-9a-f]{32}")
_moment = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( ([01][0-9]|2[0-3]):[0-5][0-9])?")
MESSAGE_FIELDS = {
    "what": Field("什么事", text(0, 60), required=False),
    "day": Field("哪一天", day, required=False),
    "room": Field("警务室名称", text(0, 100), required=False),
    "phone": Field("警务室电话", text(0, 40), required=False),
}
RATE_FIELDS = {
    "part": Field("分子", count),
    "whole": Field("分母", count),
}
_rate = object_of(RATE_FIELDS)
COMPARED_FIELDS = {
    "node": Field("警务室编号", pattern("[0-9]{10}")),
    "name": Field("警务室名称", text(0, 100)),
    "received": Field("收件；少于 5 的不给", count, required=False),
    "closed": Field("办结；少于 5 的不给", count, required=False),
    "in_time": Field("及时办结率；分母少于 5 的不给", _rate, required=False),
    "online": Field("网办率；分母少于 5 的不给", _rate, required=False),
    "satisfied": Field("满意率；分母少于 5 的不给", _rate, required=False),
}

ROOM_KINDS: Final[dict[str, Kind]] = {
    "rating.given": Kind("node", "评价", {
        "application": Field("评价的是哪一件", pattern("[0-9]{17,22}")),
        "grade": Field("5 非常满意 … 1 非常不满意", whole(1, 5)),
        "how": Field("自助机、手机扫码还是书面评价表", one_of(*RATED_BY)),
        "words": Field("评语，只有上级监督部门看得到", text(0, WORDS_MAX), required=False),
        "callback": Field("差评愿意接受回访的电话", text(0, 40), required=False),
        "day": Field("书面评价表上的日期", day, required=False),
    }, either=True),
    "expiry.called": Kind("node", "到期提醒", {
        "application": Field("从哪一件知道的", _number),
        "what": Field("什么到期", one_of(*EXPIRING)),
        "until": Field("哪一天到期", day),
        "how": Field("怎样通知", one_of(*TOLD_BY)),
        "result": Field("通知到没有", one_of(*TOLD)),
        "note": Field("跟谁说的、说了什么", text(0, 200), required=False),
    }),
    "sms.queued": Kind("node", "请省级中心发短信", {
        "application": Field("发给哪一件的申请人；号码不写，中心从这一件里取本人留的手机号", _number),
        "template": Field("短信模板代码", pattern("[a-z][a-z_]{1,39}")),
        "about": Field("为哪一件事；同一件事只发一条", text(0, 80)),
        "parameters": Field("填进模板的内容，不含姓名和证件号码", object_of(MESSAGE_FIELDS)),
    }),
    "need.recorded": Kind("node", "需求登记", {
        "kind": Field("哪一类", one_of(*NEEDS)),
        "village": Field("哪个村、组", text(0, 60)),
        "what": Field("需要什么", text(1, WORDS_MAX)),
        "who": Field("谁提的，可以不说", text(0, 60), required=False),
        "phone": Field("怎样联系，可以不说", text(0, 40), required=False),
        "how": Field("在哪里提的", one_of(*RAISED_BY)),
    }),
    "need.answered": Kind("node", "回应需求", {
        "need": Field("需求登记的事件 id", _id),
        "state": Field("办到哪一步", one_of(*NEED_STATES)),
        "text": Field("怎样回应的", text(1, WORDS_MAX)),
    }),
    "missing.announced": Kind("node", "走失公告", {
        "text": Field("谁走失了，有什么特征", text(1, WORDS_MAX)),
        "place": Field("最后在哪里见到", text(1, 100)),
        "seen": Field("最后见到的时间", _moment),
        "phone": Field("看到了打给谁", text(1, 40)),
        "until": Field("公告到哪一天", day),
    }),
    "missing.ended": Kind("node", "撤下走失公告", {
        "notice": Field("公告的事件 id", _id),
        "result": Field("找到了，还是撤下", one_of(*NOTICE_ENDS)),
    }),
    "rooms.compared": Kind("centre", "各警务室指标", {
        "month": Field("哪个月，如 2026-10", pattern("[0-9]{4}-(0[1-9]|1[0-2])")),
        "county": Field("县（市、区）的区划代码", pattern("[0-9]{6}")),
        "at": Field("什么时候算的", time),
        "rooms": Field("各警务室", list_of(object_of(COMPARED_FIELDS), 1)),
        "key": Field("省级中心的签名公钥", key),
        "signature": Field("签名", key),
    }),
}  # fmt: skip  # a table
