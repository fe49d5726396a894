"""What m190 and m210 of edge.migrations add: backups that were verified, the one change that an event may undergo, and
what finds answers that go early.
"""

from typing import Final

_KEPT: Final = (
    *("side", "epoch", "seq", "id", "application", "kind", "at", "centre_at", "ticks", "actor", "seen", "prev"),
    "digest",
)
_SAME: Final = " AND ".join(f"new.{name} IS old.{name}" for name in _KEPT)
STATEMENTS: Final = (
    """CREATE TABLE backup_made (
        folder TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        ticks INTEGER NOT NULL,
        name TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "DROP TRIGGER event_is_never_changed",
    # erasing leaves the hash of salt and body, behind the mark of forms.events; everything else stays as it was
    f"""CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
        WHEN NOT ({_SAME} AND substr(new.body, 1, 8) = x'0065726173656400' AND length(new.body) = 40
            AND new.salt = zeroblob(16))
        BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END""",
)
# answers that go before their application are looked for every day, and are few
SET_APART: Final = (
    """CREATE INDEX event_set_apart ON event (application, side, epoch, seq)
        WHERE kind = 'answers.set_apart' AND body >= x'01'""",
)
