"""What a proven answer of the centre changes besides the ack, the same whichever way it came."""

from typing import TYPE_CHECKING

from edge import applications
from edge.database import Connection
from edge.errors import problem
from edge.packs import judging
from edge.publishing import in_force
from forms.events import ChainError, Event
from sync import key_changes, quarantine, returning
from sync.answer import Answer

if TYPE_CHECKING:
    from edge.settings import Settings


def events(tx: Connection, found: "Settings", said: Answer) -> list[Event]:
    """Store the centre's events and what it refused of ours; the events that were new. Raises answer_untrusted."""
    now = tx.clock.now()
    fresh = _apply(tx, said)
    returning.note(tx, said)
    quarantine.not_understood(tx, fresh, now)
    key_changes.settle(tx, said.keys.box_public, said.keys.sign_public)
    quarantine.not_believed(tx, key_changes.apply(tx, fresh, said.ack.refused), now)
    quarantine.not_published(tx, in_force.take_down(tx, found, fresh), now)
    quarantine.not_published(tx, judging.take_down(tx, fresh), now)
    quarantine.refused(tx, said.ack.refused, now)
    quarantine.lifted(tx, fresh, now)
    return fresh


def _apply(tx: Connection, said: Answer) -> list[Event]:
    try:
        return applications.apply_down(tx, said.events)
    except ChainError as error:
        raise problem("answer_untrusted", detail="省级中心的记录与本机已保存的接不上") from error
