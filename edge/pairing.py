"""Which kiosks on machines of their own may use this room: paired once with a code that is told by word of mouth.

They stand in one file of the node's folder, readable while the database is locked and changed by program and commands
alike, by the clock of the machine: a command does not know what the centre says of the time. The file holds no secret
that opens anything: of a kiosk's token, and of the code, only their SHA-256.
A backup does not have it: a kiosk is paired anew with a laptop that takes another one's place.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from edge import durable, file_locks
from edge.errors import problem
from edge.os_words import why

FILE: Final = "kiosks.json"
CODE_DIGITS: Final = 8
CODE_MINUTES: Final = 10
TRIES: Final = 5
KIOSKS_MAX: Final = 8
NAME_MAX: Final = 40

logger = logging.getLogger(__name__)


class Kiosk(NamedTuple):
    """A paired one. `token`, `code`, `visitor`: SHA-256 of its token, its code, and the session that gave the code."""

    id: int
    name: str
    at: str
    token: str
    code: str
    visitor: str


class Offer(NamedTuple):
    """A code that waits for its kiosk; `tries` are left."""

    name: str
    at: str
    code: str
    tries: int = TRIES

    def stands(self, now: str) -> bool:
        """A clock that was set back ends it as well."""
        return self.tries > 0 and _within(self.at, now)


class Held(NamedTuple):
    """What the file says. `last`: the highest number that a kiosk ever had."""

    kiosks: tuple[Kiosk, ...] = ()
    offer: Offer | None = None
    last: int = 0


class Pairings:
    """Of one folder. Several programs may have one at the same time; the file is what counts."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE
        self._lock = threading.Lock()
        self._seen: tuple[tuple[int, int], Held] | None = None

    def offer(self, name: str, now: str) -> str:
        """A new code of CODE_DIGITS digits, once for one kiosk within CODE_MINUTES; an earlier one ends.

        Raises kiosk_name_wrong, kiosk_too_many, kiosk_file.
        """
        said = " ".join(name.split())
        if not 0 < len(said) <= NAME_MAX or not said.isprintable():
            raise problem("kiosk_name_wrong")
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        with self._changing() as (held, keep):
            if len(held.kiosks) >= KIOSKS_MAX:
                raise problem("kiosk_too_many", count=KIOSKS_MAX)
            keep(held._replace(offer=Offer(said, now, _sha(code))))
        return code

    def redeem(self, code: str, visitor: str, now: str) -> str:
        """The token of a kiosk that gave the code; `visitor`: the session in which it did.

        The same code in the same session, as after a double touch, is the same kiosk with a new token. Raises
        kiosk_code_wrong, which also counts, and kiosk_file.
        """
        token = secrets.token_urlsafe(32)
        given, by = _sha(code), _sha(visitor)
        with self._changing() as (held, keep):
            again = next((one for one in held.kiosks if one.visitor == by and _same(one.code, given)), None)
            if again is not None and _within(again.at, now):
                others = tuple(one for one in held.kiosks if one is not again)
                keep(held._replace(kiosks=(*others, again._replace(token=_sha(token)))))
                return token
            if held.offer is not None and held.offer.stands(now) and _same(held.offer.code, given):
                keep(_joined(held, held.offer, _sha(token), by, now))
                return token
            missed = _missed(held, now)
            if missed != held:
                keep(missed)
        raise problem("kiosk_code_wrong")

    def known(self, token: str) -> Kiosk | None:
        """The kiosk that has this token; None for a stranger and for one whose pairing was ended."""
        digest = _sha(token)
        return next((one for one in self._read().kiosks if _same(one.token, digest)), None)

    def all(self) -> tuple[Kiosk, ...]:
        """In the order of their numbers."""
        return tuple(sorted(self._read().kiosks, key=lambda one: one.id))

    def waiting(self, now: str) -> Offer | None:
        """The code that still waits for its kiosk."""
        offer = self._read().offer
        return offer if offer is not None and offer.stands(now) else None

    def end(self, identity: int) -> Kiosk:
        """Its next request is a stranger's. Raises kiosk_unknown, kiosk_file."""
        with self._changing() as (held, keep):
            gone = next((one for one in held.kiosks if one.id == identity), None)
            if gone is None:
                raise problem("kiosk_unknown")
            keep(held._replace(kiosks=tuple(one for one in held.kiosks if one is not gone)))
        return gone

    def _read(self) -> Held:
        """The file, read again when another one took its place."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return Held()
        mark = (found.st_ino, found.st_mtime_ns)
        with self._lock:
            if self._seen is None or self._seen[0] != mark:
                self._seen = (mark, _held(self._path))
            return self._seen[1]

    @contextmanager
    def _changing(self) -> Iterator[tuple[Held, Any]]:
        """What stands now, and a function that puts something else in its place, whole or not at all."""
        try:
            with file_locks.in_turn(self._path.with_suffix(".lock")):
                yield _held(self._path) if self._path.exists() else Held(), self._keep
        except OSError as error:
            raise problem("kiosk_file", file=FILE, detail=why(error)) from error

    def _keep(self, held: Held) -> None:
        durable.write_whole(self._path, json.dumps(_said(held), ensure_ascii=False).encode())


def _said(held: Held) -> dict[str, Any]:
    """What `_held` reads."""
    kiosks, offer = [one._asdict() for one in held.kiosks], held.offer and held.offer._asdict()
    return held._asdict() | {"kiosks": kiosks, "offer": offer}


def _held(path: Path) -> Held:
    """A file that can't be read has no kiosk in it: they are paired again, and no stranger comes in."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        offer = Offer(**said["offer"]) if said["offer"] else None
        return Held(tuple(Kiosk(**one) for one in said["kiosks"]), offer, int(said["last"]))
    except (ValueError, TypeError, KeyError) as error:
        logger.warning("%s can't be read, no kiosk is paired: %s", path.name, type(error).__name__)
        return Held()


def _joined(held: Held, offer: Offer, token: str, visitor: str, now: str) -> Held:
    made = Kiosk(held.last + 1, offer.name, now, token, offer.code, visitor)
    return Held((*held.kiosks, made), None, made.id)


def _missed(held: Held, now: str) -> Held:
    """After a wrong code: one try less, and no offer where none is left. Where nothing waits nothing is written."""
    offer = held.offer
    if offer is None or not offer.stands(now) or offer.tries == 1:
        return held._replace(offer=None)
    return held._replace(offer=offer._replace(tries=offer.tries - 1))


def _within(at: str, now: str) -> bool:
    span = datetime.fromisoformat(now) - datetime.fromisoformat(at)
    return timedelta() <= span <= timedelta(minutes=CODE_MINUTES)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)
