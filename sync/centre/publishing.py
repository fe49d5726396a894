"""Publishing at the centre: the keys of the counties, the review (先审后用), the publication, and its way to the rooms.

What was published is written into each room's log when the room is next heard, in the order of publication; so it
reaches a room that is enrolled later as well, and a stick carries it like everything else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from edge import publishing
from edge.errors import problem
from edge.publishing import Publication, Sheet, Signature, on_disk
from forms.definition import Definition, packaged, version_key
from forms.events import BODY_BYTES_MAX, canonical
from forms.kinds import check_body
from sync.centre import definitions, log, reviewers, tables
from sync.centre.centre import Centre
from sync.centre.statements import matching
from sync.centre.store import upsert

KIND = "service.published"
_key, _publication, _to = tables.county_key, tables.publication, tables.published_to
_TOLD = matching(select(_to.c.number), _to, "node_id")
_FRESH = select(_publication).where(_publication.c.number > bindparam("known")).order_by(_publication.c.number)


@dataclass(frozen=True, slots=True)
class CountyKey:
    """A key that the centre takes a county's signature from. `key`: public, hex."""

    key: str
    area: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Done:
    """What an act has made of a file."""

    definition: Definition
    sheet: Sheet
    fresh: bool


def add_key(centre: Centre, area: str, name: str, key: str) -> CountyKey:
    """Take a county's public key. Again is harmless. Raises area_wrong, county_key_exists, bad_request."""
    publishing.check_area(area)
    if len(key) != 2 * on_disk.KEY_BYTES or set(key) - set("0123456789abcdef"):
        raise problem("bad_request", detail="公钥应为 64 位十六进制数字")
    with centre.store.write() as tx:
        held = _find_key(tx, key)
        if held is not None and (held.area, held.name) != (area, name):
            raise problem("county_key_exists", area=held.area, name=held.name)
        row = {"key": key, "area": area, "name": name, "active": True, "added_at": centre.clock.now()}
        upsert(tx, _key, [row])
    return CountyKey(key, area, name, active=True)


def disable_key(centre: Centre, key: str) -> CountyKey:
    """Nothing more is taken from this key; what was published stays. Raises not_found."""
    with centre.store.write() as tx:
        held = _find_key(tx, key)
        if held is None:
            raise problem("not_found")
        tx.execute(update(_key).filter_by(key=key).values(active=False))
    return replace(held, active=False)


def keys(centre: Centre) -> list[CountyKey]:
    """The counties' keys, those that were ended too, by area and name."""
    with centre.store.read() as tx:
        rows = tx.execute(select(_key).order_by(_key.c.area, _key.c.name)).all()
    return [CountyKey(row.key, row.area, row.name, row.active) for row in rows]


def _find_key(tx: Connection, key: str) -> CountyKey | None:
    row = tx.execute(select(_key).filter_by(key=key)).one_or_none()
    return None if row is None else CountyKey(row.key, row.area, row.name, row.active)


def review(centre: Centre, file: Path, account: str, password: str) -> Done:
    """先审后用: a person with an account, who is not the signer, has read the file and answers for it.

    Raises DefinitionError, signature_file_wrong, file_changed, county_key_unknown, service_outside_area,
    wrong_password (and the other problems of logging in), reviewer_is_signer.
    """
    definition, sheet = _read(centre, file)
    with centre.store.read() as tx:
        signers = _county(tx, definition, sheet)
    reviewer = reviewers.log_in(centre, account, password, second_proof=False)
    if reviewer.of_three:
        raise problem("posts_exclusive")
    if {_plain_name(reviewer.name), _plain_name(reviewer.display_name)} & _names(sheet, signers):
        raise problem("reviewer_is_signer")
    if any(one.name == reviewer.name for one in _reviews(centre, sheet)):
        return Done(definition, sheet, fresh=False)
    sheet = publishing.sign(
        sheet,
        "reviewer",
        centre.identity.sign.private,
        name=reviewer.name,
        at=centre.clock.now(),
        suite=centre.identity.newest.suite,
    )
    on_disk.write(file, sheet)
    return Done(definition, sheet, fresh=True)


def _read(centre: Centre, file: Path) -> tuple[Definition, Sheet]:
    with centre.store.read() as tx:
        definition = on_disk.finished(file, _in_force(tx))
    return definition, on_disk.of_file(file, definition)


def _names(sheet: Sheet, signers: Sequence[CountyKey]) -> set[str]:
    """Who signed, by the name that the key is registered under and by the one that stands in the file."""
    names = [*(one.name for one in signers), *(one.name for one in sheet.of("county"))]
    return {_plain_name(name) for name in names}


def _plain_name(name: str) -> str:
    return "".join(name.split()).casefold()


def _county(tx: Connection, definition: Definition, sheet: Sheet) -> list[CountyKey]:
    """Who signed, of those whose key the centre holds. Raises county_key_unknown, service_outside_area."""
    found = [_find_key(tx, one.key) for one in sheet.of("county")]
    known = [one for one in found if one is not None and one.active]
    if not known:
        raise problem("county_key_unknown", service=definition.title)
    for one in known:
        publishing.check_within(one.area, definition, _taken(tx, definition))
    return known


def _taken(tx: Connection, definition: Definition) -> Definition | None:
    """The service that has this id already: a county can't publish in another's place."""
    with_the_program = packaged().get(definition.id)
    if with_the_program is not None:
        return with_the_program
    digest = tx.execute(
        select(_publication.c.digest).filter_by(service_id=definition.id).order_by(_publication.c.number).limit(1)
    ).scalar()
    return None if digest is None else definitions.find(tx, digest)


def _reviews(centre: Centre, sheet: Sheet) -> list[Signature]:
    return [one for one in sheet.of("reviewer") if one.key in centre.identity.sign_keys]


def publish(centre: Centre, file: Path, *, rollback: bool = False) -> Done:
    """Sign for the province and store what then flows down to every room. Again is harmless.

    `rollback`: deliberately go back to this older version; the newer ones are taken back everywhere.
    Raises what `review` raises, signature_missing, version_taken, version_older, too_large.
    """
    definition, sheet = _read(centre, file)
    with centre.store.write() as tx:
        _check_review(centre, definition, sheet, _names(sheet, _county(tx, definition, sheet)))
        held = _standing(tx, definition)
        over = "" if held and not rollback else _over(tx, definition, rollback=rollback)
        fresh = held is None or bool(over)
        if fresh:
            sheet = _enter(centre, tx, definition, sheet, over)
    # the store first: a file that says published is one that the rooms get; after a crash the next call writes it
    sheet = sheet if fresh or held is None else on_disk.sheet_from(json.loads(held))
    on_disk.write(file, sheet)
    return Done(definition, sheet, fresh=fresh)


def _check_review(centre: Centre, definition: Definition, sheet: Sheet, signers: set[str]) -> None:
    reviews = [one for one in _reviews(centre, sheet) if _plain_name(one.name) not in signers]
    if not reviews:
        raise problem("signature_missing", service=definition.title, role=publishing.ROLES["reviewer"])


def _standing(tx: Connection, definition: Definition) -> str | None:
    """The sheet of this very content, where it is published and was not taken back. Raises version_taken."""
    known = packaged().get(definition.id, definition.version)
    if known is not None and known.digest != definition.digest:
        raise problem("version_taken", service=definition.id, version=definition.version)
    published = _of_service(tx, definition.id)
    for one, sheet in reversed(published):
        if one.version == definition.version and one.digest != definition.digest:
            raise problem("version_taken", service=definition.id, version=definition.version)
        if one.digest == definition.digest and not publishing.taken_back(one, [other for other, _ in published]):
            return sheet
    return None


def _over(tx: Connection, definition: Definition, *, rollback: bool) -> str:
    """The newest version that a rollback takes back; "" for a plain publication. Raises version_older."""
    others = [one for one, _ in _of_service(tx, definition.id)]
    newest = [one.version for one in others if not publishing.taken_back(one, others)]
    newest += [one.version for one in [packaged().get(definition.id)] if one is not None]
    newer = [one for one in newest if version_key(one) > version_key(definition.version)]
    if not newer:
        return ""
    if not rollback:
        raise problem("version_older", service=definition.id, newer=max(newer, key=version_key))
    return max(newer, key=version_key)


def _in_force(tx: Connection) -> list[Definition]:
    """The newest publication of every service that the centre has published."""
    rows = tx.execute(select(_publication.c.service_id, _publication.c.digest).order_by(_publication.c.number))
    newest = {row.service_id: row.digest for row in rows}
    return [definitions.find(tx, digest) for digest in newest.values()]


def standing_services(tx: Connection) -> list[Publication]:
    """Every publication that was not taken back, oldest first: older versions stay beside the newer ones."""
    rows = tx.execute(select(_publication).order_by(_publication.c.number))
    found = [Publication(row.digest, row.service_id, row.version, row.at, row.over) for row in rows]
    by_service: dict[str, list[Publication]] = {}
    for one in found:
        by_service.setdefault(one.id, []).append(one)
    return [one for one in found if not publishing.taken_back(one, by_service[one.id])]


def _of_service(tx: Connection, service: str) -> list[tuple[Publication, str]]:
    rows = tx.execute(select(_publication).filter_by(service_id=service).order_by(_publication.c.number))
    return [(Publication(row.digest, row.service_id, row.version, row.at, row.over), row.sheet) for row in rows]


def _enter(centre: Centre, tx: Connection, definition: Definition, sheet: Sheet, over: str) -> Sheet:
    now = _moment(centre, tx, definition)
    signed = publishing.sign(
        sheet,
        "centre",
        centre.identity.sign.private,
        name=centre.settings.name,
        at=now,
        over=over,
        suite=centre.identity.newest.suite,
    )
    check_body(KIND, body := _body(definition, signed))
    if len(canonical(body)) > BODY_BYTES_MAX:
        raise problem("too_large")
    definitions.register(tx, definition, now)
    last = tx.execute(select(func.max(_publication.c.number))).scalar() or 0
    row = {"number": last + 1, "digest": definition.digest, "service_id": definition.id, "version": definition.version}
    row |= {"at": now, "over": over, "sheet": json.dumps(publishing.plain(signed), ensure_ascii=False)}
    tx.execute(insert(_publication).values(row))
    return signed


def _moment(centre: Centre, tx: Connection, definition: Definition) -> str:
    """Now, and always later than the publication before it of this service: a rollback looks at the times."""
    last = max((one.at for one, _ in _of_service(tx, definition.id)), default="")
    now = centre.clock.now()
    if now > last:
        return now
    return (datetime.fromisoformat(last) + timedelta(seconds=1)).isoformat(timespec="seconds")


def _body(definition: Definition, sheet: Sheet) -> dict[str, Any]:
    return {
        "service": {"id": sheet.id, "version": sheet.version, "digest": sheet.digest},
        "source": json.dumps(definition.raw, ensure_ascii=False),  # in the file's own order, which pages follow
        "signatures": [publishing.signature_data(one) for one in sheet.signatures],
    }


def hand_down(centre: Centre, tx: Connection, node_id: str) -> None:
    """Write into a room's log what was published since it was last heard. The caller has locked the room."""
    known = tx.execute(_TOLD, {"node_id": node_id}).scalar() or 0
    rows: Sequence[Any] = tx.execute(_FRESH, {"known": known}).all()
    for row in rows:
        body = _body(definitions.find(tx, row.digest), _in_todays_name(centre, row.sheet))
        log.append(tx, centre.clock, node_id, kind=KIND, application="", body=body, actor="centre")
    if rows:
        upsert(tx, _to, [{"node_id": node_id, "number": rows[-1].number}])


def _in_todays_name(centre: Centre, stored: str) -> Sheet:
    """The sheet with the same word of the centre's, said with today's key: a new room knows no other."""
    sheet = on_disk.sheet_from(json.loads(stored))
    said = max(sheet.of("centre"), key=lambda one: one.at)
    newest = centre.identity.newest
    if said.key == newest.sign.public.hex():
        return sheet
    return publishing.sign(
        sheet, "centre", newest.sign.private, name=said.name, at=said.at, over=said.over, suite=newest.suite
    )
