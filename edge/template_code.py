"""Compiled templates, kept in the node's own database: a start compiles none that the one before it did.

They are code, and lie where nobody without the node's key can put any. What jinja2 made of another source, or for
another Python, it throws away by itself.
"""

from __future__ import annotations

import io
import logging
import threading
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from edge.errors import YizhanError

if TYPE_CHECKING:
    from edge.database import Database

logger = logging.getLogger(__name__)


class Kept(BytecodeCache):
    """What jinja2 asks for compiled templates. New ones wait in memory for `store()`: a page may be made inside of a
    transaction, and is never held up by the disk.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._fresh: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def load_bytecode(self, bucket: Bucket) -> None:
        with self._database.read() as tx:
            row = tx.execute("SELECT code FROM template_code WHERE key = ?", (bucket.key,)).fetchone()
        if row is not None:
            bucket.load_bytecode(io.BytesIO(row["code"]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        out = io.BytesIO()
        bucket.write_bytecode(out)
        with self._lock:
            self._fresh[bucket.key] = out.getvalue()

    def store(self) -> int:
        """Keep what was compiled since; how many templates. A disk that refuses costs the next start a moment."""
        with self._lock:
            fresh, self._fresh = self._fresh, {}
        if not fresh:
            return 0
        try:
            with self._database.write() as tx:
                tx.executemany("INSERT OR REPLACE INTO template_code (key, code) VALUES (?, ?)", fresh.items())
        except YizhanError as error:
            logger.warning("compiled templates were not kept: %s", error)
            return 0
        return len(fresh)
