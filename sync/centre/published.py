"""How things stand with publishing: what is out, by whose word, how far it has come; and whose word is taken."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from edge import publishing
from edge.publishing import Publication, on_disk
from sync.centre import definitions, tables
from sync.centre.centre import Centre

_publication = tables.publication


@dataclass(frozen=True, slots=True)
class Line:
    """One publication. `at`: RFC 3339; `over`: the newest version that it deliberately went back from, "" for none;
    `stands`: it was not taken back since; `reached` of `rooms` have it in their log.
    """

    service: str
    title: str
    version: str
    at: str
    counties: tuple[str, ...]
    reviewers: tuple[str, ...]
    over: str
    stands: bool
    reached: int
    rooms: int


def lines(centre: Centre) -> list[Line]:
    """Every publication, the newest first."""
    with centre.store.read() as tx:
        rows = tx.execute(select(_publication).order_by(_publication.c.number)).all()
        told = list(tx.execute(select(tables.published_to.c.number)).scalars())
        rooms = int(tx.execute(select(func.count()).select_from(tables.node)).scalar_one())
        titles = {row.digest: definitions.find(tx, row.digest).title for row in rows}
    everything = [Publication(row.digest, row.service_id, row.version, row.at, row.over) for row in rows]
    made = (
        _line(row, one, everything, titles[row.digest], (sum(number >= row.number for number in told), rooms))
        for row, one in zip(rows, everything, strict=True)
    )
    return list(made)[::-1]


def people(centre: Centre) -> dict[str, str]:
    """Account -> name of everybody at the centre."""
    table = tables.account
    with centre.store.read() as tx:
        return {row.name: row.display_name for row in tx.execute(select(table.c.name, table.c.display_name))}


def _line(row: Any, one: Publication, everything: Sequence[Publication], title: str, come: tuple[int, int]) -> Line:
    sheet = on_disk.sheet_from(json.loads(row.sheet))
    return Line(
        service=one.id,
        title=title,
        version=one.version,
        at=one.at,
        counties=tuple(each.name for each in sheet.of("county")),
        reviewers=tuple(each.name for each in sheet.of("reviewer")),
        over=one.over,
        stands=not publishing.taken_back(one, list(everything)),
        reached=come[0],
        rooms=come[1],
    )
