"""电子监察 at the review desk: what the rules see in one page of applications at a time, for supervisors alone."""

from typing import Any, Final

from flask import Blueprint, render_template, request, url_for

from forms import supervision
from sync.centre import queue, rooms, supervising, who
from sync.centre.queue import LIMIT, Asked, Who
from sync.centre.review.context import PAGES_MAX, asked_queue, centre, duties, frame, reviewer

SHOWS: Final = {"todo": "待办理", "waiting": "等待中", "closed": "最近收件、已经办结"}


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/supervision", "supervision", show)


def show() -> str:
    """The findings of one page of a list, by rule: as many applications are looked at as a list shows, never more."""
    chosen, page = _chosen(), _page()
    asked = Asked(chosen, after=(page - 1) * LIMIT)
    today = centre().clock.today()
    with centre().store.read() as tx:
        own = who.room_accounts(tx, reviewer().name)
        entries = queue.lines(tx, asked, Who(reviewer().name, duties(), own), today)
        report = supervising.of_some(tx, centre(), [(one.line.node_id, one.line.number) for one in entries])
        names = rooms.names(tx, {hit.node for hit in report.hits})
    return render_template(
        "review/supervision.html",
        **frame(asked_queue()),
        report=report,
        found=[(rule, [hit for hit in report.hits if hit.finding.rule == rule.code]) for rule in _fired(report)],
        quiet=[rule for rule in supervision.RULES.values() if not report.counts[rule.code]],
        names=names,
        lists=SHOWS,
        chosen=chosen,
        place=page,
        links=_links(chosen, page, more=len(entries) == LIMIT and page < PAGES_MAX),
    )


def _fired(report: supervising.Report) -> list[supervision.Rule]:
    return [rule for rule in supervision.RULES.values() if report.counts[rule.code]]


def _links(chosen: str, page: int, *, more: bool) -> dict[str, str]:
    """The pages before and behind this one, "" where there is none."""
    given: dict[str, Any] = {"list": chosen}
    before = url_for("review.supervision", **given, page=page - 1) if page > 1 else ""
    return {"before": before, "after": url_for("review.supervision", **given, page=page + 1) if more else ""}


def _chosen() -> str:
    given = request.args.get("list", "")
    return given if given in SHOWS else "todo"


def _page() -> int:
    text = request.args.get("page", "")
    digits = text.isascii() and text.isdecimal() and len(text) <= len(str(PAGES_MAX))
    return max(1, min(int(text), PAGES_MAX)) if digits else 1
