"""`yizhan demo`: a centre and a node on this machine, with sample data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from edge import duties, heads, identity, officers, ranks
from edge.app import Running
from edge.clock import CHINA
from edge.errors import problem
from edge.node import Node, create_home, open_node
from edge.sample import devices, review
from edge.sample.story import DAYS_BACK, WalkingClock, tell
from edge.serving import Server
from sync.centre import centre as centres
from sync.centre import enrolment, reviewers
from sync.centre.app import create_app
from sync.centre.settings import FILE_NAME as CENTRE_FILE

NODE = "5224250017"
ROOM = "龙场镇大坪村警务室"
MARK = "demo-home"  # what may be wiped by --fresh carries this file
PASSWORD = "shifan-2026"  # noqa: S105 - printed for everybody, for made-up people
# NODE begins with a county's old code, as old rooms' numbers do; `place` has the new one
ROOM_FILE = """name = "龙场镇大坪村警务室"
place = "520525"
station = "龙场派出所"
county = "纳雍县公安局"
address = "大坪村村委会旁"
hours = "周一至周六 8:30–17:30"
market_days = "逢一、六赶集"
languages = ["zh-CN", "en"]

[[phones]]
label = "警务室"
number = "0857-0000000"
"""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demonstration; `at`: console or centre; `posts`: of a room, or the one post of the centre."""

    at: str
    user: str
    name: str
    posts: tuple[str, ...]
    rank: str = ""
    staff: str = ""

    def shown(self) -> dict[str, Any]:
        return {"at": self.at, "user": self.user, "password": PASSWORD, "posts": list(self.posts), "name": self.name}


ACCOUNTS = (
    Account("console", "weijianguo", "韦建国", ("guide", "receive", "deliver", "maintain"), ranks.ASSISTANT),
    Account(
        "console",
        "luoming",
        "罗明",
        ("receive", "review", "deliver", "maintain", "supervise", "analyse"),
        ranks.POLICE,
        "522425001",
    ),
    Account("centre", "lishenpi", "李审批", ("户政",), staff="520000101"),
    Account("centre", "yangminzong", "杨民宗", ("民族事务",)),
    Account("centre", "chenducha", "陈督查", ("supervisor",)),
)


@contextmanager
def running(home: Path, *, port: int, offline: bool, fresh: bool) -> Iterator[dict[str, Any]]:
    """The demonstration while the block runs; gives what `yizhan demo --json` prints.

    `port`: of the node, the centre takes the next one; 0 lets the system choose both. Raises home_exists for a folder
    that --fresh may not wipe, port_in_use.
    """
    prepare(home, fresh=fresh)
    with ExitStack() as stack:
        node = open_node(home / "node")
        stack.callback(node.close)
        centre_url = ""
        if not offline:
            centre = centres.open_centre(home / "centre")
            stack.callback(centre.close)
            server = Server(create_app(centre), "127.0.0.1", port and port + 1)
            stack.callback(server.stop)
            centre_url = server.url
            node.settings = replace(node.settings, centre_url=centre_url)
        carrying = Running(node, "127.0.0.1", port)
        stack.callback(carrying.stop)
        yield _answer(home, carrying.urls(), centre_url, scanned(node, carrying.urls()["status"]))


def _sign_duties(node: Node, account: str) -> None:
    """The demonstration begins on the second day of its people."""
    known = next(one for one in officers.all_of(node) if one.account == account)
    documents = node.files.duties
    duties.sign(node, known, name=known.name, read=documents, shown=duties.digest(documents), token=f"duties-{account}")


def scanned(node: Node, base: str) -> str:
    """The page that a telephone opens by the code on the newest receipt with a result."""
    with node.database.read() as tx:
        newest = heads.search(tx, state="closed", limit=1)
    return base + newest[0].receipt_token


def _answer(home: Path, urls: dict[str, str], centre_url: str, phone: str) -> dict[str, Any]:
    return {
        "kiosk": urls["kiosk"],
        "console": urls["console"],
        "centre": f"{centre_url}/review/" if centre_url else None,
        "status": urls["status"],
        "phone": phone,
        "accounts": [one.shown() for one in ACCOUNTS if centre_url or one.at == "console"],
        "homes": {"node": str(home / "node"), "centre": str(home / "centre") if centre_url else None},
    }


def prepare(home: Path, *, fresh: bool) -> None:
    """Make both homes with their sample data, unless they are there; what was begun and not finished is begun again."""
    if (home / MARK).exists() and not fresh:
        return
    if home.exists() and any(home.iterdir()):
        if not fresh and not (home / "begun").exists():
            raise problem("home_exists", home=home)
        _wipe(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / "begun").touch()
    _fill(home)
    (home / "begun").replace(home / MARK)


def _wipe(home: Path) -> None:
    """Only ever a demonstration's own folder."""
    if not (home / MARK).exists() and not (home / "begun").exists():
        raise problem("home_exists", home=home)
    for part in ("node", "centre"):
        shutil.rmtree(home / part, ignore_errors=True)


def _fill(home: Path) -> None:
    end = datetime.now(CHINA)
    clock = WalkingClock((end - timedelta(days=DAYS_BACK)).replace(hour=8, minute=0, second=0, microsecond=0))
    centres.create_home(home / "centre", name="省公安厅（演示）")
    with (home / "centre" / CENTRE_FILE).open("a", encoding="utf-8") as centre_file:
        centre_file.write('second_proof = ""  # whoever looks at it has the passwords of everybody\n')
    create_home(home / "node", NODE, ROOM)
    with (home / "node" / "node.toml").open("a", encoding="utf-8") as node_file:
        node_file.write('second_proof = ""  # as at the centre\n')
    (home / "node" / "room.toml").write_text(ROOM_FILE, encoding="utf-8")
    devices.put(home / "node")
    with ExitStack() as stack:
        centre = centres.open_centre(home / "centre", clock)
        stack.callback(centre.close)
        node = open_node(home / "node", clock)
        stack.callback(node.close)
        file = enrolment.enrol(centre, NODE, ROOM, "http://127.0.0.1:8601")
        with node.database.write() as tx:
            identity.set_centre(tx, file)
        for one in ACCOUNTS:
            if one.at == "console":
                officers.add(node, one.user, one.name, PASSWORD, posts=one.posts, rank=one.rank, staff=one.staff)
                _sign_duties(node, one.user)
            else:
                reviewers.add(centre, one.user, one.name, PASSWORD, one.posts[0], staff=one.staff)
        review.give_duties(centre)
        tell(node, centre, clock, end)
