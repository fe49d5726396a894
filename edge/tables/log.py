"""The two logs and what the centre acknowledged (m001), and the index over what happened to the whole room (m007)."""

from typing import Final

STATEMENTS: Final = (
    # one row: who this node is, and what only grows
    """CREATE TABLE node (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        node_id TEXT NOT NULL CHECK (length(node_id) = 10),
        epoch INTEGER NOT NULL CHECK (epoch >= 1),
        centre_at TEXT NOT NULL DEFAULT '',
        ticks_floor INTEGER NOT NULL DEFAULT 0,
        search_key BLOB NOT NULL CHECK (length(search_key) = 32),
        created_at TEXT NOT NULL
    ) STRICT""",
    # both logs: 'node' is written here, 'centre' comes down
    """CREATE TABLE event (
        side TEXT NOT NULL CHECK (side IN ('node', 'centre')),
        epoch INTEGER NOT NULL CHECK (epoch >= 1),
        seq INTEGER NOT NULL CHECK (seq >= 1),
        id TEXT NOT NULL UNIQUE CHECK (length(id) = 32),
        application TEXT NOT NULL,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        centre_at TEXT NOT NULL,
        ticks INTEGER NOT NULL,
        actor TEXT NOT NULL,
        seen TEXT NOT NULL,
        body BLOB NOT NULL,
        salt BLOB NOT NULL CHECK (length(salt) = 16),
        prev BLOB NOT NULL CHECK (length(prev) = 32),
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        PRIMARY KEY (side, epoch, seq)
    ) STRICT""",
    "CREATE INDEX event_of_application ON event (application, side, epoch, seq) WHERE application <> ''",
    """CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END""",
    """CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
        BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END""",
    # the centre's signed words on what it holds; the last row says where its copy of our log ends
    """CREATE TABLE ack (
        id INTEGER PRIMARY KEY,
        epoch INTEGER NOT NULL CHECK (epoch >= 1),
        seq INTEGER NOT NULL CHECK (seq >= 0),
        digest BLOB NOT NULL CHECK (length(digest) = 32),
        at TEXT NOT NULL,
        missing TEXT NOT NULL CHECK (json_valid(missing)),
        raw BLOB NOT NULL
    ) STRICT""",
)

ROOM: Final = (
    # what happened to the room as a whole is rare, and read apart from what happened to applications
    "CREATE INDEX event_of_room ON event (epoch, seq) WHERE application = '' AND side = 'node'",
)
