"""统计: the figures of the room for a day, a month, a quarter or a year; the same as page, on paper and as CSV."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from flask import Response, request, url_for

from edge import facts, figure_words, unwritten
from edge.figure_words import FEW, NOTHING
from edge.node import Node
from edge.staff import comparing
from edge.staff.comparing import Compared
from edge.staff.context import page
from edge.staff.plots import Plot, plot
from edge.web_node import node
from forms.figures import FORMULAS, KINDS, SMALL, Figures, Kind, Period, Rate, veiled
from forms.kinds import RESULTS

CHANNELS = {"kiosk": "自助机", "console": "窗口", "api": "网上", "import": "批量导入", "visit": "上门"}
GRADES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
OPENERS = ("=", "+", "-", "@", "\t")  # what a spreadsheet would take for a formula


@dataclass(frozen=True, slots=True)
class Line:
    """A figure with its formula; `counted` is "part / whole"."""

    key: str
    title: str
    value: str
    counted: str
    formula: str


@dataclass(frozen=True, slots=True)
class Service:
    """A row of the table of services."""

    title: str
    received: str
    closed: str
    in_time: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is shown of one period. `outside`: as other people may see it, without small counts."""

    period: Period
    outside: bool
    received: str
    closed: str
    open: str
    late: str
    rates: list[Line]
    services: list[Service]
    channels: list[tuple[str, str]]
    results: list[tuple[str, str]]
    grades: list[tuple[str, str]]
    plot: Plot | None
    compared: Compared | None


def show() -> str:
    """The page. A day that is none is today."""
    running = node()
    sheet = _sheet(running)
    return page(
        "figures.html",
        sheet=sheet,
        kinds=[(title, kind == sheet.period.kind, _address(kind, sheet.period.first)) for kind, title in KINDS.items()],
        previous=_address(sheet.period.kind, sheet.period.before.first),
        next=_next(running, sheet.period),
        turned=_address(sheet.period.kind, sheet.period.first, outside=not sheet.outside),
        table=_address(sheet.period.kind, sheet.period.first, outside=sheet.outside, view="staff.figures_table"),
        until=running.clock.now(),
    )


def table() -> Response:
    """The same as CSV, UTF-8 with the mark that spreadsheets look for."""
    sheet = _sheet(node())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("类别", "名称", "数值", "计算"))
    writer.writerows([_plain(cell) for cell in row] for row in _rows(sheet))
    answer = Response(text.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    name = f"figures-{sheet.period.kind}-{sheet.period.first}{'-public' if sheet.outside else ''}.csv"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _rows(sheet: Sheet) -> Iterator[tuple[str, str, str, str]]:
    head = (("收件", sheet.received), ("办结", sheet.closed), ("在办", sheet.open), ("其中超期", sheet.late))
    yield from (("数量", name, value, "") for name, value in head)
    yield from (("指标", one.title, one.value, one.counted) for one in sheet.rates)
    for one in sheet.services:
        yield from (("事项收件", one.title, one.received, ""), ("事项办结", one.title, one.closed, one.in_time))
    named = (("渠道", sheet.channels), ("办结结果", sheet.results), ("评价", sheet.grades))
    yield from ((kind, name, value, "") for kind, pairs in named for name, value in pairs)


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(OPENERS) else cell


def _sheet(running: Node) -> Sheet:
    period, outside = _asked(running), request.args.get("outside") == "1"
    found = facts.of_room(running, period)
    return Sheet(
        period=period,
        outside=outside,
        received=_count(found.received, outside=outside),
        closed=_count(found.closed, outside=outside),
        open=_count(found.open, outside=outside),
        late=_count(found.late, outside=outside),
        rates=[_line(key, rate, outside=outside) for key, rate in found.rates.items()],
        services=_services(running, found, outside=outside),
        channels=_named(CHANNELS, found.channels, outside=outside),
        results=_named(RESULTS, found.results, outside=outside),
        grades=_named({str(key): title for key, title in GRADES.items()}, _text_keys(found.grades), outside=outside),
        plot=None if outside else plot(found, period),
        compared=None if outside else comparing.of(running, period, found),
    )


def _asked(running: Node) -> Period:
    wanted = request.args.get("kind", "")
    kind: Kind = next((one for one in KINDS if one == wanted), "month")
    today = date.fromisoformat(running.clock.today())
    try:
        day = min(date.fromisoformat(request.args.get("day", "")), today)
    except ValueError:
        day = today
    return Period.of(kind, day if day.year > 2000 else today)  # noqa: PLR2004  before any room had a computer


def _next(running: Node, period: Period) -> str:
    """Where the next period is shown; "" for one that has not begun."""
    after = period.after
    return _address(period.kind, after.first) if after.first.isoformat() <= running.clock.today() else ""


def _address(kind: Kind, day: date, *, outside: bool = False, view: str = "staff.figures_show") -> str:
    return url_for(view, kind=kind, day=day.isoformat(), outside="1" if outside else None)


def _line(key: str, rate: Rate, *, outside: bool) -> Line:
    title, formula = FORMULAS[key]
    return Line(key, title, *figure_words.rate(rate, outside=outside), formula=formula)


def _count(count: int, *, outside: bool) -> str:
    return figure_words.count(count, outside=outside)


def _services(running: Node, found: Figures, *, outside: bool) -> list[Service]:
    """The busiest first. For people outside those with few applications, and what is private, stand as one."""
    counted = {
        name: counts for name, counts in found.services.items() if not outside or _is_public(running, name, counts)
    }
    others = [counts for name, counts in found.services.items() if name not in counted]
    rows = [(_title(running, name), counts) for name, counts in counted.items()]
    rows.sort(key=lambda row: (-row[1][0] - row[1][1], row[0]))
    if others:
        received, closed, in_time = (sum(column) for column in zip(*others, strict=True))
        rows.append(("其他事项", (received, closed, in_time)))
    return [_service(title, counts, outside=outside) for title, counts in rows]


def _is_public(running: Node, name: str, counts: tuple[int, int, int]) -> bool:
    known = running.catalogue.get(name)
    return counts[0] >= SMALL and known is not None and not unwritten.keeps(known)


def _service(title: str, counts: tuple[int, int, int], *, outside: bool) -> Service:
    received, closed, in_time = counts
    few = outside and 0 < closed < SMALL
    share = FEW if few else Rate(in_time, closed).percent or NOTHING
    return Service(title, _count(received, outside=outside), _count(closed, outside=outside), share)


def _shown(counts: Mapping[str, int], *, outside: bool) -> dict[str, str]:
    kept: Mapping[str, int | None] = veiled(counts) if outside else counts
    return {name: FEW if count is None else str(count) for name, count in kept.items()}


def _named(titles: Mapping[str, str], counts: Mapping[str, int], *, outside: bool) -> list[tuple[str, str]]:
    shown = _shown(counts, outside=outside)
    return [(title, shown[name]) for name, title in titles.items() if name in shown]


def _text_keys(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(key): count for key, count in counts.items()}


def _title(running: Node, service: str) -> str:
    known = running.catalogue.get(service)
    return known.title if known is not None else service
