"""Tables of who may do what, which m030 of edge.migrations makes."""

from typing import Final

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
