"""免交: what a confirmed person handed in before, and what of it still counts, so that it isn't asked for again (M5).

A definition says which materials may be used again and for how long (`reuse`); equal kinds are the same material in
every service. What counts is the day on which the picture first came, whatever it was used for since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from edge import concerns, definitions, heads, materials, prefill_marks
from edge.database import Connection
from edge.prefill_marks import Prefilled
from forms import persons
from forms.definition import Definition
from forms.state import Material

SOURCES_MAX = 30  # the newest applications of a person
_CONFIRMED = ("officer", "card")


def offer(tx: Connection, number: str, definition: Definition, today: str) -> dict[str, tuple[Prefilled, Material]]:
    """Pointer of a file field -> (value with its source, the stored material), for a person who was confirmed.

    `number`: his identity number; nothing for a service that has no such field.
    """
    wanted = {one["reuse"]["kind"]: one for one in definition.service["materials"] if "reuse" in one and "field" in one}
    found: dict[str, tuple[Prefilled, Material]] = {}
    for kind, material, digest, day in _handed_in(tx, number) if wanted else ():
        entry = wanted.get(kind)
        if entry is None or entry["field"] in found or not _counts(day, today, entry["reuse"]["months"]):
            continue
        value = Prefilled(materials.REFERENCE + material.sha256, digest, day)
        found[entry["field"]] = (value, replace(material, slot=entry["field"]))
    return found


def _handed_in(tx: Connection, number: str) -> Iterator[tuple[str, Material, str, str]]:
    """(kind, material, digest of the definition, first day) of his own confirmed applications, the newest first."""
    unseen, account = concerns.shown()
    rows = tx.execute(
        "SELECT head.number, head.definition FROM head JOIN head_person ON head_person.head = head.id"  # noqa: S608  own text
        f" WHERE person = ?{unseen and f' AND {unseen}'} ORDER BY head.id DESC LIMIT ?",
        (prefill_marks.person_key(tx, number), *account, SOURCES_MAX),
    ).fetchall()
    for row in rows:
        state, definition = heads.state_of(tx, row["number"]), definitions.find(tx, row["definition"])
        own = persons.told(definition, state.answers).get(persons.SUBJECT) == number
        if not own or state.identity not in _CONFIRMED:
            continue
        kinds = _kinds(definition)
        for material in state.materials:
            if material.slot in kinds and materials.find(tx, material.sha256) is not None:
                yield kinds[material.slot], material, row["definition"], first_day(tx, material.sha256)


def _kinds(definition: Definition) -> Mapping[str, str]:
    """Slot -> kind of the materials that may be used again."""
    found = [one for one in definition.service["materials"] if "reuse" in one]
    return {str(one[key]): one["reuse"]["kind"] for one in found for key in ("code", "field") if key in one}


def first_day(tx: Connection, sha256: str) -> str:
    """The day on which a file first came with an application; "" for one that never did."""
    row = tx.execute(
        "SELECT min(filed_at) FROM head JOIN head_material ON head_material.head = head.id WHERE sha256 = ?", (sha256,)
    ).fetchone()
    return str(row[0] or "")[:10]


def _counts(day: str, today: str, months: int) -> bool:
    if not day:
        return False
    begun, now = date.fromisoformat(day), date.fromisoformat(today)
    passed = (now.year - begun.year) * 12 + now.month - begun.month - (now.day < begun.day)
    return begun <= now and passed < months


def put(tx: Connection, draft: str, found: Mapping[str, tuple[Prefilled, Material]]) -> None:
    """Tie the files to a draft, so that it may show and keep them."""
    tx.executemany(
        "INSERT OR IGNORE INTO draft_material (draft, slot, sha256, name) VALUES (?, ?, ?, ?)",
        [(draft, slot, one.sha256, one.name) for slot, (_, one) in found.items()],
    )


def earlier(tx: Connection, number: str, sha256: str) -> str:
    """The day on which a file of an application came with an earlier one; "" when it is its own."""
    row = tx.execute(
        "SELECT min(other.filed_at) FROM head JOIN head_material ON head_material.sha256 = ?2"
        " JOIN head AS other ON other.id = head_material.head WHERE head.number = ?1 AND other.id < head.id",
        (number, sha256),
    ).fetchone()
    return str(row[0] or "")[:10]
