"""What follows from the logs, made anew after a new version of the program: room by room, each in one transaction.

Whoever is killed meanwhile begins again at the next start; two programs that do it at once do the same.
"""

import logging

from sync.centre import projection, rooms, schema
from sync.centre.centre import Centre

logger = logging.getLogger(__name__)
SAID_EVERY = 100


def bring(centre: Centre) -> None:
    """Every head row of every room; then the store has its new version."""
    with centre.store.read() as tx:
        nodes = rooms.ids(tx)
    for done, node_id in enumerate(nodes):
        if done % SAID_EVERY == 0:
            logger.warning("the centre's store is brought forward: room %d of %d", done + 1, len(nodes))
        with centre.store.write() as tx:
            rooms.get(tx, node_id, lock=True)
            projection.rebuild(tx, centre, node_id)
    with centre.store.write() as tx:
        schema.finish(tx, centre.clock.now())


__all__ = ["bring"]
