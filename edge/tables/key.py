"""Keys: the node's own and the centre's as enrolled (m004), the supervisor's (m007), sets and suites (m014)."""

from typing import Final

IDENTITY: Final = (
    """CREATE TABLE identity_key (
        kind TEXT PRIMARY KEY CHECK (kind IN ('sign', 'box')),
        private BLOB NOT NULL CHECK (length(private) = 32),
        created_at TEXT NOT NULL
    ) STRICT""",
    # the centre's public keys, as the enrolment file gave them
    """CREATE TABLE centre (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        url TEXT NOT NULL,
        name TEXT NOT NULL,
        sign_key BLOB NOT NULL CHECK (length(sign_key) = 32),
        box_key BLOB NOT NULL CHECK (length(box_key) = 32),
        code TEXT NOT NULL,
        enrolled_at TEXT NOT NULL DEFAULT ''
    ) STRICT""",
)

SUPERVISOR: Final = (
    # the public key that complaints are sealed to, as the enrolment file gave it
    "ALTER TABLE centre ADD COLUMN supervisor_key BLOB NOT NULL DEFAULT x''",
)

STATEMENTS: Final = (
    # the node's own sets of keys: `next` is announced to the centre, `old` was followed and still opens what is on
    # its way; (epoch, seq) is the event that announces it
    """CREATE TABLE own_keys (
        generation INTEGER PRIMARY KEY CHECK (generation >= 1),
        suite INTEGER NOT NULL,
        sign BLOB NOT NULL,
        box BLOB NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('next', 'current', 'old')),
        created_at TEXT NOT NULL,
        epoch INTEGER NOT NULL DEFAULT 0,
        seq INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE UNIQUE INDEX own_keys_one ON own_keys (state) WHERE state IN ('next', 'current')",
    """INSERT INTO own_keys (generation, suite, sign, box, state, created_at)
        SELECT 1, 1, sign.private, box.private, 'current', sign.created_at
        FROM identity_key sign JOIN identity_key box ON sign.kind = 'sign' AND box.kind = 'box'""",
    "DROP TABLE identity_key",
    # the centre's public keys: those of the enrolment file, and those that followed them
    """CREATE TABLE centre_keys (
        generation INTEGER PRIMARY KEY CHECK (generation >= 1),
        suite INTEGER NOT NULL,
        sign_key BLOB NOT NULL,
        box_key BLOB NOT NULL,
        retired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1))
    ) STRICT""",
    """INSERT INTO centre_keys (generation, suite, sign_key, box_key)
        SELECT 1, 1, sign_key, box_key FROM centre""",
    "ALTER TABLE centre DROP COLUMN sign_key",
    "ALTER TABLE centre DROP COLUMN box_key",
    # the newest policy of the centre on suites, as it signed it
    """CREATE TABLE suite_policy (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        version INTEGER NOT NULL CHECK (version >= 1),
        body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT""",
)
