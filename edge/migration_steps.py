"""The list of migrations, for sqlite-utils, which is imported only when one of them has to run: most starts find a
database that has seen them all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite_utils import Database as Tools
    from sqlite_utils.migrations import Migrations

    from edge.database import Connection

Step = Callable[["Tools"], None]
BOOK = "_sqlite_migrations"  # what sqlite-utils calls its table; a test holds it to that


class Steps:
    """The steps in their order. As a decorator with `@steps()`; sqlite-utils keeps the book of those that ran."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: list[Step] = []

    def __call__(self) -> Callable[[Step], Step]:
        def add(function: Step) -> Step:
            self.functions.append(function)
            return function

        return add

    def names(self) -> list[str]:
        return [str(function.__name__) for function in self.functions]

    def are_done(self, tx: Connection) -> bool:
        """Whether the file has seen these steps and no others."""
        table = BOOK
        if tx.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone() is None:
            return False
        rows = tx.execute(f"SELECT name FROM {table} WHERE migration_set = ?", (self.name,))  # noqa: S608  a constant
        return sorted(row[0] for row in rows) == sorted(self.names())

    def book(self) -> Migrations:
        """All steps as sqlite-utils wants them."""
        from sqlite_utils.migrations import Migrations

        made = Migrations(self.name)
        for function in self.functions:
            made()(function)
        return made

    def apply(self, tools: Tools, **options: Any) -> None:
        """Run what is missing; options as those of sqlite-utils."""
        self.book().apply(tools, **options)
