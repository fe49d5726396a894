"""The centre's doors for rooms: what stands at each place that a link posts to, whatever carries it.

Who builds a carrier hands (place, body) to `take` and carries back what it returns; PROTOCOL.md, section 13, lists the
places. A medium has no places: `sync.centre.ferry` knows by the seal what each of its files is.
"""

import json
from collections.abc import Callable
from typing import Final

from edge.errors import problem
from sync.centre import enrolment, invitations, key_returns, recall, receiver
from sync.centre.centre import Centre


def _enrolment_file(centre: Centre, node_id: str, body: bytes) -> bytes:
    return json.dumps(invitations.fetched(centre, node_id, invitations.hash_in(body)), ensure_ascii=False).encode()


DOORS: Final[dict[str, Callable[[Centre, str, bytes], bytes]]] = {
    "": receiver.receive,
    "recall": recall.give,
    "enrol": enrolment.bind,
    "enrolment": _enrolment_file,
    "unlock": key_returns.unlock,
}


def take(centre: Centre, place: str, body: bytes) -> bytes:
    """What the centre answers to what was posted to `place`: a node id, or one with "/" and the name of a door.

    Raises not_found for another place, and what the door itself raises.
    """
    node_id, _, name = place.partition("/")
    if name not in DOORS:
        raise problem("not_found")
    return DOORS[name](centre, node_id, body)
