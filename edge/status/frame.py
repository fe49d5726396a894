"""The frame of every page behind a receipt's code: large type, telephones, languages. Room and province share it."""

from collections.abc import Sequence
from typing import Any, Final

from flask import Response, g, make_response, render_template, request, url_for

from edge import texts, words
from edge.room import Room
from edge.web import language, use_language
from forms.definition import Definition
from forms.state import State

LARGE: Final = "large"
SPOKEN: Final = "lang"
CHOICE: Final = "tongues"  # set in `g` where a page offers its other language


def page(room: Room, template: str, status: int = 200, /, **values: Any) -> Response:
    """A page of `edge/templates/status` with what stands around it."""
    large = request.args.get(LARGE) == "1"
    here, size = request.view_args or {}, {LARGE: "1"}
    spoken = {SPOKEN: language()} if SPOKEN in request.args else {}
    html = render_template(
        f"status/{template}",
        large=large,
        toggle=_to({**here, **spoken, **({} if large else size)}),
        tongue=_other_tongue({**here, **(size if large else {})}) if g.get(CHOICE) else None,
        phone=words.telephone(room),
        complaint=words.complaint_telephone(room),
        hours=room.hours,
        **values,
    )
    return make_response(html, status)


def _to(values: dict[str, Any]) -> str:
    return url_for(request.endpoint or "", **values)


def _other_tongue(values: dict[str, Any]) -> tuple[str, str, str]:
    """(language, its own name, address of this page in it)."""
    other = next(tag for tag in texts.LANGUAGES if tag != language())
    return other, texts.name(other), _to({**values, SPOKEN: other})


def told(room: Room, status: int, headline: str, sentences: Sequence[str], **values: Any) -> Response:
    """A page of one headline and some sentences."""
    return page(room, "none.html", status, headline=headline, sentences=sentences, **values)


def kept() -> dict[str, Any]:
    """The large type and the language, to be carried from page to page."""
    return {key: request.args[key] for key in (LARGE, SPOKEN) if key in request.args}


def speak(state: State | None = None, definition: Definition | None = None) -> None:
    """The language that was asked for, else the one in which the application was filed, else Chinese."""
    asked = request.args.get(SPOKEN, "")
    filed = str(state.context.get("language", "")) if state else ""
    known = definition is not None and filed in definition.i18n
    spoken = asked if asked in texts.LANGUAGES else filed if known and filed in texts.LANGUAGES else texts.DEFAULT
    use_language(spoken)
