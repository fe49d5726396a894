"""What m080 of edge.migrations adds: what runs out and who was told, messages, needs of the village, people who are
missing, how the rooms of the county compare. All of it is worked out of the logs.
"""

from typing import Final

STATEMENTS: Final = (
    # what one application says of a card, an endorsement, a stay (forms.expiry); the newest one of a person counts
    """CREATE TABLE expiry (
        head INTEGER NOT NULL REFERENCES head (id) ON DELETE CASCADE,
        what TEXT NOT NULL CHECK (what IN ('id_card', 'permit', 'stay')),
        person BLOB NOT NULL CHECK (length(person) = 32),
        until TEXT NOT NULL,
        basis TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (head, what)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX expiry_by_until ON expiry (what, until) WHERE until <> ''",
    "CREATE INDEX expiry_of_person ON expiry (person, what, at, head, basis)",
    # where somebody said that he lives, for the list of a village
    """CREATE TABLE dwelling (
        head INTEGER PRIMARY KEY REFERENCES head (id) ON DELETE CASCADE,
        person BLOB NOT NULL CHECK (length(person) = 32),
        village TEXT NOT NULL,
        part TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX dwelling_of_person ON dwelling (person, head)",
    """CREATE TABLE expiry_call (
        event TEXT PRIMARY KEY,
        application TEXT NOT NULL,
        what TEXT NOT NULL,
        until TEXT NOT NULL,
        how TEXT NOT NULL,
        result TEXT NOT NULL,
        note TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX expiry_call_of ON expiry_call (application, what, until, epoch, seq)",
    # messages that the centre is asked to send; one about one thing of one application
    """CREATE TABLE sms (
        application TEXT NOT NULL,
        template TEXT NOT NULL,
        about TEXT NOT NULL,
        at TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (application, template, about)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE need (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        village TEXT NOT NULL,
        what TEXT NOT NULL,
        who TEXT NOT NULL,
        phone TEXT NOT NULL,
        how TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT '',
        answer TEXT NOT NULL DEFAULT '',
        answered_at TEXT NOT NULL DEFAULT '',
        answered_by TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX need_by_state ON need (state, at)",
    # who is missing; a row goes when the notice ends
    """CREATE TABLE missing_notice (
        id TEXT PRIMARY KEY,
        text TEXT NOT NULL,
        place TEXT NOT NULL,
        seen TEXT NOT NULL,
        phone TEXT NOT NULL,
        until TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # the figures of the rooms of the county as the centre said them last, one row for a month
    """CREATE TABLE comparison (
        month TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT, WITHOUT ROWID""",
)

VILLAGES: Final = ("CREATE INDEX dwelling_of_village ON dwelling (village, head)",)
