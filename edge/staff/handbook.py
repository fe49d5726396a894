"""The handbook inside of the program: chapters of edge/handbook, for whoever runs a room or writes its services."""

from importlib import resources

from flask import abort
from markupsafe import Markup

from edge import markdown
from edge.staff.context import page

CHAPTERS = {"new-service": "十分钟新增一个事项"}


def show(chapter: str) -> str:
    """One chapter."""
    if chapter not in CHAPTERS:
        abort(404)
    text = resources.files("edge").joinpath(f"handbook/{chapter}.md").read_text(encoding="utf-8")
    title, _, body = text.partition("\n")
    shown = Markup(markdown.html(body, code=True))  # noqa: S704 - our own text, and only our own marks come out of it
    return page("handbook.html", title=title.removeprefix("# "), body=shown)
