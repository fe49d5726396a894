"""What the keyboard on the screen asks the node: words for pinyin, characters by radical or stroke. Answers are JSON.

Nothing that comes here is kept or logged. Only a page of this node can ask: every question carries the form token.
"""

from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from edge import web_node
from kiosk import pen, pinyin, radicals, visit

KEY_MAX = 8
TOO_MANY = 429
PACE = pen.Pace()


def asked() -> dict[str, Any]:
    """The question as JSON; {} for anything else."""
    try:
        found = request.get_json(force=True)
    except BadRequest:
        return {}
    return found if isinstance(found, dict) else {}


def words() -> dict[str, Any]:
    """`letters`, `name` (in a person's name), `begins` (nothing before them) -> `found`: [word, letters it takes]."""
    question = asked()
    letters = str(question.get("letters", ""))
    found = pinyin.find(letters, name=question.get("name") is True, begins=question.get("begins") is True)
    return {"found": [[one.text, one.taken] for one in found]}


def by_radical() -> dict[str, Any]:
    """Without a question all `radicals`: [key, strokes, form]; with `radical` its characters by their `strokes`."""
    key = asked().get("radical")
    if key is None:
        return {"radicals": [[one.key, one.strokes, one.form] for one in radicals.radicals()]}
    found = radicals.strokes(str(key)[:KEY_MAX])
    return {"strokes": [[count, characters] for count, characters in sorted(found.items())]}


def by_pen() -> tuple[dict[str, Any], int]:
    """`strokes`: lists of [x, y] -> `found`: up to ten characters, each as [character, 0]. 429: too fast for a hand."""
    if not PACE.may(visit.owner(), web_node.node().clock.ticks()):
        return {"found": []}, TOO_MANY
    try:
        strokes = pen.strokes_of(asked().get("strokes"))
    except ValueError:
        return {"found": []}, BadRequest.code or 400
    return {"found": [[character, 0] for character in pen.find(strokes)]}, 200
