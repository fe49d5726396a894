"""When a room is open, and the slots that it gives away: the same value at the room and at the centre.

The room works it out of room.toml and publishes it (`schedule.published`); both sides judge appointments by that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

DAYS_AHEAD_MAX = 60  # how far ahead somebody is moved, or may take a number
_HOUR_MIN = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """A beginning on a day: "2026-11-26", "09:30"; `start` is "" for a visit without an hour."""

    day: str
    start: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """`week`: the open spans ("08:30-12:00") of Monday to Sunday; `ends`: last digits of the market days' dates."""

    week: tuple[tuple[str, ...], ...] = ((),) * 7
    ends: tuple[str, ...] = ()
    market: tuple[str, ...] = ()
    minutes: int = 30
    places: int = 1

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Of a schedule.published event; a week that is not one of seven days is a week without hours."""
        week = tuple(tuple(spans) for spans in body["week"])
        market = body["market"]
        return cls(
            week if len(week) == 7 else ((),) * 7,  # noqa: PLR2004 - a week
            tuple(market["ends"]),
            tuple(market["spans"]),
            max(5, body["minutes"]),
            body["places"],
        )

    def body(self) -> dict[str, Any]:
        """The body of the event."""
        return {
            "week": [list(spans) for spans in self.week],
            "market": {"ends": list(self.ends), "spans": list(self.market)},
            "minutes": self.minutes,
            "places": self.places,
        }

    def is_market(self, day: str) -> bool:
        """Whether a market is held: on the days whose date ends so; the 31st belongs to no round of five days."""
        return day[-1] in self.ends and day[-2:] != "31"

    def spans(self, day: str) -> tuple[str, ...]:
        """The open hours of a day; on a market day those of the market too."""
        usual = self.week[date.fromisoformat(day).weekday()]
        return tuple(dict.fromkeys((*usual, *self.market))) if self.is_market(day) else usual

    def slots(self, day: str) -> list[Slot]:
        """Every slot of a day, in order; one that does not fit before the end of its span is none."""
        starts = {
            minute
            for span in self.spans(day)
            for first, last in [_minutes(span)]
            for minute in range(first, last - self.minutes + 1, self.minutes)
        }
        return [Slot(day, clock_text(minute)) for minute in sorted(starts)]

    def after(self, slot: Slot) -> Iterator[Slot]:
        """The slots that follow, day by day, as far as anybody is moved."""
        first = date.fromisoformat(slot.day)
        for ahead in range(DAYS_AHEAD_MAX + 1):
            day = (first + timedelta(days=ahead)).isoformat()
            yield from (one for one in self.slots(day) if (one.day, one.start) > (slot.day, slot.start))

    def is_open(self, moment: str) -> bool:
        """Whether somebody is there at a moment (RFC 3339 in China's time)."""
        now = minutes_of(moment[11:16])
        return any(first <= now < last for first, last in map(_minutes, self.spans(moment[:10])))


def minutes_of(text: str) -> int:
    """Minutes since midnight of "09:30"."""
    return int(text[:2]) * _HOUR_MIN + int(text[3:5])


def clock_text(minutes: int) -> str:
    """The reverse: "09:30"."""
    return f"{minutes // _HOUR_MIN:02d}:{minutes % _HOUR_MIN:02d}"


def _minutes(span: str) -> tuple[int, int]:
    first, _, last = span.partition("-")
    return minutes_of(first), minutes_of(last)
