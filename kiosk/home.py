"""The first page and the four areas behind it (办事, 公开, 互动, 监督): from the catalogue and the room's files."""

from __future__ import annotations

import re
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flask import Response, abort, request, url_for

from edge import drafts, missing_people, offering, texts, unwritten_filing, web_node
from edge.guide import Speaker, citizen_title, guide
from edge.prints import sheets
from edge.typed import whole_number
from edge.web import language, translate
from kiosk import apply, entries, leave, open_pages, visit
from kiosk.entries import Entry

if TYPE_CHECKING:
    from edge.config.content import Area
    from edge.missing_people import Notice
    from forms.definition import Definition

COMPLAINT = re.compile("投诉|监督|举报")
TURN_MS = 60_000
BOOKING = ("service:yuyue-shangmen",)
SEALED = ("service:jubao-tousu",)


def show() -> tuple[str, int]:
    """The start page; whoever comes back here has left what touches no disk."""
    web_node.node().unwritten.forget(visit.owner())
    visit.speak()
    areas = [
        {"title": _area_title(one), "icon": one.icon, "href": url_for("kiosk.home_area", name=one.name)}
        for one in web_node.node().files.home.areas
    ]
    begun = drafts.of_owner(web_node.node(), visit.owner(), limit=1)
    going_on = apply.going_on(begun[0]) if begun else None
    return visit.page(
        "home.html",
        cards=entries.first(),
        lives=entries.lives(),
        areas=areas,
        going_on=going_on,
        **_turning(),
        idle=leave.idle_at_start(begun=going_on is not None),
    )


def _turning() -> dict[str, Any]:
    """The notices, one of them in sight: another one for each visit, and for each touch of 换一条."""
    notices = entries.notices()
    now = web_node.node().clock.ticks() // TURN_MS
    turn = whole_number(request.args.get("notice", ""), otherwise=now)
    return {"notices": notices, "turn": turn % len(notices) if notices else 0}


def _area_title(area: Area) -> str:
    return area.title.said(language()) or translate(f"area_{area.name}")


def area(name: str) -> tuple[str, int]:
    """One of the four areas."""
    visit.speak()
    found = next((one for one in web_node.node().files.home.areas if one.name == name), None)
    if found is None:
        abort(404)
    fill = {"all": _all, "open": _open, "ask": _ask, "watch": _watch}[name]
    return visit.page("area.html", area=name, heading=_area_title(found), **fill())


def about(service: str) -> tuple[str, int] | Response:
    """What to know about a service before starting."""
    definition = visit.service(service)
    offering.must_be_open(web_node.node(), definition)
    visit.speak_of(definition)
    is_sealed = bool(definition.service.get("sealed"))
    closed = is_sealed and not unwritten_filing.takes_sealed(web_node.node())
    told = guide(definition, web_node.node().room)
    return visit.page(
        "guide.html",
        closed=closed,
        start=url_for("kiosk.apply_start", service=visit.called(definition)),
        guide=told,
        sheets=sheets.titles(),
        sheets_in=None if language() == texts.DEFAULT else language(),
    )


def _all() -> dict[str, Any]:
    ordered = sorted(map(entries.of_service, entries.offered()), key=lambda one: one.category)
    groups = groupby(ordered, key=lambda one: one.category)
    shown = [{"title": title, "cards": entries.spoken_first(found)} for title, found in groups]
    shown.sort(key=lambda group: not group["cards"][0].spoken)
    return {"groups": shown, "lives": entries.lives(), "elsewhere": entries.cards()}


def _open() -> dict[str, Any]:
    return {"about": open_pages.lines(), "notices": entries.notices(), "missing": _missing()}


def _missing() -> list[Notice]:
    """Who is missing, while it is shown; nobody knows while the room is locked."""
    if web_node.node().sealed:
        return []
    with web_node.node().database.read() as tx:
        return missing_people.shown(tx)


def _ask() -> dict[str, Any]:
    spoken = language()
    told = [
        {
            "title": faq.title.said(spoken),
            "questions": [
                {"question": one.question.said(spoken), "answer": one.answer.said(spoken)} for one in faq.questions
            ],
        }
        for faq in web_node.node().files.faq
    ]
    own = [
        _asked_of(definition)
        for definition in map(web_node.node().whole, entries.offered())
        if definition.service.get("faq")
    ]
    topics = sorted([*told, *own], key=lambda topic: "lang" in topic)
    return {"topics": topics, "acts": _to_say()}


def _asked_of(definition: Definition) -> dict[str, Any]:
    """The questions of a service, in the visitor's language or marked as Chinese."""
    say = Speaker(definition, web_node.node().room)
    questions = [
        {key: say(f"faq.{at}.{key}", one[key]) for key in ("question", "answer")}
        for at, one in enumerate(definition.service["faq"])
    ]
    told = "x-service.faq.0.question" in definition.i18n.get(language(), ())
    marked = {} if told or language() == texts.DEFAULT else {"lang": texts.DEFAULT}
    return {"title": citizen_title(definition), "questions": questions, **marked}


def _to_say() -> list[Entry]:
    """What one can tell or arrange here; nothing of it while nobody can write it down."""
    if web_node.node().sealed:
        return entries.of_refs(BOOKING)
    need = partial(url_for, "kiosk.need_show")
    told = [
        Entry(translate("need_go"), translate("ask_need_note"), "message-circle", need()),
        Entry(translate("ask_advice"), translate("ask_advice_note"), "pencil", need(kind="advice")),
    ]
    return entries.spoken_first([*told, *entries.of_refs(BOOKING)])


def _watch() -> dict[str, Any]:
    phones = [phone for phone in web_node.node().room.phones if COMPLAINT.search(phone.label)]
    rate = Entry(translate("rate_title"), translate("rate_note"), "star", url_for("kiosk.rating_show"))
    board = Entry(translate("board_title"), translate("board_note"), "megaphone", url_for("kiosk.board_show"))
    told = [rate] if not web_node.node().sealed else []
    return {
        "complaint_phones": phones,
        "acts": entries.spoken_first([*told, *entries.of_refs(SEALED), board]),
    }
