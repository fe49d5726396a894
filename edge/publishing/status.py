"""How far service files have come, for `yizhan forms status`: by their signatures, and by what stands at HOME."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from edge import publishing
from edge.errors import YizhanError
from edge.node import open_node
from edge.publishing import Sheet, Status, on_disk
from edge.settings import NODE_FILE
from forms.definition import Definition, load, packaged, service_files
from forms.faults import DefinitionError


def of_paths(paths: Iterable[Path], home: Path) -> list[dict[str, Any]]:
    """One entry per file. `status`: by genuine signatures, one after the other; `here`: what the node of `home` makes
    of it, null where there is none; `problem`: why nothing better can be said.
    """
    files = [file for path in paths for file in (service_files(path) if path.is_dir() else [path])]
    found = [_of_file(file) for file in files]
    standing = _at_node(home, [definition for _, definition in found if definition is not None])
    return [
        {**said, "here": standing.get(definition.digest) if definition is not None else None}
        for said, definition in found
    ]


def by_signatures(file: Path, definition: Definition) -> Status:
    """How far a file has come by what lies beside it; a signature file that is no use counts as none."""
    if packaged().by_digest(definition.digest) is not None:
        return "published"
    try:
        return publishing.reached(on_disk.of_file(file, definition), definition)
    except YizhanError:
        return "trial"


def _of_file(file: Path) -> tuple[dict[str, Any], Definition | None]:
    try:
        definition = load(file)
    except DefinitionError as error:
        return _said(file, None, None, str(error.faults[0])), None
    try:
        sheet = on_disk.of_file(file, definition)
    except YizhanError as error:
        return _said(file, definition, None, error.sentence), definition
    forged = [one.name for one in sheet.signatures if not publishing.genuine(sheet, one)]
    return _said(file, definition, sheet, f"签名不对：{'、'.join(forged)}" if forged else ""), definition


def _said(file: Path, definition: Definition | None, sheet: Sheet | None, trouble: str) -> dict[str, Any]:
    status: Status = "trial" if definition is None else by_signatures(file, definition)
    signatures = sheet.signatures if sheet else ()
    return {
        "file": str(file),
        "id": definition.id if definition else "",
        "version": definition.version if definition else "",
        "title": definition.title if definition else "",
        "status": status,
        "status_title": publishing.STATUS[status],
        "signatures": [
            {**publishing.signature_data(one), "role_title": publishing.ROLES[one.role]} for one in signatures
        ],
        "problem": trouble,
    }


def _at_node(home: Path, definitions: Iterable[Definition]) -> dict[str, Status]:
    if not (home / NODE_FILE).exists():
        return {}
    node = open_node(home)
    try:
        return {one.digest: node.status_of(one) for one in definitions}
    finally:
        node.close()
