"""文书: each notice and each decision has its number, the organ that made it, and a code that proves it offline.

The number goes up by one for each organ and year, in the transaction of the act: none is given twice, none is left out.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select, update

from edge import writ_proof
from edge.errors import problem
from forms import deadlines
from forms.definition import Definition
from forms.events import Event
from forms.reviewing import Writ
from sync.centre import desks, log, tables_review
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.store import add_missing

TITLES: Final = {
    "application.accepted": "受理通知书",
    "application.refused": "不予受理决定书",
    "correction.requested": "补正材料一次性告知书",
    "application.decided": "办理结果通知书",
}
_PERMIT: Final = {"granted": "准予行政许可决定书", "refused": "不予行政许可决定书"}
_serial = tables_review.writ_serial


def add(
    tx: Connection,
    centre: Centre,
    application: str,
    kind: str,
    body: Mapping[str, Any],
    *,
    organ: str,
    definition: Definition | None,
) -> dict[str, Any]:
    """The body of an act with its writ; for an act that has none, the body as it was."""
    if kind not in TITLES:
        return dict(body)
    day = centre.clock.today()
    serial = _next(tx, organ, day[:4])
    writ = {"number": f"{organ}〔{day[:4]}〕{serial:05d}号", "organ": organ, "title": title(kind, body, definition)}
    made = {**body, "writ": {**writ, "day": day}}
    newest = centre.identity.newest
    code = writ_proof.make(application, kind, made, serial=serial, suite=newest.suite, keys=newest.sign)
    made["writ"]["code"] = code
    return made


def title(kind: str, body: Mapping[str, Any], definition: Definition | None) -> str:
    """What the writ is called; a permit has the names of the 行政许可法."""
    if kind == "application.decided" and definition and deadlines.is_permit(definition.service):
        return _PERMIT.get(str(body["result"]), TITLES[kind])
    return TITLES[kind]


def _next(tx: Connection, organ: str, year: str) -> int:
    place = {"organ": organ, "year": year}
    add_missing(tx, _serial, [place | {"last": 0}])
    tx.execute(update(_serial).filter_by(**place).values(last=_serial.c.last + 1))
    return int(tx.execute(select(_serial.c.last).filter_by(**place)).scalar_one())


def find(tx: Connection, node_id: str, number: str, event_id: str) -> tuple[Event, Writ]:
    """The act that a writ belongs to. Raises not_found."""
    for side, event, _ in log.of_application(tx, node_id, number):
        if side == "centre" and event.id == event_id and "writ" in event.data:
            return event, Writ.of(event, event.data)
    raise problem("not_found")


def organ_of(duties: tuple[Duty, ...], centre: Centre, node_id: str, service: str, level: str) -> str:
    """Whose seal it bears."""
    return desks.organ(duties, node_id, service, level, centre.settings.name)
