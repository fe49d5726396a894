"""What m012 of edge.migrations changes, for epochs, for rebuilding, and for bringing a log back."""

from typing import Final

STATEMENTS: Final = (
    # where this file lies, and by which version of edge.projections its tables were filled
    "ALTER TABLE node ADD COLUMN place TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE node ADD COLUMN projected INTEGER NOT NULL DEFAULT 0",
    # 'log': being brought back from the centre, nothing may be filed yet; 'tail': the centre may hold more of our
    # own log than we do, and is asked before anything is sent
    "ALTER TABLE node ADD COLUMN recovering TEXT NOT NULL DEFAULT '' CHECK (recovering IN ('', 'log', 'tail'))",
    # where the centre says that its own log for us ends, when it has lost what came after; '' if it has not
    "ALTER TABLE node ADD COLUMN centre_lost TEXT NOT NULL DEFAULT ''",
    # a phase that nobody is in has no row, so that the table is the same however it was reached
    "DROP TRIGGER head_recounted",
    "DROP TRIGGER head_uncounted",
    "DELETE FROM tally WHERE count = 0",
    """CREATE TRIGGER head_recounted AFTER UPDATE OF phase ON head WHEN old.phase <> new.phase BEGIN
        UPDATE tally SET count = count - 1 WHERE phase = old.phase;
        DELETE FROM tally WHERE phase = old.phase AND count = 0;
        INSERT INTO tally VALUES (new.phase, 1) ON CONFLICT (phase) DO UPDATE SET count = count + 1; END""",
    """CREATE TRIGGER head_uncounted AFTER DELETE ON head BEGIN
        UPDATE tally SET count = count - 1 WHERE phase = old.phase;
        DELETE FROM tally WHERE phase = old.phase AND count = 0; END""",
    # what the centre signed about the head of its log for us: with it, it believes us what it has lost itself
    """CREATE TABLE centre_word (
        epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        header BLOB NOT NULL,
        word BLOB NOT NULL,
        PRIMARY KEY (epoch, seq)
    ) STRICT, WITHOUT ROWID""",
    # a material that is on its way back from the centre, as far as it has come
    """CREATE TABLE material_returning (
        sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
        data BLOB NOT NULL
    ) STRICT, WITHOUT ROWID""",
)
