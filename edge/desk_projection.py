"""The tables that the events of a room's day make (forms.kinds_desk); they can be dropped and filled again."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

from edge import log
from edge.database import Connection
from forms import appointments
from forms.appointments import Appointment, Book
from forms.events import Event, Side
from forms.kinds import check_body
from forms.kinds_desk import KINDS
from forms.schedule import Schedule

BOOK: Final = frozenset(kind for kind in KINDS if kind.startswith(("appointment.", "schedule.")))
TABLES: Final = ("appointment", "room_schedule", "reminder", "room_ticket", "room_round", "day_close")


def project(tx: Connection, event: Event) -> None:
    """Bring the tables up to date with one event; one that is none of theirs changes nothing."""
    take(tx, [event])


def take(tx: Connection, events: Iterable[Event]) -> None:
    """The same for several, of either side; the book of appointments is worked out once for all of them."""
    found = [event for event in events if event.kind in KINDS]
    for event in found:
        _put(tx, event)
    if any(event.kind in BOOK for event in found):
        _fill_book(tx, book(tx))


def refill(tx: Connection) -> None:
    """Fill the emptied tables again from both logs."""
    for _, event in _events(tx, KINDS):
        _put(tx, event)
    _fill_book(tx, book(tx))


def book(tx: Connection) -> Book:
    """All appointments, from both logs."""
    return appointments.reduce(_events(tx, BOOK))


def _events(tx: Connection, kinds: Iterable[str]) -> list[tuple[Side, Event]]:
    """The centre's first: a reminder is there before its answer."""
    wanted = json.dumps(sorted(kinds))
    sides: tuple[Side, ...] = ("centre", "node")
    return [(side, event) for side in sides for event in log.of_room(tx, side, wanted)]


def _put(tx: Connection, event: Event) -> None:
    put = _PUTS.get(event.kind)
    if put is None:
        return
    try:
        data = event.data
        check_body(event.kind, data)
    except ValueError:
        return  # the carrying has put it aside and says so
    put(tx, event, data)


def _sent(tx: Connection, event: Event, data: dict[str, Any]) -> None:
    tx.execute(
        "INSERT OR IGNORE INTO reminder (id, application, text, due_day, sent_at, sent_by) VALUES (?, ?, ?, ?, ?, ?)",
        (event.id, data["application"], data["text"], data.get("due_day", ""), event.at, event.actor),
    )


def _answered(tx: Connection, event: Event, data: dict[str, Any]) -> None:
    tx.execute(
        "UPDATE reminder SET answer = ?, answered_at = ?, answered_by = ? WHERE id = ? AND answered_at = ''",
        (data["text"], event.at, event.actor, data["reminder"]),
    )


def _opened(tx: Connection, event: Event, data: dict[str, Any]) -> None:
    tx.execute(
        "INSERT OR IGNORE INTO room_ticket (id, what, note, opened_at, opened_by) VALUES (?, ?, ?, ?, ?)",
        (event.id, data["what"], data["note"], event.at, event.actor),
    )


def _closed(tx: Connection, event: Event, data: dict[str, Any]) -> None:
    tx.execute(
        "UPDATE room_ticket SET closing = ?, closed_at = ?, closed_by = ? WHERE id = ? AND closed_at = ''",
        (data["note"], event.at, event.actor, data["ticket"]),
    )


def _round(tx: Connection, event: Event, data: dict[str, Any]) -> None:
    values = (event.id, data["day"], event.at, event.actor, _json(data["fine"]), _json(data["faulty"]), data["note"])
    tx.execute("INSERT OR IGNORE INTO room_round VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def _day(tx: Connection, event: Event, data: dict[str, Any]) -> None:
    tx.execute(
        "INSERT OR REPLACE INTO day_close VALUES (?, ?, ?, ?, ?)",
        (data["day"], event.at, event.actor, data["count"], _json(data["left"])),
    )


_PUTS: Final[dict[str, Callable[[Connection, Event, dict[str, Any]], None]]] = {
    "reminder.sent": _sent,
    "reminder.answered": _answered,
    "ticket.opened": _opened,
    "ticket.closed": _closed,
    "round.made": _round,
    "day.closed": _day,
}


def _fill_book(tx: Connection, found: Book) -> None:
    """Write what differs; most events change one row."""
    before = {row["id"]: tuple(row) for row in tx.execute("SELECT * FROM appointment")}
    rows = {one.id: _row(one) for one in found.appointments.values()}
    changed = [row for identity, row in rows.items() if before.get(identity) != row]
    places = ", ".join("?" * 20)
    tx.executemany(f"INSERT OR REPLACE INTO appointment VALUES ({places})", changed)  # noqa: S608  places of values
    tx.executemany("DELETE FROM appointment WHERE id = ?", [(one,) for one in before.keys() - rows.keys()])
    tx.execute("DELETE FROM room_schedule")
    if found.schedule != Schedule():
        tx.execute("INSERT INTO room_schedule VALUES (1, ?)", (_json(found.schedule.body()),))


def _row(one: Appointment) -> tuple[object, ...]:
    slot = one.slot or one.wanted
    return (
        one.id,
        one.number,
        one.side,
        one.how,
        slot.day,
        slot.start,
        int(one.slot is not None),
        one.wanted.day,
        one.wanted.start,
        one.what,
        one.name,
        one.phone,
        one.address,
        one.bring,
        one.state,
        int(one.untold),
        one.note,
        one.moves,
        one.made_at,
        one.actor,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
