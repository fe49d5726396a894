"""What the citizen takes home: the number of the application, the token in the QR, the 查询码.

How numbers and codes are written stands in edge.receipt_numbers; here they are given out.
"""

import base64
import secrets

from edge.database import Connection
from edge.receipt_numbers import (
    INBOX,
    INBOX_SERIAL_MAX,
    LENGTHS,
    NODE_DIGITS,
    SERIES_DIGITS,
    TOKEN_CHARACTERS,
    inbox_number,
    is_number,
    is_token,
    number,
    serial_of,
    series_of,
)
from forms.state import Receipt

__all__ = [
    "INBOX", "INBOX_SERIAL_MAX", "LENGTHS", "NODE_DIGITS", "SERIES_DIGITS", "TOKEN_CHARACTERS", "inbox_number",
    "is_number", "is_token", "new_receipt", "next_number", "number", "refill", "serial_of", "series_of",
]  # fmt: skip  # a table


def next_number(tx: Connection, node_id: str, epoch: int) -> str:
    """The next number of this epoch; inside the transaction that files."""
    row = tx.execute(
        "INSERT INTO serial VALUES (?, 1) ON CONFLICT (epoch) DO UPDATE SET last = last + 1 RETURNING last", (epoch,)
    ).fetchone()
    return number(node_id, epoch, int(row[0]))


def refill(tx: Connection) -> None:
    """Fill the emptied table of serials again from the numbers in the log."""
    rows = tx.execute("SELECT application FROM event WHERE side = 'node' AND kind = 'application.filed'").fetchall()
    last: dict[int, int] = {}
    for epoch, serial in filter(None, (serial_of(row["application"]) for row in rows)):
        last[epoch] = max(serial, last.get(epoch, 0))
    tx.executemany("INSERT INTO serial VALUES (?, ?)", sorted(one for one in last.items() if one[1]))


def new_receipt() -> Receipt:
    """An unguessable token (130 bits, capitals and 2–7, small as a QR) and a printed six-digit code."""
    token = base64.b32encode(secrets.token_bytes(17)).decode()[:TOKEN_CHARACTERS]
    return Receipt(token, f"{secrets.randbelow(1_000_000):06d}")
