"""What somebody sent after his session had ended: kept for him alone, until he sends it again or lets it go."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from edge.database import Connection
from edge.errors import problem

if TYPE_CHECKING:
    from edge.node import Node

DAYS_MAX = 7
CHARACTERS_MAX = 65_536
PER_ACCOUNT_MAX = 20


@dataclass(frozen=True, slots=True)
class KeptForm:
    """`fields`: name -> its values; `files`: how many files were chosen, which are not kept."""

    id: str
    account: str
    path: str
    fields: dict[str, list[str]]
    files: int
    at: str


def keep(node: "Node", account: str, path: str, fields: Mapping[str, Sequence[str]], *, files: int) -> str:
    """The id under which it is kept; "" where it is too large. The oldest give way."""
    text = json.dumps({name: list(values) for name, values in fields.items()}, ensure_ascii=False)
    if len(text) > CHARACTERS_MAX:
        return ""
    made = secrets.token_urlsafe(16)
    with node.database.write() as tx:
        now = tx.clock.now()
        _drop_old(tx, account, now)
        tx.execute("INSERT INTO kept_form VALUES (?, ?, ?, ?, ?, ?)", (made, account, path, text, files, now))
    return made


def _drop_old(tx: Connection, account: str, now: str) -> None:
    oldest = (datetime.fromisoformat(now) - timedelta(days=DAYS_MAX)).isoformat()
    tx.execute("DELETE FROM kept_form WHERE at < ?", (oldest,))
    tx.execute(
        "DELETE FROM kept_form WHERE account = ?1 AND id NOT IN"
        " (SELECT id FROM kept_form WHERE account = ?1 ORDER BY at DESC LIMIT ?2)",
        (account, PER_ACCOUNT_MAX - 1),
    )


def get(node: "Node", made: str, account: str) -> KeptForm:
    """Raises not_found for a stranger's or none."""
    with node.database.read() as tx:
        row = tx.execute("SELECT * FROM kept_form WHERE id = ? AND account = ?", (made, account)).fetchone()
    if row is None:
        raise problem("not_found")
    return _form(row)


def of_account(tx: Connection, account: str) -> list[KeptForm]:
    """One's own, the newest first."""
    rows = tx.execute("SELECT * FROM kept_form WHERE account = ? ORDER BY at DESC, id", (account,))
    return [_form(row) for row in rows]


def drop(node: "Node", made: str, account: str) -> None:
    """Again, or a stranger's: nothing happens."""
    with node.database.write() as tx:
        tx.execute("DELETE FROM kept_form WHERE id = ? AND account = ?", (made, account))


def _form(row: Any) -> KeptForm:
    return KeptForm(row["id"], row["account"], row["path"], json.loads(row["fields"]), row["files"], row["at"])
