"""Packs at the centre: drafts for those who sign, what was signed, and its way into each room's log.

A draft leaves the centre unsigned, is signed by the holders of its role wherever they keep their keys, and comes
back; nothing is taken whose signatures are not enough. Which rooms get a pack is said by its roll-out
(sync.centre.spreading), and how it comes to them is sync.centre.pack_telling.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from edge import packs, publishing
from edge.errors import problem
from edge.packs import documents
from edge.packs.documents import DAYS, LOCAL_FILE, PROVINCE_FILE, Document, PackError
from forms.events import BODY_BYTES_MAX
from sync.centre import codebooks, pack_keys, reviewers, tables
from sync.centre.centre import Centre
from sync.centre.pack_telling import ends, find, later, named, newest_root
from sync.centre.publishing import standing_services
from sync.centre.store import add_missing
from sync.coding import library
from sync.coding.codebook import CodebookError

_text, _root, _pack, _county = tables.pack_text, tables.pack_root, tables.pack, tables.pack_county


def draft_root(
    centre: Centre, root: Sequence[str], content: Sequence[str], thresholds: tuple[int, int], *, anew: bool = False
) -> Document:
    """The next root, for the holders of its keys (and of those before) to sign. Public keys, hex.

    `anew`: with other keys for what the centre signs by itself. Raises pack_wrong.
    """
    online = pack_keys.made(centre, anew=anew).public
    with centre.store.read() as tx:
        before = newest_root(tx)
    roles: dict[str, Any] = {
        "root": {"keys": list(root), "threshold": thresholds[0]},
        "content": {"keys": list(content), "threshold": thresholds[1]},
    } | {role: {"keys": [key], "threshold": 1} for role, key in online.items()}
    version = before.version + 1 if before else 1
    said = {"type": "root", "version": version, "expires": ends(centre, "root"), "roles": roles}
    return _sound(documents.draft(said), "root")


def _sound(one: Document, kind: str) -> Document:
    try:
        return documents.read(one.text, kind)
    except PackError as error:
        raise problem("pack_wrong", detail=str(error)) from error


def install_root(centre: Centre, text: str) -> Document:
    """Take a root that enough keys have signed: of the root before it, and its own. Again is harmless.

    Raises pack_wrong.
    """
    with centre.store.write() as tx:
        before = newest_root(tx)
        try:
            found = documents.read(text, "root")
            after = packs.follow(packs.Known(before), [text]).root
        except PackError as error:
            raise problem("pack_wrong", detail=str(error)) from error
        if after is before and before is not None:
            if found.version < before.version:
                raise problem("pack_wrong", detail=f"已有第 {before.version} 版根文件")
            return before
        add_missing(tx, _root, [{"version": found.version, "text": text, "at": centre.clock.now()}])
    return found


def read_folder(folder: Path, area: str = "") -> dict[str, str]:
    """The files of a folder for a pack: path -> text. Raises pack_wrong for one that no pack may carry."""
    allowed, found = LOCAL_FILE if area else PROVINCE_FILE, {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and not one.name.startswith(".")):
        name = path.relative_to(folder).as_posix()
        name = name.removesuffix(library.SUFFIX) + library.PACKED_SUFFIX if path.suffix == library.SUFFIX else name
        if not allowed.fullmatch(name):
            raise problem("pack_wrong", detail=f"{name} 不能放进{'县的' if area else ''}数据包")
        try:
            text = library.packed(path.read_bytes()) if path.suffix == library.SUFFIX else path.read_text("utf-8")
        except (OSError, UnicodeDecodeError, CodebookError) as error:
            raise problem("pack_wrong", detail=f"{name} 读不出来") from error
        if not text or len(text.encode()) > BODY_BYTES_MAX // 2:
            raise problem("pack_wrong", detail=f"{name} 是空的或过大")
        found[f"{area}/{name}" if area else name] = text
    return found


def draft_county(folder: Path, area: str, version: int, now: str) -> Document:
    """A county's own document over its own files; made where the county is. Raises pack_wrong, area_wrong."""
    publishing.check_area(area)
    files = {name: documents.sha256_of(text) for name, text in read_folder(folder, area).items()}
    said = {"type": "county", "area": area, "version": version, "expires": later(now, DAYS["county"]), "files": files}
    return _sound(documents.draft(said), "county")


def review_county(centre: Centre, text: str, folder: Path, by: tuple[str, str]) -> Document:
    """先审后用: somebody with an account, who is none of the signers, has read a county's files and answers for them.

    `by`: account and password. Raises pack_wrong, county_key_unknown, reviewer_is_signer, wrong_password.
    """
    try:
        one = documents.read(text, "county")
        packs.must_stay_inside(one)
    except PackError as error:
        raise problem("pack_wrong", detail=str(error)) from error
    area = str(one.signed["area"])
    found = _texts(one, read_folder(folder, area))
    with centre.store.read() as tx:
        keys = _delegated(tx).get(area)
        names = {row.name for row in tx.execute(select(tables.county_key).filter_by(area=area))}
    if keys is None or len(documents.signers(one, documents.Keys(tuple(keys["keys"]), 1))) < 1:
        raise problem("county_key_unknown", service=f"{area} 的数据包")
    reviewer = reviewers.log_in(centre, *by, second_proof=False)
    if reviewer.of_three:
        raise problem("posts_exclusive")
    if {reviewer.name, reviewer.display_name} & names:
        raise problem("reviewer_is_signer")
    with centre.store.write() as tx:
        _must_be_newer(tx, one, area)
        add_missing(tx, _text, _rows([text, *found.values()]))
        row = {"area": area, "version": one.version, "sha256": one.sha256, "by": reviewer.name}
        add_missing(tx, _county, [row | {"at": centre.clock.now()}])
    return one


def _texts(one: Document, files: Mapping[str, str]) -> dict[str, str]:
    """The files that a document names, out of a folder. Raises pack_wrong where they are not these."""
    if {name: documents.sha256_of(text) for name, text in files.items()} != one.signed["files"]:
        raise problem("pack_wrong", detail="文件夹里的文件和签名时的不一样")
    return dict(files)


def _rows(texts: Sequence[str]) -> list[dict[str, Any]]:
    return [{"sha256": documents.sha256_of(text), "text": text} for text in dict.fromkeys(texts)]


def _must_be_newer(tx: Connection, one: Document, area: str) -> None:
    row = tx.execute(select(_county).filter_by(area=area).order_by(_county.c.version.desc()).limit(1)).one_or_none()
    if row is not None and (one.version < row.version or (one.version == row.version and one.sha256 != row.sha256)):
        raise problem("pack_wrong", detail=f"{area} 已有第 {row.version} 版，请给更大的版本号")


def _delegated(tx: Connection) -> dict[str, dict[str, Any]]:
    """The counties' keys as the centre holds them; each signs for its own area."""
    found: dict[str, list[str]] = {}
    table = tables.county_key
    for row in tx.execute(select(table).filter_by(active=True).order_by(table.c.area, table.c.key)):
        if documents.AREA.fullmatch(row.area):
            found.setdefault(row.area, []).append(row.key)
    return {area: {"keys": keys, "threshold": 1} for area, keys in found.items()}


def draft_content(centre: Centre, folder: Path) -> Document:
    """What the province would send next, for the holders of the content's keys to sign: the files of a folder, every
    service that stands, and the counties with their keys. Raises pack_wrong, pack_not_begun.
    """
    files = read_folder(folder)
    with centre.store.write() as tx:
        if newest_root(tx) is None:
            raise problem("pack_not_begun")
        add_missing(tx, _text, _rows(list(files.values())))
        version = 1 + (tx.execute(select(func.max(_pack.c.content_version))).scalar() or 0)
        said = {
            "type": "content",
            "version": version,
            "expires": ends(centre, "content"),
            "files": {name: documents.sha256_of(text) for name, text in files.items()},
            "services": {one.digest: f"{one.id} {one.version}" for one in standing_services(tx)},
            "counties": _delegated(tx),
        }
    return _sound(documents.draft(said), "content")


@dataclass(frozen=True, slots=True)
class Made:
    """A pack that was published. `fresh`: by this call."""

    number: int
    content: Document
    fresh: bool


def publish(centre: Centre, text: str, *, by: str, note: str = "") -> Made:
    """Take a signed content, put today's documents of the counties beside it, and make it the next pack.

    It reaches nobody before its roll-out names rooms. The same again is harmless. Raises pack_wrong, pack_not_begun.
    """
    online = pack_keys.held(centre)
    with centre.store.write() as tx:
        root = newest_root(tx)
        if root is None:
            raise problem("pack_not_begun")
        content = _signed_content(tx, root, text)
        last = tx.execute(select(_pack).order_by(_pack.c.number.desc()).limit(1)).one_or_none()
        counties = _reviewed(tx, content)
        if last is not None and _same(tx, last, root, content, counties):
            return Made(last.number, content, fresh=False)
        number = (last.number if last else 0) + 1
        snapshot = _snapshot(centre, number, content, counties, online)
        _must_hold(centre, root, snapshot)
        add_missing(tx, _text, _rows([text, snapshot.text]))
        row = {"number": number, "snapshot": snapshot.sha256, "content": content.sha256, "by": by, "note": note}
        tx.execute(insert(_pack).values(row | {"content_version": content.version, "at": centre.clock.now()}))
    codebooks.settle(centre)
    return Made(number, content, fresh=True)


def _signed_content(tx: Connection, root: Document, text: str) -> Document:
    try:
        content = documents.read(text, "content")
        documents.must_be_signed(content, root.role("content"), documents.TITLES["content"])
    except PackError as error:
        raise problem("pack_wrong", detail=str(error)) from error
    last = tx.execute(select(_pack).order_by(_pack.c.content_version.desc()).limit(1)).one_or_none()
    if last is not None and (
        content.version < last.content_version
        or (content.version == last.content_version and content.sha256 != last.content)
    ):
        raise problem("pack_wrong", detail=f"已发布到第 {last.content_version} 版，请重新起草")
    lacking = [name for name, sha256 in content.signed["files"].items() if find(tx, sha256) is None]
    if lacking:
        raise problem("pack_wrong", detail=f"{lacking[0]} 不在中心，请重新起草")
    return content


def _reviewed(tx: Connection, content: Document) -> dict[str, Document]:
    """The newest reviewed document of each county that the content names, signed with keys that it names."""
    found = {}
    for area, keys in content.counties().items():
        rows = tx.execute(select(_county.c.sha256).filter_by(area=area).order_by(_county.c.version.desc()).limit(1))
        text = find(tx, rows.scalar() or "")
        if text is not None and documents.signers(one := documents.read(text, "county"), keys):
            found[area] = one
    return found


def _same(tx: Connection, last: Any, root: Document, content: Document, counties: Mapping[str, Document]) -> bool:
    """Whether the last pack says this already, signed with a key that still counts."""
    held = documents.read(find(tx, last.snapshot) or "", "snapshot")
    listed = {area: named(one) for area, one in counties.items()}
    same = held.signed["content"] == named(content) and held.signed["counties"] == listed
    return same and bool(documents.signers(held, root.role("snapshot")))


def _snapshot(
    centre: Centre, number: int, content: Document, counties: Mapping[str, Document], online: pack_keys.Online
) -> Document:
    said = {
        "type": "snapshot",
        "version": number,
        "expires": ends(centre, "snapshot"),
        "content": named(content),
        "counties": {area: named(one) for area, one in counties.items()},
    }
    return documents.sign(documents.draft(said), online.snapshot)


def _must_hold(centre: Centre, root: Document, snapshot: Document) -> None:
    """Refuse here what every room would refuse. Raises pack_wrong."""
    try:
        documents.must_be_signed(snapshot, root.role("snapshot"), documents.TITLES["snapshot"])
    except PackError as error:
        raise problem("pack_wrong", detail=str(error)) from error
    if centre.clock.now() > root.expires:
        raise problem("pack_wrong", detail="根文件已经过期，请先换根")
