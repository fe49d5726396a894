"""Messages that rooms asked for, given on once: one JSON line for each, in files that appear whole and never change.

A batch of messages is numbered in the store, written under another name, noted as given, and only then gets its name
(`00000001-1a2b3c4d.jsonl`). Killed at any point, the next call goes on from there: a file has its name only after the
store says that it was given, and what the store calls given is never written again. The program that sends takes a
file away whenever it likes. Each line has an `id`, by which it can tell a repeat after its own crash.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from edge.durable import put_in_place, write_whole
from edge.errors import YizhanError
from edge.file_locks import in_turn
from forms import expiry, messages
from forms.events import Event
from sync.centre import projection, rooms, tables
from sync.centre.centre import Centre
from sync.centre.store import add_missing

KIND = "sms.queued"
BATCH_MAX = 1000  # messages in one file; the rest is in the next one
PART = ".part"
NO_NUMBER, NO_TEMPLATE = "no_number", "no_template"
_sms = tables.sms


@dataclass(frozen=True, slots=True)
class Given:
    """What a call has done: files with their name now, messages in them, messages that could not be given on."""

    files: tuple[str, ...] = ()
    messages: int = 0
    faulty: int = 0


def note(tx: Connection, node_id: str, event: Event) -> None:
    """Keep what a room asked for; about the same thing once, whoever asks again after a restored backup."""
    if event.kind != KIND:
        return
    asked = event.data
    row = {name: asked[name] for name in ("application", "template", "about")}
    row |= {"node_id": node_id, "id": event.id, "parameters": json.dumps(asked["parameters"], ensure_ascii=False)}
    add_missing(tx, _sms, [row | {"queued_at": event.at, "batch": 0, "given_at": "", "fault": ""}])


def waiting(tx: Connection) -> int:
    """How many have not been given on yet."""
    return int(tx.execute(select(func.count()).select_from(_sms).filter_by(given_at="")).scalar_one())


def give(centre: Centre) -> Given:
    """Give on everything that waits. One at a time, in however many programs it is called."""
    folder = centre.settings.sms
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    done = Given()
    with in_turn(folder / ".lock"):
        files = [_name_it(path) for path in _settle_parts(centre, folder)]
        while batch := _next(centre):
            made = _give_batch(centre, folder, batch)
            done = Given((), done.messages + made.messages, done.faulty + made.faulty)
            files += made.files
    return Given(tuple(files), done.messages, done.faulty)


def _settle_parts(centre: Centre, folder: Path) -> list[Path]:
    """The files that were given and did not get their name; what was begun and not given is written anew."""
    given = []
    for path in sorted(folder.glob(f"*{PART}")):
        with centre.store.read() as tx:
            batch = int(path.name.partition("-")[0])
            row = tx.execute(select(_sms.c.given_at).filter_by(batch=batch).limit(1)).scalar()
        if row:
            given.append(path)
        else:
            path.unlink()
    return given


def _next(centre: Centre) -> int:
    """The number of a batch that is not given: one that was begun, else a new one; 0 where nothing waits."""
    with centre.store.write() as tx:
        begun = tx.execute(select(func.min(_sms.c.batch)).where(_sms.c.batch > 0, _sms.c.given_at == "")).scalar()
        if begun:
            return int(begun)
        fresh = tx.execute(select(_sms).filter_by(batch=0).order_by(_sms.c.queued_at, _sms.c.id).limit(BATCH_MAX)).all()
        if not fresh:
            return 0
        number = int(tx.execute(select(func.max(_sms.c.batch))).scalar() or 0) + 1
        for row in fresh:
            tx.execute(update(_sms).filter_by(**_key(row)).values(batch=number))
        return number


def _key(row: Row[Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("node_id", "application", "template", "about")}


def _give_batch(centre: Centre, folder: Path, batch: int) -> Given:
    with centre.store.read() as tx:
        rows = tx.execute(select(_sms).filter_by(batch=batch).order_by(_sms.c.queued_at, _sms.c.id)).all()
        made = [(row, *_line(centre, tx, row)) for row in rows]
    lines = b"".join(line for _, line, _ in made)
    part = folder / f"{batch:08d}-{hashlib.sha256(lines).hexdigest()[:8]}.jsonl{PART}"
    if lines:
        write_whole(part, lines)
    with centre.store.write() as tx:
        now = centre.clock.now()
        for row, _, fault in made:
            tx.execute(update(_sms).filter_by(**_key(row)).values(given_at=now, fault=fault))
    faulty = sum(1 for _, _, fault in made if fault)
    return Given((_name_it(part),) if lines else (), len(made) - faulty, faulty)


def _name_it(part: Path) -> str:
    """From here on whoever sends may take it away."""
    path = part.with_suffix("")
    put_in_place(part, path)
    return path.name


def _line(centre: Centre, tx: Connection, row: Row[Any]) -> tuple[bytes, str]:
    """The line of one message, or b"" and why there is none."""
    parameters = json.loads(row.parameters)
    number = _number(centre, tx, row)
    if not number or row.template not in messages.TEMPLATES:
        return b"", NO_TEMPLATE if number else NO_NUMBER
    said = {
        "id": row.id,
        "node": row.node_id,
        "room": rooms.get(tx, row.node_id).name,
        "to": number,
        "template": row.template,
        "parameters": parameters,
        "text": messages.text(row.template, parameters),
        "queued_at": row.queued_at,
    }
    return json.dumps(said, ensure_ascii=False).encode() + b"\n", ""


def _number(centre: Centre, tx: Connection, row: Row[Any]) -> str:
    """The mobile telephone that the applicant left for news of his own matter; "" for none."""
    state = projection.state_of(tx, row.node_id, row.application)
    try:
        definition = centre.definitions.get(state.service.digest)
    except YizhanError:
        return ""
    return expiry.phone(definition, state.answers) if definition is not None else ""
