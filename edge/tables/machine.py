"""What a machine notes of itself beside the logs (edge.machine_report)."""

from typing import Final

STATEMENTS: Final = ("CREATE TABLE machine_note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",)
