"""The supervisor's pair of keys, and which accounts have that post."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from sync.centre import key_pair, tables

POST = "supervisor"
_MISSING: Final = "supervisor_key_missing"


def create(private_file: Path) -> str:
    """See key_pair.create; the public key goes into every enrolment file."""
    return key_pair.create(private_file, _MISSING)


def private_key(private_file: Path) -> bytes:
    """Raises supervisor_key_missing."""
    return key_pair.private_key(private_file, _MISSING)


def accounts(tx: Connection) -> frozenset[str]:
    """The supervisors as actors, such as "centre:du"."""
    rows = tx.execute(select(tables.account.c.name).filter_by(post=POST, active=True)).scalars()
    return frozenset(f"centre:{name}" for name in rows)
