"""One row per application as it stands, for lists and search: worked out from the log, never written by hand.

edge.projections drops all of it and fills it again from the log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from edge import concerns, definitions, delivery_rows, expiring, facts, index, log, ranks, receiving_rows, words
from edge.database import Connection
from edge.errors import YizhanError
from forms import lifecycle, whole
from forms.events import Event, Side
from forms.state import State
from forms.whole import Family

_COLUMNS = (
    "number", "receipt_token", "service_id", "version", "definition", "applicant", "phase", "phase_title", "result",
    "channel", "urgent", "filed_at", "filed_epoch", "filed_seq", "last_epoch", "last_seq", "changed_at",
)  # fmt: skip  # a table


@dataclass(frozen=True, slots=True)
class Summary:
    """A row of the list. `received_by_centre`: the centre's signed ack covers the filing; `unsent`: something newer of
    this application is not covered yet.
    """

    id: int
    number: str
    receipt_token: str
    service_id: str
    version: str
    definition: str
    applicant: str
    phase: str
    phase_title: str
    result: str
    channel: str
    urgent: bool
    filed_at: str
    filed_epoch: int
    filed_seq: int
    last_epoch: int
    last_seq: int
    changed_at: str
    title: str
    received_by_centre: bool
    unsent: bool


def state_of(tx: Connection, number: str) -> State:
    """The state of an application; that of a composed one as its parts make it."""
    return _read_state(tx, number)[0]


def family_of(tx: Connection, state: State) -> Family | None:
    """The composed service that an application is, or is a part of; None for any other."""
    return whole.family(state, lambda number: state_of(tx, number), lambda digest: definitions.find(tx, digest))


def _read_state(tx: Connection, number: str) -> tuple[State, list[tuple[Side, Event]]]:
    """(state, events); a whole has the events of its parts too, since its row speaks for all of them."""
    events = log.of_application(tx, number)
    state = lifecycle.reduce(events)
    if not state.parts:
        return state, events
    parts = [log.of_application(tx, part) for _, part in state.parts]
    made = whole.derived(state, (lifecycle.reduce(part) for part in parts))
    return made, sorted([*events, *(one for part in parts for one in part)], key=lambda one: one[1].position)


def project(tx: Connection, number: str) -> State:
    """Work out one application's row anew, with those of its 一件事, which is one thing in several rows; its state."""
    state = _project(tx, number)
    for other in (state.whole, *(part for _, part in state.parts)):
        if other:
            _project(tx, other)
    return state


def _project(tx: Connection, number: str) -> State:
    state, events = _read_state(tx, number)
    if state.filed_at is None:
        return state
    definition = definitions.find(tx, state.service.digest)
    found = index.listed(definition, state.answers)
    row_id = _put(tx, _row(state, events, found.applicant))
    tx.execute("DELETE FROM head_words WHERE rowid = ?", (row_id,))
    said = index.words(number, found.names, state.official)
    tx.execute("INSERT INTO head_words (rowid, words) VALUES (?, ?)", (row_id, said))
    _link(tx, row_id, found, events)
    ranks.project(tx, row_id, state)
    receiving_rows.project(tx, row_id, definition, state)
    concerns.project(tx, row_id, state)
    facts.project(tx, row_id, definition, state)
    expiring.project(tx, row_id, definition, state)
    delivery_rows.put(tx, state, definition)
    return state


def _row(state: State, events: list[tuple[Side, Event]], applicant: str) -> dict[str, Any]:
    own = [event for side, event in events if side == "node"]
    filed = [event for event in own if event.kind == "application.filed"][-1] if state.parts else own[0]
    return {
        "number": state.number,
        "receipt_token": state.receipt.token,
        "service_id": state.service.id,
        "version": state.service.version,
        "definition": state.service.digest,
        "applicant": applicant,
        "phase": state.phase,
        "phase_title": lifecycle.phase_title(state),
        "result": state.result or "",
        "channel": state.channel,
        "urgent": int(state.urgent),
        "filed_at": state.filed_at,
        "filed_epoch": filed.epoch,
        "filed_seq": filed.seq,
        "last_epoch": own[-1].epoch,
        "last_seq": own[-1].seq,
        "changed_at": max(event.at for _, event in events) if state.parts else state.history[-1].at,
    }


def _put(tx: Connection, row: dict[str, Any]) -> int:
    names = ", ".join(_COLUMNS)
    changes = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    places = ", ".join("?" * len(_COLUMNS))
    found = tx.execute(
        f"INSERT INTO head ({names}) VALUES ({places}) ON CONFLICT (number) DO UPDATE SET {changes} RETURNING id",  # noqa: S608  names of columns
        [row[name] for name in _COLUMNS],
    ).fetchone()
    return int(found[0])


def _link(tx: Connection, row_id: int, found: index.People, events: list[tuple[Side, Event]]) -> None:
    key = bytes(tx.execute("SELECT search_key FROM node").fetchone()[0])
    tx.execute("DELETE FROM head_person WHERE head = ?", (row_id,))
    tx.execute("DELETE FROM head_material WHERE head = ?", (row_id,))
    tx.executemany(
        "INSERT OR IGNORE INTO head_person (person, head) VALUES (?, ?)",
        [(index.hashed(key, kind, value), row_id) for kind, value in found.numbers],
    )
    tx.executemany(
        "INSERT OR IGNORE INTO head_material (sha256, head) VALUES (?, ?)",
        [(digest, row_id) for _, event in events for digest in digests(event)],
    )


def digests(event: Event) -> list[str]:
    """Every file that an event names, those too that a later one took the place of."""
    try:
        data = event.data
        named = [*data.get("materials", ()), *(data[key] for key in ("material", "document") if key in data)]
        found = [material["sha256"] for material in named]
    except (LookupError, TypeError, ValueError):  # a body that is not as its kind asks is no act, and stands aside
        return []
    return [digest for digest in found if isinstance(digest, str)]


def refill(tx: Connection) -> tuple[int, list[str]]:
    """Fill the emptied tables again from the log: how many applications, and those whose definition is gone."""
    count, unlisted = 0, []
    for number in _numbers(tx):
        count += 1
        try:
            project(tx, number)
        except YizhanError as error:
            if error.code != "definition_missing":
                raise
            unlisted.append(number)
    return count, unlisted


def _numbers(tx: Connection) -> Iterator[str]:
    """Numbers in the order of filing, so that rows get the ids that they had."""
    rows = tx.execute(
        f"SELECT application FROM event WHERE side = 'node' AND kind = 'application.filed' AND {log.LEGIBLE}"  # noqa: S608  of our own
        " ORDER BY epoch, seq"
    ).fetchall()
    return (row[0] for row in rows)


def differing(tx: Connection) -> list[str]:
    """Numbers whose row is not what the log says; changes nothing."""
    return [number for number in _numbers(tx) if _differs(tx, number)]


def _differs(tx: Connection, number: str) -> bool:
    state, events = _read_state(tx, number)
    if state.filed_at is None:
        return False
    applicant = index.listed(definitions.find(tx, state.service.digest), state.answers).applicant
    should = _row(state, events, applicant)
    row = tx.execute("SELECT * FROM head WHERE number = ?", (number,)).fetchone()
    return row is None or any(row[name] != should[name] for name in _COLUMNS)


def find(tx: Connection, number: str) -> Summary | None:
    """The row of a number, None also for what the one who looks may not see (edge.concerns)."""
    unseen, account = concerns.shown()
    rows = _read(tx, f"FROM head WHERE number = ?{unseen and f' AND {unseen}'}", (number, *account))
    return rows[0] if rows else None


def by_token(tx: Connection, receipt_token: str) -> Summary | None:
    """The application whose receipt carries this token, in whichever case it was typed; None for no application."""
    rows = _read(tx, "FROM head WHERE receipt_token = ?", (receipt_token.upper(),))
    return rows[0] if rows else None


def search(
    tx: Connection,
    text: str = "",
    state: str | None = None,
    limit: int = 20,
    offset: int = 0,
    *,
    before: int | None = None,
    unsent: bool = False,
    since: str = "",
    until: str = "",
    village: str = "",
) -> list[Summary]:
    """Newest filing first.

    `text`: a number, its beginning or its last 4 to 6 digits, a name, its pinyin, an identity or telephone number;
    `state`: a phase, "open" for all but closed, "unconfirmed" for what waits for a police officer; `before`: the id of
    the last row of the page before, which is faster than `offset` far down; `since`, `until`: first and last day of
    filing; `village`: where the applicant said that he lives, one of `villages`.
    """
    source, order, clause, values = _matching(tx, text)
    where = [clause] if clause else []
    narrowed = (
        _in_phase(state),
        _older(order, before),
        _behind(tx, unsent=unsent),
        _between(since, until),
        _from(village),
    )
    for clause, given in (*narrowed, concerns.shown()):
        where += [clause] if clause else []
        values += given
    condition = f"WHERE {' AND '.join(where)}" if where else ""
    return _read(tx, f"FROM {source} {condition} ORDER BY {order} DESC LIMIT ? OFFSET ?", (*values, limit, offset))


def _matching(tx: Connection, text: str) -> tuple[str, str, str, list[Any]]:
    """(source, column of order, condition, values). The index is read newest first and left when the page is full."""
    if not text.strip():
        return "head", "head.id", "", []
    person = _person(tx, text)
    if person:
        return "head_person CROSS JOIN head ON head.id = head_person.head", "head_person.head", "person = ?", [person]
    first, last = index.number_range(text)
    if first:
        return "head", "head.number", "head.number BETWEEN ? AND ?", [first, last]
    wanted = index.query(text)
    joined = "head_words CROSS JOIN head ON head.id = head_words.rowid"
    return (joined, "head_words.rowid", "head_words MATCH ?", [wanted]) if wanted else ("head", "head.id", "0", [])


def _person(tx: Connection, text: str) -> bytes:
    """The keyed hash of an identity or telephone number that is known here; b"" for anything else."""
    key = bytes(tx.execute("SELECT search_key FROM node").fetchone()[0])
    for kind, value in index.looks_like(text):
        hashed = index.hashed(key, kind, value)
        if tx.execute("SELECT 1 FROM head_person WHERE person = ? LIMIT 1", (hashed,)).fetchone():
            return hashed
    return b""


def _in_phase(state: str | None) -> tuple[str, list[Any]]:
    if state == "open":
        return "head.phase <> 'closed'", []
    if state == "unconfirmed":
        return "head.id IN (SELECT head FROM head_waiting)", []
    return ("head.phase = ?", [state]) if state else ("", [])


def _between(since: str, until: str) -> tuple[str, list[Any]]:
    """By the day of filing; both ends belong to it."""
    bounds = [("head.filed_at >= ?", since), ("head.filed_at < ?", until and until + "U")]  # "U" stands behind every T
    return " AND ".join(clause for clause, day in bounds if day), [day for _, day in bounds if day]


def _from(village: str) -> tuple[str, list[Any]]:
    return ("head.id IN (SELECT head FROM dwelling WHERE village = ?)", [village]) if village else ("", [])


def villages(tx: Connection) -> list[str]:
    """The villages from which there are applications: codes of divisions, or names. One step of the index for each."""
    query = """WITH RECURSIVE found (village) AS (
        SELECT min(village) FROM dwelling WHERE village > ''
        UNION ALL SELECT (SELECT min(village) FROM dwelling WHERE village > found.village)
        FROM found WHERE found.village IS NOT NULL
    ) SELECT village FROM found WHERE village IS NOT NULL"""
    return [row["village"] for row in tx.execute(query)]


def _older(order: str, before: int | None) -> tuple[str, list[Any]]:
    column = "head.id" if order == "head.number" else order  # numbers and ids grow together
    return (f"{column} < ?", [before]) if before is not None else ("", [])


def _behind(tx: Connection, *, unsent: bool) -> tuple[str, list[Any]]:
    return ("(head.last_epoch, head.last_seq) > (?, ?)", list(log.acked(tx).position)) if unsent else ("", [])


def counts(tx: Connection) -> dict[str, int]:
    """How many applications are in each phase, without counting rows."""
    found = {row["phase"]: row["count"] for row in tx.execute("SELECT phase, count FROM tally WHERE count > 0")}
    for unseen in concerns.hidden(tx):
        found[unseen["phase"]] -= 1
    return {phase: count for phase, count in found.items() if count}


def count_filed(tx: Connection, since: str) -> int:
    """How many were filed from this day on."""
    unseen = sum(1 for row in concerns.hidden(tx) if row["filed_at"] >= since)
    return int(tx.execute("SELECT count(*) FROM head WHERE filed_at >= ?", (since,)).fetchone()[0]) - unseen


def count_closed(tx: Connection, since: str) -> int:
    """How many were closed from this day on."""
    # without its name SQLite takes the index of phases, and reads every row that was ever closed
    query = "SELECT count(*) FROM head INDEXED BY head_closed_by_day WHERE phase = 'closed' AND changed_at >= ?"
    unseen = sum(1 for row in concerns.hidden(tx) if row["phase"] == "closed" and row["changed_at"] >= since)
    return int(tx.execute(query, (since,)).fetchone()[0]) - unseen


def count_unsent(tx: Connection) -> int:
    """How many have something that the centre has not acked."""
    query = "SELECT count(*) FROM head WHERE (last_epoch, last_seq) > (?, ?)"
    held = log.acked(tx).position
    unseen = sum(1 for row in concerns.hidden(tx) if (row["last_epoch"], row["last_seq"]) > held)
    return int(tx.execute(query, held).fetchone()[0]) - unseen


def _read(tx: Connection, rest: str, values: tuple[Any, ...]) -> list[Summary]:
    rows = tx.execute(f"SELECT head.* {rest}", values).fetchall()
    held = log.acked(tx).position
    return [_head(tx, dict(row), held) for row in rows]


def _head(tx: Connection, row: dict[str, Any], held: tuple[int, int]) -> Summary:
    return Summary(
        **{**row, "urgent": bool(row["urgent"])},
        title=words.listed_title(definitions.named(tx, row["definition"])),
        received_by_centre=(row["filed_epoch"], row["filed_seq"]) <= held,
        unsent=(row["last_epoch"], row["last_seq"]) > held,
    )
