"""What can be touched on the kiosk's lists, from home.toml: services, guide cards, life events and notices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from flask import g, url_for

from edge import offering, web_node
from edge.guide import DEFAULT_ICON, Speaker, citizen_title
from edge.texts import DEFAULT as CHINESE
from edge.texts import table
from edge.web import language, translate
from kiosk import visit

if TYPE_CHECKING:
    from edge.config.content import Card, Life, Notice
    from forms.head import Head

FIRST_MAX = 9  # what fits on the start page beside 查我的办件


class Entry(NamedTuple):
    """Something to touch: the citizen's words, the official name, an icon; `spoken`: in the visitor's language."""

    title: str
    name: str
    icon: str
    href: str
    category: str = ""
    spoken: bool = True


def offered() -> list[Head]:
    """The services that take applications today, in the order of the official codes; looked up once for a page."""
    if "kiosk_offered" not in g:
        found = filter(visit.offers, offering.open_today(web_node.node()))
        g.kiosk_offered = sorted(found, key=lambda definition: str(definition.service["code"]))
    offered: list[Head] = g.kiosk_offered
    return offered


def first() -> list[Entry]:
    """The start page's: those of home.toml in its order, then services by code while there is room."""
    home = web_node.node().files.home
    wanted = home.elder.first if visit.view().elder and home.elder.first else home.first
    services = [f"service:{definition.id}" for definition in offered()]
    spoken: list[Entry] = []
    others: list[Entry] = []
    for one in _of_refs(dict.fromkeys((*wanted, *services))):
        (spoken if one.spoken else others).append(one)
        if len(spoken) == FIRST_MAX:  # a county may have hundreds
            break
    return [*spoken, *others][:FIRST_MAX]


def spoken_first(found: Iterable[Entry]) -> list[Entry]:
    """What can be read in the visitor's language comes before what is there in Chinese only; the order stays else."""
    return sorted(found, key=lambda one: not one.spoken)


def speaks(languages: Iterable[str]) -> bool:
    """Whether one of these is the visitor's language; Chinese always is there."""
    return language() in {CHINESE, *languages}


def of_refs(refs: Iterable[str]) -> list[Entry]:
    """The entries of home.toml's words (service:…, card:…); what is not offered today is left out."""
    return spoken_first(_of_refs(refs))


def _of_refs(refs: Iterable[str]) -> Iterator[Entry]:
    services = {definition.id: definition for definition in offered()}
    files = web_node.node().files
    lives = {one.id: one for one in files.home.life}
    for ref in refs:
        kind, _, name = ref.partition(":")
        if kind == "service" and name in services:
            yield of_service(services[name])
        elif kind == "card" and name in files.cards:
            yield of_card(files.cards[name])
        elif kind == "life" and name in lives:
            yield of_life(lives[name])
        elif kind == "notice" and name in files.notices:
            yield of_notice(files.notices[name])


def of_service(definition: Head) -> Entry:
    """The tile of a service that is filed here."""
    return Entry(
        title=citizen_title(definition),
        name=Speaker(definition, web_node.node().room)("name", definition.title),
        icon=str(definition.service.get("icon") or DEFAULT_ICON),
        href=url_for("kiosk.home_about", service=visit.called(definition)),
        category=_category(definition),
        spoken=speaks(definition.i18n),
    )


def _category(definition: Head) -> str:
    """Its group in the visitor's language: as the file says it, else as the screens call that group."""
    given = str(definition.service["category"])
    said = definition.text("x-service.category", given, language())
    return translate(f"category_{given}") if said == given and f"category_{given}" in table.TABLE else said


def of_card(card: Card) -> Entry:
    """The tile of something that is done elsewhere, in the language of the screen."""
    spoken = language()
    return Entry(
        title=card.title.said(spoken),
        name=card.name.said(spoken),
        icon=card.icon,
        href=url_for("kiosk.room_pages_card", card=card.id),
        category=card.category.said(spoken),
        spoken=speaks(card.title.languages),
    )


def of_life(life: Life) -> Entry:
    """The tile of an event of life, in the language of the screen."""
    spoken = language()
    return Entry(
        title=life.title.said(spoken),
        name=life.note.said(spoken),
        icon=life.icon,
        href=url_for("kiosk.room_pages_life", life=life.id),
        spoken=speaks(life.title.languages),
    )


def of_notice(notice: Notice) -> Entry:
    """The tile of a notice: its kind and who published it below the title."""
    kind = translate(f"notice_{notice.file.kind}")
    name = f"{kind} · {notice.file.publisher}" if notice.file.publisher else kind
    return Entry(
        notice.said(language()).title,
        name,
        notice.file.icon,
        url_for("kiosk.room_pages_notice", notice=notice.id),
        spoken=speaks(notice.languages),
    )


def lives() -> list[Entry]:
    """The life events that lead to something today."""
    return spoken_first(of_life(one) for one in web_node.node().files.home.life if any(_of_refs(one.entries)))


def cards() -> list[Entry]:
    """The guide cards, those of one category together, in the order in which the categories first come."""
    found = [of_card(card) for card in web_node.node().files.cards.values()]
    order = list(dict.fromkeys(entry.category for entry in found))
    return sorted(found, key=lambda entry: (not entry.spoken, order.index(entry.category)))


def notices() -> list[Entry]:
    """What is shown today: notices first, then 公益宣传; the newest first."""
    node = web_node.node()
    running = [one for one in node.files.notices.values() if one.runs(node.clock.today())]
    newest = sorted(running, key=lambda one: one.file.start, reverse=True)
    return [of_notice(one) for one in sorted(newest, key=lambda one: one.file.kind != "notice")]
