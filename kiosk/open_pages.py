"""公开: the room and who is on duty, fees, duties, and the figures of the room with their formulas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import abort, request, url_for
from markupsafe import Markup

from edge import facts, figure_words, markdown, officers, opening, web_node
from edge.guide import fee_text, time_text
from edge.ranks import POLICE
from edge.texts import DEFAULT as CHINESE
from edge.web import language, translate
from forms.figures import SMALL, Period
from kiosk import entries, visit
from kiosk.entries import Entry

if TYPE_CHECKING:
    from edge.officers import Officer
    from edge.room import Room
    from forms.figures import Figures

SPANS = ("day", "month", "before", "year")


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Whom the citizen meets: no account, no telephone."""

    name: str
    rank: str
    staff: str
    posts: str


@dataclass(frozen=True, slots=True)
class Line:
    """One rate with its formula."""

    title: str
    value: str
    counted: str
    formula: str


def lines() -> list[Entry]:
    """What the area 公开 leads to."""
    node = web_node.node()
    hours = _hours(node.room)[0] or translate("open_room")
    told = [
        Entry(translate("open_room_title"), hours, "house", url_for("kiosk.open_pages_room")),
        Entry(translate("open_fees"), translate("open_fees_note"), "badge-check", url_for("kiosk.open_pages_fees")),
        Entry(
            translate("open_figures"),
            translate("open_figures_note"),
            "list-checks",
            url_for("kiosk.open_pages_figures"),
        ),
        Entry(translate("board_title"), translate("board_note"), "megaphone", url_for("kiosk.board_show")),
    ]
    for name, found in node.files.duties.items():
        if found.public:
            title, spoken = _duty(name)[0], language() == CHINESE or f"{name}.{language()}" in node.files.duties_abroad
            href = url_for("kiosk.open_pages_duty", duty=name)
            told.append(Entry(title, translate("open_duty_note"), "users", href, spoken=spoken))
    return entries.spoken_first(told)


def room() -> tuple[str, int]:
    """Hours, address, telephones, and who is at the desk now."""
    visit.speak()
    node = web_node.node()
    said = node.room
    hours, market = _hours(said)
    rows = [
        (translate("open_hours"), hours, hours == said.hours),
        (translate("open_market"), market, market == said.market_days),
        (translate("open_address"), said.address, True),
        (translate("open_station"), said.station, True),
    ]
    there = [] if node.sealed else [_on_duty(one) for one in officers.at_desk(node)]
    return visit.page("open_room.html", facts=rows, there=there)


def _hours(said: Room) -> tuple[str, str]:
    """(hours, market days) in the visitor's language, as far as the room's words can be read; else those words."""
    if language() == CHINESE:
        return said.hours, said.market_days
    plan = opening.schedule(said)
    groups = [(spans, list(days)) for spans, days in groupby(range(len(plan.week)), key=lambda day: plan.week[day])]
    open_days = [
        translate(
            "hours_days",
            days="–".join(translate(f"hours_{day}") for day in dict.fromkeys((days[0], days[-1]))),
            spans=", ".join(spans).replace("-", "–"),
        )
        for spans, days in groups
        if spans
    ]
    market = translate("market_ends", ends=", ".join(plan.ends)) if plan.ends else said.market_days
    return "; ".join(open_days) if opening.is_known(said) else said.hours, market


def _on_duty(one: Officer) -> OnDuty:
    posts = translate("listed_after", text="").join(translate(f"post_{post}") for post in one.posts)
    rank = translate("on_duty_police" if one.rank == POLICE else "on_duty_assistant")
    return OnDuty(one.name, rank, one.staff, posts)


def fees() -> tuple[str, int]:
    """Every service with its time and its fee."""
    visit.speak()
    rows = [
        {
            "entry": entries.of_service(definition),
            "time": time_text(definition.service),
            "fee": fee_text(definition.service),
        }
        for definition in entries.offered()
    ]
    return visit.page("open_fees.html", rows=sorted(rows, key=lambda row: not row["entry"].spoken))


def duty(duty: str) -> tuple[str, int]:
    """One of the texts that the officers signed, where it is public."""
    visit.speak()
    found = web_node.node().files.duties.get(duty)
    if found is None or not found.public:
        abort(404)
    title, body, spoken = _duty(duty)
    text = Markup(markdown.html(body))  # noqa: S704 - only our own marks come out of it
    return visit.page("open_duty.html", heading=title, body=text, spoken=spoken)


def _duty(name: str) -> tuple[str, str, str]:
    """(title, text, language) as far as the visitor's language has it."""
    files = web_node.node().files
    abroad = files.duties_abroad.get(f"{name}.{language()}")
    found = abroad or files.duties[name]
    return found.title, found.body, language() if abroad else CHINESE


def figures() -> tuple[str, int]:
    """What the log says was done: of today, this month, the last one or this year; small counts veiled."""
    visit.speak()
    node = web_node.node()
    if node.sealed:
        return visit.page("open_figures.html", shut=True)
    wanted = request.args.get("of", "")
    span = wanted if wanted in SPANS else "month"
    period = _period(span, date.fromisoformat(node.clock.today()))
    found = facts.of_room(node, period)
    return visit.page(
        "open_figures.html",
        shut=False,
        spans=[(one, translate(f"figures_{one}"), one == span) for one in SPANS],
        period=period,
        until=node.clock.now(),
        small=SMALL,
        **_shown(found),
    )


def _period(span: str, today: date) -> Period:
    if span == "before":
        return Period.of("month", today).before
    return Period.of({"day": "day", "year": "year"}.get(span, "month"), today)  # type: ignore[arg-type]  # one of its kinds


def _shown(found: Figures) -> dict[str, Any]:
    few = translate("figures_fewer", count=SMALL)
    named = [(name, getattr(found, name)) for name in ("received", "closed", "open", "late")]
    counts = [
        (translate(f"figures_{name}"), figure_words.count(number, outside=True, few=few)) for name, number in named
    ]
    rates = [
        Line(
            translate(f"rate_{key}"),
            *figure_words.rate(one, outside=True, few=few),
            formula=translate(f"rate_{key}_is"),
        )
        for key, one in found.rates.items()
    ]
    return {"counts": counts, "rates": rates}
