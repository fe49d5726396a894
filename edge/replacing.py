"""换了新电脑: at the first start a room that was on another machine comes back from its centre, by link or by stick.

The folder is no room until its log is back (the mark of edge.node); what was cut off goes on with what has come.
"""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge import identity, set_up
from edge.carrying import link_to_centre
from edge.errors import YizhanError
from edge.node import create_home, mark_recovering, open_node
from sync import keys, recovery, restoring
from sync.push import Push

if TYPE_CHECKING:
    from edge.node import Node
    from sync.restoring import Recovered


def begin(home: Path, enrolment: Mapping[str, Any], *, again: bool = False, **node_keys: Any) -> None:
    """Make the folder of the room. `again`: it was begun here before, and goes on with what is there.

    Raises first_room_fixed where this machine has worked as a room already, node_enrolment_wrong, settings_wrong.
    """
    node_id = str(enrolment.get("node", ""))
    identity.read_enrolment(enrolment, node_id)  # before anything is made
    if not _is_begun(home, node_id, again=again):
        set_up.put_aside(home)
        create_home(home, node_id, str(enrolment.get("name", "")), **node_keys)
        mark_recovering(home)
    with closing(open_node(home, recovering=True)) as node, node.database.write() as tx:
        known = identity.centre(tx)
        if known is None or known.code != enrolment.get("code"):
            identity.set_centre(tx, enrolment)


def _is_begun(home: Path, node_id: str, *, again: bool) -> bool:
    """Whether a replacement for this room was begun here. Raises first_room_fixed for a room that works."""
    try:
        node = open_node(home, recovering=True)
    except YizhanError:
        return False  # nothing there, or cut off while it was made
    with closing(node):
        if node.settings.node_id == node_id and (again or is_awaited(node)):
            return True
        if not is_awaited(node):
            set_up.check_free(node)
    return False


def is_awaited(node: "Node") -> bool:
    """Whether the whole log is still to come."""
    with node.database.read() as tx:
        return str(tx.execute("SELECT recovering FROM node").fetchone()[0]) == "log"


def bring(home: Path, medium: Path | None = None) -> "Recovered | None":
    """Bring the log back; None: the medium has to be carried to the centre first. After the end nothing more is done.

    Raises centre_unreachable and what the link or the medium raises; what came stays.
    """
    with closing(open_node(home, recovering=True)) as node:
        if not is_awaited(node):
            return restoring.Recovered()
        if medium is not None:
            return restoring.by_medium(node, medium)
        link = link_to_centre(node)
        try:
            return restoring.recover(node, link, new=True)
        finally:
            link.close()


def bring_rest(node: "Node") -> str:
    """The centre's word and the photographs, over the link; "" or why they are left for later: the room is whole."""
    link = link_to_centre(node)
    try:
        report = Push(node, link).drain()
        with node.database.read() as tx:
            parties = keys.read(tx)
        recovery.bring_materials(node, link, parties)
    except YizhanError as error:
        return error.sentence
    finally:
        link.close()
    return "" if report.problem is None else report.problem.sentence
