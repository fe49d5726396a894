"""报表 at the review desk: what was made by itself, as a page for A4 paper and as a table."""

from flask import Blueprint, Response, render_template, request

from edge.errors import problem
from edge.typed import whole_number
from forms.figures import KINDS
from sync.centre import dashboard, reports, scopes
from sync.centre.reports import Report
from sync.centre.review.context import centre, duties, light_frame


def add_to(bp: Blueprint) -> None:
    """Put the pages under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/reports", "reports", show)
    bp.add_url_rule("/reports/<kind>/<first>", "report", one)
    bp.add_url_rule("/reports/<kind>/<first>/table", "report_table", table)


def show() -> str:
    """The reports about one place. Raises not_found for another's place."""
    area = _area()
    areas = scopes.areas(duties())
    with centre().store.read() as tx:
        found = reports.listed(tx, area)
    return render_template(
        "review/reports.html",
        reports=found,
        kinds=KINDS,
        area=area,
        place=dashboard.board_name(area) or "全部",
        areas=dashboard.roots(areas) if len(areas) > 1 else [],
        settles=reports.SETTLES_DAYS,
        **light_frame(),
    )


def one(kind: str, first: str) -> str:
    """One report as it is printed. Raises not_found."""
    found = _report(kind, first)
    return render_template("review/report.html", report=found, said=found.said, kinds=KINDS, **light_frame())


def table(kind: str, first: str) -> Response:
    """The same as CSV. Raises not_found."""
    found = _report(kind, first)
    answer = Response(reports.as_csv(found.said), mimetype="text/csv")
    name = f"report-{found.area or 'all'}-{found.kind}-{found.first}-{found.edition}.csv"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _area() -> str:
    areas = scopes.areas(duties())
    area = request.args.get("area", areas[0])
    if not scopes.covers(areas, area):
        raise problem("not_found")
    return area


def _report(kind: str, first: str) -> Report:
    wanted = whole_number(request.args.get("edition", ""))
    with centre().store.read() as tx:
        found = reports.get(tx, kind, first, _area(), wanted)
    if found is None:
        raise problem("not_found")
    return found
