"""帮助: the manual with its search, one chapter, the whole for printing, its pictures."""

import re

from flask import Response, abort, make_response, request, url_for
from markupsafe import Markup, escape

from edge import asking, guide_words, manual, markdown, offering
from edge.errors import problem
from edge.manual import Chapter
from edge.routes import rule_of
from edge.staff.context import page
from edge.staff.may import may
from edge.web_node import node

CHAPTERS = {one.id: one.title for one in manual.CHAPTERS}
TEXT_MAX = 50
SERVICES_MAX = 12


def contents() -> str:
    """The chapters; with ?text= what the manual and the guides say about it."""
    text = request.args.get("text", "").strip()[:TEXT_MAX]
    offered = offering.open_today(node())
    services = guide_words.find(node(), offered, text)[:SERVICES_MAX] if text else []
    return page(
        "manual.html",
        text=text,
        chapters=manual.CHAPTERS,
        found=manual.search(text),
        services=services,
        answers=asking.find(node(), services, text),
        own_find=True,
    )


def show(chapter: str) -> str:
    """One chapter."""
    one = manual.chapter(chapter)
    if one is None:
        abort(404)
    at = manual.CHAPTERS.index(one)
    before, after = manual.CHAPTERS[at - 1] if at else None, (*manual.CHAPTERS, None)[at + 1]
    return page("handbook.html", chapter=one, body=_body(one), before=before, after=after, chapters=manual.CHAPTERS)


def printed() -> str:
    """Every chapter of the officer's day, one after another, to be printed."""
    own = [one for one in manual.CHAPTERS if one.id != "new-service"]
    return page("manual_print.html", chapters=[(one, _body(one)) for one in own], own_find=True)


def picture(name: str) -> Response:
    """A picture of the manual. Raises not_found for one that this tree does not have."""
    data = manual.picture(name) if any(name in manual.pictures(one) for one in manual.CHAPTERS) else None
    if data is None:
        raise problem("not_found")
    response = make_response(data)
    response.headers["Content-Type"] = "image/webp"
    return response


def _body(one: Chapter) -> Markup:
    """The chapter as HTML: our own text, and only our own marks come out of it."""
    html = markdown.html(manual.PICTURE.sub(r"[[\2|\1]]", one.body), code=True)
    html = _HEADING.sub(_Headings(one), html)
    html = manual.LINK.sub(lambda found: _link(found[1], found[2]), html)
    return Markup(_FIGURE.sub(lambda found: _figure(found[1], found[2]), html))  # noqa: S704 - as said above


_HEADING = re.compile(r"<h2>")
_FIGURE = re.compile(r"<p>\[\[([a-z0-9-]+)\|([^\]]+)\]\]</p>")


class _Headings:
    """Gives every heading the anchor that the search leads to."""

    def __init__(self, one: Chapter) -> None:
        self._chapter, self._place = one, 0

    def __call__(self, _found: re.Match[str]) -> str:
        self._place += 1
        return f'<h2 id="{self._chapter.id}-{self._place}">'


def _link(words: str, endpoint: str) -> str:
    """A page that this officer may open as a link, any other as its name."""
    if rule_of(endpoint) is None or not may(endpoint):
        return f"“{words}”"
    return f'<a href="{escape(url_for(endpoint))}">{words}</a>'


def _figure(name: str, caption: str) -> str:
    if manual.picture(name) is None:
        return f'<p class="manual-missing">（图：{caption}。图随安装包提供）</p>'
    src = escape(url_for("staff.handbook_picture", name=name))
    return f'<figure><img src="{src}" alt="{caption}" loading="lazy"><figcaption>{caption}</figcaption></figure>'
