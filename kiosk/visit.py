"""What every page of the kiosk needs: the node, whose visit this is, how it looks, and where one may go back to."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from flask import Response, flash, g, get_flashed_messages, render_template, request, url_for

from edge import lookups, paired_door, texts, unwritten
from edge.errors import problem
from edge.web import language, see_other, session_id, translate, use_language
from edge.web_node import node
from edge.web_session import bound
from kiosk.view import COOKIE, PATH, View

if TYPE_CHECKING:
    from edge.devices.at_hand import PlaceName
    from forms.definition import Definition
    from forms.head import Head
    from forms.page import Control

HOME = "kiosk.home_show"
TOLD = "told:"
VEIL = "~"
UNWRITTEN_IDLE_S = 60  # who is called away leaves nothing on the screen for long


def owner() -> str:
    """Who owns drafts of this visit: made from the session, and useless to somebody who reads the database."""
    return "kiosk:" + hashlib.sha256(session_id().encode()).hexdigest()[:32]


def place() -> PlaceName:
    """Whose devices this visit uses: the kiosk's of this machine, or those of one on a machine of its own."""
    return paired_door.place(request.environ)


def view() -> View:
    """The look of this visit; `?view=` is how a page is asked for that no citizen looks at, but the printer."""
    if "kiosk_view" not in g:
        g.kiosk_view = View.read(request.args.get("view") or request.cookies.get(bound(COOKIE, PATH)[0], ""))
    found: View = g.kiosk_view
    return found


def speak() -> None:
    """Use the visit's language for a page of the kiosk itself, as far as some service speaks it too."""
    g.on_trial = False
    _speak({*node().catalogue.languages(), *node().files.languages})


def _speak(spoken: Collection[str]) -> None:
    g.kiosk_languages = [tag for tag in node().room.languages if tag in {texts.DEFAULT, *spoken}]
    wished = view().language
    use_language(wished if wished in g.kiosk_languages else texts.DEFAULT)
    g.kiosk_untold = wished if wished in node().room.languages and wished != language() else ""


def speak_of(definition: Definition) -> str:
    """Use the visit's language as far as the service has it; the language that came of it. A trial is marked as one."""
    g.on_trial = node().status_of(definition) != "published"
    _speak(definition.i18n)
    g.kiosk_private, g.kiosk_unwritten = bool(definition.service.get("private")), unwritten.keeps(definition)
    return language()


def service(identity: str) -> Definition:
    """A service that can be had here; one on trial only where room.toml says so. Raises service_unknown."""
    found = node().newest(_unveiled(identity))
    if not offers(found):
        raise problem("service_unknown", service=identity)
    return found


def called(definition: Head) -> str:
    """How addresses call a service: one that leaves no trace by a word that only this visit understands."""
    return _veil(definition.id) if unwritten.keeps(definition) else definition.id


def _veil(identity: str) -> str:
    return VEIL + hashlib.sha256(f"{session_id()}\0{identity}".encode()).hexdigest()[:16]


def _unveiled(word: str) -> str:
    hidden = filter(unwritten.keeps, node().catalogue.all()) if word.startswith(VEIL) else ()
    return next((one.id for one in hidden if hmac.compare_digest(_veil(one.id), word)), word)


def offers(definition: Head) -> bool:
    """Whether citizens see a service at all: a trial is the officers' unless the room shows it (kiosk_trial)."""
    return node().room.kiosk_trial or node().status_of(definition) == "published"


def title(definition: Head) -> str:
    """The official name in the language of the page; one that tells nothing where the service is private."""
    if definition.service.get("private"):
        return translate("private_title")
    return definition.text("x-service.name", definition.title, language())


def said() -> dict[str, str]:
    """What the last step of this visit left to be said, by field; told once."""
    return {name: text for name, text in _notes() if not name.startswith(TOLD)}


def tell(name: str, text: str) -> None:
    """Something typed, for the next page of this visit: an address would leave it in the browser's history."""
    flash(text, f"{TOLD}{name}")


def told() -> dict[str, str]:
    """What `tell` left for this page, by name."""
    return {name.removeprefix(TOLD): text for name, text in _notes() if name.startswith(TOLD)}


def _notes() -> list[tuple[str, str]]:
    return [note for note in get_flashed_messages(with_categories=True) if isinstance(note, tuple)]


def look_for(controls: Collection[Control]) -> None:
    """What the search box of a field found, for the template."""
    for path, words in told().items():
        g.finding = lookups.find(node(), controls, path, words, language())


def page(template: str, status: int = 200, **values: Any) -> tuple[str, int]:
    """A page of the kiosk from its template."""
    shared: dict[str, Any] = {"view": view(), "room": node().room, "view_wishes": wishes()}
    shared |= {"back_here": request.path, "form": None}
    foreign = g.get("kiosk_untold", "")
    shared |= {"today": node().clock.today(), "untold": foreign and texts.text("only_chinese", foreign)}
    idle = node().room.kiosk_idle_s if request.endpoint != HOME else 0
    private, kept = g.get("kiosk_private", False), g.get("kiosk_unwritten", False)
    if kept:
        idle = min(idle, UNWRITTEN_IDLE_S)
    sealed = node().sealed
    shared |= {"private": private, "unwritten": kept or bool(sealed), "sealed": sealed, "traceless": kept}
    return render_template(f"kiosk/{template}", **{**shared, "idle": idle, **values}), status


def wishes() -> list[tuple[str, str, str]]:
    """The buttons of the bar: (wish, word, icon)."""
    offered = g.get("kiosk_languages", node().room.languages)
    found = [(tag, texts.name(tag), "") for tag in offered if tag != language()]
    elder = ("standard", translate("view_standard")) if view().elder else ("elder", translate("view_elder"))
    return [*found, (*elder, "accessibility")] if node().files.home.elder.entry else found


def with_view(response: Response, wish: str) -> Response:
    """The same response, after the citizen's wish for a look."""
    name, path = bound(COOKIE, PATH)
    look = view().changed(wish).written()
    response.set_cookie(name, look, path=path, httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def local(address: str | None) -> str:
    """An address of this kiosk to go back to; the home page for anything else."""
    home = url_for(HOME)
    if not address or not address.startswith(home) or "\\" in address or ".." in address:
        return home
    return address


def go(endpoint: str, **values: Any) -> Response:
    """303 to a page of the kiosk."""
    return see_other(url_for(f"kiosk.{endpoint}", **values))
