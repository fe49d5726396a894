"""The pages that a county writes by files alone: guide cards with a sheet to take home, life events, notices."""

from flask import abort, url_for
from markupsafe import Markup

from edge import markdown, web_node
from edge.config.content import Card
from edge.web import language
from kiosk import entries, visit


def card(card: str) -> tuple[str, int]:
    """Where something is done that is not done here."""
    return visit.page("card.html", card=_card(card), said=_said)


def sheet(card: str) -> tuple[str, int]:
    """The same on paper."""
    return visit.page("card_sheet.html", card=_card(card), said=_said, today=web_node.node().clock.today())


def life(life: str) -> tuple[str, int]:
    """Everything that belongs to one event of a life."""
    visit.speak()
    found = next((one for one in web_node.node().files.home.life if one.id == life), None)
    if found is None:
        abort(404)
    return visit.page("life.html", life=entries.of_life(found), found=entries.of_refs(found.entries))


def notice(notice: str) -> tuple[str, int]:
    """One notice, on the days for which it is written."""
    visit.speak()
    found = web_node.node().files.notices.get(notice)
    if found is None or not found.runs(web_node.node().clock.today()):
        abort(404)
    text = found.said(language())
    body = Markup(markdown.html(text.body))  # noqa: S704 - only our own marks come out of it
    back = url_for("kiosk.home_area", name="open")
    return visit.page("notice.html", notice=found.file, heading=text.title, body=body, back=back)


def _card(name: str) -> Card:
    visit.speak()
    found = web_node.node().files.cards.get(name)
    if found is None:
        abort(404)
    return found


def _said(text: object) -> str:
    """A text of a file in the language of the page."""
    return str(text.said(language())) if hasattr(text, "said") else ""
