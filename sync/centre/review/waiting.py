"""What a room sent and the centre could not act on: judged anew or set aside at the review desk, each with its name."""

from flask import Blueprint, Response, flash, request, url_for

from edge import web
from edge.errors import problem
from forms.kinds import KINDS, ROOM_KINDS
from sync.centre import aside
from sync.centre.aside import Done
from sync.centre.review.context import centre, reviewer

NUMBER_DIGITS_MAX = 15
SAID = {
    "taken": "已重新处理并采用",
    "refused": "已重新处理，仍不能采用：{reason}",
    "set_aside": "已搁置，不再列出；处理记录里可以查到",
}


def add_to(bp: Blueprint) -> None:
    """Put the acts under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/nodes/<node_id>/retry", "retry", retry, methods=["POST"])
    bp.add_url_rule("/nodes/<node_id>/set-aside", "set_aside", set_aside, methods=["POST"])


def retry(node_id: str) -> Response:
    """重新处理. Raises node_unknown, node_in_doubt, aside_unknown, aside_final, bad_request."""
    epoch, seq = _place()
    return _said(node_id, aside.retry(centre(), node_id, epoch, seq, by=reviewer().actor))


def set_aside(node_id: str) -> Response:
    """搁置. Raises node_unknown, node_in_doubt, aside_unknown, aside_reason, bad_request."""
    epoch, seq = _place()
    given = request.form
    done = aside.set_aside(
        centre(),
        node_id,
        epoch,
        seq,
        by=reviewer().actor,
        reason=given.get("reason", ""),
        digest=given.get("digest", ""),
    )
    return _said(node_id, done)


def sentence(done: Done) -> str:
    """What came of it, for a person."""
    more = f"，同时采用了后面的 {done.others} 条" if done.others else ""
    return SAID[done.outcome].format(reason=done.reason) + more


def kind_name(kind: str) -> str:
    """The kind of an event in words; as it came where this program doesn't know it."""
    known = KINDS.get(kind) or ROOM_KINDS.get(kind)
    return known.title if known else kind


def _said(node_id: str, done: Done) -> Response:
    flash(sentence(done), "said")
    return web.see_other(url_for("review.node", node_id=node_id))


def _place() -> tuple[int, int]:
    found = [request.form.get(name, "") for name in ("epoch", "seq")]
    if not all(text.isascii() and text.isdecimal() and len(text) <= NUMBER_DIGITS_MAX for text in found):
        raise problem("bad_request", detail="seq")
    return int(found[0]), int(found[1])
