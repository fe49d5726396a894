"""The dictionaries of dense coding that a province sends with its packs: this centre reads what it asks rooms to write.

A codebook that was ever published stays: a stick that was written with it may come back after months.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import select

from edge.durable import write_whole
from edge.errors import problem
from edge.packs import documents
from forms.definition import Definition
from sync.centre import tables
from sync.centre.centre import Centre
from sync.centre.pack_telling import find
from sync.coding import library, making

_IN_FOLDER: Final = f"{library.PACKED_FOLDER}/"
_pack = tables.pack


def settle(centre: Centre) -> int:
    """Put the codebooks of every pack, and the list of the newest one, into the centre's folder; how many were new.

    At each start, and after a publication: of several programs on one store each gets them. Again changes nothing.
    """
    folder = centre.settings.home / library.PACKED_FOLDER
    library.PACKAGED.hand_in("centre", folder)
    wanted = _texts(centre)
    fresh = [name for name, text in wanted.items() if not _lies_there(folder / name, text)]
    for name in fresh:
        folder.mkdir(mode=0o700, exist_ok=True)
        write_whole(folder / name, wanted[name].encode())
    if library.ORDER not in wanted:
        (folder / library.ORDER).unlink(missing_ok=True)
    return len(fresh)


def make(centre: Centre, folder: Path, *, seed: int, events: int) -> tuple[Path, int]:
    """Put a codebook of the newest version of each service that this centre knows into the folder of a pack; its file,
    and of how many services it is. It learns from made-up answers to them and from nothing that a room sent.

    Raises pack_wrong for a folder that is none, and for a codebook that no pack can carry.
    """
    if not folder.is_dir():
        raise problem("pack_wrong", detail=f"{folder} 不是文件夹")
    services = newest(centre)
    try:
        (folder / library.PACKED_FOLDER).mkdir(exist_ok=True)
        made = making.make(services, seed=seed, events=events)
        return making.keep(made, folder / library.PACKED_FOLDER), len(services)
    except (OSError, ValueError) as error:
        raise problem("pack_wrong", detail=f"字典做不出来（{error}）") from error


def newest(centre: Centre) -> list[Definition]:
    """The newest version of each service, by id; the program's own among them."""
    table = tables.definition
    with centre.store.read() as tx:
        rows = tx.execute(select(table.c.service_id, table.c.digest).order_by(table.c.since, table.c.version)).all()
    digests = {row.service_id: row.digest for row in rows}
    found = (centre.definitions.get(digest) for _, digest in sorted(digests.items()))
    return [one for one in found if one is not None]


def _lies_there(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _texts(centre: Centre) -> dict[str, str]:
    """The files by their names; of the lists that packs bring only the last pack's."""
    found: dict[str, str] = {}
    with centre.store.read() as tx:
        rows = tx.execute(select(_pack.c.content, _pack.c.number).order_by(_pack.c.number)).all()
        for row in rows:
            content = documents.read(find(tx, row.content) or "", "content")
            found.pop(library.ORDER, None)
            for path, sha256 in content.signed["files"].items():
                if path.startswith(_IN_FOLDER):
                    found[path.removeprefix(_IN_FOLDER)] = find(tx, sha256) or ""
    return found
