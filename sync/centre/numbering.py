"""统一办件编号: the number that the whole country's platform gives to an application, held against ours for ever.

The room's number stands on the receipt and stays the key on both sides. An official one comes later, from whoever asks
the platform; it goes down to the room as an event, is never changed, and belongs to one application alone.
"""

from edge.errors import problem
from forms.kinds import check_body
from forms.kinds_outside import NUMBERED
from sync.centre import cases, log, projection, rooms, words
from sync.centre.cases import Case
from sync.centre.centre import Centre


def give(centre: Centre, number: str, official: str, *, actor: str) -> Case:
    """The application with its official number. The same again changes nothing.

    Raises not_found, official_wrong, official_taken, official_stands.
    """
    body = {"number": "".join(official.split()).upper()}
    try:
        check_body(NUMBERED, body)
    except ValueError as error:
        raise problem("official_wrong") from error
    node_id = cases.get(centre, number).node_id
    with centre.store.write() as tx:
        rooms.get(tx, node_id, lock=True)
        state = projection.state_of(tx, node_id, number)
        if state.official != body["number"]:
            if state.official:
                raise problem("official_stands", official=state.official)
            if other := words.holder(tx, body["number"]):
                raise problem("official_taken", number=other)
            log.append(tx, centre.clock, node_id, kind=NUMBERED, application=number, body=body, actor=actor)
            projection.project(tx, centre, node_id, number)
    return cases.get(centre, number)
