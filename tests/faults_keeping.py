"""More operations to be faulted: a new key for the database, slots that come and go, the erasing of an application, and the
first start of a newer program.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import FixedClock
from faults_operations import LATER, Direct, copied, file_one, must, opened

from edge import erasing, heads, log, migrations, settings, slot_keeping, slots, unlocking, verify
from edge.database import Database, read_key
from edge.migration_steps import BOOK
from edge.node import open_node
from edge.slots import Kdf
from sync.centre import cases
from sync.push import Push

OTHER = bytes(range(1, 33))
CHEAP = Kdf("00" * 16, 64, 1, 1)


def do_change_key(home: Path) -> str:
    """As `yizhan keys rotate --database`."""
    found, _ = settings.load(home / "node", {})
    unlocking.change_key(found, read_key(found.key_file), FixedClock())
    return "changed"


def after_change_key(home: Path, told: str) -> None:
    node = open_node(home / "node", FixedClock())
    with node.database.read() as tx:
        must(len(log.up(tx)) == 2, "a filing is lost")
    must(verify.verify(node.database).faults == [], "the node is not whole")
    key = node.database.key
    node.close()
    must(told != "changed" or key != read_key(home / "node" / "node.key"), "the old key is in use still")
    sheet = slots.read(unlocking.sheet_path(home / "node"))
    must(sheet is None or not sheet.is_changing, "the change did not end with the next start")
    must(sheet is not None or told != "changed", "the slots are lost")


def do_slot(home: Path) -> str:
    """As `yizhan keys add` and `remove`."""
    node = open_node(home / "node", FixedClock())
    slot = slots.make("passphrase", "", node.clock.now(), slots.public_of(OTHER), key=node.database.key, kdf=CHEAP)
    slot_keeping.keep(node, slot)
    slot_keeping.remove(node, slot_keeping.file_slot(node))
    node.close()
    return "slots"


def after_slot(home: Path, told: str) -> None:
    """At every moment one of the two opens; when both acts were told, the passphrase alone."""
    sheet = slots.read(unlocking.sheet_path(home / "node"))
    with_file = (home / "node" / "node.key").exists()
    must(told != "slots" or (not with_file and sheet is not None), "the file that was removed is there")
    if with_file:
        node = open_node(home / "node", FixedClock())
    else:
        must(sheet is not None, "nothing opens the database")
        opened = unlocking.Opened(slots.open_slot(next(sheet.of_kind("passphrase")), OTHER))
        node = open_node(home / "node", FixedClock(), unlocked=opened)
    must(verify.verify(node.database).faults == [], "the node is not whole")
    node.close()


def before_erase(home: Path) -> None:
    """One filing is closed and acknowledged, with its photo."""
    node, centre = opened(home)
    push = Push(node, Direct(centre))
    must(push.drain(30).went_well, "the push before the erasing")
    with node.database.read() as tx:
        number = next(event.application for event in log.up(tx))
    cases.accept(centre, number, actor="centre:li")
    cases.decide(centre, number, actor="centre:li", result="granted")
    must(push.drain(30).went_well, "the push before the erasing")
    node.close()
    centre.close()


def do_erase(home: Path) -> str:
    node = open_node(home / "node", FixedClock())
    with node.database.read() as tx:
        number = next(event.application for event in log.up(tx))
    done = erasing.erase(node, (number,), why="request", note="", actor="system")
    node.close()
    return f"erased {done.residues}"


def after_erase(home: Path, told: str) -> None:
    """All of it or nothing of it; again does the rest."""
    node = open_node(home / "node", FixedClock())
    with node.database.read() as tx:
        number = next(event.application for event in log.chain_of(tx, "node") if event.application)
        left, row = log.of_application(tx, number), heads.find(tx, number)
        told_of = log.of_room(tx, "node", '["record.erased"]')
    must(bool(left) == bool(row) == (not told_of), "half erased")
    must(not told.startswith("erased") or (told == "erased 0" and not left), "erased, and there")
    must(verify.verify(node.database).faults == [], "the node is not whole")
    if left:
        must(erasing.erase(node, (number,), why="request", note="", actor="system").residues == 0, "something is left")
    node.close()


# --- the program of the next version: one step more, which fills a table and a column from what is there

_STEP = (
    "CREATE TABLE planted (digest BLOB PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "INSERT INTO planted SELECT digest, zeroblob(9000) FROM event",
    "ALTER TABLE head ADD COLUMN planted INTEGER NOT NULL DEFAULT 0",
    "UPDATE head SET planted = (SELECT count(*) FROM planted)",
)


def m999_planted(tools: object) -> None:
    for statement in _STEP:
        tools.execute(statement)  # type: ignore[attr-defined]  # sqlite-utils


@contextmanager
def next_version() -> Iterator[None]:
    known = migrations.steps.functions
    migrations.steps.functions = [*known, m999_planted]
    try:
        yield
    finally:
        migrations.steps.functions = known


def do_migrate(home: Path) -> str:
    with next_version():
        open_node(home / "node", FixedClock()).close()
    return "migrated"


def after_migrate(home: Path, told: str) -> None:
    """All of the step or nothing of it; the next start does the rest, and nothing that was filed is gone."""
    file = Database(home / "node" / "data" / "node.db", read_key(home / "node" / "node.key"), FixedClock())
    with file.read() as tx:
        is_there = tx.execute("SELECT count(*) FROM sqlite_master WHERE name = 'planted'").fetchone()[0]
        columns = [row["name"] for row in tx.execute("PRAGMA table_info(head)")]
        is_noted = m999_planted.__name__ in [row[0] for row in tx.execute(f"SELECT name FROM {BOOK}")]
    file.close()
    must(bool(is_there) == ("planted" in columns) == is_noted, "half migrated")
    must(told != "migrated" or bool(is_there), "it was said to be migrated, and is not")
    with next_version():
        node = open_node(home / "node", FixedClock())
    with node.database.read() as tx:
        filled = [row[0] for row in tx.execute("SELECT planted FROM head")]
        must(len(log.up(tx)) == 2 and filled == [2, 2], "the step is not whole")
    file_one(node, LATER)
    must(verify.verify(node.database).faults == [], "the node is not whole")
    node.close()


OPERATIONS: dict[str, tuple[Callable[[Path], str], Callable[[Path, str], None]]] = {
    "migrate": (do_migrate, after_migrate),
    "change of the key": (do_change_key, after_change_key),
    "slots": (do_slot, after_slot),
    "erase": (do_erase, after_erase),
}


def prepare(homes: dict[str, Path], folder: Path) -> None:
    """The home that an erasing begins with."""
    homes["erase"] = copied(homes["erase"], folder / "before erase")
    before_erase(homes["erase"])
