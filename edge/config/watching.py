"""Taking over a room's files while the node runs: what is right is in force, what is not changes nothing.

Looked at by time, length and inode, once a second at most, on a request; the node then holds one new value instead of
the old one.
"""

import logging
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from edge.config import across_files, all_files, one_file
from edge.config.all_files import RoomFiles, Signature
from edge.errors import YizhanError
from edge.publishing import in_force
from edge.publishing.in_force import Folder
from forms.catalogue import Catalogue
from forms.definition import DefinitionError
from forms.faults import Fault
from forms.head import Head

if TYPE_CHECKING:
    from edge.node import Node

logger = logging.getLogger(__name__)

LOOK_EVERY_MS = 1000
STAYS = "，仍按原来的内容运行"


@dataclass
class Watch:
    """What the files looked like when they were last read. `looked_at`: ticks of the node's clock, ms."""

    signature: Signature = ()
    looked_at: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    faulty: Folder | None = None  # what waits in it waits for somebody to mend a file


def take_over(node: "Node") -> bool:
    """Read again what was saved since. True if anything was; never raises for what a file says."""
    watch, ticks = node.watch, node.clock.ticks()
    if 0 <= ticks - watch.looked_at < LOOK_EVERY_MS or not watch.lock.acquire(blocking=False):
        return False
    try:
        watch.looked_at = ticks
        seen = all_files.signature(node.settings.home, node.settings.services_dir)
        if seen == watch.signature:
            return False
        _read_again(node)
        watch.signature = seen
    except OSError:
        logger.warning("the room's files could not be read", exc_info=True)
        return False
    finally:
        watch.lock.release()
    return True


def judge_waiting(node: "Node") -> bool:
    """Judge some of the new service files that a start left for later, and take them over. True while more wait.

    A fault among them is told like any other, and the rest waits until somebody has mended it.
    """
    folder = node.standing.folder
    if not folder.waiting or folder is node.watch.faulty:
        return False
    with node.watch.lock:
        others = [one for one in node.files.faults if not one.file.startswith(f"{node.settings.services_dir.name}/")]
        services = _reload_services(node)
        node.files = checked(replace(node.files, faults=(*others, *services)), node.catalogue)
        node.watch.faulty = node.standing.folder if services else None
    return bool(node.standing.folder.waiting) and not services


def _read_again(node: "Node") -> None:
    node.files = all_files.read(node.settings.home, node.settings.node_id, node.files)
    services = _reload_services(node)
    node.files = checked(replace(node.files, faults=(*node.files.faults, *services)), node.catalogue)


def _reload_services(node: "Node") -> list[Fault]:
    """The services anew; where one is faulty those that run stay, in the words of province.toml."""
    try:
        node.reload_services()
    except YizhanError as error:
        folder = replace(node.standing.folder, parameters=node.files.province.parameters)
        node.catalogue, node.standing = in_force.assemble(node.database, node.settings, folder)
        cause = error.__cause__
        faults = cause.faults if isinstance(cause, DefinitionError) else [Fault("", "", 0, error.sentence, error.hint)]
        return [one._replace(file=f"{node.settings.services_dir.name}/{one.file}") for one in faults]
    return []


def checked(files: RoomFiles, catalogue: Catalogue[Head]) -> RoomFiles:
    """With what does not fit together; what is wrong goes to the program's log."""
    found = replace(files, remarks=tuple(across_files.remarks(files, catalogue)))
    for line in lines(found):
        logger.warning("%s", line)
    return found


def lines(files: RoomFiles) -> list[str]:
    """What is wrong with the files, for the console's first page."""
    stays = [one_file.sentence(fault) + STAYS for fault in files.faults]
    return stays + [one_file.sentence(fault) for fault in files.remarks]
