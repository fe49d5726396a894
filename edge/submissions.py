"""Tokens of clients: the same form sent again leads to what it led to before, on a replacement laptop too.

The token itself stays here. The filing in the log carries a mark of it, from which a replacement laptop knows the token
again; marks that came back in this way stand in the table with a sign before them that no token has.
"""

import hashlib
import re

from edge.database import Connection
from edge.errors import problem
from forms.events import Event

_TAG = b"yizhan-client-1\0"
_MARK_DIGITS = 16
_SIGN = "#"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,100}\Z")


def check_token(token: str) -> None:
    """Raises bad_token unless it is 8 to 100 letters, digits, "-" or "_"."""
    if not _TOKEN.match(token):
        raise problem("bad_token")


def mark(token: str) -> str:
    """What the log says of a token: 16 hexadecimal digits, from which nobody gets the token."""
    return hashlib.sha256(_TAG + token.encode()).hexdigest()[:_MARK_DIGITS]


def application(tx: Connection, token: str) -> str | None:
    """The number that a token led to, "" for an event of the room as a whole; None for a new one."""
    row = tx.execute(
        "SELECT application FROM submission WHERE token IN (?, ?) ORDER BY token DESC", (token, _SIGN + mark(token))
    ).fetchone()
    return None if row is None else str(row[0])


def remember(tx: Connection, token: str, event: Event) -> None:
    """Keep what a new token led to, in the transaction of its event."""
    tx.execute("INSERT INTO submission VALUES (?, ?, ?)", (token, event.application, event.id))


def know(tx: Connection, token: str) -> bool:
    """Put a token in beside its mark, if that is here: its filing came by another way. Again changes nothing."""
    tx.execute(
        "INSERT OR IGNORE INTO submission SELECT ?, application, event FROM submission WHERE token = ?",
        (token, _SIGN + mark(token)),
    )
    return application(tx, token) is not None


def note(tx: Connection, event: Event) -> None:
    """Take up the mark of one filing that came by another way. Again changes nothing."""
    client = event.data.get("client", "")
    if client:
        tx.execute("INSERT OR IGNORE INTO submission VALUES (?, ?, ?)", (_SIGN + client, event.application, event.id))


def learn(tx: Connection) -> None:
    """Take up the marks of filings whose token is not here: they came back from elsewhere. Again changes nothing."""
    tx.execute(
        "INSERT OR IGNORE INTO submission SELECT ? || json_extract(body, '$.client'), application, id FROM event"
        " WHERE side = 'node' AND kind = 'application.filed' AND body >= x'01'"
        " AND json_extract(body, '$.client') IS NOT NULL"
        " AND id NOT IN (SELECT event FROM submission)",
        (_SIGN,),
    )
