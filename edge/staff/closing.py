"""日清日结: what is not cleared, each with its reason; and what an earlier day left."""

from datetime import date, timedelta

from flask import Response, make_response, request, url_for

from edge import appointments, day_close, due, officers, web
from edge.day_close import Closed, Left
from edge.errors import YizhanError, problem
from edge.node import Node
from edge.officers import Officer
from edge.staff import day_sources
from edge.staff.booking import title
from edge.staff.context import form_token, officer, page, signed
from edge.staff.day_sources import Group
from edge.staff.today_cards import Card
from edge.web_node import node

NOTE_MAX = 200


def show() -> str:
    """What is left today."""
    return _page()


def _groups() -> list[Group]:
    due.refresh(node(), due.ROUND)
    with node().database.read() as tx:
        return day_sources.of(node(), officer(), tx)


def _page(error: YizhanError | None = None, groups: list[Group] | None = None) -> str:
    running = node()
    today = running.clock.today()
    groups = _groups() if groups is None else groups
    with running.database.read() as tx:
        closed = day_close.of_day(tx, today)
    return page(
        "day.html",
        title=title(today, today),
        groups=groups,
        count=sum(one.count for one in groups),
        problem=error,
        typed=request.form,
        token=form_token,
        closed=closed,
        names=_names(running),
        day=today,
    )


def _names(running: Node) -> dict[str, str]:
    return {one.actor: one.name for one in officers.all_of(running)}


def close() -> Response:
    """日结, with a note for every item; a note for a sort stands for all of it."""
    groups, running = _groups(), node()
    left = [one for group in groups for one in _left(group)]
    count = sum(group.count for group in groups)
    day = running.clock.today()
    try:
        day_close.close(running, day, left, count, **signed())
    except YizhanError as error:
        return make_response(_page(error, groups), error.status)
    return web.see_other(url_for("staff.closing_closed", day=day))


def _left(group: Group) -> list[Left]:
    """One line for each item that has its own note, one for the sort where others remain."""
    whole = request.form.get(f"note:{group.code}", "").strip()[:NOTE_MAX]
    own = [(one.ref, request.form.get(f"note:{group.code}:{at}", "").strip()) for at, one in enumerate(group.items)]
    named = [Left(group.title, ref, note[:NOTE_MAX]) for ref, note in own if note]
    if len(named) == group.count:
        return named
    return [*named, Left(group.title, "", whole)]


def closed(day: str) -> str:
    """How a day was closed. Raises not_found."""
    running = node()
    with running.database.read() as tx:
        found = day_close.of_day(tx, day) if appointments.is_day(day) else None
    if found is None:
        raise problem("not_found")
    today = running.clock.today()
    return page("day_closed.html", one=found, title=title(day, today), today=today, names=_names(running))


def yesterday(running: Node) -> Closed | None:
    """The last day before today that was closed with something left, if it was not long ago."""
    today = running.clock.today()
    with running.database.read() as tx:
        found = day_close.last_before(tx, today)
    recent = (date.fromisoformat(today) - timedelta(days=7)).isoformat()
    return found if found is not None and found.count and found.day >= recent else None


def card(running: Node, _: Officer) -> Card:
    """日清日结: done today, or what the last day left."""
    today = running.clock.today()
    with running.database.read() as tx:
        done = day_close.of_day(tx, today)
    if done is not None:
        say = f"留下 {done.count} 件" if done.count else "全部办清"
        return Card("今天已日结", done.count, say, "ok", url_for("staff.closing_closed", day=today))
    left = yesterday(running)
    if left is not None:
        say = f"{title(left.day, today)}留下的"
        return Card("上次没办清", left.count, say, "due", url_for("staff.closing_closed", day=left.day))
    return Card("日清日结", 0, "下班前核对一遍", "wait", url_for("staff.closing_show"))
