"""The operations that promise something, as they are faulted: what each does, and what must hold whatever became of it.

An operation gives back what a person is told; `after_…` opens the homes without a fault and asks for the same again.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from conftest import FixedClock
from power_loss import prepare
from service_for_tests import answers
from sqlalchemy.exc import DatabaseError

from edge import applications, backup, heads, images, inbox, log, materials, place, verify
from edge.database import Database, read_key
from edge.errors import problem
from edge.inbox import items, merging, sets
from edge.node import Node, open_node
from edge.standin import StandIn, open_standin
from sync import batch, ferry_in, ferry_out, keys
from sync.centre import ferry, receiver, verification
from sync.centre import log as centre_log
from sync.centre.centre import Centre, open_centre
from sync.push import Push
from tests.simulator_world import answer_of

NODE = "5224250017"
PHOTO = b"\xff\xd8\xff" + bytes(range(256)) * 40
SIGNATURE = images.draw_strokes("[[[1, 1], [90, 60], [120, 20]]]")
LATER = "token-later"
BACKUP = "node.backup"


class BrokenError(AssertionError):
    """A promise that was not kept after a fault."""


def must(held: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not held:
        raise BrokenError(sentence)


class Direct:
    """A link to a centre in the same process."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def post(self, place: str, body: bytes) -> bytes:
        try:
            return answer_of(self._centre, place, body)
        except (DatabaseError, OSError) as error:  # what the centre's server answers with 500
            raise problem("centre_fault", detail=500) from error

    def close(self) -> None:
        """Nothing is open."""


def opened(home: Path) -> tuple[Node, Centre]:
    return open_node(home / "node", FixedClock()), open_centre(home / "centre", FixedClock())


def file_one(node: Node, token: str, *, photo: bool = False) -> str:
    given = []
    if photo:
        with node.database.write() as tx:
            given = [materials.put(tx, PHOTO, "image/jpeg", "照片.jpg", "proof")]
    return applications.file(
        node, "ceshi-dengji", answers(), token=token, channel="console", actor="officer:a", materials=given
    ).number


# --- the operations, each with what must hold afterwards


def do_file(home: Path) -> str:
    return file_one(open_node(home / "node", FixedClock()), LATER, photo=True)


def after_file(home: Path, told: str) -> None:
    node = open_node(home / "node", FixedClock())
    with node.database.read() as tx:
        numbers = [event.application for event in log.up(tx)]
    must(not told.isdigit() or told in numbers, f"{told} was filed and is lost")
    again = file_one(node, LATER, photo=True)
    must(not told.isdigit() or again == told, "the same form got another number")
    with node.database.read() as tx:
        must(len(log.up(tx)) == 3, "filed twice")
    must(verify.verify(node.database).faults == [], "the node is not whole")
    node.close()


def do_push(home: Path) -> str:
    node, centre = opened(home)
    report = Push(node, Direct(centre)).drain(30)
    if report.problem is not None:
        return report.problem.code
    return f"acked {report.acked.seq}" if report.acked else "nothing"


def after_push(home: Path, told: str) -> None:
    node, centre = opened(home)
    with node.database.read() as ours, centre.store.read() as theirs:
        there = list(centre_log.walk(theirs, NODE, "node"))
        acked = log.acked(ours).seq
        must(acked <= len(there), "an ack runs ahead of the centre")
    must(not told.startswith("acked") or acked >= int(told.split()[1]), "an ack is lost")
    done = Push(node, Direct(centre)).drain(30)
    must(done.went_well, f"the next push says {done.note}")
    equal(node, centre)
    node.close()
    centre.close()


def do_ack(home: Path) -> str:
    centre = open_centre(home / "centre", FixedClock())
    receiver.receive(centre, NODE, (home / "request").read_bytes())
    return "answered"


def after_ack(home: Path, told: str) -> None:
    centre = open_centre(home / "centre", FixedClock())
    with centre.store.read() as tx:
        held = len(list(centre_log.walk(tx, NODE, "node")))
    must(told != "answered" or held == 2, "an answered batch is lost")
    must(held in (0, 2), "half of a batch")
    for _ in range(2):
        receiver.receive(centre, NODE, (home / "request").read_bytes())
    with centre.store.read() as tx:
        must(len(list(centre_log.walk(tx, NODE, "node"))) == 2, "stored twice")
    must(verification.verify(centre)["whole"], "the centre is not whole")
    centre.close()


def equal(node: Node, centre: Centre) -> None:
    with node.database.read() as ours, centre.store.read() as theirs:
        must(list(centre_log.walk(theirs, NODE, "node")) == log.up(ours), "the logs differ")
    must(verification.verify(centre)["whole"], "the centre is not whole")
    must(verify.verify(node.database).faults == [], "the node is not whole")


# --- the ferry


def do_ferry_out(home: Path) -> str:
    done = ferry_out.export(open_node(home / "node", FixedClock()), home / "stick")
    return done.problem.code if done.problem else "written"


def after_ferry_out(home: Path, told: str) -> None:
    """What was said to be written is on the stick; the next round brings everything over, once."""
    if told == "written":
        centre = open_centre(home / "centre", FixedClock())
        must(ferry.take_in(centre, home / "stick").went_well, "the centre can't read the stick")
        with centre.store.read() as tx:
            must(len(list(centre_log.walk(tx, NODE, "node"))) == 2, "the stick lacks what it was said to have")
        centre.close()
    _whole_ferry(home)


def do_ferry_centre(home: Path) -> str:
    centre = open_centre(home / "centre", FixedClock())
    done = [ferry.take_in(centre, home / "stick"), ferry.hand_out(centre, home / "stick")]
    return "answered" if all(one.went_well for one in done) else "not taken"


def after_ferry_centre(home: Path, told: str) -> None:
    """An ack on the stick speaks of what the centre holds."""
    node, centre = opened(home)
    ferry_in.take_in(node, home / "stick")
    with node.database.read() as ours, centre.store.read() as theirs:
        held = len(list(centre_log.walk(theirs, NODE, "node")))
        must(log.acked(ours).seq <= held, "an ack on the stick runs ahead of the centre")
        must(told != "answered" or (held, log.acked(ours).seq) == (2, 2), "what was answered is lost")
    node.close()
    centre.close()
    _whole_ferry(home)


def do_ferry_home(home: Path) -> str:
    done = ferry_in.take_in(open_node(home / "node", FixedClock()), home / "stick")
    return "taken" if done.went_well else "not taken"


def after_ferry_home(home: Path, told: str) -> None:
    node = open_node(home / "node", FixedClock())
    with node.database.read() as tx:
        must(told != "taken" or log.acked(tx).seq == 2, "an ack that was taken is lost")
    node.close()
    _whole_ferry(home)


def _whole_ferry(home: Path) -> None:
    """Two rounds of the stick without a fault: the photo may need the second."""
    node, centre = opened(home)
    for _ in range(2):
        must(ferry_out.export(node, home / "stick").went_well, "the stick can't be written again")
        must(ferry.take_in(centre, home / "stick").problem is None, "the stick can't be taken in again")
        must(ferry.hand_out(centre, home / "stick").problem is None, "the stick can't be answered again")
        ferry_in.take_in(node, home / "stick")
    with node.database.read() as tx:
        must(log.unsent(tx) == 0, "the stick leaves something behind")
    equal(node, centre)
    node.close()
    centre.close()


# --- backup and restore


def do_backup(home: Path) -> str:
    backup.make(open_node(home / "node", FixedClock()), home / "second.backup")
    return "made"


def after_backup(home: Path, told: str) -> None:
    """A backup that was made can be restored; one that was not leaves the node as it was."""
    if told == "made":
        (home / "second.backup").replace(home / BACKUP)
    after_restore(home, "")


def do_restore(home: Path) -> str:
    backup.restore(home / BACKUP, home / "node", FixedClock(), replace=True)
    return "restored"


def after_restore(home: Path, told: str) -> None:
    """Every step before the last can be taken again; nothing of the backup is lost then, and no number comes twice."""
    if told != "restored":
        backup.restore(home / BACKUP, home / "node", FixedClock(), replace=True)
    node = open_node(home / "node", FixedClock())
    with node.database.read() as tx:
        before = {event.application for event in log.up(tx) if event.kind == "application.filed"}
    must(len(before) == 2, "the backup was not brought back")
    must(file_one(node, LATER) not in before, "a number was given twice")
    must(verify.verify(node.database).faults == [], "the restored node is not whole")
    node.close()


# --- the sealed inbox


def sealed_inbox(home: Path) -> StandIn:
    node = home / "node"
    return open_standin(node, sets.read(sets.path_of(node)), sets.folder_of(node), FixedClock(), room_bytes=0)


def do_file_sealed(home: Path) -> str:
    """As the kiosk of a locked room files, with a picture."""
    locked = sealed_inbox(home)
    with locked.database.write() as tx:
        given = [materials.put(tx, SIGNATURE, "image/png", "签名.png", "proof")]
    return applications.file(
        locked, "ceshi-dengji", answers(), token=LATER, channel="kiosk", actor="kiosk", materials=given
    ).number


def after_file_sealed(home: Path, told: str) -> None:
    """A number that was said is in the log after the unlocking, once; nothing else holds anything up."""
    after_merge(home, told if told.isdigit() else "")


def do_merge(home: Path) -> str:
    node = open_node(home / "node", FixedClock())
    done = merging.merge(node, sets.folder_of(home / "node"))
    return " ".join(["merged", *done.numbers])


def after_merge(home: Path, told: str) -> None:
    node = open_node(home / "node", FixedClock())
    folder = sets.folder_of(home / "node")
    with node.database.read() as tx:
        before = {event.application for event in log.up(tx) if event.kind == "application.filed"}
    said = {word for word in told.split() if word.isdigit()}
    must(told == "" or not told.startswith("merged") or said <= before, "what was said to be registered is not")
    waiting = {number for path in inbox.waiting(folder) for number in _numbers(path)}
    must(told.startswith("merged") or said <= waiting, "a receipt was given, and its item is lost")
    for _ in range(2):
        done = merging.merge(node, folder)
        must(done.aside == [], f"an item was put aside: {done.aside}")
    with node.database.read() as tx:
        filed = [event.application for event in log.up(tx) if event.kind == "application.filed"]
        must(
            all(materials.find(tx, digest) for event in log.up(tx) for digest in heads.digests(event)), "a file is lost"
        )
    must(len(filed) == len(set(filed)), "registered twice")
    must(said | waiting | before <= set(filed), "an item is lost")
    must(verify.verify(node.database).faults == [], "the node is not whole")
    node.close()


def _numbers(path: Path) -> tuple[str, ...]:
    return items.read_head(path.read_bytes()).numbers


OPERATIONS: dict[str, tuple[Callable[[Path], str], Callable[[Path, str], None]]] = {
    "file": (do_file, after_file),
    "push": (do_push, after_push),
    "ack": (do_ack, after_ack),
    "ferry out": (do_ferry_out, after_ferry_out),
    "ferry at the centre": (do_ferry_centre, after_ferry_centre),
    "ferry home": (do_ferry_home, after_ferry_home),
    "backup": (do_backup, after_backup),
    "restore": (do_restore, after_restore),
    "file sealed": (do_file_sealed, after_file_sealed),
    "merge": (do_merge, after_merge),
}


def copied(home: Path, target: Path) -> Path:
    """A copy of all homes that counts as the same place: no new epoch is begun by looking at it."""
    shutil.copytree(home, target)
    file = target / "node" / "data" / "node.db"
    database = Database(file, read_key(target / "node" / "node.key"), FixedClock())
    with database.write() as tx:
        tx.execute("UPDATE node SET place = ?", (place.of(file),))
    database.close()
    return target


def make_homes(folder: Path) -> dict[str, Path]:
    """For each operation the homes that it begins with: a node with two unsent filings, one of them with a photo, the
    centre that knows it, a sealed batch, a backup, and a stick on its way.
    """
    home = make_home(folder)
    (home / "stick").mkdir()
    node = open_node(home / "node", FixedClock())
    backup.make(node, home / BACKUP)
    node.close()
    homes = dict.fromkeys(OPERATIONS, home)
    sealed = homes["merge"] = copied(home, folder / "before merge")
    do_file_sealed(sealed)
    for name, before in (("ferry at the centre", do_ferry_out), ("ferry home", do_ferry_centre)):
        home = homes[name] = copied(home, folder / f"before {name}")
        before(home)
    return homes


def make_home(folder: Path) -> Path:
    """A node with two unsent filings, one with a photo, the centre that knows it, and a batch sealed for it."""
    home = folder / "home"
    prepare(home)
    node, centre = opened(home)
    file_one(node, "token-0001", photo=True)
    file_one(node, "token-0002")
    sets.keep_locked(node)
    with node.database.read() as tx:
        made, parties = batch.cut(tx, 100_000), keys.read(tx)
    (home / "request").write_bytes(batch.seal(made, parties))
    node.close()
    centre.close()
    return home
