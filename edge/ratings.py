"""好差评: one rating for each application, by whoever has its receipt; nobody at the desk learns whose it was.

A rating is an event of the room and not of the application: the page, the list and the history of the application stay
as they were, and only sums are shown here. Words and a telephone number for a call back go up to the supervisor alone.
"""

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from edge import log, room_events
from edge.database import Connection
from edge.errors import problem
from forms.events import Event
from forms.figures import Period
from forms.kinds import is_sound
from forms.kinds_oversight import CALLED, CALLED_BACK
from forms.kinds_people import GRADES, WORDS_MAX

if TYPE_CHECKING:
    from edge.node import Node

KIND: Final = "rating.given"
CODE_DIGITS: Final = 12
CALLBACK_MAX: Final = 40
ANSWERS_MAX: Final = 20


def code_of(receipt_token: str) -> str:
    """The 评价码 of a receipt, 12 digits: a paper with it alone can be rated with, and says nothing else."""
    digest = hashlib.sha256(b"yizhan-rating-1\0" + receipt_token.encode()).digest()
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def of_code(tx: Connection, code: str) -> str:
    """The number of the application with this 评价码. Raises rating_code_unknown."""
    query = "SELECT head.number FROM fact JOIN head ON head.id = fact.head WHERE rating_code = ? AND rating_code <> ''"
    row = tx.execute(query, (code,)).fetchone()
    if row is None:
        raise problem("rating_code_unknown")
    return str(row["number"])


def may_be_given(tx: Connection, application: str) -> bool:
    """Whether this application can be rated and was not: private and sealed ones, and wholes, are never asked about."""
    row = tx.execute(
        "SELECT 1 FROM head JOIN fact ON fact.head = head.id WHERE head.number = ? AND rating_code <> ''"
        " AND head.number NOT IN (SELECT application FROM rating)",
        (application,),
    ).fetchone()
    return row is not None


def give(node: "Node", application: str, grade: str, *, how: str, token: str, actor: str, **said: str) -> None:
    """Rate an application; `said`: words, callback, day. Raises rating_grade, rating_given, rating_words, not_found.

    The same token again does nothing; another one for the same application is refused: 一次一评.
    """
    text = {name: value.strip() for name, value in said.items() if value.strip()}
    if grade not in {str(one) for one in GRADES}:
        raise problem("rating_grade")
    if len(text.get("words", "")) > WORDS_MAX or len(text.get("callback", "")) > CALLBACK_MAX:
        raise problem("rating_words", most=WORDS_MAX)

    def act(tx: Connection) -> dict[str, Any]:
        if tx.execute("SELECT 1 FROM rating WHERE application = ?", (application,)).fetchone():
            raise problem("rating_given")
        if not may_be_given(tx, application):
            raise problem("not_found")
        return {"application": application, "grade": int(grade), "how": how, **text}

    room_events.write(node, KIND, act, actor=actor, token=token, project=project)


def project(tx: Connection, event: Event) -> None:
    """The row of one rating; the first one of an application counts."""
    data = event.data
    row = (data["application"], data["grade"], event.at)
    tx.execute("INSERT INTO rating VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)


def take(tx: Connection, events: Iterable[Event]) -> None:
    """The ratings among what came down: given on the phone at the province."""
    for event in events:
        if event.kind == KIND and is_sound(event):
            project(tx, event)


def refill(tx: Connection) -> None:
    """Fill the emptied table again from both logs; where both have one, the room's came first."""
    for event in log.of_room(tx, "node", f'["{KIND}"]'):
        project(tx, event)
    take(tx, log.of_room(tx, "centre", f'["{KIND}"]'))


def answers(tx: Connection) -> list[tuple[str, str, str]]:
    """(day, result, what is to be mended) of the last calls back, the newest first: nothing of who rated what."""
    called = [event for event in log.of_room(tx, "centre", f'["{CALLED_BACK}"]') if is_sound(event)]
    return [
        (event.at[:10], CALLED[event.data["result"]], event.data["answer"])
        for event in reversed(called)
        if event.data["answer"]
    ][:ANSWERS_MAX]


def of_period(tx: Connection, period: Period) -> dict[int, int]:
    """How many ratings of each grade were given in a period."""
    bounds = (period.first.isoformat(), period.last.isoformat() + "U")
    rows = tx.execute("SELECT grade, count(*) AS found FROM rating WHERE at >= ? AND at < ? GROUP BY grade", bounds)
    return {int(row["grade"]): int(row["found"]) for row in rows}
