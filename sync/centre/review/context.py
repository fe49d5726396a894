"""What every page of the review desk needs: the centre, who asks, the list at the left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app, g, get_flashed_messages, request, url_for

from sync.centre import lists
from sync.centre.centre import Centre
from sync.centre.lists import SHOWS, Show
from sync.centre.review import words
from sync.centre.reviewers import Reviewer

TEXT_MAX = 50


def centre() -> Centre:
    """The centre that the wiring put under this program."""
    running: Centre = current_app.extensions["yizhan.centre"]
    return running


def reviewer() -> Reviewer:
    """Who asks; the guard has seen to it that there is somebody."""
    known: Reviewer = g.reviewer
    return known


@dataclass(frozen=True, slots=True)
class Queue:
    """The list at the left and how it was asked for."""

    show: Show
    text: str
    lines: list[lists.Line]
    counts: Mapping[Show, int]

    @property
    def args(self) -> dict[str, str]:
        return {key: value for key, value in (("show", self.show), ("text", self.text)) if value and value != "todo"}


def asked_queue() -> Queue:
    given = queue_args()
    show, text = cast("Show", given.get("show", "todo")), given.get("text", "")
    today = centre().clock.today()
    with centre().store.read() as tx:
        return Queue(show, text, lists.applications(tx, show, today, text=text), lists.counts(tx, today))


def queue_args() -> dict[str, str]:
    """Which list stands at the left, carried from page to page."""
    show, text = request.args.get("show", ""), request.args.get("text", "").strip()[:TEXT_MAX]
    return ({"show": show} if show in SHOWS else {}) | ({"text": text} if text else {})


def at(endpoint: str, number: str) -> str:
    """The address of a page of one application, with the same list at its left."""
    values: dict[str, Any] = {"number": number, **queue_args()}
    return url_for(endpoint, **values)


def frame(queue: Queue) -> dict[str, Any]:
    """What every page of the desk needs: the bar and the list."""
    today = centre().clock.today()
    return {
        "queue": queue,
        "lines": [(line, words.line_badge(line, today)) for line in queue.lines],
        "shows": SHOWS,
        "today": today,
        "reviewer": reviewer(),
        "authority": centre().settings.name,
        "said": get_flashed_messages(category_filter=["said"]),
    }
