"""The tables of packs on a node (edge.packs.judging). What was taken is judged at the time when it came, once."""

from typing import Final

STATEMENTS: Final = (
    # documents and files by their SHA-256, as the centre's log brought them; believed only where a document names them
    "CREATE TABLE pack_text (sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64), text TEXT NOT NULL) STRICT",
    # the roots, one signed by the keys of the one before; `origin`: enrolment, or the centre's log
    """CREATE TABLE pack_root (
        version INTEGER PRIMARY KEY,
        text TEXT NOT NULL,
        origin TEXT NOT NULL CHECK (origin IN ('enrolment', 'log')),
        at TEXT NOT NULL
    ) STRICT""",
    # the newest version that was taken of each document; `area` of a county's, else ''
    """CREATE TABLE pack_version (
        role TEXT NOT NULL CHECK (role IN ('timestamp', 'snapshot', 'content', 'county')),
        area TEXT NOT NULL,
        version INTEGER NOT NULL CHECK (version >= 0),
        sha256 TEXT NOT NULL,
        PRIMARY KEY (role, area)
    ) STRICT, WITHOUT ROWID""",
    # every pack that was ever in force here, and from when
    """CREATE TABLE pack_taken (
        number INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        centre_at TEXT NOT NULL
    ) STRICT""",
    # one row: until when the pack in force is vouched for; what waits or was refused since, and why
    """CREATE TABLE pack_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        expires TEXT NOT NULL DEFAULT '',
        waiting TEXT NOT NULL DEFAULT '',
        fault TEXT NOT NULL DEFAULT '',
        fault_at TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    # services that a pack ever named; `listed`: the one in force does
    """CREATE TABLE pack_service (
        digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
        name TEXT NOT NULL,
        since TEXT NOT NULL,
        listed INTEGER NOT NULL CHECK (listed IN (0, 1))
    ) STRICT, WITHOUT ROWID""",
    # the files of the pack in force, and those that were put into the room's folder
    "CREATE TABLE pack_file (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE pack_put (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE pack_note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)
