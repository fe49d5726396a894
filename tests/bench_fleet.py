"""The page of rooms of a province with ten thousand of them: every filter and every order, through the whole program."""

from __future__ import annotations

import hashlib
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from edge.accounts import Cost
from forms.events import Head
from sync.centre import factor, reviewers, tables
from sync.centre.app import create_app
from sync.centre.centre import Centre, create_home, open_centre
from sync.centre.fleet import ORDERS
from sync.centre.store import add

ROOMS = 10_000
AREAS = ("522425", "522426", "522401", "520102", "522301", "522702")
PASSWORD = "xiang-cun-lu-deng-7"
ROUNDS = 5
LIMIT_MS = 300
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def figures() -> list[dict[str, Any]]:
    with fleet(ROOMS) as centre:
        browser = logged_in(centre)
        taken = {what: _milliseconds(browser, path) for what, path in paths().items()}
    slowest = max(taken, key=lambda what: taken[what])
    beside = f"{slowest}; the list as it opens {taken['order alarm']:.0f} ms, {len(taken)} lists"
    name = f"slowest list of {ROOMS:,} rooms, through the program"
    return [{"name": name, "value": round(taken[slowest], 1), "unit": "ms", "limit": LIMIT_MS, "beside": beside}]


def paths() -> dict[str, str]:
    """Every order, the last page, and the filters."""
    found = {f"order {name}": f"/review/nodes?order={name}" for name in ORDERS}
    found |= {"last page": f"/review/nodes?after={ROOMS - 50}", "county": "/review/nodes?area=522425"}
    found |= {
        "alarm": "/review/nodes?alarm=silent",
        "name": "/review/nodes?text=999",
        "stick": "/review/nodes?way=stick",
    }
    return found | {"alarm of a county by disk": "/review/nodes?area=5224&alarm=full&order=disk"}


def _milliseconds(browser: Any, path: str) -> float:
    """The middle of some rounds, as the program needs it to answer."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = browser.get(path)
        taken.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
    return statistics.median(taken)


def logged_in(centre: Centre) -> Any:
    """A client of the desk's pages."""
    reviewers.add(centre, "lishen", "李审", PASSWORD)
    browser = create_app(centre).test_client()
    token = TOKEN.search(browser.get("/review/login").get_data(as_text=True))
    if token is None:
        raise RuntimeError("no token on the login page")
    code = factor.print_codes(centre, "lishen", "system")[0]
    browser.post("/review/login", data={"name": "lishen", "password": PASSWORD, "code": code, "csrf_token": token[1]})
    return browser


@contextmanager
def fleet(count: int) -> Iterator[Centre]:
    """A centre with so many rooms, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="yizhan-fleet-"))
    try:
        create_home(folder / "centre")
        centre = open_centre(folder / "centre", cost=Cost(1024, 1, 1))
        try:
            put_rooms(centre, count)
            yield centre
        finally:
            centre.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_rooms(centre: Centre, count: int) -> None:
    """Rooms as a province has them: most are fine, some come by stick, some want looking at."""
    now = datetime.fromisoformat(centre.clock.now())
    made = [_room(place, now) for place in range(count)]
    with centre.store.write() as tx:
        add(tx, tables.node, [node for node, _, _ in made])
        add(tx, tables.node_report, [report for _, report, _ in made if report])
        add(tx, tables.ferried, [ferried for _, _, ferried in made if ferried])


def _name(drawn: bytes) -> str:
    return f"{'大石杨白沙水青龙'[drawn[3] % 8]}{'坪门沟寨河塘山湾'[drawn[4] % 8]}村警务室"


def _room(place: int, now: datetime) -> tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]:
    drawn = hashlib.sha256(str(place).encode()).digest()
    node_id = f"{AREAS[place % len(AREAS)]}{place // len(AREAS):04d}"

    def ago(hours: float) -> str:
        return (now - timedelta(hours=hours)).isoformat(timespec="seconds")

    by_stick = drawn[0] < 25
    silent = drawn[1] < 6
    contact = ago(24 * (3 + drawn[2] % 40) if by_stick else 24 * (8 + drawn[2] % 30) if silent else drawn[2] / 20)
    up, down = (str(Head.start(side, node_id)) for side in ("node", "centre"))
    node = {
        "node_id": node_id, "name": _name(drawn),
        "enrolled_at": ago(4000), "code_hash": "", "sign_key": "11" * 32, "box_key": "22" * 32, "bound_at": ago(3900),
        "last_contact_at": contact, "up_head": up, "down_head": down, "down_seen": down, "fork_at": "",
    }  # fmt: skip  # a table
    report = {
        "node_id": node_id, "said_at": contact if drawn[5] > 8 else ago(120), "unsent": 0, "lacking": drawn[6] // 60,
        "version": version("yizhan") if drawn[6] > 20 else "0.0.9", "oldest": ago(24 * 9) if drawn[7] < 8 else "",
        "skew_s": drawn[8] - 128 if drawn[9] > 6 else 86_400 * 3, "disk_mb": 240_000, "pack": 0, "pack_fault": "",
        "disk_free_mb": 512 if drawn[10] < 3 else 18_000 if drawn[10] < 12 else 90_000 + drawn[11] * 300,
        "backup": ago(24 * (drawn[12] % 33)) if drawn[12] > 12 else "", "aside": int(drawn[13] < 4),
    }  # fmt: skip  # a table
    ferried = {"node_id": node_id, "digest": b"x", "at": contact} if by_stick else None
    return node, report if drawn[14] > 5 else None, ferried
