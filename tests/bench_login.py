"""Ten thousand guesses at the login of a room: how many are looked at at all, over restarts, a killed program and a changed
clock; and whether the time of an answer tells which names there are.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from conftest import FixedClock, make_home
from desk_app import add_officer

from edge import accounts, officers
from edge.errors import YizhanError
from edge.node import Node, open_node

GUESSES = 10_000
RESTART_EVERY = 1_000
NAMES = ("wei", "luo", "admin", "root", "nobody")
PAIRS = 60


def figures() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="login-") as folder:
        home = make_home(Path(folder) / "home")
        looked_at, passed = guess(home)
        gap, told = gap_percent(home)
    return [
        {"name": "guesses at one terminal", "value": GUESSES, "unit": "", "beside": f"{len(NAMES)} names, a restart and another year after each {RESTART_EVERY}"},
        {"name": "of them looked at", "value": looked_at, "unit": "", "limit": 20, "beside": "control without counting: all"},
        {"name": "of them let in", "value": passed, "unit": "", "limit": 0},
        {"name": "unknown name against wrong password", "value": gap, "unit": "%", "limit": 5, "beside": told},
    ]  # fmt: skip  # a table


def guess(home: Path) -> tuple[int, int]:
    """(guesses whose password was compared, guesses that got in). Time stands, as for somebody who is fast."""
    node, looked_at, passed, dice = opened(home), 0, 0, random.Random(1)
    for account in NAMES[:2]:
        add_officer(node, account)
    verify = accounts.verify_password

    def counting(stored: str, password: str, cost: accounts.Cost) -> bool:
        nonlocal looked_at
        looked_at += 1
        return verify(stored, password, cost)

    accounts.verify_password = counting
    try:
        for case in range(GUESSES):
            if case % RESTART_EVERY == RESTART_EVERY - 1:
                node.close()
                node = opened(home, year=dice.randrange(1990, 2060))
            try:
                officers.login(node, dice.choice(NAMES), f"guess-{case}", terminal="127.0.0.1")
                passed += 1
            except YizhanError:
                continue
    finally:
        accounts.verify_password = verify
        node.close()
    return looked_at, passed


def opened(home: Path, year: int = 2026) -> Node:
    return open_node(home, FixedClock(f"{year}-03-01T08:00:00+08:00", ticks=0))


def gap_percent(home: Path) -> tuple[float, str]:
    """By how much the median of one answer differs from that of the other, taken by turns."""
    node, times = opened(home), {"wei": [], "nobody": []}  # type: dict[str, list[float]]
    for _ in range(PAIRS):
        for name, taken in times.items():
            officers.enable(node, "wei")
            begun = time.process_time()
            try:
                officers.login(node, name, "wrong-wrong", terminal="10.0.0.7")
            except YizhanError:
                taken.append(time.process_time() - begun)
    node.close()
    wrong, unknown = (statistics.median(taken) for taken in times.values())
    return round(
        100 * abs(unknown - wrong) / wrong, 2
    ), f"{unknown * 1000:.1f} and {wrong * 1000:.1f} ms of processor time"
