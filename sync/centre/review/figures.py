"""看板 at the review desk: figures by place, for a screen, a phone and a wall; the formulas; the same as a table."""

import csv
import io
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from edge.errors import problem
from forms.figures import FORMULAS, KINDS, Kind, Period
from sync.centre import dashboard, scopes
from sync.centre.dashboard import Board
from sync.centre.review.context import centre, duties, light_frame

COUNTS: Final = {"received": "收件", "closed": "办结", "open": "在办", "late": "其中超期"}
COUNT_FORMULAS: Final = {
    "收件": "期内提交的件数；“一件事”按各分项计，总件不计；举报投诉不计入，由监督部门另计",
    "办结": "期内办结的件数，包括准予、不予、退回、撤回等各种结果",
    "在办": "此刻没有办结的件数，和所选的期间无关",
    "其中超期": "在办的件里，一次告知或者法定办结时限已经过了的件数",
}
WALL_ROWS: Final = 12
REFRESH_S: Final = 60


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/figures", "figures", show)
    bp.add_url_rule("/figures/wall", "figures_wall", wall)
    bp.add_url_rule("/figures/table", "figures_table", table)
    bp.add_url_rule("/figures/formulas", "figures_formulas", formulas)


def show() -> str:
    """One place with those below it. Raises not_found for another's place."""
    areas, area, period, station = _asked()
    with centre().store.read() as tx:
        board = dashboard.board(tx, centre(), area, period, station=station)
    return render_template(
        "review/figures.html",
        **_frame(board, period),
        areas=dashboard.roots(areas) if len(areas) > 1 else [],
        trail=dashboard.trail(area, areas) + ([(area, dashboard.board_name(area))] if station else []),
        kinds=[(title, kind == period.kind, _at(area, kind, period.first)) for kind, title in KINDS.items()],
        previous=_at(area, period.kind, period.before.first),
        next=_next(area, period),
        station=station,
    )


def wall() -> str:
    """The same for a screen on the wall: large, without a menu, made anew every minute."""
    _, area, period, _ = _asked()
    now = Period.of(period.kind, date.fromisoformat(centre().clock.today()))
    day = None if period == now else period.first.isoformat()  # today's goes on to tomorrow by itself
    return on_wall(area, period, url_for("review.figures_wall", area=area, kind=period.kind, day=day))


def on_wall(area: str, period: Period, again: str) -> str:
    """The page of a wall; `again`: the address from which its middle is fetched anew."""
    with centre().store.read() as tx:
        board = dashboard.board(tx, centre(), area, period)
        below = dashboard.spread(tx, centre(), area, period)
    rows = sorted(below.places, key=lambda one: (-one.line.received, one.area))[:WALL_ROWS]
    frame = figures_frame(board, period) | {"authority": centre().settings.name}
    return render_template("review/wall.html", **frame, below=below, rows=rows, again=again, every_s=REFRESH_S)


def table() -> Response:
    """The rows as CSV, UTF-8 with the mark that spreadsheets look for."""
    _, area, period, station = _asked()
    with centre().store.read() as tx:
        board = dashboard.board(tx, centre(), area, period, station=station)
    answer = Response(as_csv(board), mimetype="text/csv")
    name = f"figures-{area or 'all'}-{period.kind}-{period.first}.csv"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def as_csv(board: Board) -> bytes:
    """The places and their sum, each rate as its parts too, so that anybody can work it out again."""
    text = io.StringIO()
    writer = csv.writer(text)
    heads = [part for title, _ in FORMULAS.values() for part in (title, f"{title}分子", f"{title}分母")]
    writer.writerow(("编号", board.level, "派出所", *COUNTS.values(), *heads))
    for area, name, station, line in [
        *((one.area, one.name, one.station, one.line) for one in board.places),
        (board.area, "合计", "", board.whole),
    ]:
        rates = [part for one in line.rates.values() for part in (one.percent, one.part, one.whole)]
        writer.writerow((area, name, station, *(getattr(line, key) for key in COUNTS), *rates))
    return text.getvalue().encode("utf-8-sig")


def formulas() -> str:
    """指标说明: what each figure counts, in words; the command that works it out from the logs."""
    return render_template("review/formulas.html", formulas=FORMULAS, counts=COUNT_FORMULAS, **light_frame())


def _asked() -> tuple[tuple[str, ...], str, Period, str]:
    """Whose areas, which place, which period, which station."""
    areas, given = scopes.areas(duties()), request.args
    area = given.get("area", areas[0])
    if not scopes.covers(areas, area):
        raise problem("not_found")
    kind: Kind = next((one for one in KINDS if one == given.get("kind", "")), "month")
    today = date.fromisoformat(centre().clock.today())
    try:
        day = min(date.fromisoformat(given.get("day", "")), today)
    except ValueError:
        day = today
    period = Period.of(kind, day if day.year > 2000 else today)  # noqa: PLR2004  before any room had a computer
    return areas, area, period, given.get("station", "")[:100]


def _next(area: str, period: Period) -> str:
    after = period.after
    return _at(area, period.kind, after.first) if after.first.isoformat() <= centre().clock.today() else ""


def _at(area: str, kind: Kind, day: date) -> str:
    return url_for("review.figures", area=area, kind=kind, day=day.isoformat())


def _frame(board: Board, period: Period) -> dict[str, Any]:
    return {**light_frame(), **figures_frame(board, period)}


def figures_frame(board: Board, period: Period) -> dict[str, Any]:
    """What every page of figures needs of them."""
    args = {"area": board.area, "kind": period.kind, "day": period.first.isoformat()}
    return {
        "board": board,
        "period": period,
        "args": args,
        "counts": COUNTS,
        "titles": {code: title for code, (title, _) in FORMULAS.items()},
        "now": centre().clock.now(),
        "shown_max": dashboard.SHOWN_MAX,
    }
