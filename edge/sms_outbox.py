"""短信出箱: a message is an event like any other. It goes up with the next batch, and the centre sends it, once.

The number is not in it: the centre takes the mobile telephone that the applicant himself left for news of this very
application (forms.expiry.phone), so nobody can be written to at another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from edge import applications, log, room_events, words
from edge.database import Connection
from edge.errors import problem
from forms import expiry
from forms.events import Event
from forms.messages import TEMPLATES

if TYPE_CHECKING:
    from edge.node import Node

KIND: Final = "sms.queued"


def queue(
    node: Node, number: str, template: str, about: str, parameters: dict[str, str], *, actor: str, token: str
) -> None:
    """Ask for one message. Raises not_found, sms_no_phone, sms_queued for a second one about the same thing."""
    room = {"room": node.room.name, "phone": words.telephone(node.room)}

    def act(tx: Connection) -> dict[str, Any]:
        if not phone_of(tx, number):
            raise problem("sms_no_phone")
        if is_queued(tx, number, template, about):
            raise problem("sms_queued")
        if template not in TEMPLATES:
            raise problem("bad_request", detail=template)
        said = {name: value for name, value in {**room, **parameters}.items() if value}
        return {"application": number, "template": template, "about": about, "parameters": said}

    room_events.write(node, KIND, act, actor=actor, token=token, project=take)


def phone_of(tx: Connection, number: str) -> str:
    """The number that the centre would write to; "" for none. Raises not_found."""
    found = applications.get(tx, number)
    return expiry.phone(found.definition, found.state.answers)


def is_queued(tx: Connection, number: str, template: str, about: str) -> bool:
    """Whether the centre was asked for a message by this template about this thing of this application."""
    row = tx.execute(
        "SELECT 1 FROM sms WHERE application = ? AND template = ? AND about = ?", (number, template, about)
    ).fetchone()
    return row is not None


def take(tx: Connection, event: Event) -> None:
    """The row of one message; the first one about a thing counts."""
    data = event.data
    row = (data["application"], data["template"], data["about"], event.at, *event.position)
    tx.execute("INSERT OR IGNORE INTO sms VALUES (?, ?, ?, ?, ?, ?)", row)


def refill(tx: Connection) -> None:
    """Fill the emptied table again from the log."""
    for event in log.of_room(tx, "node", f'["{KIND}"]'):
        take(tx, event)


def waiting(tx: Connection) -> int:
    """How many were asked for that the centre does not have yet."""
    query = "SELECT count(*) FROM sms WHERE (epoch, seq) > (?, ?)"
    return int(tx.execute(query, log.acked(tx).position).fetchone()[0])
