"""The queue of a store that was written before there was one: its rows follow from the logs, once, at a start."""

from typing import Final

from sqlalchemy import select

from sync.centre import projection, tables
from sync.centre.centre import Centre

OPEN: Final = ("received", "correction", "accepted")
AT_ONCE: Final = 200
_application, _queue = tables.application, tables.queue


def fill(centre: Centre) -> int:
    """Project the open applications that the queue does not know; returns how many. Again finds nothing."""
    done = 0
    while found := _unknown(centre):
        with centre.store.write() as tx:
            for node_id, number in found:
                projection.project(tx, centre, node_id, number)
        done += len(found)
    return done


def _unknown(centre: Centre) -> list[tuple[str, str]]:
    joined = _application.outerjoin(
        _queue, (_queue.c.node_id == _application.c.node_id) & (_queue.c.number == _application.c.number)
    )
    columns = (_application.c.node_id, _application.c.number)
    statement = select(*columns).select_from(joined).where(_application.c.phase.in_(OPEN), _queue.c.number.is_(None))
    with centre.store.read() as tx:
        return [(row.node_id, row.number) for row in tx.execute(statement.limit(AT_ONCE))]
