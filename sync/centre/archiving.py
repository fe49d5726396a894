"""办结归档: the package of a closed application (edge.archives), made from what the centre holds and signed by it."""

import json
from pathlib import Path
from typing import Any, Final

from edge import archives
from edge.durable import write_whole
from edge.errors import problem
from forms import apart
from forms.events import canonical, to_json
from sync.centre import cases, desks, exporting, guards, log, outside
from sync.centre.blobs import BlobError
from sync.centre.cases import Case
from sync.centre.centre import Centre
from sync.centre.exporting import Done, Written

SUFFIXES: Final = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


def archive(centre: Centre, number: str, path: Path, *, actor: str, why: str) -> Done:
    """Pack one closed application into `path`.

    Raises not_found, class_forbidden, reason_missing, archive_open, archive_waits.
    """
    case = cases.get(centre, number)
    with centre.store.read() as tx:
        exporting.must_export(tx, actor, "archive", case.node_id)
        guards.must_see(case, desks.of_actor(tx, actor), actor)
        events = log.of_application(tx, case.node_id, number)
    if case.sealed:
        raise problem("not_found")
    if case.state.phase != "closed":
        raise problem("archive_open")
    data = archives.pack(
        _files(centre, case, b"".join(to_json(event, side) + b"\n" for side, event, _ in events)),
        {"number": number, "made_at": centre.clock.now(), "authority": centre.settings.name},
        lambda index: _signed(centre, index),
    )
    written = Written.of(data)
    id_ = exporting.note(centre, "archive", actor=actor, why=why, asked={"number": number}, written=written)
    write_whole(path, data)
    return Done(id_, "archive", 1, written.size, written.sha256, str(path))


def timed(centre: Centre, number: str) -> list[dict[str, Any]]:
    """What a package of this application holds that the store erases early, as forms.apart.timed says it. Raises
    not_found.
    """
    case = cases.get(centre, number)
    with centre.store.read() as tx:
        told = [(side, event) for side, event, _ in log.of_application(tx, case.node_id, number)]
    return apart.timed(told, case.state.closed_at or "")


def _files(centre: Centre, case: Case, events: bytes) -> dict[str, bytes]:
    files = {
        archives.APPLICATION: json.dumps(outside.as_json(centre, case), ensure_ascii=False, indent=1).encode(),
        archives.EVENTS: events,
    }
    if case.definition is not None:
        files[archives.DEFINITION] = canonical(case.definition.raw)
    return files | _materials(centre, case)


def _materials(centre: Centre, case: Case) -> dict[str, bytes]:
    waiting = [one for one in case.materials.values() if not one.complete_at]
    if waiting:
        raise problem("archive_waits", count=len(waiting))
    found = {}
    for sha256, held in case.materials.items():
        try:
            data = centre.blobs.read(case.node_id, sha256)
        except BlobError as error:
            raise problem("archive_waits", count=1) from error
        found[f"materials/{sha256}.{SUFFIXES.get(held.media_type, 'bin')}"] = data
    return found


def _signed(centre: Centre, index: bytes) -> dict[str, Any]:
    newest = centre.identity.newest
    signature = newest.suite.sign(newest.sign.private, index)
    return {"suite": newest.suite.name, "key": newest.sign.public.hex(), "signature": signature.hex()}
