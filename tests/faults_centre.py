"""More operations to be faulted: new keys of a room and of the centre, and what the centre erases."""

from collections.abc import Callable
from pathlib import Path

from conftest import FixedClock
from faults_operations import NODE, Direct, copied, equal, must, opened
from sqlalchemy import select

from edge import identity
from edge.errors import YizhanError
from edge.node import Node
from sync import key_changes
from sync.centre import cases, erasing, tables, verification
from sync.centre.centre import Centre, open_centre
from sync.push import Push
from sync.suites import MODERN_1

ROUNDS = 3  # a new key is announced, accepted, and answered to


def do_room_keys(home: Path) -> str:
    """As `yizhan keys rotate`, and the rounds that put it into use."""
    node, centre = opened(home)
    with node.database.write() as tx:
        key_changes.begin(tx)
    _rounds(node, centre)
    return f"generation {_current(node)}"


def after_room_keys(home: Path, told: str) -> None:
    """The room and the centre understand each other whatever became of it, and again ends it."""
    node, centre = opened(home)
    before = _current(node)
    must(not told.startswith("generation") or before >= int(told.split()[1]), "a key in use went out of use")
    must(_rounds(node, centre), "they don't understand each other")
    if _current(node) == 1:
        with node.database.write() as tx:
            key_changes.begin(tx)
    must(_rounds(node, centre), "they don't understand each other with the new key")
    must(_current(node) == 2, "the new key is not in use")
    equal(node, centre)
    node.close()
    centre.close()


def do_centre_keys(home: Path) -> str:
    """As `yizhan centre keys rotate`; the room hears of it."""
    node, centre = opened(home)
    made = centre.identity.rotate(MODERN_1, centre.clock.now()).generation
    _rounds(node, centre)
    return f"generation {made}"


def after_centre_keys(home: Path, told: str) -> None:
    node, centre = opened(home)
    made = centre.identity.newest.generation
    must(made >= (2 if told.startswith("generation") else 1), "a key that was made is lost")
    must(_rounds(node, centre), "they don't understand each other")
    with node.database.read() as tx:
        must(max(one.generation for one in identity.centre_sets(tx)) == made, "the room does not know the newest key")
    equal(node, centre)
    node.close()
    centre.close()


def _rounds(node: Node, centre: Centre) -> bool:
    """Whether each of the rounds went well; all are taken."""
    reports = [Push(node, Direct(centre)).drain(30) for _ in range(ROUNDS)]
    return all(report.went_well for report in reports)


def _current(node: Node) -> int:
    with node.database.read() as tx:
        return identity.load(tx).generation


def do_erase_centre(home: Path) -> str:
    """As `yizhan centre purge`."""
    centre = open_centre(home / "centre", FixedClock())
    number = _closed(centre)
    done = erasing.erase(centre, [number], why="request", note="", actor="centre:li")
    return f"erased {number} {done.files}"


def after_erase_centre(home: Path, told: str) -> None:
    """All of it or nothing of it; the daily round takes what a stop has left, and both sides still speak."""
    node, centre = opened(home)
    number = _closed(centre)
    must(not (told.startswith("erased") and number), "erased, and there")
    with centre.store.read() as tx:
        gone = tx.execute(select(tables.event.c.kind).filter_by(node_id=NODE, kind=erasing.KIND)).first()
    must(bool(number) == (gone is None), "half erased")
    must(verification.verify(centre)["whole"], "the centre is not whole")
    if number:
        erasing.erase(centre, [number], why="request", note="", actor="centre:li")
    erasing.sweep(centre, [NODE])
    with centre.store.read() as tx:
        held = set(tx.execute(select(tables.material.c.sha256).filter_by(node_id=NODE)).scalars())
        used = set(tx.execute(select(tables.material_use.c.sha256).filter_by(node_id=NODE)).scalars())
    must(held <= used, "a file is left that nothing names")
    must(verification.verify(centre)["whole"], "the centre is not whole after the rest")
    must(_rounds(node, centre), "the room can't speak to the centre any more")
    node.close()
    centre.close()


def _closed(centre: Centre) -> str:
    """The application that is closed, while it is there."""
    with centre.store.read() as tx:
        numbers = list(tx.execute(select(tables.application.c.number).filter_by(node_id=NODE)).scalars())
    for number in numbers:
        try:
            if cases.get(centre, number).state.phase == "closed":
                return str(number)
        except YizhanError as error:
            must(error.code == "not_found", error.code)
    return ""


OPERATIONS: dict[str, tuple[Callable[[Path], str], Callable[[Path, str], None]]] = {
    "keys of a room": (do_room_keys, after_room_keys),
    "keys of the centre": (do_centre_keys, after_centre_keys),
    "erase at the centre": (do_erase_centre, after_erase_centre),
}


def prepare(homes: dict[str, Path], folder: Path) -> None:
    """The home that an erasing begins with is made by faults_keeping."""
    homes["erase at the centre"] = copied(homes["erase"], folder / "before erase at the centre")
