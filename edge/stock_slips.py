"""The table of sealed and numbered blanks, worked out from the stock.* events; it can be dropped and filled again."""

from collections.abc import Iterator
from dataclasses import dataclass

from edge import log
from edge.database import Connection
from forms.events import Event

UNUSED, ISSUED, VOIDED = "unused", "issued", "voided"
STATES = {UNUSED: "未用", ISSUED: "已领用", VOIDED: "已作废"}
_ORDER = "ORDER BY stock, length(number), number"
_COLUMNS = "stock, number, state, application, reason, actor, at"


@dataclass(frozen=True, slots=True)
class Slip:
    """One blank. `application` stays with one that was issued and voided later: spoilt when it was written."""

    stock: str
    number: str
    state: str
    application: str
    reason: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Balance:
    """One kind of blank: how many are where, and the number that has to be used next ("" when none is left)."""

    stock: str
    unused: int
    issued: int
    voided: int
    next: str


def find(tx: Connection, stock: str, number: str) -> Slip | None:
    """One sealed and numbered blank as it stands, None for a number that never came in."""
    rows = tx.execute(f"SELECT {_COLUMNS} FROM stock_slip WHERE stock = ? AND number = ?", (stock, number)).fetchall()  # noqa: S608  columns
    return Slip(*rows[0]) if rows else None


def all_of(tx: Connection, stock: str = "", limit: int = -1) -> list[Slip]:
    """In the order of the numbers, of one kind or of all."""
    where, values = ("WHERE stock = ?", (stock,)) if stock else ("", ())
    rows = tx.execute(f"SELECT {_COLUMNS} FROM stock_slip {where} {_ORDER} LIMIT ?", (*values, limit))  # noqa: S608  columns
    return [Slip(*row) for row in rows]


def of_application(tx: Connection, number: str) -> list[Slip]:
    """What was issued for an application and still stands."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM stock_slip WHERE application = ? AND application <> '' AND state = 'issued'",  # noqa: S608  columns
        (number,),
    )
    return [Slip(*row) for row in rows]


def next_number(tx: Connection, stock: str) -> str:
    """The lowest unused number; "" when none is left."""
    row = tx.execute(
        "SELECT number FROM stock_slip WHERE stock = ? AND state = 'unused' ORDER BY length(number), number LIMIT 1",
        (stock,),
    ).fetchone()
    return "" if row is None else str(row[0])


def balances(tx: Connection) -> list[Balance]:
    """For each kind of blank how many are unused, issued and voided, and the next number that would be issued."""
    rows = tx.execute(
        "SELECT stock, sum(state = 'unused'), sum(state = 'issued'), sum(state = 'voided') FROM stock_slip"
        " GROUP BY stock ORDER BY stock"
    ).fetchall()
    return [Balance(row[0], row[1], row[2], row[3], next_number(tx, row[0])) for row in rows]


def numbers(first: str, last: str) -> Iterator[str]:
    """Every number from the first to the last, the letters before the digits the same in all."""
    letters = first.rstrip("0123456789")
    width = len(first) - len(letters)
    for value in range(int(first[len(letters) :]), int(last[len(letters) :]) + 1):
        yield f"{letters}{value:0{width}d}"


def project(tx: Connection, event: Event) -> None:
    """Bring the table up to date with one stock.* event; any other changes nothing."""
    data = event.data
    match event.kind:
        case "stock.received":
            tx.executemany(
                "INSERT INTO stock_slip VALUES (?, ?, 'unused', '', '', ?, ?)",
                [(data["stock"], one, event.actor, event.at) for one in numbers(data["first"], data["last"])],
            )
        case "stock.issued":
            tx.execute(
                "UPDATE stock_slip SET state = 'issued', application = ?, actor = ?, at = ?"
                " WHERE stock = ? AND number = ?",
                (data["application"], event.actor, event.at, data["stock"], data["number"]),
            )
        case "stock.voided":
            tx.execute(
                "UPDATE stock_slip SET state = 'voided', reason = ?, actor = ?, at = ? WHERE stock = ? AND number = ?",
                (data["reason"], event.actor, event.at, data["stock"], data["number"]),
            )


def refill(tx: Connection) -> None:
    """Fill the emptied table again from the log."""
    rows = tx.execute(
        "SELECT epoch, seq FROM event WHERE side = 'node' AND application = '' AND kind LIKE 'stock.%'"
        " ORDER BY epoch, seq"
    ).fetchall()
    for row in rows:
        event = log.find(tx, "node", row["epoch"], row["seq"])
        if event is not None:
            project(tx, event)
