"""Who is told of changes: hooks of other programs, what they are told, and how they know that it was us.

Signatures are those of Standard Webhooks (headers webhook-id, webhook-timestamp, webhook-signature: HMAC-SHA256 over
id.timestamp.body). The body names no person: whoever wants more asks the interface with a token of his own. Each change
is told at least once under the same id; a receiver that keeps ids, and refuses what is older than five minutes, can't
be fooled by a repeat.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from edge.errors import problem
from forms.kinds import KINDS
from sync.centre import posting, tables
from sync.centre.centre import Centre
from sync.centre.exporting import AREA
from sync.centre.posting import PostError

NAME_MAX: Final = 100
DEAD_SHOWN: Final = 200
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - how the standard begins a secret
_hook, _outbox = tables.webhook, tables.outbox


@dataclass(frozen=True, slots=True)
class Hook:
    """One receiver. `waiting`, `dead`: so many changes it hasn't been told, and will not be by itself."""

    id: str
    name: str
    url: str
    area: str
    private: bool
    active: bool
    created_at: str
    failures: int
    last_fault: str
    delivered_at: str
    waiting: int
    dead: int


def add(centre: Centre, name: str, url: str, *, actor: str, area: str = "", private: bool = False) -> tuple[str, str]:
    """(id, secret) of a new hook; it is told of what happens from now on. Raises hook_wrong."""
    if not 0 < len(name.strip()) <= NAME_MAX:
        raise problem("hook_wrong", detail="名称不能为空，最多 100 个字")
    if not AREA.fullmatch(area):
        raise problem("hook_wrong", detail="地区应为 2、4、6 位区划代码，或者 10 位节点编号")
    try:
        posting.check_url(url, private=private)
    except PostError as error:
        raise problem("hook_wrong", detail=str(error)) from error
    row = {
        "id": secrets.token_hex(8),
        "name": name.strip(),
        "url": url,
        "area": area,
        "private": private,
        "active": True,
        "created_at": centre.clock.now(),
        "created_by": actor,
    }
    with centre.store.write() as tx:
        tx.execute(insert(_hook).values(row))
    return str(row["id"]), secret(centre, str(row["id"]))


def remove(centre: Centre, id_: str) -> None:
    """Tell it nothing more; what waits for it goes too. Raises hook_unknown."""
    with centre.store.write() as tx:
        _find(tx, id_)
        tx.execute(delete(_outbox).filter_by(hook=id_))
        tx.execute(delete(_hook).filter_by(id=id_))


def switch(centre: Centre, id_: str, *, on: bool) -> None:
    """Off: nothing is noted for it until it is on again. Raises hook_unknown."""
    with centre.store.write() as tx:
        _find(tx, id_)
        tx.execute(update(_hook).filter_by(id=id_).values(active=on, rests_until=0, failures=0, last_fault=""))


def retry(centre: Centre, id_: str) -> int:
    """Tell the dead letters of a hook once more, from the beginning; how many. Raises hook_unknown."""
    with centre.store.write() as tx:
        _find(tx, id_)
        again = {"state": "waiting", "attempts": 0, "due": 0, "settled_at": ""}
        done = tx.execute(update(_outbox).filter_by(hook=id_, state="dead").values(**again))
        tx.execute(update(_hook).filter_by(id=id_).values(rests_until=0, failures=0))
    return int(done.rowcount)


def _find(tx: Connection, id_: str) -> Row[Any]:
    row = tx.execute(select(_hook).filter_by(id=id_)).one_or_none()
    if row is None:
        raise problem("hook_unknown", id=id_[:40])
    return row


def hooks(tx: Connection) -> list[Hook]:
    """All of them, the oldest first."""
    counted = select(_outbox.c.hook, _outbox.c.state, func.count().label("found")).group_by(
        _outbox.c.hook, _outbox.c.state
    )
    counts = {(row.hook, row.state): int(row.found) for row in tx.execute(counted)}
    rows = tx.execute(select(_hook).order_by(_hook.c.created_at, _hook.c.id)).all()
    names = [name for name in Hook.__dataclass_fields__ if name not in {"waiting", "dead"}]
    return [
        Hook(
            **{name: getattr(row, name) for name in names},
            waiting=counts.get((row.id, "waiting"), 0),
            dead=counts.get((row.id, "dead"), 0),
        )
        for row in rows
    ]


def dead(tx: Connection) -> list[Row[Any]]:
    """Changes that no further attempt is made to tell, the latest first: hook, id, number, kind, at, last_fault."""
    found = select(_outbox).filter_by(state="dead").order_by(_outbox.c.settled_at.desc(), _outbox.c.id)
    return list(tx.execute(found.limit(DEAD_SHOWN)).all())


def secret(centre: Centre, id_: str) -> str:
    """What a hook's signatures are made with; it follows from the centre's own secret and is kept nowhere."""
    return SECRET_PREFIX + base64.b64encode(_key(centre, id_)).decode()


def secret_of(tx: Connection, centre: Centre, id_: str) -> str:
    """Raises hook_unknown."""
    _find(tx, id_)
    return secret(centre, id_)


def _key(centre: Centre, id_: str) -> bytes:
    return hmac.digest(centre.secret, b"yizhan-webhook-1 " + id_.encode(), "sha256")


def body(row: Row[Any]) -> bytes:
    """What a hook is told of a change: the same bytes each time, and nobody's name, number or words."""
    said = {
        "id": row.id,
        "type": row.kind,
        "title": KINDS[row.kind].title if row.kind in KINDS else "",
        "at": row.at,
        "application": row.number,
        "node": row.node_id,
        "result": row.result,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def headers(centre: Centre, hook: str, id_: str, seconds: int, data: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks. `seconds`: of the Unix clock, now."""
    signed = f"{id_}.{seconds}.".encode() + data
    signature = base64.b64encode(hmac.new(_key(centre, hook), signed, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "yizhan-centre",
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }
