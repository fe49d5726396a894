"""The officer's console of a node as a small Flask program, and an officer in front of it, for tests."""

import io
import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from edge import applications, duties, log, officers, web, web_node
from edge.api import routes as api
from edge.filings import Filed
from edge.node import Node
from edge.prints import pages
from edge.room import Phone, Room
from edge.staff import screens
from edge.status import routes as status
from forms import events
from forms.events import Head
from tests.service_for_tests import answers

SECRET = b"d" * 32
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')
PASSWORD = "correct-horse-7"
AT = "2026-11-21T10:00:00+08:00"
ROOM = Room(
    "大坪村警务室",
    "",
    "",
    "",
    "522425",
    "周一至周六 8:30–17:30",
    "",
    ("zh-CN",),
    (Phone("警务室", "0857-0000000"), Phone("监督投诉", "0857-0000001")),
    120,
)


def desk_app(node: Node) -> Flask:
    """Console, status page and API of a node."""
    app = web.make_app("node", secret=SECRET, title="驿站", areas={"/console": "console", "/s": "phone"})
    web_node.put(app, node)
    for part in (screens, status, api, pages):
        part.install(app)
    return app


class Desk:
    """A browser at the desk: keeps the session and the form token of the page that it saw last."""

    def __init__(self, app: Flask, account: str | None = "wei") -> None:
        self.client: FlaskClient = app.test_client()
        self.token = ""
        self.get("/console/login")
        if account is not None:
            self.login(account)

    def login(self, account: str, password: str = PASSWORD, **more: str) -> TestResponse:
        answer = self.post("/console/login", {"account": account, "password": password, **more})
        self.get("/console/receive")
        return answer

    def get(self, path: str, *, follow: bool = True) -> TestResponse:
        answer = closed(self.client.get(path, follow_redirects=follow))
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        self.token = found[1] if found else self.token
        return answer

    def text(self, path: str) -> str:
        """The page at `path`, which must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.status_code
        return answer.text

    def post(self, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """A form with its token; the answer itself, not where it leads."""
        return closed(self.client.post(path, data={"csrf_token": self.token, **(data or {})}))

    def done(self, path: str, data: dict[str, Any] | None = None) -> str:
        """A form that must end in 303; where it leads."""
        answer = self.post(path, data)
        assert answer.status_code == 303, (answer.status_code, plain(answer.text))
        return answer.location


def closed(answer: TestResponse) -> TestResponse:
    """An answer that was read whole and is done with."""
    answer.get_data()
    answer.close()
    return answer


def add_officer(
    node: Node,
    account: str = "wei",
    name: str = "韦建国",
    rank: str = "辅警",
    posts: Sequence[str] = tuple(officers.POSTS),
) -> None:
    """Somebody who has every post and has signed the duties."""
    officers.add(node, account, name, PASSWORD, rank=rank, posts=posts)
    sign_duties(node, account)


def sign_duties(node: Node, account: str) -> None:
    """As if the duties had been signed long ago: the row without its event, so that tests count their own events."""
    with node.database.write() as tx:
        row = (account, duties.digest(node.files.duties), tx.clock.now())
        tx.execute("INSERT INTO officer_signed VALUES (?, ?, ?)", row)


def file_one(node: Node, name: str = "王秀梅", token: str = "", **changes: Any) -> Filed:
    """One application filed at the kiosk."""
    return applications.file(
        node,
        "ceshi-dengji",
        answers(name, **changes),
        token=token or secrets.token_urlsafe(),
        channel="kiosk",
        actor="kiosk",
    )


def application(node: Node, number: str) -> applications.Application:
    with node.database.read() as tx:
        return applications.get(tx, number)


def kinds(node: Node, number: str) -> list[str]:
    """The kinds of all events of an application, the node's first."""
    with node.database.read() as tx:
        return [event.kind for side, event in log.of_application(tx, number) if side == "node"]


def centre_says(node: Node, kind: str, number: str, body: dict[str, Any], at: str = AT, *, knows: bool = True) -> str:
    """An event of the centre for this node, as it comes down; its id. `knows`: whether it had seen all of our log."""
    with node.database.write() as tx:
        before, seen = log.head(tx, "centre"), log.head(tx)
        event = events.seal(
            seq=before.seq + 1,
            epoch=1,
            id=f"{before.seq + 1:032x}",
            application=number,
            kind=kind,
            at=at,
            centre_at="",
            ticks=0,
            actor="centre:li",
            seen=str(seen) if seen.seq and knows else "",
            body=events.canonical(body),
            salt=bytes(16),
            prev=before.digest,
        )
        applications.apply_down(tx, [event])
        return event.id


def centre_gives_away(node: Node, day: str, start: str) -> None:
    """The centre, which does not know what the room has given away, gives the same place to somebody else."""
    body = {
        "number": "W1-0001",
        "how": "room",
        "day": day,
        "start": start,
        "what": "办证",
        "name": "徐秀梅",
        "phone": "",
    }
    centre_says(node, "appointment.made", "", body, knows=False)


def centre_acks(node: Node, at: str = AT, upto: Head | None = None) -> None:
    """The centre's signed word that it holds our log up to its head."""
    with node.database.write() as tx:
        log.set_acked(tx, upto or log.head(tx), at)


def plain(html: str) -> str:
    """The words of a page without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def photo(color: tuple[int, int, int] = (200, 210, 220), side: int = 64) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (side, side), color).save(data, "JPEG")
    return data.getvalue()
