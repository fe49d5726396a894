"""`yizhan centre supervise`, `complaints`, `sample`, `reasons` and `figures`: what the rules of 电子监察 see, which
complaints wait for an answer, what is drawn to be looked at, why people come again, and the rates with their formulas.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from edge.commands import videos, walls
from edge.commands.common import Commands, reporting, say
from edge.errors import problem


def add_centre_commands(inner: Commands) -> None:
    """Put `wall`, `videos`, `supervise`, `complaints`, `sample`, `reasons`, `report` and `figures` into `inner`, the
    group of `yizhan centre`.
    """
    walls.add_centre_commands(inner)
    videos.add_centre_commands(inner)
    parser = reporting(inner, "supervise", supervise, "电子监察：按规则查看没有办结的和最近办结的办件，只列出和计数")
    parser.add_argument("--days", type=int, default=31, metavar="N", help="最近多少天办结的（默认 31）")
    parser.add_argument("--area", default="", metavar="CODE", help="只看编号以它开头的警务室")
    reporting(inner, "complaints", complaints, "投诉回应情况：等待回应、逾期、升级到哪一级各有多少件，不含内容")
    parser = reporting(inner, "sample", sample, "抽查：按种子从办结的件里抽，记下种子；同样的种子抽出同样的件")
    parser.add_argument("--first", required=True, metavar="DAY", help="从哪天起办结的")
    parser.add_argument("--last", required=True, metavar="DAY", help="到哪天为止")
    parser.add_argument("--count", type=int, default=10, metavar="N", help="抽多少件（默认 10）")
    parser.add_argument("--area", default="", metavar="CODE", help="只从编号以它开头的警务室里抽")
    parser.add_argument("--seed", default="", metavar="TEXT", help="种子；不写由系统给出")
    parser.add_argument("--as", dest="actor", required=True, help="抽签的账号，如 centre:du；他经办过的不在其中")
    parser = reporting(inner, "reasons", reasons, "办什么的多、哪里常要补正和退件，供修改指南和表单；少于 5 件的不列")
    parser.add_argument("--first", required=True, metavar="DAY", help="从哪天起办结的")
    parser.add_argument("--last", required=True, metavar="DAY", help="到哪天为止")
    parser.add_argument("--area", default="", metavar="CODE", help="只看编号以它开头的警务室")
    parser.add_argument("--service", default="", metavar="ID", help="只看一个事项")
    parser = reporting(inner, "report", report, "周报、月报、季报、年报：做一份或者取出已有的一份，核对签名")
    parser.add_argument("--kind", choices=("week", "month", "quarter", "year"), default="month", help="周、月、季、年")
    parser.add_argument("--day", required=True, metavar="DAY", help="含这一天的期间，须已结束")
    parser.add_argument("--area", default="", metavar="CODE", help="市州、县的区划代码开头；空为全部")
    parser.add_argument("--out", type=Path, metavar="DIR", help="把 JSON 和 CSV 写到这个文件夹")
    parser = reporting(inner, "figures", figures, "从中心的日志重新算出及时办结率、满意率等指标，附公式")
    parser.add_argument(
        "--kind", choices=("day", "week", "month", "quarter", "year"), default="month", help="日、周、月、季、年"
    )
    parser.add_argument("--day", default="", metavar="DAY", help="含这一天的期间，如 2026-10-01（默认今天）")
    parser.add_argument("--area", default="", metavar="CODE", help="只算编号以它开头的警务室")
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--check", action="store_true", help="和看板用的计数核对，不一致的警务室列出来，退出码不为 0")
    act.add_argument("--recount", action="store_true", help="放假安排变了或者核对不一致时，从日志重新计数")


def supervise(args: argparse.Namespace) -> int:
    """`yizhan centre supervise`: what the rules of 电子监察 see in open applications and in those closed within
    --days.
    """
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


def complaints(args: argparse.Namespace) -> int:
    """`yizhan centre complaints`: how many wait for an answer, are late, and have been raised to which level; no
    content.
    """
    from edge.commands.centre import opened
    from forms.escalation import LEVELS, TITLES
    from sync.centre import complaints as told
    from sync.centre.desks import ALL

    with opened(args) as centre:
        told.raise_late(centre)
        with centre.store.read() as tx:
            found = told.counts(tx, centre, (ALL,), frozenset())
    levels = dict(zip(LEVELS, found.levels, strict=True))
    answer = {"open": found.open, "late": found.late, "levels": levels}
    shown = "，".join(f"{TITLES[name]} {count} 件" for name, count in levels.items())
    say(args, answer, f"等待回应 {found.open} 件，其中逾期 {found.late} 件（{shown}）")
    return 0


def sample(args: argparse.Namespace) -> int:
    """`yizhan centre sample`: draws closed applications by a seed that is written down: the same seed draws the
    same ones. Raises sample_asked, sample_empty.
    """
    from edge.commands.centre import opened
    from sync.centre import sampling

    first, last = _span(args)
    with opened(args) as centre:
        made = sampling.draw(centre, first, last, count=args.count, area=args.area, seed=args.seed, actor=args.actor)
    answer: dict[str, Any] = {
        "sample": made.id,
        "seed": made.seed,
        "population": made.population,
        "digest": made.digest,
        "applications": [one.number for one in made.items],
    }
    lines = [f"从 {made.population} 件里抽出 {len(made.items)} 件，种子 {made.seed}", *answer["applications"]]
    say(args, answer, "\n".join(lines))
    return 0


def _span(args: argparse.Namespace) -> tuple[date, date]:
    try:
        return date.fromisoformat(args.first), date.fromisoformat(args.last)
    except ValueError as error:
        raise problem("bad_request", detail=f"{args.first} {args.last}：应写成 2026-10-01 这样") from error


def reasons(args: argparse.Namespace) -> int:
    """`yizhan centre reasons`: what brings people a second time, by service and place; a place with too few is not
    named.
    """
    from edge.commands.centre import opened
    from sync.centre import reasons as looking

    first, last = _span(args)
    with opened(args) as centre:
        found = looking.look(centre, first, last, args.area, service=args.service)
    asked = {"first": args.first, "last": args.last, "area": args.area, "service": args.service}
    answer = {**asked, "least": looking.LEAST, "formulas": looking.FORMULAS, **asdict(found)}
    lines = [
        f"{one.title}：办结 {one.closed}，要补正 {one.corrected}，没有办成 {one.sent_back}，再来一次 {one.rate.percent}"
        for one in (*found.services, *found.places)
    ]
    told = [f"{one.title} · {one.label}：{one.count} 件要补正" for one in found.reasons]
    hidden = [f"另有 {found.hidden} 处少于 {looking.LEAST} 件，不列"] if found.hidden else []
    say(args, answer, "\n".join([f"办结 {found.whole.closed} 件", *lines, *told, *hidden]))
    return 0


def report(args: argparse.Namespace) -> int:
    """`yizhan centre report`: a signed report of a period, with --out as JSON and CSV. Exit code 1 where its
    signature does not hold. Raises bad_request for what is no day.
    """
    from edge.commands.centre import opened
    from forms.figures import Period
    from sync.centre import reports

    with opened(args) as centre:
        try:
            period = Period.of(args.kind, date.fromisoformat(args.day))
        except ValueError as error:
            raise problem("bad_request", detail=f"{args.day}：应写成 2026-10-01 这样") from error
        made = reports.make(centre, period, args.area, actor="cli")
    if args.out is not None:
        args.out.mkdir(parents=True, exist_ok=True)
        name = f"report-{made.area or 'all'}-{made.kind}-{made.first}-{made.edition}"
        (args.out / f"{name}.json").write_bytes(made.body)
        (args.out / f"{name}.csv").write_bytes(reports.as_csv(made.said))
    answer = {
        "kind": made.kind,
        "first": made.first,
        "area": made.area,
        "edition": made.edition,
        "digest": made.digest,
        "key": made.key,
        "signature": made.signature,
        "genuine": made.is_genuine,
        "made_at": made.made_at,
    }
    say(args, answer, f"{made.said['title']}，{made.said['period']}，第 {made.edition} 版，SHA-256 {made.digest}")
    return 0 if made.is_genuine else 1


def figures(args: argparse.Namespace) -> int:
    """`yizhan centre figures`: the board of a place and period; --check counts anew beside it, and exit code 1
    where the counters differ from the log. Raises bad_request for what is no day.
    """
    from edge.commands.centre import opened
    from forms.figures import Period
    from sync.centre import figuring

    with opened(args) as centre:
        try:
            day = date.fromisoformat(args.day or centre.clock.now()[:10])
        except ValueError as error:
            raise problem("bad_request", detail=f"{args.day}：应写成 2026-10-01 这样") from error
        period = Period.of(args.kind, day)
        if args.recount:
            figuring.recount(centre, args.area)
        answer = figuring.of_area(centre, args.area, period)
        wrong = figuring.differences(centre, args.area, period) if args.check else []
    lines = [f"{one['title']} {one['percent'] or '—'}（{one['part']}/{one['whole']}）" for one in answer["rates"]]
    said = [f"{node}：看板的计数和日志不一致，请用 --recount 重新计数" for node in wrong]
    say(
        args,
        answer | {"different": wrong},
        "\n".join([f"{answer['period']}，{len(answer['rooms'])} 个警务室", *lines, *said]),
    )
    return 1 if wrong else 0
