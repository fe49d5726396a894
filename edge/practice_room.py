"""The practice room beside the real one in the same process, under /practice: opened when somebody trains, shut after.

Its program has the console, the citizen's page and the sheets, a database, sessions and cookies of its own, and no way
out: nothing carries, and no address of it leads into the real room but the one that ends the practice. One request at
a time: few people train at once, and a reset then never meets a page that is being made.
"""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import flask

from edge import duties, officers, practice, web, web_node
from edge.clock import Clock
from edge.node import Node
from edge.officers import Officer
from edge.prints import pages
from edge.staff import screens as staff
from edge.staff.session import COOKIE
from edge.status import routes as status
from forms import lookup

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

START = "/console/practice"
IDLE_MS = 30 * 60 * 1000
AREAS = {"/console": "console", "/s": "phone"}
Program = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


class PracticeRoom:
    """Opens, serves and shuts the practice room of a node. `equip` puts into a program what all of them share."""

    def __init__(self, real: Node, secret: bytes, equip: Callable[[flask.Flask], None] = lambda _app: None) -> None:
        self._real, self._secret, self._equip = real, secret, equip
        self._lock = threading.RLock()
        self._tables = lookup.Registry()
        self._node: Node | None = None
        self._app: flask.Flask | None = None
        self._used = 0

    @property
    def is_open(self) -> bool:
        return self._node is not None

    def enter(self, trainee: Officer) -> str:
        """The token of a session in the practice room, which is opened for it."""
        with self._lock, lookup.apart(self._tables):
            opened = self._opened()
            token = practice.admit(opened, trainee)
            _sign(opened, trainee)
            return token

    def leave(self, account: str) -> None:
        """Somebody has left the real room: his practice is over too."""
        with self._lock, lookup.apart(self._tables):
            if self._node is not None:
                with self._node.database.write() as tx:
                    tx.execute("DELETE FROM session WHERE account = ?", (account,))
        self.rest()

    def reset(self) -> None:
        """Throw everything away and begin anew, for all who train."""
        with self._lock, lookup.apart(self._tables):
            self._shut()
            practice.drop(self._real)
            self._opened()

    def rest(self) -> None:
        """Shut it where nobody has trained for half an hour, or nobody is left."""
        with self._lock, lookup.apart(self._tables):
            if self._node is None:
                return
            with self._node.database.read() as tx:
                sessions = int(tx.execute("SELECT count(*) FROM session").fetchone()[0])
            if not sessions or self._real.clock.ticks() - self._used > IDLE_MS:
                self._shut()

    def close(self) -> None:
        with self._lock, lookup.apart(self._tables):
            self._shut()

    def _opened(self) -> Node:
        from edge import practice_people  # which draws pages; a room where nobody trains needs none of it

        self._used = self._real.clock.ticks()
        if self._node is None:
            self._node = practice.make(self._real, _OwnClock(self._real.clock))
            if practice.is_begun(self._node):
                practice_people.settle(self._node)
                practice.whole(self._node)
            self._app = self._program(self._node)
        return self._node

    def _shut(self) -> None:
        if self._node is not None:
            self._node.close()
        self._node = self._app = None

    def _program(self, opened: Node) -> flask.Flask:
        named: dict[str, Any] = {"title": "驿站练习室", "areas": AREAS, "hosts": opened.settings.hosts}
        app = web.make_app("practice", secret=self._secret, practice=START, **named)
        web_node.put(app, opened)
        self._equip(app)
        app.before_request(partial(_admit, opened))
        app.after_request(_keep_inside)
        for screens in (staff, status, pages):
            screens.install(app)
        opened.hooks.practice = self
        return app

    def beside(self, program: Program) -> Program:
        """The real room's program with the practice room beside it."""
        return partial(self._serve, program)

    def _serve(self, program: Program, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.lower() != practice.MOUNT and not path.lower().startswith(practice.MOUNT + "/"):
            return program(environ, start)
        rest = path[len(practice.MOUNT) :] or "/"
        with self._lock, lookup.apart(self._tables):
            self._used = self._real.clock.ticks()
            app = self._app or _shut_program(self._secret)
            environ = {**environ, "SCRIPT_NAME": practice.MOUNT, "PATH_INFO": rest}
            return _whole(app(environ, start))


class _OwnClock:
    """The real clock's time; what the centre's word says of it stays with the real room."""

    def __init__(self, real: Clock) -> None:
        self._real = real

    def now(self) -> str:
        return self._real.now()

    def today(self) -> str:
        return self._real.today()

    def ticks(self) -> int:
        return self._real.ticks()

    def raise_floor(self, ticks: int) -> None:
        """The ticks are the real room's, and go on with them."""

    def centre_time(self) -> str:
        return ""

    def set_centre_time(self, at: str) -> None:
        """No centre speaks here."""


def _sign(opened: Node, trainee: Officer) -> None:
    """Duties are signed for in the real room."""
    if not duties.signed(opened, trainee.account):
        documents = opened.files.duties
        duties.sign(
            opened,
            trainee,
            name=trainee.name,
            read=documents,
            shown=duties.digest(documents),
            token=f"practice-{duties.digest(documents)[:40]}-{trainee.account}",
        )


def _admit(opened: Node) -> flask.Response | str | None:
    """Only somebody who has come in through the real room trains here; a receipt's code says what it is to anybody."""
    if flask.request.path.startswith("/static/"):
        return None
    token = flask.request.cookies.get(COOKIE, "")
    if token and officers.who(opened, token) is not None and flask.request.path != "/console/login":
        opened.refresh()
        return None
    return _outside()


def _outside() -> flask.Response | str:
    if flask.request.path.lower().startswith("/s/"):
        return flask.render_template("shared/practice_receipt.html")
    return web.see_other(f"{flask.request.host_url.rstrip('/')}{START}")  # whole, so that it leads out


def _keep_inside(response: flask.Response) -> flask.Response:
    """Addresses that a view made of a path alone lead on inside of the practice room, never into the real one."""
    to = response.headers.get("Location", "")
    if to.startswith("/") and not to.startswith(practice.MOUNT + "/"):
        response.headers["Location"] = practice.MOUNT + to
    return response


def _shut_program(secret: bytes) -> flask.Flask:
    """What stands there while nobody trains: the way in, and what a receipt of the practice is."""
    app = web.make_app("practice", secret=secret, title="驿站练习室", practice=START)
    app.before_request(_outside)
    return app


def _whole(parts: Iterable[bytes]) -> list[bytes]:
    """The answer made now, while the room is ours alone."""
    try:
        return list(parts)
    finally:
        close: Any = getattr(parts, "close", None)
        if close is not None:
            close()
