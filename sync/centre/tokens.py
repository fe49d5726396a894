"""Tokens of other programs: each acts as an account, may do what its scopes say, ends on its day or when it is revoked.

Only the hash is kept; the first twelve digits of the hash are the token's public name. A key of an earlier version has
every scope.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from edge import accounts
from edge.errors import problem
from sync.centre import reviewers, tables
from sync.centre.centre import Centre
from sync.centre.reviewers import Reviewer
from sync.centre.store import upsert

SCOPES: Final[dict[str, str]] = {
    "states": "查看办件状态，不含姓名和号码",
    "applications": "查看办件",
    "materials": "下载办件的材料",
    "decisions": "办理：受理、补正、出具意见、停表、转办、办结",
    "figures": "查看指标",
}
ID_DIGITS: Final = 12
DAYS_MAX: Final = 3650
NAME_MAX: Final = 100
NOTED_MS: Final = 60_000  # its last use is noted once a minute at most, so that asking costs no fsync
_key, _token = tables.api_key, tables.api_token


@dataclass(frozen=True, slots=True)
class Token:
    """A token that holds: whom it acts as, and what it may do."""

    id: str
    reviewer: Reviewer
    scopes: frozenset[str]

    def must_have(self, scope: str) -> None:
        """Raises scope_missing."""
        if scope not in self.scopes:
            raise problem("scope_missing", scope=SCOPES[scope])


@dataclass(frozen=True, slots=True)
class Line:
    """A token in the list. `state`: holds, revoked, expired."""

    id: str
    name: str
    account: str
    scopes: tuple[str, ...]
    created_at: str
    expires_on: str
    last_used_at: str
    revoked_at: str
    state: str


def make(centre: Centre, account: str, name: str, scopes: list[str], *, days: int = 0) -> tuple[str, str]:
    """(id, token) of a new one; the token is shown this once. `days`: 0 for no end.

    Raises token_wrong, not_found for an account that isn't there.
    """
    wrong = [one for one in scopes if one not in SCOPES]
    if wrong or not scopes:
        raise problem("token_wrong", what="权限", value="、".join(wrong) or "没有写")
    if not 0 <= days <= DAYS_MAX:
        raise problem("token_wrong", what="有效天数", value=days)
    if not 0 < len(name.strip()) <= NAME_MAX:
        raise problem("token_wrong", what="名称", value=name[:NAME_MAX])
    key = reviewers.add_key(centre, account, name.strip())
    end = (date.fromisoformat(centre.clock.today()) + timedelta(days=days)).isoformat() if days else ""
    hashed = accounts.token_hash(key)
    row = {"key_hash": hashed, "scopes": " ".join(dict.fromkeys(scopes)), "expires_on": end}
    with centre.store.write() as tx:
        upsert(tx, _token, [row])
    return hashed[:ID_DIGITS], key


def of(centre: Centre, key: str) -> Token | None:
    """The token with these letters; None for one that is unknown, revoked, expired, or of a disabled account."""
    reviewer = reviewers.of_key(centre, key)
    if reviewer is None:
        return None
    hashed = accounts.token_hash(key)
    with centre.store.read() as tx:
        row = tx.execute(select(_token).filter_by(key_hash=hashed)).one_or_none()
    if row is not None and _state(row, centre.clock.today()) != "holds":
        return None
    _note_use(centre, hashed, row)
    return Token(hashed[:ID_DIGITS], reviewer, frozenset(_scopes(row)))


def _note_use(centre: Centre, hashed: str, row: Row[Any] | None) -> None:
    now = centre.clock.ticks()
    if row is not None and row.last_used_at and 0 <= now - row.last_used < NOTED_MS:
        return
    used = {"key_hash": hashed, "last_used": now, "last_used_at": centre.clock.now()}
    with centre.store.write() as tx:
        upsert(tx, _token, [used | ({} if row is not None else {"scopes": " ".join(SCOPES)})])


def revoke(centre: Centre, id_: str, *, by: str) -> Line:
    """End a token; again is harmless. Raises token_unknown."""
    with centre.store.write() as tx:
        row = _found(tx, id_)
        before = tx.execute(select(_token).filter_by(key_hash=row.key_hash)).one_or_none()
        if before is None:
            upsert(tx, _token, [{"key_hash": row.key_hash, "scopes": " ".join(SCOPES)}])
        if before is None or not before.revoked_at:
            ended = {"revoked_at": centre.clock.now(), "revoked_by": by}
            tx.execute(update(_token).filter_by(key_hash=row.key_hash).values(**ended))
    return next(one for one in lines(centre) if one.id == id_)


def _found(tx: Connection, id_: str) -> Row[Any]:
    whole = len(id_) == ID_DIGITS and id_.isascii() and id_.isalnum()
    begins = _key.c.key_hash.startswith(id_) if whole else None
    row = tx.execute(select(_key).where(begins)).first() if begins is not None else None
    if row is None:
        raise problem("token_unknown", id=id_)
    return row


def lines(centre: Centre) -> list[Line]:
    """Every token there ever was, the oldest first; never its letters."""
    today = centre.clock.today()
    with centre.store.read() as tx:
        keys = tx.execute(select(_key).order_by(_key.c.created_at, _key.c.key_hash)).all()
        known = {row.key_hash: row for row in tx.execute(select(_token))}
    return [_line(row, known.get(row.key_hash), today) for row in keys]


def _line(key: Row[Any], row: Row[Any] | None, today: str) -> Line:
    said = {
        name: getattr(row, name) if row is not None else "" for name in ("expires_on", "last_used_at", "revoked_at")
    }
    state = _state(row, today) if row is not None else "holds"
    return Line(key.key_hash[:ID_DIGITS], key.name, key.account, _scopes(row), key.created_at, state=state, **said)


def _scopes(row: Row[Any] | None) -> tuple[str, ...]:
    return tuple(one for one in row.scopes.split() if one in SCOPES) if row is not None else tuple(SCOPES)


def _state(row: Row[Any], today: str) -> str:
    if row.revoked_at:
        return "revoked"
    return "expired" if row.expires_on and row.expires_on < today else "holds"


def as_json(line: Line) -> dict[str, Any]:
    """A line as commands and pages give it out; the key itself is in none."""
    return asdict(line) | {"scopes": list(line.scopes)}
