"""What the centre says to a room about its day: reminders (反向催办) and appointments made from above; and what the
room says is wrong with itself (工单).

All are events about the room as a whole; the centre's are in the log that it writes for it, and go down with the next
batch.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from edge.errors import problem
from forms import appointments
from forms.appointments import Book
from forms.events import Event
from forms.kinds import check_body
from forms.kinds_desk import FAULTS, KINDS
from forms.schedule import Schedule, Slot
from sync.centre import cases, log, rooms, tables
from sync.centre.centre import Centre

SUPERVISOR = "supervisor"
_BOOK = frozenset(kind for kind in KINDS if kind.startswith(("appointment.", "schedule.")))
_REMINDERS = frozenset({"reminder.sent", "reminder.answered"})
_TICKETS = frozenset({"ticket.opened", "ticket.closed"})
CLOSED_SHOWN = 10
PROGRAM = "system"


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder about one application; `answer` is "" until the room's answer has come up."""

    id: str
    text: str
    due_day: str
    at: str
    actor: str
    answer: str = ""
    answered_at: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """工单 of a room: what was wrong with the room itself; `closed_at` is "" while it is open.

    `by_program`: the machine saw it by itself, nobody had to write it.
    """

    title: str
    note: str
    opened_at: str
    by_program: bool
    closing: str = ""
    closed_at: str = ""


def tickets(tx: Connection, node_id: str) -> list[Ticket]:
    """The open ones of a room, the oldest first, then those that were closed last, at most CLOSED_SHOWN of them."""
    events = [event for side, event in log.of_room(tx, node_id, _TICKETS) if side == "node"]
    ends = {event.data["ticket"]: event for event in events if event.kind == "ticket.closed"}
    found = [_ticket(event, ends.get(event.id)) for event in events if event.kind == "ticket.opened"]
    closed = sorted((one for one in found if one.closed_at), key=lambda one: one.closed_at, reverse=True)
    return [*(one for one in found if not one.closed_at), *closed[:CLOSED_SHOWN]]


def _ticket(opened: Event, end: Event | None) -> Ticket:
    said = opened.data
    closing, closed_at = (end.data["note"], end.at) if end else ("", "")
    return Ticket(FAULTS[said["what"]], said["note"], opened.at, opened.actor == PROGRAM, closing, closed_at)


def remind(centre: Centre, number: str, text: str, *, actor: str, due_day: str = "") -> Reminder:
    """催办 one application. Raises not_found, reminder_sealed, reminder_text."""
    body = {"application": number, "text": text.strip()} | ({"due_day": due_day} if due_day else {})
    case = cases.get(centre, number)
    if case.sealed:  # the room learns nothing of it
        raise problem("reminder_sealed")
    try:
        check_body("reminder.sent", body)
    except ValueError as error:
        raise problem("reminder_text") from error
    with centre.store.write() as tx:
        rooms.get(tx, case.node_id, lock=True)
        event = log.append(tx, centre.clock, case.node_id, kind="reminder.sent", application="", body=body, actor=actor)
    return Reminder(event.id, body["text"], due_day, event.at, actor)


def reminders(tx: Connection, node_id: str, number: str) -> list[Reminder]:
    """All about one application with their answers, the newest first."""
    events = log.of_room(tx, node_id, _REMINDERS)
    answers = {
        event.data["reminder"]: (event.data["text"], event.at, event.actor)
        for side, event in reversed(events)
        if side == "node"
    }
    sent = [event for side, event in events if side == "centre" and event.data["application"] == number]
    return [
        Reminder(
            event.id,
            event.data["text"],
            event.data.get("due_day", ""),
            event.at,
            event.actor,
            *answers.get(event.id, ("", "", "")),
        )
        for event in reversed(sent)
    ]


def book(tx: Connection, node_id: str) -> Book:
    """The appointments of a room as both logs make them."""
    return appointments.reduce(log.of_room(tx, node_id, _BOOK))


def appoint(
    centre: Centre, node_id: str, slot: Slot, *, name: str, what: str, actor: str, phone: str = ""
) -> appointments.Appointment:
    """Give away a slot of a room, as far as the centre knows it. The room may have given it away too.

    Raises node_unknown, appointment_no_schedule, appointment_name, appointment_slot, appointment_full.
    """
    with centre.store.write() as tx:
        rooms.get(tx, node_id, lock=True)
        known = book(tx, node_id)
        _check(known, slot)
        body = {
            "number": f"W1-{_made(tx, node_id) + 1:04d}",
            "how": "room",
            "day": slot.day,
            "start": slot.start,
            "what": what.strip(),
            "name": name.strip(),
            "phone": phone.strip(),
        }
        try:
            check_body("appointment.made", body)
        except ValueError as error:
            raise problem("appointment_name") from error
        event = log.append(tx, centre.clock, node_id, kind="appointment.made", application="", body=body, actor=actor)
        return book(tx, node_id).appointments[event.id]


def _made(tx: Connection, node_id: str) -> int:
    """How many appointments were made from here, with those that were erased: no number is given twice."""
    made = select(func.count()).select_from(tables.event).filter_by(node_id=node_id, application="", side="centre")
    return int(tx.execute(made.filter_by(kind="appointment.made")).scalar_one())


def _check(known: Book, slot: Slot) -> None:
    if known.schedule == Schedule():
        raise problem("appointment_no_schedule")
    free = known.free(slot.day)
    if slot not in free:
        raise problem("appointment_slot", day=slot.day, start=slot.start)
    if not free[slot]:
        raise problem("appointment_full", day=slot.day, start=slot.start)
