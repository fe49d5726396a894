"""Files that citizens handed in at the province, brought down to the room: after everything of ours has gone up.

They are asked for like those of a replacement laptop (sync.recovery): piece by piece, each answer in a transaction of
its own, so a cut or a kill goes on where it ended. A day's budget of bytes counts for them too.
"""

import logging
from typing import TYPE_CHECKING, Final

from edge import incoming
from edge.errors import YizhanError
from sync import budget, keys, recovery
from sync.link import Link

if TYPE_CHECKING:
    from edge.node import Node

logger = logging.getLogger(__name__)
ANSWERS_MAX: Final = 64  # of one round; the rest comes with the next


def fetch(node: "Node", link: Link) -> int:
    """How many files came. A link that breaks and a centre that can't answer leave the rest for the next round."""
    count = 0
    try:
        for _ in range(ANSWERS_MAX):
            came, pieces = _some(node, link)
            count += came
            if not pieces:
                break
    except YizhanError as error:
        logger.info("what was handed in at the province could not be fetched: %s", error)
    return count


def _some(node: "Node", link: Link) -> tuple[int, int]:
    """(files that are whole now, bytes that came) of one answer; (0, 0) where nothing is wanted or may be fetched."""
    with node.database.read() as tx:
        named = {one["sha256"]: one for one in incoming.wanted(tx)}
        if not named or budget.today(tx, node.settings).used_up:
            return 0, 0
        parties = keys.read(tx)
    came, size = recovery.bring(node, link, parties, named)
    with node.database.write() as tx:
        budget.count(tx, size)
        incoming.settle(tx)
    return came, size
