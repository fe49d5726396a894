"""电子监察 at the review desk: what the rules see in one page of applications at a time, for supervisors alone."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import Connection

from edge.typed import whole_number
from forms import supervision, supervision_room
from sync.centre import queue, rooms, scopes, supervising
from sync.centre.queue import LIMIT, Asked
from sync.centre.review.context import PAGES_MAX, asked_queue, asking, centre, duties, frame
from sync.centre.supervising import Report

ROOMS: Final = "rooms"
DAYS: Final = 31
SHOWS: Final = {"todo": "待办理", "waiting": "等待中", "closed": "最近收件、已经办结", ROOMS: "警务室和深夜操作"}


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/supervision", "supervision", show)


def show() -> str:
    """The findings of one page of a list, by rule: as many applications are looked at as a list shows, never more.

    Of rooms: what is the matter with them, and batches at night.
    """
    chosen, page = _chosen(), _page()
    with centre().store.read() as tx:
        report, looked = _of_rooms(tx, page) if chosen == ROOMS else _of_applications(tx, chosen, page)
        names = rooms.names(tx, {hit.node for hit in report.hits})
    rules = supervision_room.RULES if chosen == ROOMS else supervision.RULES
    return render_template(
        "review/supervision.html",
        **frame(asked_queue()),
        report=report,
        hits=sum(report.counts.values()),
        found=[(rule, [hit for hit in report.hits if hit.finding.rule == rule.code]) for rule in _fired(rules, report)],
        quiet=[rule for rule in rules.values() if not report.counts[rule.code]],
        names=names,
        lists=SHOWS,
        chosen=chosen,
        days=DAYS,
        place=page,
        links=_links(chosen, page, more=looked == LIMIT and page < PAGES_MAX),
    )


def _of_applications(tx: Connection, chosen: str, page: int) -> tuple[Report, int]:
    """The report of a page, and how many stood on it."""
    asked, today = Asked(chosen, after=(page - 1) * LIMIT), centre().clock.today()
    entries = queue.lines(tx, asked, asking(tx), today)
    return supervising.of_some(tx, centre(), [(one.line.node_id, one.line.number) for one in entries]), len(entries)


def _of_rooms(tx: Connection, page: int) -> tuple[Report, int]:
    areas = scopes.areas(duties())
    nodes = [node for node in rooms.ids(tx) if scopes.covers(areas, node)][(page - 1) * LIMIT : page * LIMIT]
    return supervising.of_rooms(tx, centre(), nodes, days=DAYS), len(nodes)


def _fired(rules: Mapping[str, supervision.Rule], report: Report) -> list[supervision.Rule]:
    return [rule for rule in rules.values() if report.counts[rule.code]]


def _links(chosen: str, page: int, *, more: bool) -> dict[str, str]:
    """The pages before and behind this one, "" where there is none."""
    given: dict[str, Any] = {"list": chosen}
    before = url_for("review.supervision", **given, page=page - 1) if page > 1 else ""
    return {"before": before, "after": url_for("review.supervision", **given, page=page + 1) if more else ""}


def _chosen() -> str:
    given = request.args.get("list", "")
    return given if given in SHOWS else "todo"


def _page() -> int:
    return max(1, min(whole_number(request.args.get("page", "")), PAGES_MAX))
