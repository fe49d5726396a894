"""What a room says about itself; the province's page for phones knows as much of it as the room told."""

from typing import NamedTuple


class Phone(NamedTuple):
    """A telephone number of the room and what it is for, as the citizen reads both."""

    label: str
    number: str


class Room(NamedTuple):
    """room.toml with its defaults; `place` is the division code that answers are judged by."""

    name: str
    station: str
    county: str
    address: str
    place: str
    hours: str
    market_days: str
    languages: tuple[str, ...]
    phones: tuple[Phone, ...]
    kiosk_idle_s: int
    kiosk_trial: bool = False
    appointment_minutes: int = 30
    appointment_places: int = 1
