"""The tables of what is on its way to the centre; edge.migrations makes them."""

from typing import Final

STATEMENTS: Final = (
    # smaller forms of pictures, made for the link; each is content-addressed like a material
    """CREATE TABLE rendition (
        original TEXT NOT NULL REFERENCES material (sha256),
        form TEXT NOT NULL CHECK (form IN ('preview', 'page')),
        sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
        media_type TEXT NOT NULL,
        size INTEGER NOT NULL CHECK (size > 0),
        data BLOB NOT NULL CHECK (length(data) = size),
        PRIMARY KEY (original, form)
    ) STRICT""",
    "CREATE INDEX rendition_of_bytes ON rendition (sha256)",
    # what of our materials the centre has, by its acks. rank 0 preview, 1 page, 2 original that follows; 'new': nobody
    # has decided yet in which forms it goes up
    """CREATE TABLE outgoing (
        sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
        original TEXT NOT NULL CHECK (length(original) = 64),
        rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 2),
        size INTEGER NOT NULL CHECK (size >= 0),
        held INTEGER NOT NULL CHECK (held >= 0),
        state TEXT NOT NULL CHECK (state IN ('new', 'waiting', 'done', 'gone', 'aside')),
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX outgoing_next ON outgoing (state, rank, epoch, seq) WHERE state <> 'done'",
    "ALTER TABLE node ADD COLUMN outgoing_epoch INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE node ADD COLUMN outgoing_seq INTEGER NOT NULL DEFAULT 0",
    # what was acknowledged before has arrived, except what the last ack names
    """INSERT INTO outgoing (sha256, original, rank, size, held, state, epoch, seq)
        SELECT value ->> '$.sha256', value ->> '$.sha256', 2, 0, value ->> '$.from', 'new', 1, 0
        FROM json_each((SELECT missing FROM ack ORDER BY id DESC LIMIT 1))""",
    """UPDATE node SET (outgoing_epoch, outgoing_seq) = (SELECT epoch, seq FROM ack ORDER BY id DESC LIMIT 1)
        WHERE EXISTS (SELECT 1 FROM ack)""",
    # sealed bytes by day, for the budget
    """CREATE TABLE carried (
        day TEXT PRIMARY KEY,
        bytes INTEGER NOT NULL CHECK (bytes >= 0)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE quarantine ADD COLUMN settled_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE quarantine ADD COLUMN settled_reason TEXT NOT NULL DEFAULT ''",
)

# what the centre's events bring, the other way (edge.incoming)
INCOMING: Final = """CREATE TABLE incoming (
    sha256 TEXT PRIMARY KEY,
    size INTEGER NOT NULL CHECK (size > 0),
    media_type TEXT NOT NULL,
    name TEXT NOT NULL,
    slot TEXT NOT NULL
) STRICT, WITHOUT ROWID"""
