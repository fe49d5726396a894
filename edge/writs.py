"""The writs of the centre as they lie at the room: printed here, and proven without a network by the centre's keys."""

from dataclasses import dataclass

from edge import heads, identity, log, writ_proof
from edge.database import Connection
from edge.errors import problem
from edge.writ_proof import Proof
from forms.events import Event
from forms.kinds import check_body
from forms.reviewing import Writ


@dataclass(frozen=True, slots=True)
class Checked:
    """A proof that the centre gave; `known`: the room has the act itself and its words are the same."""

    proof: Proof
    known: bool


def find(tx: Connection, number: str, event_id: str) -> tuple[Event, Writ]:
    """The act that a writ belongs to. Raises not_found."""
    for side, event in log.of_application(tx, number):
        if side == "centre" and event.id == event_id and _has_writ(event):
            return event, Writ.of(event, event.data)
    raise problem("not_found")


def _has_writ(event: Event) -> bool:
    """Whether an act is written out; one whose body is not as its kind asks is no act."""
    try:
        data = event.data
        check_body(event.kind, data)
    except ValueError:
        return False
    return "writ" in data


def check(tx: Connection, text: str) -> Checked | None:
    """What a scanned text proves; None where it is no writ's code. Raises writ_unknown for one that is not genuine."""
    proof = writ_proof.read(text)
    if proof is None:
        return None
    if not proof.is_one_of(one.sign_key for one in identity.centre_sets(tx)):
        raise problem("writ_unknown")
    return Checked(proof, _is_known(tx, proof))


def _is_known(tx: Connection, proof: Proof) -> bool:
    if heads.find(tx, proof.application) is None:
        return False
    said = [event for _, event in log.of_application(tx, proof.application) if _has_writ(event)]
    return any(writ_proof.digest(proof.application, one.kind, one.data) == proof.digest for one in said)
