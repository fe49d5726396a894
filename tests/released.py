"""Keep a room as this version leaves it, in tests/data/released: `python tests/released.py VERSION`."""

import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FOLDER = ROOT / "data" / "released"
APPLICANT = "钱满仓"


def keep(version: str) -> Path:
    """Make the room and pack it. FileExistsError where that version is kept already."""
    from conftest import FixedClock, make_home
    from desk_app import file_one, photo

    from edge import materials
    from edge.node import open_node

    target = FOLDER / f"{version}.tar.gz"
    with tempfile.TemporaryDirectory() as made, tarfile.open(target, "x:gz") as packed:
        home = make_home(Path(made) / "home")
        node = open_node(home, FixedClock())
        file_one(node, name=APPLICANT)
        materials.store(node, photo(), "照片.jpg", "desk")
        node.database.vacuum()
        node.close()
        (home / "data" / "reserve").unlink()
        packed.add(home, "home")
    return target


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT.parent), str(ROOT)]
    keep(sys.argv[1])
