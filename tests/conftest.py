"""Fixtures that several test files share: real SQLite in a temporary folder, a clock that a test moves."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge import database as database_module
from edge import migrations
from edge.database import Database


class FixedClock:
    """A clock that stands until a test moves it; ticks move with it and only forward."""

    def __init__(self, now: str = "2026-11-21T09:12:03+08:00", ticks: int = 1_000_000) -> None:
        self.moment = datetime.fromisoformat(now)
        self._ticks = ticks
        self._centre = ""

    def now(self) -> str:
        return self.moment.isoformat(timespec="seconds")

    def today(self) -> str:
        return self.now()[:10]

    def ticks(self) -> int:
        return self._ticks

    def centre_time(self) -> str:
        return self._centre

    def set_centre_time(self, at: str) -> None:
        self._centre = max(self._centre, at)

    def raise_floor(self, ticks: int) -> None:
        self._ticks = max(self._ticks, ticks)

    def advance(self, **span: float) -> None:
        """As datetime.timedelta: advance(minutes=11). A negative span is a wall clock set back; ticks stand then."""
        step = timedelta(**span)
        self.moment += step
        self._ticks += max(0, int(step.total_seconds() * 1000))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


KEY = bytes(range(32))


@pytest.fixture
def database(tmp_path: Path, clock: FixedClock):
    opened = Database(tmp_path / "node.db", KEY, clock)
    migrations.migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "node.key"
    path.write_text(database_module.create_key())
    return path
