"""The first page and the four areas behind it (办事, 公开, 互动, 监督): everything from the catalogue and room.toml."""

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import Response, abort, url_for

from edge import offering, prints, unwritten_filing
from edge.guide import DEFAULT_ICON, Speaker, citizen_title, fee_text, guide, time_text
from edge.web import translate
from forms.definition import Definition
from kiosk import apply, visit

AREAS = {"all": "list", "open": "newspaper", "ask": "message-circle", "watch": "star"}
# what people come for most, one touch away (M10); the rest is under 全部事项
FIRST = (
    "chusheng-dengji",
    "shenfenzheng-buling",
    "shenfenzheng-huanling",
    "juzhu-dengji",
    "juzhuzheng-shenling",
    "wufanzui-zhengming",
    "jiufen-tiaojie",
    "siwang-zhuxiao",
    "jingwai-zhusu",
)
COMPLAINT = re.compile("投诉|监督|举报")


@dataclass(frozen=True, slots=True)
class Card:
    """Something to touch: the citizen's words, the official name, an icon."""

    title: str
    name: str
    icon: str
    href: str
    category: str


def show() -> tuple[str, int]:
    """The start page; whoever comes back here has left what touches no disk."""
    visit.node().unwritten.forget(visit.owner())
    visit.speak()
    areas = [
        {"title": translate(f"area_{key}"), "icon": icon, "href": url_for("kiosk.home_area", name=key)}
        for key, icon in AREAS.items()
    ]
    return visit.page("home.html", cards=first_cards(), areas=areas, going_on=apply.going_on())


def area(name: str) -> tuple[str, int]:
    """One of the four areas."""
    if name not in AREAS:
        abort(404)
    visit.speak()
    fill = {"all": _all, "open": _open, "ask": _ask, "watch": _watch}[name]
    return visit.page("area.html", area=name, **fill())


def about(service: str) -> tuple[str, int] | Response:
    """What to know about a service before starting."""
    definition = visit.service(service)
    offering.must_be_open(visit.node(), definition)
    visit.speak_of(definition)
    is_sealed = bool(definition.service.get("sealed"))
    closed = is_sealed and not unwritten_filing.takes_sealed(visit.node())
    told = guide(definition, visit.node().room)
    return visit.page("guide.html", closed=closed, guide=told, sheets=prints.SHEETS.items())


def cards() -> list[Card]:
    """What can be done here today, in the order of the official codes."""
    return [_card(definition) for definition in offered()]


def first_cards() -> list[Card]:
    """The cards of the start page: those of FIRST in its order, then others by code while there is room."""
    ranked = sorted(offered(), key=_rank)
    return [_card(definition) for definition in ranked[: len(FIRST)]]


def _rank(definition: Definition) -> int:
    return FIRST.index(definition.id) if definition.id in FIRST else len(FIRST)


def offered() -> list[Definition]:
    """The services that take applications today."""
    found = filter(visit.offers, offering.open_today(visit.node()))
    return sorted(found, key=lambda definition: str(definition.service["code"]))


def _card(definition: Definition) -> Card:
    return Card(
        title=citizen_title(definition),
        name=Speaker(definition, visit.node().room)("name", definition.title),
        icon=str(definition.service.get("icon") or DEFAULT_ICON),
        href=url_for("kiosk.home_about", service=definition.id),
        category=str(definition.service["category"]),
    )


def _all() -> dict[str, Any]:
    ordered = sorted(cards(), key=lambda card: card.category)
    groups = groupby(ordered, key=lambda card: card.category)
    return {"groups": [{"title": title, "cards": list(found)} for title, found in groups]}


def _open() -> dict[str, Any]:
    room = visit.node().room
    facts = [
        (translate("open_hours"), room.hours),
        (translate("open_market"), room.market_days),
        (translate("open_address"), room.address),
        (translate("open_station"), room.station),
    ]
    rows = [
        {"name": definition.title, "time": time_text(definition.service), "fee": fee_text(definition.service)}
        for definition in offered()
    ]
    return {"facts": facts, "services": rows}


def _ask() -> dict[str, Any]:
    return {"questions": [entry for definition in offered() for entry in definition.service.get("faq", [])]}


def _watch() -> dict[str, Any]:
    return {"complaint_phones": [phone for phone in visit.node().room.phones if COMPLAINT.search(phone.label)]}
