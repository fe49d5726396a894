"""The wiring of a node: its screens in one Flask program, its timetable, its server.

Everything meets here and nobody imports this: the screens get what they need of the carrying (send now, how it stands)
handed in.
"""

from __future__ import annotations

import gc
import hmac
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import flask

from edge import ferry_job, heavy, officers, paired_door, template_code, web, web_node
from edge.api import routes as api
from edge.carriage import Carriage
from edge.config import watching
from edge.inbox import rounds
from edge.node import Node
from edge.practice_room import START, PracticeRoom
from edge.prints import pages
from edge.serving import Server
from edge.staff import screens as staff
from edge.status import routes as status
from forms import definition
from kiosk import screens as kiosk
from sync import outlook, quarantine
from sync import status as sync_status

if TYPE_CHECKING:
    from edge.first_start import FirstStart
    from edge.locked import Locked

TEMPLATES = "yizhan.templates"
JUDGE_EVERY_S = 1.0
AREAS = {"/kiosk": "kiosk", "/console": "console", "/s": "phone"}


def create_app(node: Node, secret: bytes = b"") -> flask.Flask:
    """All screens and the API of a node. `secret`: of sessions that go on from a program before this one."""
    marked = START if node.settings.practice else ""
    key, hosts = secret or _session_secret(node), node.settings.hosts
    app = web.make_app("node", secret=key, title="驿站", areas=AREAS, practice=marked, hosts=hosts)
    web_node.put(app, node)
    app.jinja_env.bytecode_cache = app.extensions[TEMPLATES] = template_code.Kept(node.database)
    app.before_request(partial(_look_at_files, node))
    for screens in (kiosk, staff, status, api, pages):
        screens.install(app)
    app.add_url_rule("/", "home", lambda: web.see_other("/kiosk/"))
    return app


def _share_templates(app: flask.Flask, other: flask.Flask) -> None:
    """The practice room's pages are the same ones, compiled once."""
    other.jinja_env.bytecode_cache = app.jinja_env.bytecode_cache


def _look_at_files(node: Node) -> None:
    """Before a page is made: what was saved in the room's files is taken over."""
    node.refresh()


def _session_secret(node: Node, of: str = "node") -> bytes:
    """Bound to the node's own key: it survives a restart and is stored nowhere else."""
    return hmac.digest(node.identity.sign.private, f"yizhan-{of}-sessions-1".encode(), "sha256")


class Running:
    """A node that serves and carries until `stop()`. Raises port_in_use.

    `after`: the program that took in while the database was locked, or set up the machine; its server and its sessions
    go on.
    """

    def __init__(
        self, node: Node, host: str | None = None, port: int | None = None, *, after: Locked | FirstStart | None = None
    ) -> None:
        given = node.settings
        with node.database.write() as tx:
            officers.end_all_sessions(tx)
        app = create_app(node, after.secret if after else b"")
        apart = PracticeRoom(node, _session_secret(node, "practice"), partial(_share_templates, app))
        node.hooks.practice = self._practice = apart
        serve: Any = self._practice.beside(app.wsgi_app)
        serve = paired_door.PairedDoor(serve, node)
        app.wsgi_app = serve  # type: ignore[method-assign]  # Flask's documented way
        self._templates: template_code.Kept = app.extensions[TEMPLATES]
        self._carrying = Carriage(node, self._settle)
        node.hooks.send_now = self._carrying.send_now
        node.hooks.sync_status = lambda: sync_status.status(node)
        node.hooks.quarantine = lambda: quarantine.items(node)
        node.hooks.aside = quarantine.Desk(node)
        node.hooks.outlook = lambda: outlook.look(node, self._carrying.push())
        node.hooks.ferry = self._ferry = ferry_job.Ferry(node)
        if after is None:
            self._server = Server(app, host or given.listen_host, given.listen_port if port is None else port)
        else:
            self._server = after.server
            self._server.use(app)
            after.hand_over()
        node.hooks.page_pdf = self._page_pdf
        self.door = paired_door.listen(self._server, node) if after is None else after.door
        self._carrying.start()
        self._node, self._ended, self._inbox = node, threading.Event(), rounds.Rounds(node)
        self._judging = threading.Thread(target=self._judge, name="judging", daemon=True)
        self._judging.start()

    def urls(self) -> dict[str, str]:
        base = self._server.url
        return {"kiosk": f"{base}/kiosk/", "console": f"{base}/console/", "status": f"{base}/s/", "url": base}

    def _settle(self) -> None:
        """Once the first pages are out: keep what was compiled for them, and leave what a start made out of every
        later look for garbage, which may begin now.
        """
        self._templates.store()
        definition.packaged_files.cache_clear()  # the first start of all has read them whole
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        heavy.trim()

    def _page_pdf(self, address: str) -> bytes:
        """A page of this program on paper. Raises browser_missing, pdf_failed."""
        from edge.prints import pdf

        return pdf.of_page(self._node.settings.chromium, f"{self._server.url}{address}")

    def _judge(self) -> None:
        """Service files that came in great numbers are judged a few at a time, beside the pages."""
        while not self._ended.wait(JUDGE_EVERY_S):
            self._practice.rest()
            self._inbox.look()
            while watching.judge_waiting(self._node) and not self._ended.is_set():
                pass

    def stop(self) -> None:
        """Takes no more requests, then lets the round that runs end."""
        if self.door is not None:
            self.door.stop()
        self._server.stop()
        self._ended.set()
        self._judging.join()
        self._ferry.wait()
        self._carrying.stop()
        self._practice.close()
        self._templates.store()
