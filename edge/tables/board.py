"""The table of the public board (edge.board)."""

from typing import Final

STATEMENTS: Final = (
    """CREATE TABLE board (
        id TEXT PRIMARY KEY,
        problem TEXT NOT NULL CHECK (problem <> ''),
        raised TEXT NOT NULL,
        at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT '',
        answer TEXT NOT NULL DEFAULT '',
        answered_at TEXT NOT NULL DEFAULT '',
        CHECK ((state = '') = (answer = ''))
    ) STRICT, WITHOUT ROWID""",
)
