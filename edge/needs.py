"""需求登记: what people of the village need, from the desk, a visit or the kiosk, and what became of it.

Who says it may be left out. A need is no application: no clock of the law runs, and no complaint about the room belongs
here, which goes to the supervisor alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from edge import log, room_events
from edge.database import Connection
from edge.errors import problem
from forms.events import Event
from forms.kinds_people import NEED_STATES, NEEDS, RAISED_BY, WORDS_MAX

if TYPE_CHECKING:
    from edge.node import Node

RECORDED, ANSWERED = "need.recorded", "need.answered"
LISTED_MAX = 200
_LIMITS: Final = {"village": 60, "who": 60, "phone": 40}
OPEN = ("", "doing")


@dataclass(frozen=True, slots=True)
class Need:
    """One need; `state` is "" until somebody said something to it."""

    id: str
    kind: str
    village: str
    what: str
    who: str
    phone: str
    how: str
    at: str
    actor: str
    state: str
    answer: str
    answered_at: str
    answered_by: str

    @property
    def title(self) -> str:
        return NEEDS[self.kind]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def record(node: Node, kind: str, what: str, *, how: str, actor: str, token: str, **said: str) -> None:
    """Write down a need; `said`: village, who, phone, each may be missing. Raises need_wrong, need_long."""
    kept = {name: said.get(name, "").strip() for name in _LIMITS}

    def act(_: Connection) -> dict[str, Any]:
        if kind not in NEEDS or how not in RAISED_BY or not what.strip():
            raise problem("need_wrong")
        if len(what.strip()) > WORDS_MAX or any(len(kept[name]) > most for name, most in _LIMITS.items()):
            raise problem("need_long", most=WORDS_MAX)
        given = {name: text for name, text in kept.items() if text or name == "village"}
        return {"kind": kind, "what": what.strip(), "how": how, **given}

    room_events.write(node, RECORDED, act, actor=actor, token=token, project=take)


def answer(node: Node, identity: str, state: str, text: str, *, actor: str, token: str) -> None:
    """What became of it. Raises not_found, need_answer, need_over for one that is settled."""

    def act(tx: Connection) -> dict[str, Any]:
        if state not in NEED_STATES or not 0 < len(text.strip()) <= WORDS_MAX:
            raise problem("need_answer", most=WORDS_MAX)
        if not find(tx, identity).is_open:
            raise problem("need_over")
        return {"need": identity, "state": state, "text": text.strip()}

    room_events.write(node, ANSWERED, act, actor=actor, token=token, project=take)


def take(tx: Connection, event: Event) -> None:
    """The row of one need, or what became of it."""
    data = event.data
    if event.kind == RECORDED:
        row = (event.id, data["kind"], data["village"], data["what"], data.get("who", ""), data.get("phone", ""))
        tx.execute(
            "INSERT OR IGNORE INTO need (id, kind, village, what, who, phone, how, at, actor)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, data["how"], event.at, event.actor),
        )
    else:
        tx.execute(
            "UPDATE need SET state = ?, answer = ?, answered_at = ?, answered_by = ? WHERE id = ?",
            (data["state"], data["text"], event.at, event.actor, data["need"]),
        )


def refill(tx: Connection) -> None:
    """Fill the emptied table again from the log."""
    for event in log.of_room(tx, "node", f'["{RECORDED}", "{ANSWERED}"]'):
        take(tx, event)


def find(tx: Connection, identity: str) -> Need:
    """Raises not_found."""
    row = tx.execute("SELECT * FROM need WHERE id = ?", (identity,)).fetchone()
    if row is None:
        raise problem("not_found")
    return Need(**dict(row))


def opened(tx: Connection) -> list[Need]:
    """Those that are not settled, the oldest first."""
    rows = tx.execute("SELECT * FROM need WHERE state IN ('', 'doing') ORDER BY at LIMIT ?", (LISTED_MAX,))
    return [Need(**dict(row)) for row in rows]


def settled(tx: Connection, limit: int = 50) -> list[Need]:
    """The ones settled last, the newest first."""
    rows = tx.execute("SELECT * FROM need WHERE state NOT IN ('', 'doing') ORDER BY answered_at DESC LIMIT ?", (limit,))
    return [Need(**dict(row)) for row in rows]


def count_open(tx: Connection) -> int:
    """How many needs of the village nobody has settled: new ones and those that somebody works on."""
    return int(tx.execute("SELECT count(*) FROM need WHERE state IN ('', 'doing')").fetchone()[0])
