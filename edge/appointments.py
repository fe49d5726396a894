"""预约: slots given away without a network, home visits, and what becomes of them. Each act is one event of the room.

The other side gives away slots too; forms.appointments says who keeps one that was given away twice.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from edge import desk_projection, log, opening, room_events
from edge.database import Connection
from edge.errors import problem
from forms.appointments import STATES
from forms.schedule import DAYS_AHEAD_MAX, Schedule, Slot

if TYPE_CHECKING:
    from edge.node import Node

TEXT_MAX = 200
NAME_MAX = 60
LISTED_MAX = 300


@dataclass(frozen=True, slots=True)
class Booked:
    """One appointment, as its table has it. `placed` is False where no free slot was left for it."""

    id: str
    number: str
    side: str
    how: str
    day: str
    start: str
    placed: int
    wanted_day: str
    wanted_start: str
    what: str
    name: str
    phone: str
    address: str
    bring: str
    state: str
    untold: int
    note: str
    moves: int
    made_at: str
    actor: str

    @property
    def slot(self) -> Slot:
        return Slot(self.day, self.start)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for; `start` is "" for a home visit without an hour."""

    how: str
    day: str
    start: str
    what: str
    name: str
    phone: str = ""
    address: str = ""
    bring: str = ""


def announce(node: "Node") -> bool:
    """Publish the slots of room.toml, where they are others than those that were published last; True if it did."""
    wanted = opening.schedule(node.room)
    with node.database.read() as tx:
        if published(tx) == wanted:
            return False
    with node.database.write() as tx:
        if published(tx) == wanted:
            return False
        _publish(tx, wanted)
    return True


def _publish(tx: Connection, wanted: Schedule) -> None:
    desk_projection.project(tx, log.append(tx, "schedule.published", "", wanted.body(), "system"))


def published(tx: Connection) -> Schedule | None:
    """The slots as they were published last."""
    row = tx.execute("SELECT body FROM room_schedule").fetchone()
    return None if row is None else Schedule.from_body(json.loads(row[0]))


def make(node: "Node", wish: Wish, *, actor: str, token: str) -> None:
    """Give away a slot, or take up a home visit; the same token again does nothing.

    Raises appointment_name, appointment_address, appointment_day, appointment_slot, appointment_full.
    """

    def act(tx: Connection) -> dict[str, Any]:
        _check_wish(wish)
        wanted = opening.schedule(node.room)
        if published(tx) != wanted:
            _publish(tx, wanted)
        _check_slot(tx, wish.how, Slot(wish.day, wish.start))
        return {"number": _next_number(tx, node.epoch(tx)), **body_of(wish)}

    _write(node, "appointment.made", act, actor, token)


def body_of(wish: Wish) -> dict[str, Any]:
    """The fields of the event, without the number."""
    body = {
        "how": wish.how,
        "day": wish.day,
        "start": wish.start,
        "what": wish.what.strip(),
        "name": wish.name.strip(),
        "phone": wish.phone.strip(),
    }
    extra = {"address": wish.address.strip(), "bring": wish.bring.strip()}
    return body | {name: text for name, text in extra.items() if text}


def _check_wish(wish: Wish) -> None:
    texts = {"name": NAME_MAX, "phone": NAME_MAX, "what": TEXT_MAX, "address": TEXT_MAX, "bring": TEXT_MAX}
    if not wish.name.strip() or not wish.what.strip():
        raise problem("appointment_name")
    if any(len(getattr(wish, name)) > longest for name, longest in texts.items()):
        raise problem("bad_request", detail="写得太长")
    if wish.how == "home" and not wish.address.strip():
        raise problem("appointment_address")


def _check_slot(tx: Connection, how: str, slot: Slot) -> None:
    today = tx.clock.today()
    if not is_day(slot.day) or not today <= slot.day <= _last_day(today):
        raise problem("appointment_day", day=slot.day, days=DAYS_AHEAD_MAX)
    if how == "home":
        return
    places = free(tx, slot.day, published(tx) or Schedule())
    if slot not in places:
        raise problem("appointment_slot", day=slot.day, start=slot.start)
    if not places[slot]:
        raise problem("appointment_full", day=slot.day, start=slot.start)


def is_day(text: str) -> bool:
    """Whether this is a day such as 2026-11-26."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _last_day(today: str) -> str:
    return (date.fromisoformat(today) + timedelta(days=DAYS_AHEAD_MAX)).isoformat()


def _next_number(tx: Connection, epoch: int) -> str:
    """Y1-0007: of this room's own, counted in its epoch, those that were erased too, so that none is given twice."""
    row = tx.execute(
        "SELECT count(*) FROM event WHERE side = 'node' AND application = '' AND kind = 'appointment.made'"
        " AND epoch = ?",
        (epoch,),
    ).fetchone()
    return f"Y{epoch}-{row[0] + 1:04d}"


def move(node: "Node", identity: str, slot: Slot, reason: str, *, actor: str, token: str) -> None:
    """改期. Raises not_found, appointment_over and what `make` raises."""

    def act(tx: Connection) -> dict[str, Any]:
        found = _open(tx, identity)
        if slot != found.slot or not found.placed:
            _check_slot(tx, found.how, slot)
        return {"appointment": identity, "day": slot.day, "start": slot.start, "reason": reason.strip()[:TEXT_MAX]}

    _write(node, "appointment.moved", act, actor, token)


def told(node: "Node", identity: str, *, actor: str, token: str) -> None:
    """Somebody told the person the new time, which is promised from now on. Raises not_found, appointment_over."""

    def act(tx: Connection) -> dict[str, Any]:
        found = _open(tx, identity)
        if not found.untold or not found.placed:
            raise problem("appointment_over", state="没有要告知的改期")
        return {"appointment": identity, "day": found.day, "start": found.start}

    _write(node, "appointment.told", act, actor, token)


def cancel(node: "Node", identity: str, reason: str, *, actor: str, token: str) -> None:
    """取消. Raises not_found, appointment_over."""

    def act(tx: Connection) -> dict[str, Any]:
        return {"appointment": _open(tx, identity).id, "reason": reason.strip()[:TEXT_MAX]}

    _write(node, "appointment.cancelled", act, actor, token)


def keep(node: "Node", identity: str, result: str, *, actor: str, token: str) -> None:
    """来了, 没有来. Raises not_found, appointment_over."""

    def act(tx: Connection) -> dict[str, Any]:
        return {"appointment": _open(tx, identity).id, "result": result}

    _write(node, "appointment.kept", act, actor, token)


def _write(node: "Node", kind: str, act: Callable[[Connection], dict[str, Any]], actor: str, token: str) -> None:
    room_events.write(node, kind, act, actor=actor, token=token, project=desk_projection.project)


def _open(tx: Connection, identity: str) -> Booked:
    found = find(tx, identity)
    if found.state != "booked":
        said = STATES.get(found.state, found.state)  # type: ignore[call-overload]  # a row's state is any text
        raise problem("appointment_over", state=said)
    return found


def find(tx: Connection, identity: str) -> Booked:
    """Raises not_found."""
    row = tx.execute("SELECT * FROM appointment WHERE id = ?", (identity,)).fetchone()
    if row is None:
        raise problem("not_found")
    return Booked(**dict(row))


def of_day(tx: Connection, day: str) -> list[Booked]:
    """Those of a day by the hour, home visits last."""
    rows = tx.execute("SELECT * FROM appointment WHERE day = ? ORDER BY how DESC, start, number", (day,))
    return [Booked(**dict(row)) for row in rows]


def untold(tx: Connection) -> list[Booked]:
    """Who has to be told of another time, the next day first."""
    rows = tx.execute("SELECT * FROM appointment WHERE untold = 1 ORDER BY day, start LIMIT ?", (LISTED_MAX,))
    return [Booked(**dict(row)) for row in rows]


def by_token(tx: Connection, token: str) -> Booked:
    """What this act was about, for the page after it. Raises not_found."""
    row = tx.execute("SELECT event FROM submission WHERE token = ?", (token,)).fetchone()
    return find(tx, "" if row is None else row["event"])


def free(tx: Connection, day: str, schedule: Schedule) -> dict[Slot, int]:
    """The slots of a day with the places that are left."""
    rows = tx.execute(
        "SELECT start, count(*) FROM appointment WHERE day = ? AND how = 'room' AND placed = 1"
        " AND state <> 'cancelled' GROUP BY start",
        (day,),
    )
    held = {row[0]: row[1] for row in rows}
    return {slot: max(0, schedule.places - held.get(slot.start, 0)) for slot in schedule.slots(day)}


def ahead(tx: Connection, today: str, schedule: Schedule, days: int = 14) -> list[tuple[str, int, int]]:
    """(day, booked, places left) of the next days with slots or appointments."""
    found = []
    for step in range(days):
        day = (date.fromisoformat(today) + timedelta(days=step)).isoformat()
        places, booked = free(tx, day, schedule), len([one for one in of_day(tx, day) if one.state != "cancelled"])
        if places or booked:
            found.append((day, booked, sum(places.values())))
    return found
