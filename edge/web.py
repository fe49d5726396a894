"""The plumbing that every screen of node and centre shares: headers, forms, sessions, errors, templates, static files.

`make_app` gives a Flask application without a single page; the wiring adds blueprints. It knows nothing of the node's
storage, because the centre uses it as well.

In templates: `csrf_field()` inside every POST form, `csrf_token()` for htmx headers, `t(key)` for a text of the
screens, `icon(name)` for a drawing beside a word, `asset(name)` for a static file; filters `group4`, `when`,
`when_short`, `when_near`, `day`, `badge(level)`, `fid`, `size_text`; those of a field are in web_fields. In views:
`see_other(url)`, `session_id()`, `renew_session()`, `end_session()`, `use_language(tag)`.
"""

from collections.abc import Mapping
from functools import partial
from io import SEEK_END, BytesIO
from typing import IO, Any, NamedTuple

import htmx_flask
from flask import Flask, Response, current_app, g, has_request_context, redirect, request
from htmx_flask.requests import HtmxAwareRequest
from markupsafe import Markup
from werkzeug.routing import IntegerConverter, Rule

from edge import texts, web_errors, web_fields, web_filters, web_hosts, web_session
from edge.errors import problem
from edge.web_session import csrf_token, end_session, renew_session, session_id
from forms import languages

UPLOAD_BYTES_MAX = 64 * 1024 * 1024  # one request: several photographs of one page
FORM_BYTES_MAX = 4 * 1024 * 1024  # the fields beside them: a drawn signature is the largest
FORM_PARTS_MAX = 2000

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


class Number(IntegerConverter):
    """A number in an address: one that a table can hold, anything else is no address."""

    regex = r"\d{1,18}"


# what people brought is never a page of ours, even if a browser is talked into opening it as one
SANDBOX = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
BROUGHT = ("image/", "application/pdf", "application/octet-stream")


class LateRule(Rule):
    """A route whose addresses are built by a function that is compiled when one is asked for: there are a hundred."""

    def _compile_builder(self, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002 - Werkzeug's signature
        compile_now = partial(super()._compile_builder, append_unknown)
        made: list[Any] = []

        def build(rule: Rule, **values: Any) -> Any:
            if not made:
                made.append(compile_now())
            return made[0](rule, **values)

        return build


class Plumbing(NamedTuple):
    """What the parts of this module share through `app.extensions["yizhan.web"]`."""

    secret: bytes
    title: str
    areas: Mapping[str, str]
    exempt: tuple[str, ...]
    practice: str = ""


class Uploaded(BytesIO):
    """A file of a request. Read whole it hands out its own bytes; they came in steps, and BytesIO would copy them."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() or (size is not None and size >= 0):
            return super().read(size)
        self.seek(0, SEEK_END)
        return self.getvalue()


class InMemoryRequest(HtmxAwareRequest):  # type: ignore[misc]  # htmx_flask publishes no types
    """A request whose uploads never touch the disk: a temporary file would hold an identity card in clear."""

    def _get_file_stream(self, *_lengths: Any, **_names: Any) -> IO[bytes]:
        return Uploaded()


def make_app(
    name: str,
    *,
    secret: bytes,
    title: str,
    areas: Mapping[str, str] | None = None,
    exempt: tuple[str, ...] = ("/api/", "/sync/"),
    upload_bytes_max: int = UPLOAD_BYTES_MAX,
    practice: str = "",
    hosts: web_hosts.Names = web_hosts.Names(),  # noqa: B008 - a tuple
) -> Flask:
    """A Flask application called `name` with everything but pages.

    `secret` (32 bytes or more) signs sessions. `areas` maps a path prefix to the look of its pages (kiosk, console,
    phone) and gives it a session cookie of its own, e.g. {"/kiosk": "kiosk"}. Paths under `exempt` prefixes are for
    programs: no form token, errors as JSON. `practice`: the address that leads out of a practice room, whose every page
    is marked; "" for what is real. `hosts`: the names by which it answers. ValueError for a secret that is too short.
    """
    if len(secret) < 32:  # noqa: PLR2004 - 256 bit
        raise ValueError("the secret that signs sessions needs 32 bytes or more")
    app = Flask("edge.web", static_folder="static", static_url_path="/static", template_folder="templates")
    app.config.update(
        MAX_CONTENT_LENGTH=upload_bytes_max, MAX_FORM_MEMORY_SIZE=FORM_BYTES_MAX, MAX_FORM_PARTS=FORM_PARTS_MAX
    )
    htmx_flask.Htmx(app)
    app.request_class = InMemoryRequest
    app.url_rule_class = LateRule
    app.url_map.converters["int"] = Number
    plumbing = Plumbing(secret, title, dict(areas or {}), exempt, practice)
    app.extensions["yizhan.web"] = plumbing
    app.session_interface = web_session.IdSessions(name, secret, plumbing.areas)
    app.before_request(partial(refuse_other_names, hosts))
    app.before_request(refuse_forged_forms)
    app.after_request(add_headers)
    web_errors.install(app)
    _equip_templates(app)
    return app


def refuse_other_names(hosts: web_hosts.Names) -> None:
    """The problem of `hosts` for a request that names this machine by a foreign name; no name at all: no browser."""
    named = request.environ.get("HTTP_HOST")
    if named is not None and not (web_hosts.is_known(named, hosts.known) or request.path.startswith(hosts.anybody)):
        raise problem(hosts.refused)


def refuse_forged_forms() -> None:
    """YizhanError form_expired for a change that no page of this session asked for."""
    exempt: tuple[str, ...] = current_app.extensions["yizhan.web"].exempt
    if not request.path.startswith(exempt) and web_session.forged():
        raise problem("form_expired")


def add_headers(response: Response) -> Response:
    """The same strict headers on everything; pages are never kept, static files with a digest for ever."""
    if request.endpoint != "static" and (response.mimetype or "").startswith(BROUGHT):
        response.headers["Content-Security-Policy"] = SANDBOX
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def see_other(url: str) -> Response:
    """Where every POST ends: 303, so that reload and back button never send it twice."""
    response = redirect(url, code=303)
    assert isinstance(response, Response)  # not the class of bare Werkzeug
    return response


def citizen_base(given: str) -> str:
    """Where the page behind a receipt's code lies: the address that the technician gave, else this program's own.

    A practice room's is always its own, and says so.
    """
    own = request.root_url if current_app.extensions["yizhan.web"].practice else given or request.host_url
    return str(own).rstrip("/")


def use_language(tag: str) -> None:
    """Speak `tag` for the rest of this request; what is no tag is Chinese."""
    g.language = tag if texts.is_tag(tag) else texts.DEFAULT


def language() -> str:
    """The language of this request's page (BCP 47)."""
    return str(g.get("language", texts.DEFAULT)) if has_request_context() else texts.DEFAULT


def direction() -> str:
    """Which way this request's page is written: "ltr" or "rtl"."""
    return languages.direction(language())


def translate(key: str, **values: object) -> str:
    """`t` of the templates: a text of the screens in the language of this request."""
    return texts.text(key, language(), **values)


def finding(path: str) -> Any:
    """What a view found for the search box of the field at `path` (in `g.finding`); None: nothing was looked for."""
    found = g.get("finding")
    return found if found is not None and found.path == path else None


def csrf_field() -> Markup:
    """The hidden field that every POST form carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(web_session.CSRF_FIELD, csrf_token())


def _equip_templates(app: Flask) -> None:
    app.jinja_env.filters.update(web_filters.FILTERS | web_fields.FILTERS)
    app.jinja_env.globals.update(web_filters.GLOBALS)
    app.jinja_env.globals.update(
        t=translate,
        language=language,
        direction=direction,
        csrf_field=csrf_field,
        csrf_token=csrf_token,
        site=app.extensions["yizhan.web"],
    )
    app.jinja_env.globals["finding"] = finding
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


__all__ = [
    "csrf_field",
    "csrf_token",
    "end_session",
    "language",
    "make_app",
    "renew_session",
    "see_other",
    "session_id",
    "translate",
    "use_language",
]
