"""The tables of applications and drafts that m002 of edge.migrations makes, and those that m003 fills from the log."""

from typing import Final

KEPT: Final = (
    """CREATE TABLE definition (
        digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
        id TEXT NOT NULL,
        version TEXT NOT NULL,
        raw BLOB NOT NULL,
        stored_at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE material (
        sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
        media_type TEXT NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')),
        size INTEGER NOT NULL CHECK (size > 0),
        name TEXT NOT NULL,
        owner TEXT NOT NULL,
        stored_at TEXT NOT NULL,
        data BLOB NOT NULL CHECK (length(data) = size)
    ) STRICT""",
    """CREATE TABLE draft (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        service_id TEXT NOT NULL,
        version TEXT NOT NULL,
        definition TEXT NOT NULL REFERENCES definition (digest),
        token TEXT NOT NULL UNIQUE,
        language TEXT NOT NULL,
        page INTEGER NOT NULL CHECK (page >= 0),
        data TEXT NOT NULL CHECK (json_valid(data)),
        changed_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX draft_of_owner ON draft (owner, changed_at)",
    """CREATE TABLE draft_material (
        draft TEXT NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
        slot TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES material (sha256),
        name TEXT NOT NULL,
        PRIMARY KEY (draft, slot, sha256)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX draft_material_file ON draft_material (sha256)",
    # a client's token and what it led to: a repeat leads to the same
    """CREATE TABLE submission (
        token TEXT PRIMARY KEY,
        application TEXT NOT NULL,
        event TEXT NOT NULL REFERENCES event (id)
    ) STRICT, WITHOUT ROWID""",
    # a draft that was filed: the back button and a second click lead to its receipt
    """CREATE TABLE draft_filed (
        draft TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        token TEXT NOT NULL REFERENCES submission (token)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE serial (epoch INTEGER PRIMARY KEY, last INTEGER NOT NULL CHECK (last >= 1)) STRICT",
)

# everything here can be dropped and refilled from the log: edge.projections lists it
PROJECTED: Final = (
    """CREATE TABLE head (
        id INTEGER PRIMARY KEY,
        number TEXT NOT NULL UNIQUE,
        receipt_token TEXT NOT NULL UNIQUE,
        service_id TEXT NOT NULL,
        version TEXT NOT NULL,
        definition TEXT NOT NULL,
        applicant TEXT NOT NULL,
        phase TEXT NOT NULL,
        phase_title TEXT NOT NULL,
        result TEXT NOT NULL,
        channel TEXT NOT NULL,
        urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
        filed_at TEXT NOT NULL,
        filed_epoch INTEGER NOT NULL,
        filed_seq INTEGER NOT NULL,
        last_epoch INTEGER NOT NULL,
        last_seq INTEGER NOT NULL,
        changed_at TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX head_by_phase ON head (phase, id)",
    "CREATE INDEX head_open ON head (id) WHERE phase <> 'closed'",
    "CREATE INDEX head_by_day ON head (filed_at, id)",
    "CREATE INDEX head_by_last ON head (last_epoch, last_seq)",
    # how many applications are in each phase, so that no page counts a million rows
    """CREATE TABLE tally (phase TEXT NOT NULL, count INTEGER NOT NULL CHECK (count >= 0), PRIMARY KEY (phase))
        STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER head_counted AFTER INSERT ON head BEGIN
        INSERT INTO tally VALUES (new.phase, 1) ON CONFLICT (phase) DO UPDATE SET count = count + 1; END""",
    """CREATE TRIGGER head_recounted AFTER UPDATE OF phase ON head WHEN old.phase <> new.phase BEGIN
        UPDATE tally SET count = count - 1 WHERE phase = old.phase;
        INSERT INTO tally VALUES (new.phase, 1) ON CONFLICT (phase) DO UPDATE SET count = count + 1; END""",
    """CREATE TRIGGER head_uncounted AFTER DELETE ON head BEGIN
        UPDATE tally SET count = count - 1 WHERE phase = old.phase; END""",
    # words of number, name (pairs of characters) and pinyin; the tokenizer `ascii` keeps every rare character
    """CREATE VIRTUAL TABLE head_words USING fts5
        (words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3 4')""",
    # identity and telephone numbers are found by a keyed hash only
    """CREATE TABLE head_person (
        person BLOB NOT NULL CHECK (length(person) = 32),
        head INTEGER NOT NULL REFERENCES head (id) ON DELETE CASCADE,
        PRIMARY KEY (person, head)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX head_person_head ON head_person (head)",
    """CREATE TABLE head_material (
        head INTEGER NOT NULL REFERENCES head (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (sha256, head)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX head_material_head ON head_material (head)",
)
