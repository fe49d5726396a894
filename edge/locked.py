"""A node whose database is still locked: the kiosk takes in all the same, and the desk shows one page, to unlock it.

The key may come in two ways: somebody types or chooses it on that page, and then it stays in memory alone; or the key
file is put back, and then nobody has to do anything. Whatever people are filling in at that moment goes on.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import flask
from flask import Response, current_app, make_response, render_template, request, url_for

from edge import inbox, paired_door, standin, unlocking, web, web_node
from edge.clock import Clock
from edge.errors import YizhanError, problem
from edge.inbox import merging, sets
from edge.node import Node, open_node
from edge.prints import pages
from edge.routes import Route, Who, register
from edge.serving import Server
from edge.standin import StandIn, open_standin
from edge.status import routes as status
from edge.unlocking import Opened
from kiosk import screens as kiosk

AREAS = {"/kiosk": "kiosk", "/console": "console", "/s": "phone"}
LOOK_EVERY_S = 1.0
WAIT_S = 120.0
CLOSE_AFTER_S = 30.0
EXTENSION = "yizhan.locked"
_KEY_CHARACTERS_MAX = 200

logger = logging.getLogger(__name__)


@dataclass
class Wish:
    """What somebody has brought; `done` is set when it was tried, `fault` says what was wrong with it."""

    unlocks: Callable[[], Opened]
    done: threading.Event = field(default_factory=threading.Event)
    fault: YizhanError | None = None


class Locked:
    """Serves `home` without its database until `wait` gives the open node. Raises inbox_set_missing, port_in_use."""

    def __init__(
        self, home: Path, host: str | None = None, port: int | None = None, clock: Clock | None = None
    ) -> None:
        self.home, self._clock = home, clock
        self.ask_centre: Callable[[], Opened | None] = lambda: None  # where the room may be unlocked from there
        given = sets.read(sets.path_of(home))
        self.node = open_standin(home, given, sets.folder_of(home), clock)
        self.secret = os.urandom(32)  # of the sessions; the program after the unlocking goes on with it
        self._wishes: queue.Queue[Wish] = queue.Queue()
        self._opened: Node | None = None
        self._last: Wish | None = None
        found = self.node.settings
        self.app = create_app(self.node, self.secret, self)
        serve: Any = paired_door.PairedDoor(self.app.wsgi_app, self.node)
        self.app.wsgi_app = serve  # type: ignore[method-assign]  # Flask's documented way
        self.server = Server(self.app, host or found.listen_host, found.listen_port if port is None else port)
        self.door = paired_door.listen(self.server, self.node)

    def urls(self) -> dict[str, str]:
        base = self.server.url
        return {"kiosk": f"{base}/kiosk/", "console": f"{base}/console/", "status": f"{base}/s/", "url": base}

    def unlock(self, text: str) -> None:
        """Try a passphrase, or what is in a key file; returns when the room's own program answers.

        Raises locked_key_wrong, or what keeps it shut.
        """
        wish = Wish(partial(unlocking.typed, self.home, text))
        self._wishes.put(wish)
        if not wish.done.wait(WAIT_S):
            raise problem("database_busy")
        if wish.fault is not None:
            raise wish.fault

    def wait(self, stopped: threading.Event) -> Node | None:
        """The open node, as soon as somebody has unlocked it; None when the program is to end."""
        while not stopped.is_set():
            wish = self._next()
            if wish is not None:
                opened = self._try(wish)
                if opened is not None:
                    self._last = wish
                    return opened
        return None

    def _next(self) -> Wish | None:
        try:
            return self._wishes.get(timeout=LOOK_EVERY_S)
        except queue.Empty:
            return self._key_put_back()

    def _key_put_back(self) -> Wish | None:
        """Nobody has to be there where the key file is back, or where the centre opens (it is asked now and then)."""
        try:
            opened = unlocking.without_a_person(self.node.settings)
        except YizhanError:
            found = self.ask_centre()
            if found is None:
                return None
            opened = found
        return Wish(lambda: opened)

    def _try(self, wish: Wish) -> Node | None:
        try:
            opened = open_node(self.home, self._clock, unlocked=wish.unlocks())
        except YizhanError as error:
            wrong = error.code in ("wrong_database_key", "slot_shut")
            wish.fault = problem("locked_key_wrong") if wrong else error
            wish.done.set()
            return None
        move_in(self.node, opened)
        return opened

    def hand_over(self) -> None:
        """The room's program answers now: whoever waits for it may go on. What is being answered here ends first."""
        if self._last is not None:
            self._last.done.set()
        closing = threading.Timer(CLOSE_AFTER_S, self.node.close)
        closing.daemon = True
        closing.start()

    def stop(self) -> None:
        if self.door is not None:
            self.door.stop()
        self.server.stop()
        self.node.close()


def move_in(before: StandIn, opened: Node) -> None:
    """What people were filling in comes along, then what was filed; what can't be taken waits where it is."""
    with opened.database.write() as tx:
        standin.carry_over(before, tx)
    opened.unwritten = before.unwritten
    try:
        merging.merge(opened, sets.folder_of(opened.settings.home))
    except YizhanError as error:
        logger.warning("the sealed inbox waits: %s", error)
    with opened.database.write() as tx:
        standin.carry_receipts(before, tx)


# --- the pages


def create_app(node: StandIn, secret: bytes, lock: Locked) -> flask.Flask:
    """The kiosk, the page behind a receipt, the sheets, and at the desk one page."""
    app = web.make_app("node", secret=secret, title="驿站", areas=AREAS, hosts=node.settings.hosts)
    web_node.put(app, node)
    app.extensions[EXTENSION] = lock
    app.before_request(partial(_look_at_files, node))
    for screens in (kiosk, status, pages):
        screens.install(app)
    desk = flask.Blueprint("locked", __name__)
    register(desk, ROUTES)
    app.register_blueprint(desk)
    app.add_url_rule("/", "home", lambda: web.see_other("/kiosk/"))
    return app


def _look_at_files(node: Node) -> None:
    node.refresh()


def show(rest: str = "") -> Response:  # noqa: ARG001  every address of the desk
    """Why the desk is shut, and where the key goes in."""
    return _page()


def unlock() -> Response:
    """With the right key, to the desk."""
    lock: Locked = current_app.extensions[EXTENSION]
    try:
        lock.unlock(_key())
    except YizhanError as error:
        return _page(str(error), error.status)
    return web.see_other("/console/")


def _key() -> str:
    file = request.files.get("file")
    text = request.form.get("key", "") or (file.read(_KEY_CHARACTERS_MAX).decode("ascii", "replace") if file else "")
    if not text.strip() or len(text) > _KEY_CHARACTERS_MAX:
        raise problem("locked_key_wrong")
    return text


def _page(fault: str = "", status_code: int = 200) -> Response:
    lock: Locked = current_app.extensions[EXTENSION]
    node = lock.node
    waiting = sum(1 for _ in inbox.waiting(node.inbox.folder))
    html = render_template(
        "staff/unlock.html",
        problem=fault,
        waiting=waiting,
        room_name=node.room.name,
        key_file=node.settings.key_file.name,
        action=url_for("locked.locked_unlock"),
        kiosk=url_for("kiosk.home_show"),
    )
    return make_response(html, status_code)


def health() -> Response:
    """It answers, and takes in; the store is locked."""
    return make_response({"status": "locked"}, 200)


ROUTES = (
    Route("/console/", show, Who.ANYONE),
    Route("/console/<path:rest>", show, Who.ANYONE),
    Route("/console/unlock", unlock, Who.ANYONE, ("POST",)),
    Route("/healthz", health, Who.ANYONE),
)
