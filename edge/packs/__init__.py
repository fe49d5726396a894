"""Signed packs: what a province and its counties send to their rooms, and who may sign which part of it.

Four roles, as in The Update Framework, each with keys and a threshold of its own. The **root** says whose keys the
roles are and is followed from version to version; the **content** names files, services and the counties' keys; the
**snapshot** says which documents belong together; the **timestamp** says which snapshot is today's, for a short time. A
**county** signs for its own folder alone. Everything is found by its SHA-256, and every version only grows.

Node and centre share these rules; they ask no clock and no store.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from edge.packs.documents import (
    LOCAL_FILE,
    PROVINCE_FILE,
    ROLES,
    TITLES,
    Document,
    Keys,
    PackError,
    is_time,
    must_be_signed,
    read,
)
from forms.events import canonical

ROOTS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Known:
    """What a room goes by: its newest root, and the newest version of each document that it took. Versions only grow.

    `snapshot_sha256`, `content_sha256`, `counties`: under one version there is one document, for ever.
    """

    root: Document | None = None
    timestamp: tuple[int, str] = (0, "")
    snapshot: tuple[int, str] = (0, "")
    content: tuple[int, str] = (0, "")
    counties: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """A pack that was believed. `files`: path in the room's folder -> SHA-256; `services`: digest -> name; `apart`:
    counties whose document was not, and why; what they sent before stays.
    """

    known: Known
    expires: str
    files: Mapping[str, str]
    services: Mapping[str, str]
    apart: Mapping[str, PackError] = field(default_factory=dict)


Find = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pack is judged: by which room, at which centre-signed time, with which texts (by their SHA-256)."""

    node_id: str
    now: str
    find: Find


def follow(known: Known, roots: Collection[str]) -> Known:
    """Go from our root to the newest offered one, each signed by enough keys of the one before and of its own.

    Where the keys of a role were replaced, its versions begin anew: who had them may have counted them up to the sky.
    Raises PackError (unread, unsigned, rollback, mixed).
    """
    for one in sorted((read(text, "root") for text in list(roots)[:ROOTS_MAX]), key=lambda one: one.version):
        before = known.root
        if before is not None and one.version <= before.version:
            if one.version == before.version and canonical(one.signed) != canonical(before.signed):
                raise PackError("rollback", TITLES["root"])
            continue
        if before is not None and one.version != before.version + 1:
            raise PackError("mixed", TITLES["root"])
        for keys in (before.role("root"),) if before is not None else ():
            must_be_signed(one, keys, TITLES["root"])
        must_be_signed(one, one.role("root"), TITLES["root"])
        known = replace(_recovered(known, before, one), root=one)
    return known


def _recovered(known: Known, before: Document | None, after: Document) -> Known:
    if before is None:
        return known
    anew = {name for name in ROLES[1:] if set(before.role(name).keys) != set(after.role(name).keys)}
    if "content" in anew:  # which one it was is still known: the counties' keys stand in it
        known = replace(known, content=(0, known.content[1]))
    if anew & {"snapshot", "content"}:  # a snapshot names versions of the content
        known = replace(known, snapshot=(0, ""))
    return replace(known, timestamp=(0, "")) if anew else known


def take(known: Known, timestamp: str, at: Place) -> Taken:
    """Judge a pack by the root that is known. Raises PackError; nothing of the pack may be used then."""
    root, now = known.root, at.now
    if root is None:
        raise PackError("unsigned", TITLES["root"])
    if not is_time(now) or now > root.expires:
        raise PackError("expired", TITLES["root"])
    said = read(timestamp, "timestamp")
    _check(said, root.role("timestamp"), known.timestamp, now, "timestamp")
    snapshot = _named(said.signed["snapshot"], "snapshot", at.find)
    _check(snapshot, root.role("snapshot"), known.snapshot, now, "snapshot")
    content = _named(snapshot.signed["content"], "content", at.find)
    _check(content, root.role("content"), known.content, now, "content")
    counties, apart = _counties(known, snapshot, content, at)
    files = dict(_province_files(content))
    for area in sorted(counties):  # a county's own word goes before the city's, and both before the province's
        files |= dict(_county_files(counties[area]))
    for name, sha256 in files.items():
        if at.find(sha256) is None:
            raise PackError("lacking", name)
    heard = {area: (one.version, one.sha256) for area, one in counties.items()}
    newer = Known(
        root,
        (said.version, said.sha256),
        (snapshot.version, snapshot.sha256),
        (content.version, content.sha256),
        {**_still(known, content, at), **heard},
    )
    return Taken(newer, said.expires, files, content.signed["services"], apart)


def _check(one: Document, keys: Keys, held: tuple[int, str], now: str, kind: str) -> None:
    must_be_signed(one, keys, TITLES[kind])
    if one.version < held[0] or (one.version == held[0] and one.sha256 != held[1]):
        raise PackError("rollback", TITLES[kind])
    if now > one.expires:
        raise PackError("expired", TITLES[kind])


def _named(said: Mapping[str, Any], kind: str, find: Find) -> Document:
    text = find(said["sha256"])
    if text is None:
        raise PackError("lacking", TITLES[kind])
    one = read(text, kind)
    if one.version != said["version"] or one.sha256 != said["sha256"]:
        raise PackError("mixed", TITLES[kind])
    return one


def concern(area: str, node_id: str) -> bool:
    """Whether an area's files are for this room."""
    return node_id.startswith(area)


def _counties(
    known: Known, snapshot: Document, content: Document, at: Place
) -> tuple[dict[str, Document], dict[str, PackError]]:
    """The counties' documents that are for this room. One that can't be believed leaves its own folder as it was, and
    holds up nothing else. Raises PackError (lacking, rollback).
    """
    said: Mapping[str, Any] = snapshot.signed["counties"]
    held, keys = _still(known, content, at), content.counties()
    if any(area not in said for area in held if concern(area, at.node_id)):
        raise PackError("rollback", TITLES["snapshot"])
    found, apart = {}, {}
    for area, named in said.items():
        if not concern(area, at.node_id):
            continue
        before = held.get(area, (0, ""))
        try:
            one = _named(named, "county", at.find)
            _check_county(one, area, keys)
            _check(one, keys[area], before, at.now, "county")
            found[area] = one
        except PackError as error:
            if error.code == "lacking":
                raise
            apart[area] = error
            text = at.find(before[1])
            if text is not None:
                found[area] = read(text, "county")
    return found, apart


def _still(known: Known, content: Document, at: Place) -> dict[str, tuple[int, str]]:
    """What was taken of the counties whose keys are the same as then: with new keys their versions begin anew."""
    text = at.find(known.content[1])
    before = read(text, "content").counties() if text is not None else {}
    now = content.counties()
    return {area: one for area, one in known.counties.items() if area in now and before.get(area) == now[area]}


def _check_county(one: Document, area: str, keys: Mapping[str, Keys]) -> None:
    if area not in keys or one.signed["area"] != area:
        raise PackError("outside", f"{TITLES['county']} {area}")
    must_stay_inside(one)


def must_stay_inside(one: Document) -> None:
    """Raises PackError (outside) for a county's document that names anything but what lies in its own folder."""
    folder = f"{one.signed['area']}/"
    for path in one.signed["files"]:
        if not (path.startswith(folder) and LOCAL_FILE.fullmatch(path.removeprefix(folder))):
            raise PackError("outside", path)


def _county_files(one: Document) -> Iterator[tuple[str, str]]:
    for path, sha256 in one.signed["files"].items():
        yield path.partition("/")[2], sha256


def _province_files(one: Document) -> Iterator[tuple[str, str]]:
    for path, sha256 in one.signed["files"].items():
        if not PROVINCE_FILE.fullmatch(path):
            raise PackError("outside", path)
        yield path, sha256


def texts_of(timestamp_snapshot: str, find: Find, node_id: str) -> list[str]:
    """The SHA-256 of everything that a room needs of a pack: documents first, then files, each once."""
    snapshot = _named_by(timestamp_snapshot, "snapshot", find)
    content = _named_by(snapshot.signed["content"]["sha256"], "content", find)
    mine = [one["sha256"] for area, one in snapshot.signed["counties"].items() if concern(area, node_id)]
    files = [*content.signed["files"].values()]
    for sha256 in mine:
        files += _named_by(sha256, "county", find).signed["files"].values()
    return list(dict.fromkeys([snapshot.sha256, content.sha256, *mine, *files]))


def _named_by(sha256: str, kind: str, find: Find) -> Document:
    text = find(sha256)
    if text is None:
        raise PackError("lacking", TITLES[kind])
    return read(text, kind)
