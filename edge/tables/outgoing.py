"""The tables of what is on its way to the centre: the link (m005), codebooks (m010), media (m011), materials (m013)."""

from typing import Final

LINK: Final = (
    # one row: how the carrying stands, in words for the officer
    """CREATE TABLE link_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        state TEXT NOT NULL CHECK (state IN ('ok', 'no_link', 'problem', 'off')),
        code TEXT NOT NULL,
        sentence TEXT NOT NULL,
        hint TEXT NOT NULL,
        since TEXT NOT NULL,
        last_ok_at TEXT NOT NULL,
        last_try_at TEXT NOT NULL,
        failures INTEGER NOT NULL CHECK (failures >= 0)
    ) STRICT""",
    # what one side could not act on: an officer sees it and sets it aside; it never holds up anything else
    """CREATE TABLE quarantine (
        side TEXT NOT NULL CHECK (side IN ('node', 'centre')),
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        code TEXT NOT NULL,
        item TEXT NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        settled_at TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (side, epoch, seq, code, item)
    ) STRICT, WITHOUT ROWID""",
)

CODEBOOKS: Final = (
    # the first 8 bytes of the digest of each codebook that the centre named in its last ack
    "ALTER TABLE node ADD COLUMN centre_codebooks BLOB NOT NULL DEFAULT x'' CHECK (length(centre_codebooks) % 8 = 0)",
)

FERRY: Final = (
    # how many answers of the centre were taken: an envelope made since the last one has the newest answer
    "ALTER TABLE node ADD COLUMN answers INTEGER NOT NULL DEFAULT 0 CHECK (answers >= 0)",
    # the envelopes sealed for a medium: (epoch, seq) is the head that they carry up to, `pieces` the parts
    # of materials [[sha256, from, to]], `answers` and `down` what the node knew of the centre
    """CREATE TABLE ferry_parcel (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
        enrols INTEGER NOT NULL CHECK (enrols IN (0, 1)),
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        pieces TEXT NOT NULL CHECK (json_valid(pieces)),
        answers INTEGER NOT NULL,
        down TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT""",
)

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

# '' where every refusal up to the last ack was heard
HEARD: Final = ("ALTER TABLE node ADD COLUMN heard TEXT NOT NULL DEFAULT ''",)
