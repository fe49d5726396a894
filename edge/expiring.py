"""到期提醒: whose identity card, endorsement or registered stay runs out soon, worked out of the log (M40).

Nobody asked for it, so it says no more than it knows: every line names what it was reckoned from. Nothing is stored but
rows that forms.expiry makes of each application, and the calls that were made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from edge import concerns, index, log, room_events, unwritten
from edge.database import Connection
from edge.errors import problem
from forms import expiry
from forms.dates import months_later
from forms.definition import Definition
from forms.events import Event
from forms.expiry import WHATS
from forms.kinds_people import TOLD, TOLD_BY
from forms.state import State

if TYPE_CHECKING:
    from edge.node import Node

KIND: Final = "expiry.called"
NOTE_MAX = 200
LISTED_MAX = 1000  # of each kind; nobody calls more in half a year
SETTLED = ("told", "stop")
TEMPLATE: Final = "expiring"


@dataclass(frozen=True, slots=True)
class Expiring:
    """Somebody's thing that runs out. `basis`: what that is known from, a key of forms.expiry.BASES.

    `result`, `told_at`, `tries`: of the calls about it; `sms`: "" or the moment at which a message was asked for,
    `sms_received` whether the centre has that request. `village` is a code of divisions, a name, or "".
    """

    number: str
    applicant: str
    what: str
    until: str
    basis: str
    village: str
    part: str
    result: str
    told_at: str
    tries: int
    sms: str
    sms_received: bool

    @property
    def title(self) -> str:
        return WHATS[self.what]

    @property
    def is_settled(self) -> bool:
        """Whether nobody needs to call any more."""
        return self.result in SETTLED

    @property
    def about(self) -> str:
        """What a message would be about; the same thing is never sent twice."""
        return f"{self.what}:{self.until}"


def project(tx: Connection, head: int, definition: Definition, state: State) -> None:
    """The rows of one application; a service that keeps its people to itself has none."""
    tx.execute("DELETE FROM expiry WHERE head = ?", (head,))
    tx.execute("DELETE FROM dwelling WHERE head = ?", (head,))
    if unwritten.keeps(definition):
        return
    key = bytes(tx.execute("SELECT search_key FROM node").fetchone()[0])
    tx.executemany(
        "INSERT INTO expiry VALUES (?, ?, ?, ?, ?, ?)",
        [
            (head, one.what, index.hashed(key, "person", one.person), one.until, one.basis, one.at)
            for one in expiry.terms(definition, state)
        ],
    )
    lives = expiry.dwelling(definition, state.answers)
    if lives is not None:
        row = (head, index.hashed(key, "person", lives.person), lives.village, lives.part)
        tx.execute("INSERT INTO dwelling VALUES (?, ?, ?, ?)", row)


# the newest word on a thing of a person counts; while it is applied for nobody is reminded of it
_STANDS = (
    "NOT EXISTS (SELECT 1 FROM expiry n WHERE n.person = expiry.person AND n.what = expiry.what"
    " AND (n.basis = 'busy' OR (n.at, n.head) > (expiry.at, expiry.head)))"
)


def of_kind(tx: Connection, what: str, today: str) -> list[Expiring]:
    """Everything of one kind that runs out soon or has run out not long ago; the first to run out first."""
    rows = _rows(tx, "head.number, head.applicant, expiry.*", what, today)
    return [_read(tx, row) for row in rows]


def counts(tx: Connection, today: str) -> tuple[int, int]:
    """(how many somebody has to be told of, how many of them have run out), without looking further at each."""
    asked = f"until, ({_LAST_RESULT}) AS result"
    found = [row for what in WHATS for row in _rows(tx, asked, what, today) if row["result"] not in SETTLED]
    return len(found), sum(1 for row in found if row["until"] < today)


_LAST_RESULT = (
    "SELECT result FROM expiry_call c WHERE c.application = head.number AND c.what = expiry.what"
    " AND c.until = expiry.until ORDER BY epoch DESC, seq DESC LIMIT 1"
)


def _rows(tx: Connection, columns: str, what: str, today: str) -> list[Any]:
    unseen, account = concerns.shown()
    first = months_later(today, -expiry.KEPT_MONTHS[what] - 1)
    last = months_later(today, expiry.LEAD_MONTHS[what] + 1)
    rows = tx.execute(
        f"SELECT {columns} FROM expiry JOIN head ON head.id = expiry.head"  # noqa: S608  own words
        " WHERE what = ? AND until <> '' AND until BETWEEN ? AND ?"  # as the partial index says it
        f" AND {_STANDS}{unseen and f' AND {unseen}'} ORDER BY until LIMIT ?",
        (what, first, last, *account, LISTED_MAX),
    ).fetchall()
    return [row for row in rows if _is_time(what, str(row["until"]), today)]


def _is_time(what: str, until: str, today: str) -> bool:
    return expiry.enters(what, until) <= today <= expiry.leaves(what, until)


def listed(tx: Connection, today: str) -> list[Expiring]:
    """Everything that runs out, of all kinds."""
    return [one for what in WHATS for one in of_kind(tx, what, today)]


def _read(tx: Connection, row: Any) -> Expiring:
    lives = tx.execute(
        "SELECT village, part FROM dwelling WHERE person = ? ORDER BY head DESC LIMIT 1", (row["person"],)
    ).fetchone()
    known = (row["number"], row["what"], row["until"])
    calls = tx.execute(
        "SELECT result, at FROM expiry_call WHERE application = ? AND what = ? AND until = ?"
        " ORDER BY epoch DESC, seq DESC",
        known,
    ).fetchall()
    sent = tx.execute(
        "SELECT at, epoch, seq FROM sms WHERE application = ? AND template = ? AND about = ?",
        (row["number"], TEMPLATE, f"{row['what']}:{row['until']}"),
    ).fetchone()
    return Expiring(
        number=row["number"],
        applicant=row["applicant"],
        what=row["what"],
        until=row["until"],
        basis=row["basis"],
        village=lives["village"] if lives else "",
        part=lives["part"] if lives else "",
        result=calls[0]["result"] if calls else "",
        told_at=calls[0]["at"] if calls else "",
        tries=len(calls),
        sms=sent["at"] if sent else "",
        sms_received=bool(sent) and (sent["epoch"], sent["seq"]) <= log.acked(tx).position,
    )


def find(tx: Connection, number: str, what: str, today: str) -> Expiring:
    """One line of the list. Raises not_found for what is not on it, or not for the one who looks."""
    found = of_kind(tx, what, today) if what in WHATS else []
    for one in found:
        if one.number == number:
            return one
    raise problem("not_found")


@dataclass(frozen=True, slots=True)
class Call:
    """What came of telling somebody: keys of TOLD_BY and TOLD. `until`: the day that the list showed."""

    what: str
    until: str
    how: str
    result: str
    note: str = ""


def told(node: Node, number: str, call: Call, *, actor: str, token: str) -> None:
    """Who was told, and by which way. Raises not_found, expiry_wrong; expiry_other where the day has changed since."""
    note = call.note.strip()

    def act(tx: Connection) -> dict[str, Any]:
        one = find(tx, number, call.what, tx.clock.today())
        if call.how not in TOLD_BY or call.result not in TOLD or len(note) > NOTE_MAX:
            raise problem("expiry_wrong")
        if one.until != call.until:
            raise problem("expiry_other")
        said = {"what": call.what, "until": call.until, "how": call.how, "result": call.result}
        return {"application": number, **said, **({"note": note} if note else {})}

    room_events.write(node, KIND, act, actor=actor, token=token, project=take)


def take(tx: Connection, event: Event) -> None:
    """The row of one call."""
    data = event.data
    tx.execute(
        "INSERT OR IGNORE INTO expiry_call VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event.id,
            data["application"],
            data["what"],
            data["until"],
            data["how"],
            data["result"],
            data.get("note", ""),
            event.at,
            event.actor,
            *event.position,
        ),
    )


def refill(tx: Connection) -> None:
    """Fill the emptied table of calls again from the log; the rest is made with each application."""
    for event in log.of_room(tx, "node", f'["{KIND}"]'):
        take(tx, event)


def pending(found: Iterable[Expiring]) -> list[Expiring]:
    """Those that somebody still has to be told of."""
    return [one for one in found if not one.is_settled]
