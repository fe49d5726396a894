"""Nothing typed is lost with a session: what a form brings after its end is kept for whoever was logged in here.

Who that was is told by a signed cookie, which opens nothing: it only says whose draft may be added to, and who is
offered what he sent once he has logged in again.
"""

import hashlib
from dataclasses import dataclass

from flask import Response, current_app, g, make_response, request, url_for
from itsdangerous import BadSignature, Signer

from edge import kept_forms, officers
from edge.errors import YizhanError
from edge.node import Node
from edge.officers import Officer
from edge.routes import find
from edge.staff import posted
from edge.web_node import node
from edge.web_session import CSRF_FIELD

COOKIE = "yizhan_officer_was"
COOKIE_PATH = "/console"
AGE_S = 7 * 24 * 3600
AUTOSAVE = "staff.intake_keep"
WHOLE_FORM = frozenset({"staff.intake_answer", AUTOSAVE})
KEPT = "_kept"  # the field of a form that is sent again
NOT_SIGNED_IN = 401


@dataclass(frozen=True, slots=True)
class Saved:
    """`back`: where to go after the login; `why`: what the login says; `answer`: for a program instead of both."""

    back: str
    why: str
    answer: Response | None = None


def hint(response: Response, account: str) -> None:
    """Remember who is logged in here."""
    response.set_cookie(
        COOKIE,
        _signer().sign(account.encode()).decode("ascii"),
        max_age=AGE_S,
        path=request.script_root + COOKIE_PATH,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )


def forget(response: Response) -> None:
    """Takes back the cookie that `hint` set."""
    response.delete_cookie(COOKIE, path=request.script_root + COOKIE_PATH, httponly=True, samesite="Strict")


def hinted() -> str:
    """The account that was logged in here last and did not log out, or ""."""
    try:
        return _signer().unsign(request.cookies.get(COOKIE, "")).decode("ascii")
    except (BadSignature, UnicodeError):
        return ""


def _signer() -> Signer:
    secret: bytes = current_app.extensions["yizhan.web"].secret
    return Signer(secret, salt=b"yizhan-desk-hint", digest_method=hashlib.sha256)


def save(running: Node) -> Saved | None:
    """Keep what this POST brought; None where it is not known whose it is, or nothing was typed."""
    owner = next((one for one in officers.all_of(running) if one.account == hinted() and one.active), None)
    if owner is None:
        return None
    draft = (request.view_args or {}).get("draft")
    return _into_draft(owner, str(draft)) if draft else _apart(running, owner)


def _into_draft(owner: Officer, draft: str) -> Saved:
    """The whole form goes into the draft, as if the session had not ended; another button's work is done again."""
    back = url_for("staff.intake_show", draft=draft)
    if request.endpoint not in WHOLE_FORM:
        return Saved(back, "expired")
    g.officer = owner
    try:
        find("edge.staff.intake.keep")(draft)
    except YizhanError:  # a stranger's, or filed long ago: there is nothing to keep it in
        return Saved("", "expired", _unanswered())
    finally:
        g.officer = None
    return Saved(back, "kept", _unanswered())


def _unanswered() -> Response | None:
    """What the page's own autosave is told: it stays where it is."""
    return make_response("", NOT_SIGNED_IN) if request.endpoint == AUTOSAVE else None


def _apart(running: Node, owner: Officer) -> Saved | None:
    fields = {name: values for name, values in posted.form().items() if name not in (CSRF_FIELD, KEPT)}
    if not any(value.strip() for name, values in fields.items() if name != "token" for value in values):
        return None
    made = kept_forms.keep(running, owner.account, request.full_path.rstrip("?"), fields, files=len(posted.files()))
    return Saved(url_for("staff.kept_show", kept=made), "held") if made else None


def settle(known: Officer) -> None:
    """What is sent again need not be kept any longer."""
    if request.method == "POST" and request.form.get(KEPT):
        kept_forms.drop(node(), request.form[KEPT], known.account)
