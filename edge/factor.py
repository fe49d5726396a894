"""A second proof at the login that needs neither a network nor a right clock: a counter, or codes on paper.

The counter is HOTP (RFC 4226), as any token or telephone program makes it: each use moves it on, so that no code is
good twice and the hour does not matter. A code on paper is good once as well.
"""

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from edge import account_book
from edge.database import Connection
from edge.errors import problem
from edge.heavy import ONE_AT_A_TIME

if TYPE_CHECKING:
    from edge.node import Node

DIGITS: Final = 6
WINDOW: Final = 10  # how often somebody may press the button of the token without using the code
SECRET_BYTES: Final = 20
CODES: Final = 20
CODE_LENGTH: Final = 10  # of 31 letters and digits: 49 bit
_SALT_BYTES: Final = 16
_COST: Final = 1 << 14  # of scrypt: 16 MiB, some 40 ms
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # none that looks like another


def hotp(secret: bytes, counter: int) -> str:
    """RFC 4226, six digits."""
    mac = hmac.digest(secret, counter.to_bytes(8), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4]) & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def matched(secret: bytes, counter: int, code: str) -> int | None:
    """The counter to go on with after `code`; None for a code that is none of the next WINDOW ones."""
    found = None
    for ahead in range(WINDOW):
        if hmac.compare_digest(hotp(secret, counter + ahead).encode(), code.encode()) and found is None:
            found = counter + ahead + 1
    return found


def asked(tx: Connection, account: str) -> bool:
    """Whether an account has a second proof."""
    row = tx.execute(
        "SELECT 1 FROM officer_factor WHERE account = ? UNION ALL SELECT 1 FROM officer_code WHERE account = ?",
        (account, account),
    ).fetchone()
    return row is not None


def prove(tx: Connection, account: str, code: str) -> bool:
    """Whether `code` is the account's next one; it is used up with this. True for an account that has none."""
    if not asked(tx, account):
        return True
    given = "".join(code.lower().split())
    row = tx.execute("SELECT * FROM officer_factor WHERE account = ?", (account,)).fetchone()
    following = matched(bytes(row["secret"]), row["counter"], given) if row else None
    if following is not None:
        tx.execute("UPDATE officer_factor SET counter = ? WHERE account = ?", (following, account))
        return True
    return _use(tx, account, given)


def _use(tx: Connection, account: str, given: str) -> bool:
    left = tx.execute("SELECT digest FROM officer_code WHERE account = ?", (account,)).fetchone()
    if left is None or len(given) != CODE_LENGTH:
        return False
    kept = _kept(bytes(left["digest"])[:_SALT_BYTES], given)
    used = tx.execute("DELETE FROM officer_code WHERE account = ? AND digest = ?", (account, kept))
    return bool(used.rowcount)


def begin_counter(node: "Node", account: str, actor: str) -> str:
    """A new counter for an account, in place of an older one: its otpauth:// address for a token. Raises not_found."""
    secret = secrets.token_bytes(SECRET_BYTES)
    with node.database.write() as tx:
        _must_be_there(tx, account)
        tx.execute("INSERT OR REPLACE INTO officer_factor VALUES (?, ?, 0)", (account, secret))
        account_book.add(tx, "factor", account, actor)
    return address(account, node.settings.node_id, secret)


def address(account: str, node_id: str, secret: bytes) -> str:
    """What a token or a telephone program reads, as text or as a QR code."""
    label = quote(f"驿站 {node_id}:{account}")
    return f"otpauth://hotp/{label}?secret={base64.b32encode(secret).decode()}&digits={DIGITS}&counter=0"


def print_codes(node: "Node", account: str, actor: str) -> list[str]:
    """New codes for an account, in place of older ones; the caller shows them once. Raises not_found."""
    made = ["".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    salt = secrets.token_bytes(_SALT_BYTES)
    kept = [_kept(salt, code) for code in made]
    with node.database.write() as tx:
        _must_be_there(tx, account)
        tx.execute("DELETE FROM officer_code WHERE account = ?", (account,))
        tx.executemany("INSERT INTO officer_code VALUES (?, ?)", [(account, one) for one in kept])
        account_book.add(tx, "codes", account, actor)
    return made


def remove(node: "Node", account: str, actor: str) -> None:
    """The account logs in by password alone again: a token was lost. Raises not_found."""
    with node.database.write() as tx:
        _must_be_there(tx, account)
        tx.execute("DELETE FROM officer_factor WHERE account = ?", (account,))
        tx.execute("DELETE FROM officer_code WHERE account = ?", (account,))
        account_book.add(tx, "no_factor", account, actor)


def _must_be_there(tx: Connection, account: str) -> None:
    if tx.execute("SELECT 1 FROM officer WHERE account = ?", (account,)).fetchone() is None:
        raise problem("not_found")


def _kept(salt: bytes, code: str) -> bytes:
    """What is stored of a code: all of one sheet share the salt, so that a login costs one derivation."""
    with ONE_AT_A_TIME:
        return salt + hashlib.scrypt(code.encode(), salt=salt, n=_COST, r=8, p=1, dklen=32)
