"""多跑原因 at the review desk: what brings people a second time, by service and place, for supervisors alone."""

from datetime import date, timedelta
from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from edge.errors import YizhanError, problem
from sync.centre import dashboard, reasons, scopes
from sync.centre.reasons import FORMULAS, LEAST, TARGETS, Reasons
from sync.centre.review.context import asked_queue, centre, duties, frame

ENDPOINTS: Final = frozenset({"review.reasons", "review.reasons_table"})
SHOWN_DAYS: Final = 90
LOOKED_MAX: Final = 1_000
SERVICE_MAX: Final = 100
WRONG_SPAN: Final = "起止日期应写成 2026-10-01 这样，起日不晚于止日"


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/reasons", "reasons", show)
    bp.add_url_rule("/reasons/table", "reasons_table", table)


def show() -> str:
    """One span, place and service; each line leads further down. Raises not_found for another's place."""
    areas, area, service = _asked()
    first, last, error = _span()
    found = reasons.look(centre(), first, last, area, service=service, looked_max=LOOKED_MAX)
    args = {"first": first.isoformat(), "last": last.isoformat(), "area": area, "service": service}
    return render_template(
        "review/reasons.html",
        **frame(asked_queue()),
        found=found,
        args=args,
        error=error,
        formulas=FORMULAS,
        targets=TARGETS,
        least=LEAST,
        place=dashboard.board_name(area) or "全部",
        level=_level(area, found),
        trail=dashboard.trail(area, areas),
        roots=dashboard.roots(areas) if len(areas) > 1 else [],
        title=next((one.title for one in found.services if one.code == service), service),
        narrow=_narrow(args),
    )


def table() -> Response:
    """All of it as CSV. Raises not_found, bad_request."""
    _, area, service = _asked()
    first, last, error = _span()
    if error is not None:
        raise error
    answer = Response(reasons.as_csv(reasons.look(centre(), first, last, area, service=service)), mimetype="text/csv")
    name = f"reasons-{area or 'all'}-{first}-{last}.csv"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _asked() -> tuple[tuple[str, ...], str, str]:
    areas, given = scopes.areas(duties()), request.args
    area = given.get("area", areas[0] if areas else "")
    if not scopes.covers(areas, area) or len(area) not in dashboard.BELOW or (area and not area.isdecimal()):
        raise problem("not_found")
    return areas, area, given.get("service", "")[:SERVICE_MAX]


def _span() -> tuple[date, date, YizhanError | None]:
    """The asked days; where they are none, the last SHOWN_DAYS with what is wrong with the asked ones."""
    today = date.fromisoformat(centre().clock.today())
    usual = (today - timedelta(days=SHOWN_DAYS), today)
    said = [request.args.get(name, "") for name in ("first", "last")]
    if not any(said):
        return *usual, None
    try:
        first, last = (date.fromisoformat(day) for day in said)
    except ValueError:
        first, last = date.max, date.min
    return (first, last, None) if first <= last else (*usual, problem("bad_request", detail=WRONG_SPAN))


def _level(area: str, found: Reasons) -> str:
    """What the places of the table are; "" where there is nothing below."""
    return dashboard.TITLES[dashboard.BELOW[len(area)]] if len(area) < dashboard.ROOM and found.places else ""


def _narrow(args: dict[str, str]) -> dict[str, str]:
    """The address of the page without its service, and that of the table."""
    every: dict[str, Any] = {**args, "service": None}
    same: dict[str, Any] = dict(args)
    return {"service": url_for("review.reasons", **every), "table": url_for("review.reasons_table", **same)}
