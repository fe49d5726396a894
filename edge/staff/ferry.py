"""U盘摆渡: choose a stick, watch the copy, read what came of it. The copy itself is handed in by the wiring."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from flask import Response, make_response, request, url_for

from edge import web
from edge.errors import YizhanError, problem
from edge.staff.context import page
from edge.staff.link import network
from edge.web_node import node

REFRESH_S = 1
BYTES_FROM = 10_000  # a count of files is never so high: beyond, it is bytes


class Ferry(Protocol):
    """What the hook `ferry` offers: `state` has running, folder, what, done, total and result (good, sentences)."""

    @property
    def state(self) -> Any: ...
    def choices(self) -> list[str]: ...
    def start(self, folder: str) -> None: ...
    def on_media(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A folder to copy to: the name that people know it by, and where it is."""

    name: str
    folder: str


def show() -> Response:
    """The page for a stick: what would be taken along, and what came with the last one."""
    return _page()


def start() -> Response:
    """Begin a copy; the page that follows shows how far it is."""
    try:
        _ferry().start(request.form.get("folder", ""))
    except YizhanError as error:
        return _page(error)
    return web.see_other(url_for("staff.ferry_show"))


def _ferry() -> Ferry:
    """Raises not_found where nobody carries for this node."""
    found: Ferry | None = node().hooks.ferry
    if found is None:
        raise problem("not_found")
    return found


def _page(error: YizhanError | None = None) -> Response:
    ferry = _ferry()
    state, net = ferry.state, network(node())
    on_media = min(ferry.on_media(), net.events)
    text = page(
        "ferry.html",
        net=net,
        on_media=on_media,
        unwritten=net.events - on_media,
        choices=[Choice(Path(folder).name, folder) for folder in ferry.choices()],
        state=state,
        progress=progress_words(state.done, state.total),
        problem=error,
    )
    answer = make_response(text, error.status if error else 200)
    if state.running:  # the page looks again by itself, with scripts or without
        answer.headers["Refresh"] = str(REFRESH_S)
    return answer


def progress_words(done: int, total: int) -> str:
    """3 / 12 of files, or megabytes; "" before anything is known."""
    if not total:
        return ""
    if total < BYTES_FROM:
        return f"第 {min(done + 1, total)} 个文件，共 {total} 个"
    return f"{done / (1 << 20):.1f} MB，共约 {total / (1 << 20):.1f} MB"
