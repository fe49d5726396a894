"""`yizhan centre remind` and `appoint`: what the centre says to a room about its day."""

from __future__ import annotations

import argparse

from edge.commands.common import Commands, reporting, say


def add_centre_commands(inner: Commands) -> None:
    """Put `remind` and `appoint` into `inner`, the group of `yizhan centre`."""
    parser = reporting(inner, "remind", remind, "催办：要警务室说明一个办件的情况")
    parser.add_argument("number", metavar="NUMBER")
    parser.add_argument("--text", required=True, help="要求")
    parser.add_argument("--due", default="", metavar="DAY", help="最迟哪一天答复，如 2026-11-26")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="经办账号，记入日志")
    parser = reporting(inner, "appoint", appoint, "替群众约一个警务室的时段")
    parser.add_argument("node", metavar="NODE", help="10 位节点编号")
    parser.add_argument("day", metavar="DAY", help="哪一天，如 2026-11-26")
    parser.add_argument("start", metavar="TIME", help="几点，如 09:30")
    parser.add_argument("--name", required=True, help="姓名")
    parser.add_argument("--what", required=True, help="办什么")
    parser.add_argument("--phone", default="", help="电话")
    parser.add_argument("--as", dest="actor", default="centre:cli", help="经办账号，记入日志")


def remind(args: argparse.Namespace) -> int:
    """`yizhan centre remind NUMBER --text`: the room hears of it with its next contact. Raises not_found,
    reminder_sealed, reminder_text.
    """
    from edge.commands.centre import opened
    from sync.centre import room_desk

    with opened(args) as centre:
        made = room_desk.remind(centre, args.number, args.text, actor=args.actor, due_day=args.due)
    answer = {"id": made.id, "number": args.number, "text": made.text, "due_day": made.due_day, "at": made.at}
    say(args, answer, "催办已记下，将在该警务室下次联网时送到")
    return 0


def appoint(args: argparse.Namespace) -> int:
    """`yizhan centre appoint NODE DAY TIME`: gives away a slot as far as the centre knows it. Raises node_unknown,
    appointment_*.
    """
    from edge.commands.centre import opened
    from forms.schedule import Slot
    from sync.centre import room_desk

    with opened(args) as centre:
        made = room_desk.appoint(
            centre,
            args.node,
            Slot(args.day, args.start),
            name=args.name,
            what=args.what,
            phone=args.phone,
            actor=args.actor,
        )
    slot = made.slot or made.wanted
    answer = {"id": made.id, "number": made.number, "day": slot.day, "start": slot.start}
    say(args, answer, f"已约：{made.number}，{slot.day} {slot.start}")
    return 0
