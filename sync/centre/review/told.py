"""手机投诉 at the review desk: what citizens sealed to the supervisor on the phone, opened for that post alone."""

import json
from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import select

from edge import sealing
from edge.sealing import SealingError
from sync.centre import rooms, supervisor_keys, tables
from sync.centre.review.context import asked_queue, centre, frame

SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One complaint; `words` is "" where this key does not open it."""

    code: str
    room: str
    application: str
    at: str
    words: str
    callback: str


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/told", "told", show)


def show() -> str:
    """The newest first, for supervisors alone. Raises supervisor_key_missing."""
    return render_template("review/told.html", **frame(asked_queue()), entries=entries())


def entries() -> list[Told]:
    """What was sealed, opened. Raises supervisor_key_missing."""
    private = supervisor_keys.private_key(centre().settings.supervisor_file)
    table = tables.phone_complaint
    with centre().store.read() as tx:
        names = rooms.names(tx)
        rows = tx.execute(select(table).order_by(table.c.at.desc(), table.c.id).limit(SHOWN_MAX)).all()
    return [
        Told(row.id, names[row.node_id], row.application, row.at, *_opened(private, row.id, row.sealed)) for row in rows
    ]


def _opened(private: bytes, code: str, sealed: str) -> tuple[str, str]:
    try:
        said = sealing.open_content(private, code, json.loads(sealed)).answers
    except SealingError:
        return "", ""
    return said["words"], said["callback"]
