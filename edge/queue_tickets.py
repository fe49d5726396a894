"""排号叫号: numbers of the day from the kiosk or the desk, called one after another. Nothing of it outlives the day."""

import secrets
from dataclasses import dataclass
from typing import Literal

from edge.database import Connection, Database
from edge.errors import problem

Source = Literal["kiosk", "desk"]
LETTERS: dict[Source, str] = {"kiosk": "A", "desk": "B"}
DAY_MAX = 999
LISTED_MAX = 100
KEPT_DAYS = 2  # who reloads yesterday's page shall see that it is over


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number. `at` and `called_at` are RFC 3339; `calls`: how often it was called."""

    id: int
    day: str
    number: str
    what: str
    source: str
    owner: str
    state: str
    at: str
    called_at: str
    calls: int
    account: str

    @property
    def spoken(self) -> str:
        """What a loudspeaker says: digits one by one, twice nothing else."""
        return f"请 {' '.join(self.number)} 号到窗口办理"


_COLUMNS = "id, day, number, what, source, owner, state, at, called_at, calls, account"


def take(database: Database, source: Source, owner: str, *, what: str = "", token: str = "") -> Ticket:
    """A number of today. Whoever waits already gets the number that he has; the same token too. Raises queue_full."""
    with database.write() as tx:
        known = _by_token(tx, token) if token else None
        known = known or (of_owner(tx, owner) if source == "kiosk" else None)
        return known or _new(tx, source, owner, what, token or secrets.token_urlsafe(18))


def _new(tx: Connection, source: Source, owner: str, what: str, token: str) -> Ticket:
    day, letter = tx.clock.today(), LETTERS[source]
    tx.execute("DELETE FROM queue_ticket WHERE day < date(?, ?)", (day, f"-{KEPT_DAYS} days"))
    row = tx.execute(
        "SELECT max(CAST(substr(number, 2) AS INTEGER)) FROM queue_ticket WHERE day = ? AND number LIKE ?",
        (day, letter + "%"),
    ).fetchone()
    following = (row[0] or 0) + 1
    if following > DAY_MAX:
        raise problem("queue_full")
    tx.execute(
        "INSERT INTO queue_ticket (day, number, what, source, owner, token, state, at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)",
        (day, f"{letter}{following:03d}", what[:60], source, owner, token, tx.clock.now()),
    )
    made = _by_token(tx, token)
    assert made is not None
    return made


def call_next(database: Database, account: str, token: str) -> Ticket:
    """Call who has waited longest; whom this officer called before counts as served. The same token calls nobody else.

    Raises queue_empty.
    """
    with database.write() as tx:
        done = tx.execute("SELECT id FROM queue_call WHERE token = ?", (token,)).fetchone()
        if done is not None:
            return by_id(tx, done["id"])
        found = waiting(tx, limit=1)
        if not found:
            raise problem("queue_empty")
        tx.execute(
            "UPDATE queue_ticket SET state = 'served' WHERE day = ? AND state = 'called' AND account = ?",
            (tx.clock.today(), account),
        )
        return _call(tx, found[0], account, token)


def call_again(database: Database, identity: int, account: str, token: str) -> Ticket:
    """Call somebody once more, or out of turn. Raises not_found, queue_over."""
    with database.write() as tx:
        found = by_id(tx, identity)
        if tx.execute("SELECT 1 FROM queue_call WHERE token = ?", (token,)).fetchone():
            return found
        if found.day != tx.clock.today() or found.state == "served":
            raise problem("queue_over")
        return _call(tx, found, account, token)


def _call(tx: Connection, found: Ticket, account: str, token: str) -> Ticket:
    tx.execute("INSERT INTO queue_call (token, id) VALUES (?, ?)", (token, found.id))
    tx.execute(
        "UPDATE queue_ticket SET state = 'called', called_at = ?, calls = calls + 1, account = ? WHERE id = ?",
        (tx.clock.now(), account, found.id),
    )
    return by_id(tx, found.id)


def finish(database: Database, identity: int, *, came: bool) -> None:
    """办完, or 过号: nobody came. A second time changes nothing. Raises not_found."""
    with database.write() as tx:
        by_id(tx, identity)
        state = "served" if came else "gone"
        tx.execute(
            "UPDATE queue_ticket SET state = ? WHERE id = ? AND state IN ('waiting', 'called')", (state, identity)
        )


def waiting(tx: Connection, limit: int = LISTED_MAX) -> list[Ticket]:
    """Who waits, in the order of coming."""
    return _read(tx, "WHERE day = ? AND state = 'waiting' ORDER BY id LIMIT ?", tx.clock.today(), limit)


def called(tx: Connection, limit: int = 6) -> list[Ticket]:
    """Who was called and is being served, the last call first."""
    last = "WHERE day = ? AND state = 'called' ORDER BY called_at DESC, id DESC LIMIT ?"
    return _read(tx, last, tx.clock.today(), limit)


def missed(tx: Connection, limit: int = 6) -> list[Ticket]:
    """Who was called and did not come."""
    return _read(tx, "WHERE day = ? AND state = 'gone' ORDER BY id DESC LIMIT ?", tx.clock.today(), limit)


def count_waiting(tx: Connection) -> int:
    """How many numbers of today nobody has called yet."""
    query = "SELECT count(*) FROM queue_ticket WHERE day = ? AND state = 'waiting'"
    return int(tx.execute(query, (tx.clock.today(),)).fetchone()[0])


def ahead_of(tx: Connection, ticket: Ticket) -> int:
    """How many wait before this one."""
    query = "SELECT count(*) FROM queue_ticket WHERE day = ? AND state = 'waiting' AND id < ?"
    return int(tx.execute(query, (ticket.day, ticket.id)).fetchone()[0])


def of_owner(tx: Connection, owner: str) -> Ticket | None:
    """The number with which this visit waits or was called today."""
    found = _read(
        tx,
        "WHERE day = ? AND owner = ? AND state IN ('waiting', 'called') ORDER BY id DESC LIMIT 1",
        tx.clock.today(),
        owner,
    )
    return found[0] if found else None


def by_id(tx: Connection, identity: int) -> Ticket:
    """Raises not_found."""
    found = _read(tx, "WHERE id = ?", identity)
    if not found:
        raise problem("not_found")
    return found[0]


def _by_token(tx: Connection, token: str) -> Ticket | None:
    found = _read(tx, "WHERE token = ?", token)
    return found[0] if found else None


def _read(tx: Connection, rest: str, *values: object) -> list[Ticket]:
    return [Ticket(**dict(row)) for row in tx.execute(f"SELECT {_COLUMNS} FROM queue_ticket {rest}", values)]  # noqa: S608  our own columns and conditions
