"""Sessions and the guard against forged forms.

The cookie holds one random id and its signature, nothing else; what belongs to a session lies in the database under
that id. Each area of a program (kiosk, console) has a cookie of its own, so that ending a visit at the kiosk never
signs an officer out in the same browser, and two programs on one host never read each other's.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, Signer

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "X-CSRF-Token"
NOTES = "_flashes"  # Flask's name for what `flash` leaves for the next page
NOTES_MAX = 1000  # browsers with an unread note; the oldest is dropped
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class BrowserSession(dict[str, Any], SessionMixin):
    """One browser's session: an id that is made when first asked for."""

    def __init__(self, known: str | None = None, notes: list[Any] | None = None) -> None:
        super().__init__({NOTES: notes} if notes else {})
        self.id = known
        self.modified = False
        self.ended = False

    def __setitem__(self, key: str, value: Any) -> None:
        """Only Flask's `flash` may put something here: its notes wait in this process, never in the cookie."""
        if key != NOTES:
            raise TypeError("a session holds an id and nothing else; keep values in the database under session_id()")
        super().__setitem__(key, value)


class IdSessions(SessionInterface):
    """Reads and writes the signed id. `areas` are path prefixes that have a cookie of their own."""

    def __init__(self, name: str, secret: bytes, areas: Mapping[str, str]) -> None:
        self.name = name
        self.areas = areas
        self.notes: dict[str, list[Any]] = {}
        self.signer = Signer(secret, salt=b"yizhan-session", digest_method=hashlib.sha256)

    def place(self, path: str) -> tuple[str, str]:
        """Name and path of the cookie for a request path; the path begins where this program is mounted."""
        area = area_of(path, self.areas)
        return bound(f"yizhan_{self.name}{area.replace('/', '_')}", request.script_root + (area or "/"))

    def open_session(self, app: Flask, request: Request) -> BrowserSession:  # noqa: ARG002 - Flask's signature
        value = request.cookies.get(self.place(request.path)[0], "")
        try:
            known = self.signer.unsign(value).decode("ascii")
        except (BadSignature, UnicodeError):
            return BrowserSession()
        return BrowserSession(known, self.notes.pop(known, None))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 - as above
        name, path = self.place(request.path)
        if not isinstance(session, BrowserSession):
            return
        self._keep_notes(session)
        if session.ended and not session.modified:
            response.delete_cookie(name, path=path, httponly=True, samesite="Strict", secure=request.is_secure)
        elif session.modified and session.id:
            value = self.signer.sign(session.id).decode("ascii")
            response.set_cookie(name, value, path=path, httponly=True, samesite="Strict", secure=request.is_secure)

    def _keep_notes(self, session: BrowserSession) -> None:
        if session.id and session.get(NOTES):
            self.notes[session.id] = session[NOTES]
            while len(self.notes) > NOTES_MAX:
                del self.notes[next(iter(self.notes))]


def bound(name: str, path: str) -> tuple[str, str]:
    """Name and path of a cookie in this request. Over TLS the name binds it to this very host (`__Host-`, RFC 6265bis):
    browsers then ask for the path "/", and it is the name that keeps the areas apart.
    """
    return (f"__Host-{name}", "/") if request.is_secure else (name, path)


def area_of(path: str, areas: Mapping[str, str]) -> str:
    """The area prefix that `path` lies in, or "". Case is ignored: a QR code spells its path in capitals."""
    lowered = path.lower()
    return next((area for area in areas if lowered == area or lowered.startswith(area + "/")), "")


def _current() -> BrowserSession:
    current = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's documented way
    if not isinstance(current, BrowserSession):
        raise TypeError("sessions of this program are made by edge.web.make_app")
    return current


def session_id(*, create: bool = True) -> str:
    """The session id of this browser (43 characters), made now where there is none; "" with `create=False` and none."""
    current = _current()
    if current.id is None and create:
        return renew_session()
    return current.id or ""


def renew_session() -> str:
    """A new id for this browser: after a login, and for the next citizen at the kiosk."""
    current = _current()
    current.id, current.modified, current.ended = secrets.token_urlsafe(32), True, False
    return current.id


def end_session() -> None:
    """Forget this browser's id; the caller drops what lies under it."""
    current = _current()
    current.id, current.modified, current.ended = None, False, True


def csrf_token() -> str:
    """The token that every form of this session carries: derived from the id, so nothing is stored."""
    return _token(session_id())


def _token(known: str) -> str:
    secret: bytes = current_app.extensions["yizhan.web"].secret
    return hmac.new(secret, b"yizhan-csrf\0" + known.encode(), hashlib.sha256).hexdigest()


def forged() -> bool:
    """Whether the current request changes something without proof that it comes from a page of this session.

    Both the token and, where the browser says it, the requesting site are looked at. `Origin` is not: under
    `no-referrer` browsers send it as "null" for our own forms.
    """
    if request.method in SAFE_METHODS:
        return False
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return True
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    known = session_id(create=False)
    return not known or not hmac.compare_digest(sent.encode(), _token(known).encode())
