"""The book of appointments, worked out from both logs; the same at the room and at the centre.

Both sides give away slots without asking each other. Where they gave away the last place of a slot twice, the merged
order (forms.merge) says who keeps it; the other is moved to the next free slot. That is done after everybody else has
got the slot that he was promised, so nobody else is moved for it, and no appointment is ever dropped.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from forms.events import Event, Side
from forms.kinds import check_body
from forms.merge import merge
from forms.schedule import Schedule, Slot

State = Literal["booked", "kept", "absent", "cancelled"]
STATES: dict[State, str] = {"booked": "已约", "kept": "已来办理", "absent": "没有来", "cancelled": "已取消"}
HOLDING: frozenset[State] = frozenset({"booked", "kept", "absent"})
TAKEN = "这个时段双方都约出去了，已改到下一个空的时段"
NOWHERE = "这个时段双方都约出去了，后面没有空的时段，请另约"


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment as it stands. `id` is that of the event that made it.

    `slot` is when it is now, `wanted` what was promised last by a person. They differ where it had to be moved: then
    `note` says why, and somebody has to tell (`untold`). `slot` is None where no free one was left.
    """

    id: str
    number: str
    side: Side
    how: str
    wanted: Slot
    slot: Slot | None
    what: str
    name: str
    phone: str
    address: str
    bring: str
    state: State
    made_at: str
    actor: str
    note: str = ""
    moves: int = 0

    @property
    def untold(self) -> bool:
        """Whether the person knows another time than the one that holds."""
        return self.state == "booked" and self.slot != self.wanted

    @property
    def day(self) -> str:
        """Its day; the promised one where it stands nowhere."""
        return (self.slot or self.wanted).day


@dataclass(frozen=True, slots=True)
class Book:
    """All appointments by id, in the merged order of their making, and the schedule in force."""

    schedule: Schedule
    appointments: Mapping[str, Appointment]

    def free(self, day: str) -> dict[Slot, int]:
        """The slots of a day with the places that are left."""
        held = Counter(one.slot for one in self.appointments.values() if one.state in HOLDING and one.day == day)
        return {slot: max(0, self.schedule.places - held[slot]) for slot in self.schedule.slots(day)}


def reduce(events: Iterable[tuple[Side, Event]]) -> Book:
    """The book after all `events` of a room, given in any order as (side, event); others are passed over."""
    reducer = _Reducer()
    for side, event in merge(events):
        reducer.take(side, event)
    return reducer.book()


class _Reducer:
    """Takes the events in their order; who found his slot full waits until all others have theirs."""

    def __init__(self) -> None:
        self.schedule = Schedule()
        self.found: dict[str, Appointment] = {}
        self.held: Counter[Slot] = Counter()
        self.bumped: dict[str, None] = {}

    def take(self, side: Side, event: Event) -> None:
        act = getattr(self, "_" + event.kind.replace(".", "_"), None)
        if act is None:
            return
        try:
            data = event.data
            check_body(event.kind, data)
        except ValueError:
            return  # it stands in the log and is no act; whoever received it has said so
        act(side, event, data)

    def book(self) -> Book:
        """With those who were bumped in the next free slots, in the order in which they were bumped."""
        for identity in self.bumped:
            self._place(identity)
        return Book(self.schedule, self.found)

    def _schedule_published(self, _side: Side, _event: Event, data: Mapping[str, Any]) -> None:
        self.schedule = Schedule.from_body(data)

    def _appointment_made(self, side: Side, event: Event, data: Mapping[str, Any]) -> None:
        slot = Slot(data["day"], data["start"])
        self.found[event.id] = Appointment(
            id=event.id,
            number=data["number"],
            side=side,
            how=data["how"],
            wanted=slot,
            slot=None,
            what=data["what"],
            name=data["name"],
            phone=data["phone"],
            address=data.get("address", ""),
            bring=data.get("bring", ""),
            state="booked",
            made_at=event.at,
            actor=event.actor,
        )
        self._claim(event.id, slot)

    def _appointment_moved(self, _side: Side, _event: Event, data: Mapping[str, Any]) -> None:
        found = self._booked(data)
        if found is not None:
            self._release(found)
            slot = Slot(data["day"], data["start"])
            self.found[found.id] = replace(found, wanted=slot, slot=None, note=data["reason"], moves=found.moves + 1)
            self._claim(found.id, slot)

    def _appointment_told(self, side: Side, event: Event, data: Mapping[str, Any]) -> None:
        """He knows the new time: from now on it is what was promised, like one that a person gave."""
        found = self._booked(data)
        if found is not None and found.wanted != Slot(data["day"], data["start"]):
            self._appointment_moved(side, event, {**data, "reason": "已告知改期"})

    def _appointment_cancelled(self, _side: Side, _event: Event, data: Mapping[str, Any]) -> None:
        found = self._booked(data)
        if found is not None:
            self._release(found)
            slot = found.slot or found.wanted
            self.found[found.id] = replace(found, state="cancelled", slot=slot, note=data["reason"])

    def _appointment_kept(self, _side: Side, _event: Event, data: Mapping[str, Any]) -> None:
        found = self._booked(data)
        if found is not None:  # whoever came has come, and needs no other slot any more
            self.bumped.pop(found.id, None)
            self.found[found.id] = replace(found, state=data["result"], slot=found.slot or found.wanted)

    def _booked(self, data: Mapping[str, Any]) -> Appointment | None:
        found = self.found.get(data["appointment"])
        return found if found is not None and found.state == "booked" else None

    def _claim(self, identity: str, slot: Slot) -> None:
        found = self.found[identity]
        if found.how == "home" or self.held[slot] < max(1, self.schedule.places):
            self._hold(found, slot, found.note)
        else:
            self.bumped[identity] = None

    def _hold(self, found: Appointment, slot: Slot, note: str) -> None:
        if found.how == "room":
            self.held[slot] += 1
        self.found[found.id] = replace(found, slot=slot, note=note)

    def _release(self, found: Appointment) -> None:
        self.bumped.pop(found.id, None)
        if found.slot is not None and found.how == "room":
            self.held[found.slot] -= 1

    def _place(self, identity: str) -> None:
        found = self.found[identity]
        places = max(1, self.schedule.places)
        free = next((slot for slot in self.schedule.after(found.wanted) if self.held[slot] < places), None)
        if free is None:
            self.found[identity] = replace(found, note=NOWHERE)
        else:
            self._hold(found, free, TAKEN)
