"""Complaints from the phone: sealed to the supervisor's key before they are written, and never told to the room."""

import json
import secrets

from flask import Blueprint, Response, request
from sqlalchemy import Connection, insert, select

from edge import sealing, web
from edge.errors import YizhanError, problem
from edge.status import frame
from sync.centre import complaints, key_pair, rooms, tables
from sync.centre.centre import Centre
from sync.centre.phone import faults
from sync.centre.phone.code import Found
from sync.centre.phone.context import at, centre, look, page
from sync.centre.phone.secure import must_be_private

WORDS_MAX = 2000
CALLBACK_MAX = 40
CODE_DIGITS = 10
DAY_MAX = 200  # of one room in a day: a flood fills no disk
FAULTS = frozenset({"complaint_empty", "complaint_long"})
GENUINE = frozenset({"held", "received", "sealed", "unproven"})


def add_to(bp: Blueprint) -> None:
    """Put the pages under the phone's blueprint."""
    bp.add_url_rule("/s/<text>/complain", "complain", show)
    bp.add_url_rule("/s/<text>/complain", "complain_act", act, methods=["POST"])


def keep(centre_: Centre, found: Found, words: str, callback: str) -> str:
    """Seal it and keep it; its number. Raises complaint_empty, _long, _closed, phone_slow."""
    words, callback = words.strip(), callback.strip()
    if not words:
        raise problem("complaint_empty")
    if len(words) > WORDS_MAX or len(callback) > CALLBACK_MAX:
        raise problem("complaint_long", most=WORDS_MAX)
    public = key_pair.public_key(centre_.settings.supervisor_file)
    if not public:
        raise problem("complaint_closed")
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    sealed = sealing.seal(bytes.fromhex(public), code, {"words": words, "callback": callback}, ())
    with centre_.store.write() as tx:
        rooms.get(tx, found.node, lock=True)
        if _today(tx, centre_, found.node) >= DAY_MAX:
            raise problem("phone_slow", minutes=24 * 60)
        row = {"node_id": found.node, "id": code, "application": found.number, "sealed": json.dumps(sealed)}
        now = centre_.clock.now()
        tx.execute(insert(tables.phone_complaint).values(row | {"at": now}))
        complaints.note(tx, found.node, code, now)
    return code


def _today(tx: Connection, centre_: Centre, node_id: str) -> int:
    table = tables.phone_complaint
    rows = tx.execute(select(table.c.id).where(table.c.node_id == node_id, table.c.at >= centre_.clock.today()))
    return len(rows.all())


def show(text: str) -> Response:
    """The form: without a proof of who asks, since a complaint may be anonymous. Raises phone_plain, not_found."""
    return _page(_found(text))


def act(text: str) -> Response:
    """Keep it; a fault is said on the same page with what was typed."""
    found, given = _found(text), request.form
    try:
        code = keep(centre(), found, given.get("words", ""), given.get("callback", ""))
    except YizhanError as error:
        if error.code not in FAULTS:
            raise
        return _page(found, fault=faults.words(error), status=error.status)
    return web.see_other(at("complain", said=code))


def _found(text: str) -> Found:
    found = look(text)
    frame.speak()
    must_be_private(centre().settings)
    if found.kind not in GENUINE:
        raise problem("not_found")
    return found


def _page(found: Found, fault: str = "", status: int = 200) -> Response:
    said = request.args.get("said", "")
    code = said if said.isdecimal() and len(said) == CODE_DIGITS else ""
    is_open = bool(key_pair.public_key(centre().settings.supervisor_file))
    return page(
        found,
        "complain.html",
        status,
        back=at("show"),
        done=code,
        fault=fault,
        typed=request.form,
        open=is_open,
        most=WORDS_MAX,
    )
