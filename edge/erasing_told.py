"""What a room as a whole has written of an application that is erased: ratings, messages, reminders, notes of a day.

Who looked at whom stays for the half year of 网络安全法 21, also where the application is gone; after it his reasons go
too, and the head of the event still says who it was and when.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from edge import erasing_marks, log, projections
from forms import events, telling

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.node import Node
    from forms.events import Event, Side

_WORDS: Final = frozenset(("words", "note", "text", "reason", "answer", "what", "bring", "address", "place"))
_WORDS_LENGTH_MIN: Final = 8  # shorter ones are said of others too
AT_ONCE_MAX: Final = 100
KIND: Final = "record.erased"
DAYS_MIN: Final = 180  # 网络安全法 21: logs are kept six months at least


def of(tx: Connection, numbers: Collection[str], before: str) -> list[tuple[Side, Event]]:
    """The room's events, of either side, that tell of these applications; of looks those before the day `before`."""
    return telling.of([*of_kinds(tx, telling.SPOKEN), *_old_looks(tx, before)], numbers)


def of_kinds(tx: Connection, kinds: Iterable[str]) -> list[tuple[Side, Event]]:
    """The room's events of these kinds, of either side, that can still be read."""
    wanted = json.dumps(sorted(kinds))
    return [(side, event) for side in _SIDES for event in log.of_room(tx, side, wanted)]


_SIDES: Final[tuple[Side, ...]] = ("node", "centre")


def _old_looks(tx: Connection, before: str) -> Iterator[tuple[Side, Event]]:
    held = log.acked(tx).position
    found = ((side, event) for side, event in of_kinds(tx, telling.LOOKS) if event.at[:10] < before)
    return ((side, event) for side, event in found if side == "centre" or event.position <= held)


def is_unsent(tx: Connection, number: str) -> bool:
    """Whether the room has written something of this application that the centre does not have yet."""
    held = log.acked(tx).position
    told = telling.of(of_kinds(tx, telling.SPOKEN), [number]) if log.head(tx).position > held else []
    return any(side == "node" and event.position > held for side, event in told)


def marks(told: Iterable[tuple[Side, Event]]) -> set[str]:
    """What tells one person from others in these events, and what was written of him."""
    return {value for _, event in told for value in _marks(event.data, "")}


def _marks(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else ((name, inner) for inner in value)
        for key, inner in pairs:
            yield from _marks(inner, key)
    elif isinstance(value, str) and name in _WORDS and len(value) >= _WORDS_LENGTH_MIN:
        yield value
    else:
        yield from erasing_marks.telling_values(value, name)


def day_before(node: Node, days: int) -> str:
    """What happened before this day is older than `days`."""
    return (date.fromisoformat(node.clock.today()) - timedelta(days=days)).isoformat()


def record(
    tx: Connection, numbers: Sequence[str], told: Sequence[tuple[Side, Event]], said: Mapping[str, Any], actor: str
) -> None:
    """Erase what is `told` of these applications, and write down what went; `said`: why, note, files."""
    for one in told:
        blank_event(tx, one)
    for body in telling.records(numbers, told, said):
        log.append(tx, KIND, "", body, actor)


def blank_event(tx: Connection, told: tuple[Side, Event]) -> None:
    """The same as `blank` of an event as the logs give it."""
    side, event = told
    blank(tx, {"side": side, **{name: getattr(event, name) for name in ("epoch", "seq", "salt", "body")}})


def blank(tx: Connection, row: Mapping[str, Any]) -> None:
    """Leave of one event its place and the hash of its body; `row`: side, epoch, seq, salt, body."""
    left = events.erased(bytes(row["salt"]), bytes(row["body"]))
    place = (left, row["side"], row["epoch"], row["seq"])
    tx.execute("UPDATE event SET body = ?, salt = zeroblob(16) WHERE side = ? AND epoch = ? AND seq = ?", place)


def late(node: Node) -> int:
    """Looks at people whose application was erased, and whose own half year is over now: how many went."""
    before = day_before(node, DAYS_MIN)
    with node.database.write() as tx:
        told = [(side, event) for side, event in _old_looks(tx, before) if not _is_there(tx, event)][:AT_ONCE_MAX]
        if not told:
            return 0
        found = marks(told)
        numbers = list(dict.fromkeys(event.data["application"] for _, event in told))
        record(tx, numbers, told, {"why": "term", "note": "", "files": 0}, "system")
        projections.rebuild(tx, node.settings)
        found -= erasing_marks.still_said(tx, found)
    erasing_marks.clean(node.database, found)
    return len(told)


def _is_there(tx: Connection, event: Event) -> bool:
    """Whether anything of the application that somebody looked at can still be read."""
    row = tx.execute(
        f"SELECT 1 FROM event WHERE application = ? AND application <> '' AND {log.LEGIBLE} LIMIT 1",  # noqa: S608  own words
        (event.data["application"],),
    ).fetchone()
    return row is not None
