"""The kinds of events of a room's working day: opening hours, appointments, reminders from above, tickets, the close.

They belong to no application; forms.kinds lists them with the others.
"""

from dataclasses import dataclass
from typing import Final

from forms.fields import Field, Kind, count, day, hex64, list_of, object_of, one_of, pattern, text, time

VIDEO: Final = "video.indexed"
MINUTES: Final = "([01][0-9]|2[0-3]):[0-5][0-9]"
HOW: Final[dict[str, str]] = {"room": "到室办理", "home": "上门办理"}
KEPT: Final[dict[str, str]] = {"kept": "已来办理", "absent": "没有来"}
FAULTS: Final[dict[str, str]] = {
    "paper": "纸用完了",
    "printer": "打印机坏了",
    "reader": "读卡器没有反应",
    "camera": "摄像头没有图像",
    "power": "停电",
    "disk": "硬盘快满了",
    "clock": "时钟跳动",
    "network": "网络设备坏了",
    "other": "其他",
}


@dataclass(frozen=True, slots=True)
class Video:
    """What an event `video.indexed` says, one line of the index of a counter's videos (M57).

    `first` and `last` RFC 3339; `sha256` and `bytes` of the file, which stays where it is; `keep_until` its last day.
    """

    camera: str
    first: str
    last: str
    place: str
    sha256: str
    bytes: int
    keep_until: str


_id = pattern("[0-9a-f]{32}")
_number = pattern("[0-9]{17,22}")
_minutes = pattern(MINUTES)
_minutes_or_none = pattern(f"({MINUTES})?")
_spans = list_of(pattern(f"{MINUTES}-{MINUTES}"))

MARKET_FIELDS = {
    "ends": Field("逢几：日期的最后一位", list_of(pattern("[0-9]"))),
    "spans": Field("赶集日的开放时段，如 08:30-12:00", _spans),
}
LEFT_FIELDS = {
    "what": Field("哪一类", text(1, 40)),
    "ref": Field("办件号或其他编号", text(0, 64)),
    "note": Field("为什么留到以后", text(1, 200)),
}

KINDS: Final[dict[str, Kind]] = {
    "schedule.published": Kind("node", "公布预约时段", {
        "week": Field("周一到周日各天的开放时段", list_of(_spans)),
        "market": Field("赶集日", object_of(MARKET_FIELDS)),
        "minutes": Field("每个时段几分钟", count),
        "places": Field("每个时段接待几位", count),
    }),
    "appointment.made": Kind("node", "预约", {
        "number": Field("预约号", pattern("[YW][0-9]{1,4}-[0-9]{4,8}")),
        "how": Field("到室还是上门", one_of(*HOW)),
        "day": Field("哪一天", day),
        "start": Field("几点；上门不定时间的为空", _minutes_or_none),
        "what": Field("办什么", text(1, 200)),
        "name": Field("姓名", text(1, 60)),
        "phone": Field("电话，没有的可以写谁能转告", text(0, 60)),
        "address": Field("上门地址", text(0, 200), required=False),
        "bring": Field("要带什么", text(0, 300), required=False),
    }, either=True),
    "appointment.moved": Kind("node", "改期", {
        "appointment": Field("预约的事件 id", _id),
        "day": Field("改到哪一天", day),
        "start": Field("改到几点", _minutes_or_none),
        "reason": Field("原因", text(0, 200)),
    }, either=True),
    "appointment.told": Kind("node", "已告知改期", {
        "appointment": Field("预约的事件 id", _id),
        "day": Field("告知的是哪一天", day),
        "start": Field("告知的是几点", _minutes_or_none),
    }, either=True),
    "appointment.cancelled": Kind("node", "取消预约", {
        "appointment": Field("预约的事件 id", _id),
        "reason": Field("原因", text(0, 200)),
    }, either=True),
    "appointment.kept": Kind("node", "按约办理", {
        "appointment": Field("预约的事件 id", _id),
        "result": Field("来了还是没有来", one_of(*KEPT)),
    }),
    "reminder.sent": Kind("centre", "催办", {
        "application": Field("催的是哪一件", _number),
        "text": Field("要求", text(1, 1000)),
        "due_day": Field("最迟哪一天答复", day, required=False),
    }),
    "reminder.answered": Kind("node", "答复催办", {
        "reminder": Field("催办的事件 id", _id),
        "text": Field("答复", text(1, 1000)),
    }),
    "ticket.opened": Kind("node", "报修", {
        "what": Field("出了什么事", one_of(*FAULTS)),
        "note": Field("情况", text(0, 500)),
    }),
    "ticket.closed": Kind("node", "修复", {
        "ticket": Field("报修的事件 id", _id),
        "note": Field("怎样解决的", text(1, 500)),
    }),
    VIDEO: Kind("node", "登记窗口视频", {
        "camera": Field("哪个摄像头", text(1, 60)),
        "first": Field("从何时起", time),
        "last": Field("到何时止", time),
        "place": Field("存放在哪里", text(1, 200)),
        "sha256": Field("视频文件的 SHA-256；视频本身不进日志", hex64),
        "bytes": Field("视频文件的字节数", count),
        "keep_until": Field("保存到哪一天", day),
    }),
    "round.made": Kind("node", "日巡查", {
        "day": Field("哪一天", day),
        "fine": Field("正常的各项", list_of(text(1, 40))),
        "faulty": Field("不正常的各项", list_of(text(1, 40))),
        "note": Field("情况", text(0, 500)),
    }),
    "day.closed": Kind("node", "日清日结", {
        "day": Field("哪一天", day),
        "left": Field("没有办清的，各写原因", list_of(object_of(LEFT_FIELDS))),
        "count": Field("没有办清的一共几件", count),
    }),
}  # fmt: skip  # a table
