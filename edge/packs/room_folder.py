"""What the pack in force says, put into the room's folder and its accounts, where the room's own files are read.

A file of the pack takes the place of one that somebody put there; that one stays beside it under another name. What is
cut off goes on at the next start, and again changes nothing.
"""

import json
import logging
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from edge import durable, identity, log, officers, suite_policy
from edge.accounts import check_name
from edge.database import Connection, Database
from edge.errors import YizhanError
from edge.packs import documents, judging
from edge.settings import Settings
from forms.ranks import RANKS

logger = logging.getLogger(__name__)

POLICY: Final = "policy.json"
OFFICERS: Final = "officers.json"
_INSIDE: Final = frozenset({POLICY, OFFICERS})  # these go into the database
_OWN: Final = ".own"
_FOR_EVER: Final = re.compile(r"codebooks/[0-9a-f]{16}\.b64")  # what was written with one must stay readable


def settle(opened: Database, found: Settings, *, thorough: bool = False) -> bool:
    """Make the folder as the pack says; whether anything was done. `thorough`: what lies there is looked into.

    Never raises for a folder that can't be written or a file that can't be used: what was there stays, and the next
    call tries again.
    """
    with opened.read() as tx:
        wanted, put = _rows(tx, "pack_file"), _rows(tx, "pack_put")
        if wanted == put and not (thorough and wanted):
            return False
        todo = {path: sha for path, sha in wanted.items() if put.get(path) != sha or not _lies_there(found, path, sha)}
        texts = {path: judging.text(tx, sha256) for path, sha256 in todo.items()}
    gone = {path: sha256 for path, sha256 in put.items() if path not in wanted}
    done = {path for path, text in texts.items() if path not in _INSIDE and _write(found.home / path, text, put, path)}
    away = {path for path, sha256 in gone.items() if _FOR_EVER.fullmatch(path) or _take_away(found.home / path, sha256)}
    with opened.write() as tx:
        done |= {path for path in _INSIDE & texts.keys() if _take_inside(tx, path, texts[path])}
        tx.executemany("DELETE FROM pack_put WHERE path = ?", [(path,) for path in away])
        rows = [(path, wanted[path]) for path in done]
        tx.executemany("INSERT OR REPLACE INTO pack_put VALUES (?, ?)", rows)
    return bool(done or away)


def _rows(tx: Connection, table: str) -> dict[str, str]:
    return {row[0]: row[1] for row in tx.execute(f"SELECT path, sha256 FROM {table}")}  # noqa: S608  ours


def _lies_there(found: Settings, path: str, sha256: str) -> bool:
    return path in _INSIDE or _digest(found.home / path) == sha256


def _digest(path: Path) -> str:
    try:
        return documents.sha256_of(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""


def _write(path: Path, text: str, put: Mapping[str, str], name: str) -> bool:
    """Whole or not at all. What lies there and did not come with a pack is kept aside."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and _digest(path) not in {put.get(name), documents.sha256_of(text)}:
            path.replace(_spare(path))
        durable.write_whole(path, text.encode(), mode=durable.READ_BY_ALL, mark=secrets.token_hex(4))
    except OSError:
        logger.warning("%s of the pack could not be written", name, exc_info=True)
        return False
    return True


def _spare(path: Path) -> Path:
    """A name that no reader of the folder takes for a file of the room."""
    beside = (path.with_name(f"{path.name}{_OWN}{number or ''}") for number in range(1000))
    return next(one for one in beside if not one.exists())


def _take_away(path: Path, sha256: str) -> bool:
    """A file that no pack names any more goes; one that somebody has changed since is his."""
    try:
        if _digest(path) == sha256:
            path.unlink()
    except OSError:
        logger.warning("%s could not be taken away", path.name, exc_info=True)
        return False
    return True


def _take_inside(tx: Connection, path: str, text: str) -> bool:
    try:
        said = json.loads(text)
        if path == POLICY:
            return suite_policy.take(tx, said, {one.sign_key for one in identity.centre_sets(tx)})
        _take_officers(tx, said["rooms"].get(log.node_id(tx), []))
    except (ValueError, KeyError, TypeError, AttributeError, YizhanError) as error:
        logger.warning("%s of the pack can't be used: %s", path, error)
        return False
    return True


def _take_officers(tx: Connection, listed: list[Mapping[str, Any]]) -> None:
    """Accounts and posts as the county says. A new account has no password until somebody here gives it one; one that
    the county named before and doesn't now is closed. Those that the room made by itself stay as they are.
    """
    for one in listed:
        _take_officer(tx, one)
    names = {str(one["account"]) for one in listed}
    row = tx.execute("SELECT value FROM pack_note WHERE name = 'officers'").fetchone()
    before = set(json.loads(row[0])) if row else set()
    for account in before - names:
        tx.execute("UPDATE officer SET active = 0 WHERE account = ?", (account,))
        tx.execute("DELETE FROM session WHERE account = ?", (account,))
    tx.execute("INSERT OR REPLACE INTO pack_note VALUES ('officers', ?)", (json.dumps(sorted(names)),))


def _take_officer(tx: Connection, one: Mapping[str, Any]) -> None:
    account, name, rank, posts = str(one["account"]), str(one["name"]), str(one["rank"]), list(one["posts"])
    check_name(account)
    if rank not in RANKS or not posts or set(posts) - set(officers.POSTS):
        raise ValueError(f"{account}: {rank} {posts}")
    tx.execute(
        "INSERT INTO officer (account, name, rank, posts, password, created_at) VALUES (?, ?, ?, ?, '', ?)"
        " ON CONFLICT (account) DO UPDATE SET name = excluded.name, rank = excluded.rank, posts = excluded.posts,"
        " active = 1",
        (account, name, rank, json.dumps(posts), tx.clock.now()),
    )
    held = tx.execute("SELECT staff FROM officer WHERE account = ?", (account,)).fetchone()
    if (staff := str(one.get("staff", ""))) != held["staff"]:
        officers.put_staff(tx, account, staff)
