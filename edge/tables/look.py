"""What m120 of edge.migrations adds: who looked at whom, and receipts printed again. Both follow from the log."""

from typing import Final

STATEMENTS: Final = (
    """CREATE TABLE person_look (
        event TEXT PRIMARY KEY,
        person BLOB NOT NULL CHECK (length(person) = 32),
        application TEXT NOT NULL,
        actor TEXT NOT NULL,
        at TEXT NOT NULL,
        ticks INTEGER NOT NULL,
        present INTEGER NOT NULL CHECK (present IN (0, 1)),
        reason TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX person_look_of ON person_look (person, ticks)",
    """CREATE TABLE receipt_copy (
        event TEXT PRIMARY KEY,
        application TEXT NOT NULL,
        actor TEXT NOT NULL,
        at TEXT NOT NULL,
        ticks INTEGER NOT NULL,
        looked_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX receipt_copy_of ON receipt_copy (application, ticks)",
)
