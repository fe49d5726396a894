"""What m170 of edge.migrations adds: an account's second proof, tries by name and terminal, the book of accounts.

Nothing of the book is ever changed, and nothing younger than half a year is deleted, whoever asks (网络安全法 21): its
rows know their age by ticks, which no wall clock moves and which stand while the machine is off.
"""

from typing import Final

KEPT_MS: Final = 184 * 86_400_000  # the longest six months

STATEMENTS: Final = (
    # a counter (HOTP) for an account; codes on paper, each a row until it is used
    """CREATE TABLE officer_factor (
        account TEXT PRIMARY KEY REFERENCES officer (account),
        secret BLOB NOT NULL CHECK (length(secret) = 20),
        counter INTEGER NOT NULL CHECK (counter >= 0)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE officer_code (
        account TEXT NOT NULL REFERENCES officer (account),
        digest BLOB NOT NULL CHECK (length(digest) = 48),
        PRIMARY KEY (account, digest)
    ) STRICT, WITHOUT ROWID""",
    # whoever got his password from somebody else has to choose his own first
    "CREATE TABLE officer_initial (account TEXT PRIMARY KEY REFERENCES officer (account)) STRICT, WITHOUT ROWID",
    # wrong tries of names that nobody has, and of terminals
    """CREATE TABLE login_guard (
        who TEXT PRIMARY KEY,
        wrong INTEGER NOT NULL,
        locked_until INTEGER NOT NULL,
        tried INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE account_book (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        ticks INTEGER NOT NULL,
        what TEXT NOT NULL,
        account TEXT NOT NULL,
        actor TEXT NOT NULL,
        detail TEXT NOT NULL,
        prev BLOB NOT NULL CHECK (length(prev) = 32),
        digest BLOB NOT NULL CHECK (length(digest) = 32)
    ) STRICT""",
    """CREATE TRIGGER account_book_is_never_changed BEFORE UPDATE ON account_book
        BEGIN SELECT raise(ABORT, 'the book of accounts is only added to'); END""",
    f"""CREATE TRIGGER account_book_is_kept BEFORE DELETE ON account_book
        WHEN old.ticks > (SELECT max(ticks) FROM account_book) - {KEPT_MS}
        BEGIN SELECT raise(ABORT, 'the book of accounts is kept for half a year'); END""",  # noqa: S608 - a number of our own
)
