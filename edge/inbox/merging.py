"""What a sealed inbox took in becomes applications of the room's log: each once, whatever was begun and cut before.

An item goes in as one transaction: its events, its files, its head rows. Only then is it put out of the way. What can't
be taken is kept aside with a sentence, and holds up nothing behind it. Items come from a folder that anybody may have
held in his hands: they are believed as far as their signature goes, and checked as any input.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from edge import concerns, definitions, heads, inbox, log, materials, needs, ratings, receipts, submissions
from edge.errors import YizhanError, problem
from edge.inbox import items, sets
from edge.inbox.items import Content, Item
from edge.os_words import why
from forms import kinds, kinds_apart, kinds_consents, kinds_receiving

if TYPE_CHECKING:
    from edge.database import Connection
    from edge.inbox.sets import Keys
    from edge.node import Node
    from forms.events import Event

logger = logging.getLogger(__name__)

FILED: Final = "application.filed"
# what may have happened where the item was made; everything else is done in the room
TAKEN: Final = frozenset(
    {
        *(FILED, "material.added", "identity.verified", "application.withdrawn"),
        *(*kinds_receiving.KINDS, *kinds_consents.KINDS, *kinds_apart.KINDS),
    }
)
# what citizens tell the room as a whole, with what brings its rows up to date
OF_ROOM: Final = {ratings.KIND: ratings.project, needs.RECORDED: needs.take}
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00\Z")


@dataclass
class Merged:
    """What came of a look into an inbox: numbers that are new in the log; `known`: items that stood there before;
    `aside`: (file, sentence) of what could not be taken; `gaps`: receipts' items that lie nowhere, "series-place".
    """

    numbers: list[str] = field(default_factory=list)
    known: int = 0
    aside: list[tuple[str, str]] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def merge(node: Node, folder: Path, *, only: str = "") -> Merged:
    """Take in all items that wait in a folder. `only`: a series, instead of all.

    What a fault of the node itself stops (a full disk) stays where it is, and is raised.
    """
    done, own = Merged(), sets.folder_of(node.settings.home)
    for path in inbox.waiting(folder):
        if only and path.parent.name != only:
            continue
        _take(node, path, own, done)
    done.gaps = [f"{series}-{place}" for series, place in inbox.gaps(folder) if not only or series == only]
    return done


def _take(node: Node, path: Path, own: Path, done: Merged) -> None:
    try:
        data = path.read_bytes() if path.stat().st_size <= items.ITEM_BYTES_MAX else b""
    except OSError as error:  # a stick that was pulled out: the others may still be read
        done.aside.append((path.name, why(error)))
        return
    try:
        fresh = _merge_item(node, data)
    except YizhanError as error:
        if not error.permanent:
            raise
        sentence = str(error)
        inbox.put_aside(own, path, data, sentence)
        done.aside.append((f"{path.parent.name}-{path.stem}", sentence))
        return
    done.numbers += fresh
    done.known += not fresh
    if own in path.parents:
        inbox.settle(path)


def _merge_item(node: Node, data: bytes) -> list[str]:
    """The numbers that are new; nothing where the item was taken before. Raises inbox_item_*, and what writing does."""
    head = items.read_head(data)
    with node.database.read() as tx:
        known = sets.keys(tx, head.set)
    if known is None or head.node != node.settings.node_id:
        raise problem("inbox_item_foreign")
    item = items.read(data, known.sign_public)
    with node.database.read() as tx:
        if _stands(tx, item):
            return []
    content = items.open_item(item, known.seal)
    _check(node, item, known, content)
    with node.database.write() as tx:
        return [] if _stands(tx, item) else _write(node, tx, item, known, content)


def _mark(digest: str) -> str:
    """What the table of submissions keeps of an item."""
    return f"inbox-{digest[:40]}"


def is_held_above(tx: Connection, data: bytes) -> bool:
    """Whether the centre has acknowledged what an item became."""
    row = tx.execute(
        "SELECT e.epoch, e.seq FROM submission s JOIN event e ON e.id = s.event WHERE s.token = ?",
        (_mark(items.digest(data)),),
    ).fetchone()
    return row is not None and (row["epoch"], row["seq"]) <= log.acked(tx).position


def _stands(tx: Connection, item: Item) -> bool:
    """Whether this very item is in the log. Raises inbox_item_other: its number belongs to another."""
    if submissions.application(tx, _mark(item.digest)) is not None:
        return True
    for number in item.head.numbers:
        filed = [event for _, event in log.of_application(tx, number) if event.kind == FILED]
        if filed and filed[0].data.get("inbox", {}).get("digest") != item.digest:
            raise problem("inbox_item_other", number=number)
        if filed:
            return True
    return False


# --- what an item may say


def _check(node: Node, item: Item, known: Keys, content: Content) -> None:
    """Raises inbox_item_wrong."""
    numbers = [str(one["application"]) for one in content.events if one["kind"] == FILED]
    if tuple(numbers) != item.head.numbers or not content.events:
        raise problem("inbox_item_wrong", detail="凭证号码不一致")
    for one in content.events:
        _check_event(item, known, one)
    for file in content.files:
        try:
            kept, media_type = materials.check(node, file.data, file.name)
        except YizhanError as error:
            raise problem("inbox_item_wrong", detail=error.sentence) from error
        if (kept, media_type) != (file.data, file.media_type):
            raise problem("inbox_item_wrong", detail=f"材料“{file.name}”的格式不对")


def _check_event(item: Item, known: Keys, one: Mapping[str, Any]) -> None:
    number, actor, kind = str(one["application"]), str(one["actor"]), str(one["kind"])
    visitor = f"officer:{known.officer}" if known.officer else "kiosk"
    if kind not in TAKEN and (kind not in OF_ROOM or number):
        raise problem("inbox_item_wrong", detail=f"不能带回“{kind}”")
    named = str(one["body"].get("application", "")) if kind in OF_ROOM else number
    if (named or kind in TAKEN) and (receipts.series_of(named) != item.head.series or not receipts.is_number(named)):
        raise problem("inbox_item_wrong", detail="不是这一组的号码")
    if not (actor == visitor or actor.startswith("kiosk")) or not _TIME.match(str(one["at"])):
        raise problem("inbox_item_wrong", detail="经手人或者时间不对")
    if known.until and str(one["at"])[:10] > known.until:
        raise problem("inbox_item_wrong", detail=f"{known.until} 以后收的")
    try:
        kinds.check_body(str(one["kind"]), one["body"])
    except ValueError as error:
        raise problem("inbox_item_wrong", detail=str(error)) from error


# --- into the log


def _write(node: Node, tx: Connection, item: Item, known: Keys, content: Content) -> list[str]:
    for file in content.files:
        materials.put(tx, file.data, file.media_type, file.name, owner=known.officer or "kiosk")
    touched, fresh, first = dict.fromkeys(str(one["application"]) for one in content.events), [], None
    for one in content.events:
        number, kind, actor = str(one["application"]), str(one["kind"]), str(one["actor"])
        if kind in OF_ROOM:
            event = _tell(tx, one)
            first = first or event
            continue
        body = _filed(node, tx, item, known, one) if kind == FILED else dict(one["body"])
        event = log.append(tx, kind, number, body, actor)
        first = first or event
        if kind == FILED:
            submissions.note(tx, event)
            fresh.append(number)
    for number in filter(None, touched):
        if heads.state_of(tx, number).filed_at is None:
            raise problem("inbox_item_wrong", detail=f"先要登记凭证 {number}")
        heads.project(tx, number)
    assert first is not None  # an item without events was refused
    submissions.remember(tx, _mark(item.digest), first)
    return fresh


def _tell(tx: Connection, one: Mapping[str, Any]) -> Event:
    """What was told the room as a whole; a rating is of what stands in the log."""
    body, kind = dict(one["body"]), str(one["kind"])
    number = str(body.get("application", ""))
    if number and heads.state_of(tx, number).filed_at is None:
        raise problem("inbox_item_wrong", detail=f"先要登记凭证 {number}")
    event = log.append(tx, kind, "", body, str(one["actor"]))
    OF_ROOM[kind](tx, event)
    return event


def _filed(node: Node, tx: Connection, item: Item, known: Keys, one: Mapping[str, Any]) -> dict[str, Any]:
    """The filing as this room writes it: where it came from is said by the room, and so is whom it is about."""
    body = dict(one["body"])
    definition = _definition(node, tx, body)
    is_visit = known.kind == sets.VISIT
    told = {"series": item.head.series, "at": _clamped(tx, known, str(one["at"])), "digest": item.digest}
    body |= {"channel": "visit" if is_visit else "kiosk", "inbox": told | ({"visit": known.id} if is_visit else {})}
    body.pop("concerns", None)
    found = concerns.about(tx, definition, body["answers"])
    return body | ({"concerns": found} if found else {})


def _definition(node: Node, tx: Connection, body: Mapping[str, Any]) -> Any:
    """The definition that it was filled with, kept for ever from now on."""
    try:
        definition = node.definition(body["service"]["digest"])
    except YizhanError as error:
        raise problem("inbox_item_wrong", detail="本室没有这个事项") from error
    definitions.keep(tx, definition)
    return definition


def _clamped(tx: Connection, known: Keys, at: str) -> str:
    """When the receipt was given: not before its set was made, and not after now, whatever that clock said."""
    return min(max(at, known.at), tx.clock.now())


def retry(node: Node) -> Merged:
    """Look at what was put aside once more: a missing service may be here by now."""
    folder = sets.folder_of(node.settings.home)
    done = Merged()
    for path, _ in list(inbox.aside(folder)):
        try:
            fresh = _merge_item(node, path.read_bytes())
        except YizhanError as error:
            if not error.permanent:
                raise
            done.aside.append((path.stem, str(error)))
            continue
        done.numbers += fresh
        done.known += not fresh
        inbox.settle(path)
        path.with_suffix(inbox.WHY).unlink(missing_ok=True)
    return done


def numbers_of_visit(tx: Connection, set_id: str) -> Iterator[str]:
    """The applications that a visit brought home, in the order of the log."""
    rows = tx.execute(
        "SELECT application FROM event WHERE side = 'node' AND kind = 'application.filed' AND body >= x'01'"
        " AND application IN (SELECT number FROM head WHERE channel = 'visit')"
        " AND json_extract(body, '$.inbox.visit') = ?"
        " ORDER BY epoch, seq",
        (set_id,),
    )
    return (str(row["application"]) for row in rows.fetchall())
