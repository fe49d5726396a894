"""Erasing what the centre may keep no longer (个人信息保护法 19, 47): the content of a closed application goes, its
place in both chains stays.

The bodies of its events leave a hash behind, as at the node; every row that tells of it goes, what counts it stays
without words, and files that no other application names are deleted after the rows are. A stop between the two leaves
rows of files that nothing names: the next round or purge takes both away. What was given out (files of exports, of
messages, of other systems, backups of the store) lies outside of the store, and is named in OPERATING.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, bindparam, delete, exists, or_, select, update

from edge.errors import problem
from forms import events, kinds, telling
from forms.events import Event, Side
from sync.centre import cases, log, rooms, tables
from sync.centre.cases import Case
from sync.centre.centre import Centre

KIND: Final = "record.purged"
DAYS_MIN: Final = 180  # 网络安全法 21: logs are kept six months at least
AT_ONCE_MAX: Final = 200
# rows that tell of one application, by the column that has its number
GONE: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("application", "claim", "concerned", "enquiry", "hand_over", "opinion_due", "person", "presence", "queue",
         "reply", "unconfirmed", "word"), "number"
    ),
    **dict.fromkeys(
        ("board", "board_draft", "call_back", "mark", "material_use", "phone_pass", "phone_piece", "sms"),
        "application",
    ),
}  # fmt: skip  # a table
# rows that stay, since figures and findings rest on them: what of them people have written is emptied
BLANKED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "rating": ("application", ("words", "callback")),
    "sample_item": ("number", ("note",)),
}
# rows with a number that name nobody, or whose number is none of an application
KEPT: Final[dict[str, str]] = {
    "event": "its body is erased, its place in the chain stays",
    "fact": "what the figures need: moments and a result, nobody is in it",
    "outbox": "that a program was told of a change, without a name",
    "phone_complaint": "sealed to the supervisor, who ends it by his own rules",
    "pack_told": "the number of a pack",
    "published_to": "the number of a publication",
}
_event = tables.event
_BLANK = (
    update(_event)
    .where(_event.c.node_id == bindparam("of_node_id"), _event.c.side == bindparam("of_side"))
    .where(_event.c.epoch == bindparam("of_epoch"), _event.c.seq == bindparam("of_seq"))
)


@dataclass(frozen=True, slots=True)
class Erased:
    """`applications` with their parts; `files` that went with them, those of an earlier stop too.

    `log_emptied`: False where the log beside the store still holds pages of before: somebody reads, or the disk fails.
    """

    applications: tuple[str, ...]
    events: int
    files: int
    log_emptied: bool = True


def due(centre: Centre) -> list[str]:
    """Applications whose term is over, the first closed first. Raises erase_too_early for a term below 180 days."""
    days = centre.settings.erase_after_days
    if not days:
        return []
    if days < DAYS_MIN:
        raise problem("erase_too_early", days=days)
    before = _day_before(centre, days)
    closed, rows = tables.fact.c, tables.application.c
    there = select(rows.number).where(rows.node_id == closed.node_id, rows.number == closed.number).exists()
    found = select(closed.number).where(closed.closed_at != "", closed.closed_at < before, there)
    with centre.store.read() as tx:
        numbers = list(tx.execute(found.order_by(closed.closed_at, closed.number).limit(AT_ONCE_MAX)).scalars())
        families = {number: _family(centre, number) for number in numbers}
        everybody = {one for family in families.values() for one in family}
        over = set(tx.execute(found.where(closed.number.in_(sorted(everybody)))).scalars())
    ready = {one for one in over if _why_not(cases.get(centre, one)) is None}
    return [number for number in numbers if ready.issuperset(families[number])]


def _family(centre: Centre, number: str) -> tuple[str, ...]:
    """The whole and all of its parts; the application alone where it is neither."""
    whole = cases.get(centre, number).state.whole or number
    return (whole, *(part for _, part in cases.get(centre, whole).state.parts))


def erase(centre: Centre, numbers: Iterable[str], *, why: str, note: str, actor: str) -> Erased:
    """Erase applications, each with the whole or the parts that it belongs to, a room's in one transaction each.

    What an earlier stop has left goes first, also where no number is given or one of them is gone already.

    Raises not_found, erase_open, erase_unsent; what came before is erased then.
    """
    done: dict[str, None] = {}
    left, count = _tidy(centre), 0
    for number in dict.fromkeys(numbers):
        if number not in done:
            family, bodies = _erase(centre, number, why=why, note=note, actor=actor)
            done |= dict.fromkeys(family)
            count += bodies
    left += sweep(centre, {number[: cases.NODE_DIGITS] for number in done})
    return Erased(tuple(done), count, left, centre.store.empty_log())


def _tidy(centre: Centre) -> int:
    """Files that nothing names any more, and the log of before: how many files."""
    held = tables.material.c
    with centre.store.read() as tx:
        nodes = tx.execute(select(held.node_id).where(~_is_named()).distinct()).scalars().all()
    files = sweep(centre, nodes)
    centre.store.empty_log()
    return files


def daily(centre: Centre) -> Erased:
    """What a serving centre does once a day: what is due goes, and what an earlier stop has left."""
    return erase(centre, due(centre), why="term", note="", actor="centre:system")


def _why_not(case: Case) -> str | None:
    """The code of what keeps a case from being erased; None when it may be."""
    if case.state.phase != "closed":
        return "erase_open"
    return None if all(held.complete_at for held in case.materials.values()) else "erase_unsent"


def _erase(centre: Centre, number: str, *, why: str, note: str, actor: str) -> tuple[tuple[str, ...], int]:
    family = _family(centre, number)
    with centre.store.write() as tx:
        found = [cases.locked(tx, centre, one) for one in family]
        for case in found:
            code = _why_not(case)
            if code is not None:
                raise problem(code, number=case.number)
        node_id = found[0].node_id
        files = {sha256 for case in found for sha256 in case.materials}
        told = _told(tx, centre, node_id, family)
        count = sum(_blank(tx, node_id, one) for one in family) + len(told)
        for one in family:
            _forget(tx, node_id, one)
        for side, event in told:
            leave(tx, node_id, side, event)
        for body in telling.records(family, told, {"why": why, "note": note, "files": len(files)}):
            kinds.check_body(KIND, body)
            log.append(tx, centre.clock, node_id, kind=KIND, application="", body=body, actor=actor)
    return family, count


def _told(tx: Connection, centre: Centre, node_id: str, numbers: Collection[str]) -> list[tuple[Side, Event]]:
    """Events of the room as a whole that tell of these applications, refused ones too; looks only after half a year."""
    before = _day_before(centre, DAYS_MIN)
    of_room = select(_event).filter_by(node_id=node_id, application="")
    rows = tx.execute(of_room.where(_event.c.kind.in_(sorted(telling.SPOKEN | telling.LOOKS)))).all()
    found = [(row.side, log.from_row(tx, row)) for row in rows]
    return telling.of([one for one in found if one[1].kind in telling.SPOKEN or one[1].at[:10] < before], numbers)


def _day_before(centre: Centre, days: int) -> str:
    return (date.fromisoformat(centre.clock.now()[:10]) - timedelta(days=days)).isoformat()


def _blank(tx: Connection, node_id: str, number: str) -> int:
    """The bodies of both sides, of events that were refused too; and what was put aside as a second history."""
    rows = tx.execute(select(_event).filter_by(node_id=node_id, application=number)).all()
    for row in rows:
        blank(tx, row)
    aside = tables.quarantine
    for row in tx.execute(select(aside).filter_by(node_id=node_id)).all():
        if number.encode() in bytes(row.line):
            place = {"node_id": node_id, "epoch": row.epoch, "seq": row.seq, "digest": row.digest}
            tx.execute(update(aside).filter_by(**place).values(line=b""))
    return len(rows)


def blank(tx: Connection, row: Row[Any]) -> None:
    """Leave of one event its place and the hash of its body."""
    leave(tx, row.node_id, row.side, row)


def leave(tx: Connection, node_id: str, side: Side, one: Row[Any] | Event) -> None:
    """The same of an event whose room and side are known."""
    place = {"of_node_id": node_id, "of_side": side, "of_epoch": one.epoch, "of_seq": one.seq}
    left = events.erased(bytes(one.salt), bytes(one.body))
    tx.execute(_BLANK, place | {"body": left, "salt": bytes(events.SALT_BYTES)})


def _forget(tx: Connection, node_id: str, number: str) -> None:
    for name, column in GONE.items():
        tx.execute(delete(_table(name)).filter_by(node_id=node_id, **{column: number}))
    for name, (column, emptied) in BLANKED.items():
        place = {"node_id": node_id, column: number}
        tx.execute(update(_table(name)).filter_by(**place).values(**dict.fromkeys(emptied, "")))


def _table(name: str) -> Table:
    return tables.metadata.tables[name]


def sweep(centre: Centre, nodes: Iterable[str]) -> int:
    """Delete the files of these rooms that nothing names any more, then their rows; how many files there were.

    Harmless whenever it is repeated: a file that a batch names meanwhile is named when the room's row is held here.
    """
    count = 0
    for node_id in sorted(nodes):
        with centre.store.write() as tx:
            rooms.get(tx, node_id, lock=True)
            _drop_forms(tx, node_id)
            lost = _unnamed(tx, node_id)
            for sha256 in lost:
                centre.blobs.forget(node_id, sha256)
                tx.execute(delete(tables.material).filter_by(node_id=node_id, sha256=sha256))
        count += len(lost)
    return count


def _drop_forms(tx: Connection, node_id: str) -> None:
    """The smaller forms of pictures that nothing names."""
    used, form = tables.material_use.c, tables.rendition.c
    named = select(used.sha256).where(used.node_id == node_id)
    tx.execute(delete(tables.rendition).where(form.node_id == node_id, form.original.not_in(named)))


def _unnamed(tx: Connection, node_id: str) -> Sequence[str]:
    held = tables.material.c
    statement = select(held.sha256).where(held.node_id == node_id, ~_is_named())
    return tx.execute(statement.order_by(held.sha256)).scalars().all()


def unnamed(tx: Connection, node_id: str) -> frozenset[str]:
    """Files that wait for the next round: what named them, or the picture they are a form of, is erased."""
    return frozenset(_unnamed(tx, node_id))


def _is_named() -> ColumnElement[bool]:
    """Whether an application, a form of a picture that one names, or a telephone names a row of `material`."""
    held, used, form, piece = (
        one.c for one in (tables.material, tables.material_use, tables.rendition, tables.phone_piece)
    )
    original = exists().where(used.node_id == form.node_id, used.sha256 == form.original)
    return or_(
        exists().where(used.node_id == held.node_id, used.sha256 == held.sha256),
        exists().where(form.node_id == held.node_id, form.sha256 == held.sha256, original),
        exists().where(piece.node_id == held.node_id, piece.sha256 == held.sha256),
    )
