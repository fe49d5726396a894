"""What m070 of edge.migrations adds: what the figures need of each application, and nothing of any person."""

from typing import Final

STATEMENTS: Final = (
    # a projection, filled by edge.facts; a whole (一件事) has no row, its parts have theirs
    """CREATE TABLE fact (
        head INTEGER PRIMARY KEY REFERENCES head (id) ON DELETE CASCADE,
        service TEXT NOT NULL,
        channel TEXT NOT NULL,
        result TEXT NOT NULL,
        filed_at TEXT NOT NULL,
        begun_at TEXT NOT NULL,
        told_at TEXT NOT NULL,
        accepted_at TEXT NOT NULL,
        closed_at TEXT NOT NULL,
        corrections INTEGER NOT NULL,
        permit INTEGER NOT NULL CHECK (permit IN (0, 1)),
        limits TEXT NOT NULL CHECK (json_valid(limits)),
        rating_code TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX fact_by_filing ON fact (filed_at)",
    "CREATE INDEX fact_by_closing ON fact (closed_at)",
    # the code on the paper slip for a rating: whoever types it in learns nothing of whose it is
    "CREATE UNIQUE INDEX fact_by_rating_code ON fact (rating_code) WHERE rating_code <> ''",
    # a projection of rating.given: one for each application
    """CREATE TABLE rating (
        application TEXT PRIMARY KEY,
        grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 5),
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX rating_by_time ON rating (at, grade)",
)
# the opinions that 受理 waits for, and the pauses, which the figures grant their time
APART: Final = ("ALTER TABLE fact ADD COLUMN apart TEXT NOT NULL DEFAULT ''",)
