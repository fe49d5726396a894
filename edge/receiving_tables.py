"""The tables of taking in at the desk: notes beside a draft, paper slips, who stood there for whom."""

from typing import Final

STATEMENTS: Final = (
    # what the desk noted beside a draft; it becomes part of the filing
    """CREATE TABLE draft_note (
        draft TEXT PRIMARY KEY REFERENCES draft (id) ON DELETE CASCADE,
        slip TEXT NOT NULL,
        day TEXT NOT NULL,
        home TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # a projection of pad.* events and of the slips that filings name: one row per numbered blank
    """CREATE TABLE paper_slip (
        slip TEXT PRIMARY KEY,
        pad TEXT NOT NULL,
        printed_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('unused', 'used', 'voided')),
        application TEXT NOT NULL,
        reason TEXT NOT NULL,
        actor TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX paper_slip_pad ON paper_slip (pad, slip)",
    # a projection: applications that somebody brought for the applicant, and who took them in
    """CREATE TABLE head_proxy (
        head INTEGER PRIMARY KEY REFERENCES head (id) ON DELETE CASCADE,
        person BLOB NOT NULL,
        name TEXT NOT NULL,
        day TEXT NOT NULL,
        actor TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX head_proxy_day ON head_proxy (day, head)",
    "CREATE INDEX head_proxy_person ON head_proxy (person, day)",
)
