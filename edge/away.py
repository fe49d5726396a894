"""A visit as a program: kiosk and intake pages as in the room; what is filed goes into the visit's sealed inbox."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import flask

from edge import visits, web, web_node
from edge.clock import Clock
from edge.prints import pages
from edge.serving import Server
from edge.staff import screens as staff
from edge.standin import StandIn
from edge.status import routes as status
from kiosk import screens as kiosk

AREAS = {"/kiosk": "kiosk", "/console": "console", "/s": "phone"}


def create_app(node: StandIn, secret: bytes) -> flask.Flask:
    """The screens of a visit; what of the desk is done in the room alone says so (edge.staff.may)."""
    app = web.make_app("node", secret=secret, title="驿站", areas=AREAS, hosts=node.settings.hosts)
    web_node.put(app, node)
    app.before_request(partial(_look_at_files, node))
    for screens in (kiosk, staff, status, pages):
        screens.install(app)
    app.add_url_rule("/", "home", lambda: web.see_other("/console/receive"))
    return app


def _look_at_files(node: StandIn) -> None:
    node.refresh()


class Away:
    """Serves a visit until `stop()`. Raises as edge.visits.open_visit, port_in_use."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0, clock: Clock | None = None) -> None:
        self.node = visits.open_visit(folder, clock)
        self.app = create_app(self.node, os.urandom(32))
        self._server = Server(self.app, host, port)

    def urls(self) -> dict[str, str]:
        base = self._server.url
        return {"kiosk": f"{base}/kiosk/", "console": f"{base}/console/", "status": f"{base}/s/", "url": base}

    def stop(self) -> None:
        self._server.stop()
        self.node.close()
