"""`yizhan centre supervise` and `figures`: what the rules of 电子监察 see, and the rates with their formulas."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from edge.commands.common import Commands, reporting, say
from edge.errors import problem


def add_centre_commands(inner: Commands) -> None:
    parser = reporting(inner, "supervise", supervise, "电子监察：按规则查看没有办结的和最近办结的办件，只列出和计数")
    parser.add_argument("--days", type=int, default=31, metavar="N", help="最近多少天办结的（默认 31）")
    parser.add_argument("--area", default="", metavar="CODE", help="只看编号以它开头的警务室")
    parser = reporting(inner, "figures", figures, "从中心的日志重新算出及时办结率、满意率等指标，附公式")
    parser.add_argument("--kind", choices=("day", "month", "quarter", "year"), default="month", help="日、月、季、年")
    parser.add_argument("--day", default="", metavar="DAY", help="含这一天的期间，如 2026-10-01（默认今天）")
    parser.add_argument("--area", default="", metavar="CODE", help="只算编号以它开头的警务室")


def supervise(args: argparse.Namespace) -> int:
    from edge.commands.centre import opened
    from sync.centre import supervising

    with opened(args) as centre:
        report = supervising.supervise(centre, days=args.days, area=args.area)
    answer: dict[str, Any] = {
        "at": report.at,
        "since": report.since,
        "looked": report.looked,
        "rules": [
            {"code": one.code, "title": one.title, "basis": one.basis, "count": report.counts[one.code]}
            for one in supervising.RULES.values()
        ],
        "findings": [
            {"rule": one.finding.rule, "words": one.finding.words, "at": one.finding.at}
            | {"node": one.node, "number": one.number, "title": one.title, "by": one.by}
            for one in report.hits
        ],
    }
    lines = [f"{one['title']}：{one['count']}" for one in answer["rules"] if one["count"]]
    say(args, answer, "\n".join([f"查看了 {report.looked} 件", *lines]))
    return 0


def figures(args: argparse.Namespace) -> int:
    from edge.commands.centre import opened
    from forms.figures import Period
    from sync.centre import figuring

    with opened(args) as centre:
        try:
            day = date.fromisoformat(args.day or centre.clock.now()[:10])
        except ValueError as error:
            raise problem("bad_request", detail=f"{args.day}：应写成 2026-10-01 这样") from error
        answer = figuring.of_area(centre, args.area, Period.of(args.kind, day))
    lines = [f"{one['title']} {one['percent'] or '—'}（{one['part']}/{one['whole']}）" for one in answer["rates"]]
    say(args, answer, "\n".join([f"{answer['period']}，{len(answer['rooms'])} 个警务室", *lines]))
    return 0
