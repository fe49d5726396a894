"""The day of the demonstration's room: appointments, a reminder from above, a ticket, people who wait."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from edge import appointments, day_close, heads, opening, queue_tickets, room_tickets
from edge.appointments import Wish
from edge.day_close import Left
from edge.sample import receiving, review, village
from forms.schedule import Slot
from sync.centre import room_desk

if TYPE_CHECKING:
    from edge.sample.story import Story

DESK = "officer:weijianguo"
SUPERVISOR = "centre:chenducha"
COMING = (
    ("陈子轩", "居住证签注", "19900000231"),
    ("买买提·艾力", "居住登记", "19900000232"),
    ("韦长春", "出租房屋登记", ""),
)
VISITS = (
    ("石永福", "老人换身份证，采指纹", "大坪村三组 8 号，小学后面", "采集设备、湿纸巾"),
    ("罗奶奶", "挂失补领", "岩脚寨，水井边第二家", "采集设备"),
)


def plan(story: Story) -> None:
    """What happens in the two days before the present, and what stands at the present."""
    story.plan(story.end - timedelta(days=2), lambda: _two_days_ago(story))
    yesterday = (story.end - timedelta(days=1)).replace(hour=17, minute=20)
    story.plan(yesterday, lambda: _close(story))
    story.plan(story.end, lambda: _now(story))
    receiving.plan(story)
    village.plan(story)
    review.plan(story)


def _two_days_ago(story: Story) -> None:
    """The slots are published; then both sides give one away, and a supervisor asks about a correction."""
    appointments.announce(story.node)
    story.carry()
    first, *others = _slots(story, story.end)
    room_desk.appoint(
        story.centre,
        story.node.settings.node_id,
        first,
        name="李彩霞",
        what="身份证换领",
        phone="19900000230",
        actor=SUPERVISOR,
    )
    for place, (slot, (name, what, phone)) in enumerate(zip((first, *others), COMING, strict=False)):
        wish = Wish("room", slot.day, slot.start, what, name, phone)
        appointments.make(story.node, wish, actor=DESK, token=f"sample-appointment-{place}")
    for place, (name, what, address, bring) in enumerate(VISITS):
        wish = Wish("home", _day(story.end), "", what, name, "", address, bring)
        appointments.make(story.node, wish, actor=DESK, token=f"sample-visit-{place}")
    _remind(story)
    story.carry()


def _remind(story: Story) -> None:
    with story.node.database.read() as tx:
        waiting = heads.search(tx, state="correction", limit=1) or heads.search(tx, state="open", limit=1)
    for head in waiting:
        day = _day(story.end + timedelta(days=1))
        asked = "请说明补正通知群众没有、什么时候能补齐"
        room_desk.remind(story.centre, head.number, asked, actor=SUPERVISOR, due_day=day)


def _slots(story: Story, moment: datetime) -> list[Slot]:
    """The first free slots from that day on; several, because a Sunday has none."""
    schedule = opening.schedule(story.node.room)
    return [slot for _, slot in zip(range(4), schedule.after(Slot(_day(moment), "09:29")), strict=False)]


def _close(story: Story) -> None:
    day = story.clock.today()
    left = [
        Left("尚未上传的", "", "县里线路检修，明天上午上传"),
        Left("设备工单没有解决的", "", "打印纸已报所里，赶集日带来"),
    ]
    day_close.close(story.node, day, left, 3, actor=DESK, token="sample-day-close")


def _now(story: Story) -> None:
    node = story.node
    room_tickets.open_by_hand(node, "paper", "凭条打印纸还剩小半卷", actor=DESK, token="sample-ticket")
    for place, what in enumerate(("", "居住登记", "")):
        made = queue_tickets.take(node.database, "kiosk", f"kiosk:sample-{place}", what=what)
        if place == 0:
            queue_tickets.call_again(node.database, made.id, "weijianguo", "sample-call")


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
