"""The part of the catalogue of errors that belongs to the room's day: queue, appointments, tickets, close."""

from edge.errors.entry import Entry

TODAY: dict[str, Entry] = {
    "queue_empty": Entry("现在没有人在等候", "有人取号后再叫号。", False, 409),
    "queue_over": Entry("这个号今天已经办过或者已经过号", "请看等候名单上的最新情况。", True, 409),
    "queue_full": Entry("今天的号已经取完", "请先叫号，或者改用预约。", True, 409),
    "appointment_name": Entry("预约要写清姓名和办什么", "请补上姓名和要办的事。", True, 422),
    "appointment_address": Entry("上门办理要写清地址", "请写到组和门牌；没有门牌的写小地名、参照物。", True, 422),
    "appointment_day": Entry("“{day}”不能预约", "请选今天起 {days} 天以内的一天。", True, 422),
    "appointment_slot": Entry(
        "{day} {start} 不是放号的时段", "请从列出的时段里选一个；开放时间在 room.toml 里。", True, 422
    ),
    "appointment_full": Entry("{day} {start} 已经约满", "请换一个时段。", False, 409),
    "appointment_over": Entry(
        "这个预约已经不能再改（{state}）", "请看预约单上的最新情况；要再来的，另约一次。", True, 409
    ),
    "appointment_no_schedule": Entry("这个警务室还没有公布预约时段", "请等该室联网一次后再约。", False, 409),
    "reminder_text": Entry("请写清要求或者答复", "写一两句话，不超过 1000 字。", True, 422),
    "reminder_over": Entry("这次催办已经答复过", "要补充的，请在办件里说明。", True, 409),
    "reminder_sealed": Entry("封存给监督部门的件不经警务室催办", "请由监督部门直接办理。", True, 409),
    "ticket_note": Entry("请写清怎样解决的", "写一两句话，方便以后查找。", True, 422),
    "ticket_over": Entry("这张工单已经关闭", "同样的情况又发生了的，请另开一张。", True, 409),
    "day_note": Entry("每一项没有办清的都要写原因", "请逐项写明为什么留到以后、由谁接着办。", True, 422),
    "day_ahead": Entry("“{day}”还没有到", "请选今天或者以前的一天。", True, 422),
}
