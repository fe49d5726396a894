"""Taking in: calls for help (m006), numbered blanks (m007), prefilled drafts (m009); at the desk notes beside a draft,
paper slips, who stood there for whom (m040); at which kiosk somebody asks for help (m220).
"""

from typing import Final

CALLS: Final = (
    # a citizen at the kiosk asks for help; the code lets the desk find the draft
    """CREATE TABLE call (
        id INTEGER PRIMARY KEY,
        owner TEXT NOT NULL,
        draft TEXT REFERENCES draft (id) ON DELETE SET NULL,
        code TEXT NOT NULL CHECK (length(code) = 4),
        at TEXT NOT NULL,
        answered_at TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE UNIQUE INDEX call_waiting ON call (code) WHERE answered_at = ''",
    "CREATE UNIQUE INDEX call_of_owner ON call (owner) WHERE answered_at = ''",
    "CREATE INDEX call_of_draft ON call (draft)",
)

CALL_KIOSK: Final = (
    # the name of a kiosk on a machine of its own; "" for the one of this machine
    "ALTER TABLE call ADD COLUMN kiosk TEXT NOT NULL DEFAULT ''",
)

STOCK: Final = (
    # a projection of the stock.* events: one row per sealed and numbered blank; refilled by edge.stock.rebuild
    """CREATE TABLE stock_slip (
        stock TEXT NOT NULL,
        number TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('unused', 'issued', 'voided')),
        application TEXT NOT NULL,
        reason TEXT NOT NULL,
        actor TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (stock, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX stock_slip_unused ON stock_slip (stock, number) WHERE state = 'unused'",
    "CREATE INDEX stock_slip_application ON stock_slip (application) WHERE application <> ''",
)

PREFILLED: Final = (
    # who confirmed whose identity for which draft, and when; it outlives the draft: it opened somebody's data
    """CREATE TABLE confirmed (
        id INTEGER PRIMARY KEY,
        draft TEXT NOT NULL,
        person BLOB NOT NULL CHECK (length(person) = 32),
        method TEXT NOT NULL CHECK (method IN ('officer', 'card')),
        actor TEXT NOT NULL,
        at TEXT NOT NULL,
        ended_at TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE UNIQUE INDEX confirmed_now ON confirmed (draft) WHERE ended_at = ''",
    # which answer of a draft came from where; it counts while the answer still is that value.
    # definition '': from the document that was shown
    """CREATE TABLE draft_prefilled (
        draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
        pointer TEXT NOT NULL,
        value TEXT NOT NULL CHECK (json_valid(value)),
        definition TEXT NOT NULL,
        day TEXT NOT NULL,
        PRIMARY KEY (draft, pointer)
    ) STRICT, WITHOUT ROWID""",
)

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
