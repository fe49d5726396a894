"""Tells hooks what waits for them. A row is claimed by a conditional UPDATE; what fails rests longer each time and is a
dead letter in the end. A hook that fails rests as a whole, and the others go on.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, delete, select, update

from sync.centre import posting, tables, webhooks
from sync.centre.centre import Centre
from sync.centre.posting import PostError

ROUND_MAX: Final = 200  # changes that one hook is told in a round
ATTEMPTS_MAX: Final = 15  # two days, with the rests below
REST_MS, REST_MAX_MS = 30_000, 6 * 3_600_000
LEASE_MS: Final = 60_000  # while it is being told; whoever is killed meanwhile leaves it to the next round
KEPT_DAYS: Final = 30
GONE: Final = 410
_hook, _outbox = tables.webhook, tables.outbox
Post = Callable[..., int]


@dataclass(frozen=True, slots=True)
class Told:
    """What one round did."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0


def tell(centre: Centre, post: Post = posting.post) -> Told:
    """One round over all hooks."""
    now = centre.clock.ticks()
    with centre.store.read() as tx:
        hooks = tx.execute(select(_hook).where(_hook.c.active, _hook.c.rests_until <= now)).all()
    done = [_tell_one(centre, hook, post) for hook in hooks]
    _forget(centre)
    return Told(*(sum(getattr(one, name) for one in done) for name in ("delivered", "failed", "dead")))


def _tell_one(centre: Centre, hook: Row[Any], post: Post) -> Told:
    now = centre.clock.ticks()
    waiting = select(_outbox).filter_by(state="waiting", hook=hook.id).where(_outbox.c.due <= now)
    with centre.store.read() as tx:
        rows = tx.execute(waiting.order_by(_outbox.c.due, _outbox.c.at, _outbox.c.id).limit(ROUND_MAX)).all()
    delivered = 0
    for row in rows:
        if not _claim(centre, row):
            continue
        fault, gone = _send(centre, hook, row, post)
        if fault:
            return Told(delivered, 1, int(_note_failure(centre, hook, row, fault, gone=gone)))
        _note_success(centre, hook, row)
        delivered += 1
    return Told(delivered)


def _place(row: Row[Any]) -> dict[str, Any]:
    return {"node_id": row.node_id, "hook": row.hook, "id": row.id}


def _claim(centre: Centre, row: Row[Any]) -> bool:
    """Whether it is ours to tell: two programs may look at the same time."""
    mine = update(_outbox).filter_by(**_place(row), state="waiting", due=row.due)
    with centre.store.write() as tx:
        return bool(tx.execute(mine.values(due=centre.clock.ticks() + LEASE_MS)).rowcount)


def _send(centre: Centre, hook: Row[Any], row: Row[Any], post: Post) -> tuple[str, bool]:
    """(what went wrong, whether the receiver says that it is gone for good); ("", False) where it was told."""
    data = webhooks.body(row)
    seconds = int(datetime.fromisoformat(centre.clock.now()).timestamp())
    signed: Mapping[str, str] = webhooks.headers(centre, hook.id, row.id, seconds, data)
    try:
        status = post(hook.url, data, signed, private=hook.private)
    except PostError as error:
        return str(error), False
    return ("", False) if 200 <= status < 300 else (f"HTTP {status}", status == GONE)  # noqa: PLR2004 - RFC 9110


def _note_success(centre: Centre, hook: Row[Any], row: Row[Any]) -> None:
    now = centre.clock.now()
    with centre.store.write() as tx:
        settled = {"state": "delivered", "settled_at": now, "last_fault": "", "attempts": row.attempts + 1}
        tx.execute(update(_outbox).filter_by(**_place(row)).values(**settled))
        well = {"failures": 0, "last_fault": "", "delivered_at": now, "rests_until": 0}
        tx.execute(update(_hook).filter_by(id=hook.id).values(**well))


def _note_failure(centre: Centre, hook: Row[Any], row: Row[Any], fault: str, *, gone: bool) -> bool:
    """Whether it is a dead letter now. A receiver that is gone is switched off."""
    attempts, failures = row.attempts + 1, hook.failures + 1
    is_dead = attempts >= ATTEMPTS_MAX
    now = centre.clock.ticks()
    values = {"attempts": attempts, "last_fault": fault, "due": now + rest_ms(row.id, attempts)}
    if is_dead:
        values |= {"state": "dead", "settled_at": centre.clock.now()}
    rests = {"failures": failures, "last_fault": fault, "rests_until": now + rest_ms(hook.id, failures)}
    with centre.store.write() as tx:
        tx.execute(update(_outbox).filter_by(**_place(row)).values(**values))
        tx.execute(update(_hook).filter_by(id=hook.id).values(**rests | ({"active": False} if gone else {})))
    return bool(is_dead)


def rest_ms(what: str, times: int) -> int:
    """How long something rests after its so many-th failure in a row: twice as long each time, never all at once."""
    whole = min(REST_MAX_MS, REST_MS << min(times - 1, 20))
    part = hashlib.sha256(f"{what} {times}".encode()).digest()[0]
    return whole * (192 + part // 2) // 256


def _forget(centre: Centre) -> None:
    """What was told a month ago."""
    before = datetime.fromisoformat(centre.clock.now()) - timedelta(days=KEPT_DAYS)
    old = (
        delete(_outbox).filter_by(state="delivered").where(_outbox.c.settled_at < before.isoformat(timespec="seconds"))
    )
    with centre.store.write() as tx:
        tx.execute(old)
