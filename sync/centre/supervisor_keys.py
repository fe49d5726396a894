"""The supervisor's pair of keys, and which accounts have that post."""

import json
import os
from pathlib import Path

from sqlalchemy import Connection, select

from edge import sealing
from edge.errors import problem
from sync.centre import tables
from sync.centre.identity import write_secret

POST = "supervisor"


def create(private_file: Path) -> str:
    """Make the pair once; the public key, hexadecimal. Where it is already nothing changes.

    The private file may be carried away; the public one beside it goes into every enrolment file.
    """
    if not _public_place(private_file).exists():
        if not private_file.exists():
            write_secret(private_file, json.dumps({"box": sealing.new_key()[0].hex()}))
        _write(_public_place(private_file), sealing.public_of(private_key(private_file)).hex())
    return public_key(private_file)


def public_key(private_file: Path) -> str:
    """Hexadecimal; "" where this centre has no supervisor's key, and its rooms take no complaints then."""
    place = _public_place(private_file)
    return place.read_text(encoding="ascii").strip() if place.exists() else ""


def private_key(private_file: Path) -> bytes:
    """Raises supervisor_key_missing."""
    try:
        return bytes.fromhex(json.loads(private_file.read_text(encoding="ascii"))["box"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise problem("supervisor_key_missing", key_file=private_file) from error


def accounts(tx: Connection) -> frozenset[str]:
    """The supervisors as actors, such as "centre:du"."""
    rows = tx.execute(select(tables.account.c.name).filter_by(post=POST, active=True)).scalars()
    return frozenset(f"centre:{name}" for name in rows)


def _public_place(private_file: Path) -> Path:
    return private_file.with_name(private_file.name + ".pub")


def _write(path: Path, text: str) -> None:
    """Whole or not at all: half a key would be given to rooms."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
