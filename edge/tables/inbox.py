"""The table of the sealed inbox, which m090 of edge.migrations makes."""

from typing import Final

STATEMENTS: Final = (
    # the keys of every set that was handed out: of this room while it is locked, and of each visit away from it.
    # `seal` opens what was taken in with the set, `sign` is what its items are signed with
    """CREATE TABLE inbox_set (
        id TEXT PRIMARY KEY CHECK (length(id) = 16),
        kind TEXT NOT NULL CHECK (kind IN ('locked', 'visit')),
        seal BLOB NOT NULL CHECK (length(seal) = 32),
        sign BLOB NOT NULL CHECK (length(sign) = 32),
        officer TEXT NOT NULL,
        purpose TEXT NOT NULL,
        until TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
)
