"""Officers and their sessions (m004), and tables of who may do what (m030)."""

from typing import Final

OFFICERS: Final = (
    """CREATE TABLE officer (
        account TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        rank TEXT NOT NULL CHECK (rank IN ('民警', '辅警')),
        posts TEXT NOT NULL CHECK (json_valid(posts)),
        password TEXT NOT NULL,
        active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
        wrong INTEGER NOT NULL DEFAULT 0,
        locked_until INTEGER NOT NULL DEFAULT 0,
        tried INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE session (
        token_hash TEXT PRIMARY KEY,
        account TEXT NOT NULL REFERENCES officer (account),
        started INTEGER NOT NULL,
        seen INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
)

STATEMENTS: Final = (
    # of open applications: those that wait for a police officer; refilled from the log
    """CREATE TABLE head_waiting (
        head INTEGER PRIMARY KEY REFERENCES head (id) ON DELETE CASCADE,
        since TEXT NOT NULL
    ) STRICT""",
    # whom a review or a complaint is about: he sees nothing of it; refilled from the log
    """CREATE TABLE head_concern (
        account TEXT NOT NULL,
        head INTEGER NOT NULL REFERENCES head (id) ON DELETE CASCADE,
        PRIMARY KEY (account, head)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX head_concern_head ON head_concern (head)",
    # who signed which duties and rules, and when; refilled from the log
    """CREATE TABLE officer_signed (
        account TEXT NOT NULL,
        documents TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (account, documents)
    ) STRICT, WITHOUT ROWID""",
    # the number of a person with the police, the same at the room and at the centre; "" where nobody gave it
    "ALTER TABLE officer ADD COLUMN staff TEXT NOT NULL DEFAULT ''",
    # what somebody sent after his session had ended: offered again when he has logged in, and to nobody else
    """CREATE TABLE kept_form (
        id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        path TEXT NOT NULL,
        fields TEXT NOT NULL CHECK (json_valid(fields)),
        files INTEGER NOT NULL CHECK (files >= 0),
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX kept_form_of_account ON kept_form (account, at)",
)
