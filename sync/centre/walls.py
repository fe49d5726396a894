"""大屏: a screen on a wall shows the figures of one place with a key of its own, and nobody is logged in at it.

A key opens the figures and nothing else, until its last day or until it is taken back. It follows from the centre's
secret and a serial, so who gave it out can be shown it again, and the store holds its hash alone.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from sqlalchemy import func, insert, select, update

from edge.errors import problem
from forms.figures import Kind
from sync.centre import dashboard, tables
from sync.centre.centre import Centre
from sync.centre.desks import AREA_DIGITS
from sync.centre.identity import derive

DAYS: Final = 365
KEY_BYTES: Final = 10
NAME_MAX: Final = 40
SEEN_MS: Final = 300_000  # its last look is noted every five minutes at most
_TYPED: Final = str.maketrans("018", "OIB")  # what the letters of a key are taken for
_key = tables.wall_key
PERIODS: Final[dict[Kind, str]] = {"day": "当日", "week": "本周", "month": "本月", "quarter": "本季", "year": "本年"}
State = Literal["holds", "ended", "expired"]
STATES: Final[dict[State, str]] = {"holds": "有效", "ended": "已收回", "expired": "已到期"}


@dataclass(frozen=True, slots=True)
class Wall:
    """A key in the list, without its letters. `seen_at`: when its screen last looked, "" for never."""

    number: int
    name: str
    area: str
    place: str
    kind: Kind
    made_at: str
    made_by: str
    expires_on: str
    ended_at: str
    seen_at: str
    state: State


def give(centre: Centre, name: str, area: str, kind: str, *, by: str, days: int = DAYS) -> Wall:
    """Make a key. Raises wall_wrong."""
    chosen: Kind | None = next((one for one in PERIODS if one == kind), None)
    if not 0 < len(name.strip()) <= NAME_MAX:
        raise problem("wall_wrong", detail=f"名称应为 1 至 {NAME_MAX} 个字")
    if len(area) not in AREA_DIGITS or (area and not (area.isascii() and area.isdecimal())):
        raise problem("wall_wrong", detail="地区应为 2、4、6 位区划代码或者 10 位节点编号，全省的不填")
    if chosen is None or not 0 < days <= DAYS:
        raise problem("wall_wrong", detail=f"期间应为日、周、月、季、年，有效期应为 1 至 {DAYS} 天")
    serial, now = secrets.token_hex(16), centre.clock.now()
    ends = (date.fromisoformat(now[:10]) + timedelta(days=days)).isoformat()
    row = {"name": name.strip(), "area": area, "kind": chosen, "made_at": now, "made_by": by, "expires_on": ends}
    row |= {"serial": serial, "key_hash": _hashed(_letters(centre, serial))}
    with centre.store.write() as tx:
        made = 1 + int(tx.execute(select(func.coalesce(func.max(_key.c.number), 0))).scalar_one())
        tx.execute(insert(_key).values(row | {"number": made}))
    return get(centre, made)


def open_(centre: Centre, key: str) -> Wall | None:
    """What a key shows; None for one that is unknown, over or taken back. That its screen looked is noted."""
    hashed = _hashed(key)
    with centre.store.read() as tx:
        row = tx.execute(select(_key).filter_by(key_hash=hashed)).one_or_none()
    if row is None or _state(row, centre.clock.today()) != "holds":
        return None
    now = centre.clock.ticks()
    if not (row.seen_at and 0 <= now - row.seen < SEEN_MS):
        with centre.store.write() as tx:
            tx.execute(update(_key).filter_by(key_hash=hashed).values(seen=now, seen_at=centre.clock.now()))
    return _wall(row, centre.clock.today())


def take_back(centre: Centre, number: int, *, by: str) -> Wall:
    """End a key; its screen goes dark at its next look. Again is harmless. Raises wall_unknown."""
    with centre.store.write() as tx:
        ended = {"ended_at": centre.clock.now(), "ended_by": by}
        tx.execute(update(_key).filter_by(number=number, ended_at="").values(ended))
    return get(centre, number)


def get(centre: Centre, number: int) -> Wall:
    """Raises wall_unknown."""
    found = next((one for one in every(centre) if one.number == number), None)
    if found is None:
        raise problem("wall_unknown", number=number)
    return found


def every(centre: Centre) -> list[Wall]:
    """Every key there ever was, the newest first."""
    with centre.store.read() as tx:
        rows = tx.execute(select(_key).order_by(_key.c.number.desc())).all()
    return [_wall(row, centre.clock.today()) for row in rows]


def letters(centre: Centre, number: int) -> str:
    """The key itself, for who gives it out: 16 letters and digits; "" for one that does not hold."""
    with centre.store.read() as tx:
        row = tx.execute(select(_key).filter_by(number=number)).one_or_none()
    holds = row is not None and _state(row, centre.clock.today()) == "holds"
    return _letters(centre, row.serial) if row is not None and holds else ""


def _letters(centre: Centre, serial: str) -> str:
    made = hmac.digest(derive(centre.secret, b"yizhan-wall-keys-1"), serial.encode(), "sha256")
    return base64.b32encode(made[:KEY_BYTES]).decode()


def _hashed(key: str) -> str:
    """What is kept of a key; however somebody typed it."""
    typed = "".join(one for one in key if one.isascii() and one.isalnum())
    return hashlib.sha256(typed.upper().translate(_TYPED).encode()).hexdigest()


def _state(row: Any, today: str) -> State:
    if row.ended_at:
        return "ended"
    return "expired" if row.expires_on < today else "holds"


def _wall(row: Any, today: str) -> Wall:
    place = dashboard.board_name(row.area) or "全部"
    return Wall(
        row.number,
        row.name,
        row.area,
        place,
        row.kind,
        row.made_at,
        row.made_by,
        row.expires_on,
        row.ended_at,
        row.seen_at,
        _state(row, today),
    )
