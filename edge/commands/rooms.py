"""`yizhan centre sms` and `compare`: messages that rooms asked for, and the figures of the rooms of each county."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from edge.commands.common import Commands, reporting, say


def add_centre_commands(inner: Commands) -> None:
    """Put `sms` and `compare` into `inner`, the group of `yizhan centre`."""
    reporting(inner, "sms", sms, "把警务室请发的短信写成文件，交给发短信的程序；每条只写一次")
    parser = reporting(inner, "compare", compare, "算出各县各警务室一个月的指标，下发给这些警务室")
    parser.add_argument("--month", default="", metavar="MONTH", help="哪个月，如 2026-10（默认为上个月）")


def sms(args: argparse.Namespace) -> int:
    """`yizhan centre sms`: files of messages for whoever sends them, each message in one file; `faulty` have no
    number.
    """
    from edge.commands.centre import opened
    from sync.centre import sms as outbox

    with opened(args) as centre:
        done = outbox.give(centre)
        folder = str(centre.settings.sms)
    answer = {"folder": folder, "files": list(done.files), "messages": done.messages, "faulty": done.faulty}
    fault = f"，{done.faulty} 条没有可用的号码" if done.faulty else ""
    say(args, answer, f"写出 {done.messages} 条短信{fault}，在 {folder}")
    return 0


def compare(args: argparse.Namespace) -> int:
    """`yizhan centre compare`: the figures of a month (the last one) for the rooms of each county, among themselves."""
    from edge.commands.centre import opened
    from forms.figures import Period
    from sync.centre import comparing

    with opened(args) as centre:
        today = date.fromisoformat(centre.clock.now()[:10])
        month = args.month or Period.of("month", today).before.first.isoformat()[:7]
        told = comparing.compare(centre, month)
    answer: dict[str, Any] = {
        "month": month,
        "counties": [{"county": one.county, "rooms": list(one.rooms), "fresh": one.fresh} for one in told],
    }
    fresh = sum(one.fresh for one in told)
    say(args, answer, f"{month}：{len(told)} 个县，{fresh} 个警务室将在下次联网时收到")
    return 0
