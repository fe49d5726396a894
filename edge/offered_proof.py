"""A second proof that somebody registers himself, at the first login with a post that must have one (ASVS 5.0, 6.3.3).

The page shows a sheet of codes, or what a token scans, and asks for one code of it. Nothing is stored before that: who
closes the page is shut out of nothing. What was shown comes back in a field of the form, signed for this very session,
so that nobody registers a secret of his own making. For the pages of room and centre.
"""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from edge import one_time, qr
from edge.errors import problem

COUNTER: Final = "counter"
CODES: Final = "codes"
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page shows: the lines to write down, `code` as SVG for a token; `field`: what the form sends back."""

    way: str
    lines: list[str]
    field: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is stored of it: a counter with its next place, or codes as they are kept."""

    secret: bytes = b""
    counter: int = 0
    kept: tuple[bytes, ...] = ()


def needed(wanted: str, posts: Collection[str]) -> bool:
    """Whether somebody with these posts must have a second proof. `wanted`: posts, as the settings say them, or all."""
    words = wanted.split()
    return ALL in words or not set(words).isdisjoint(posts)


def offer(secret: bytes, session: str, account: str, place: str, way: str) -> Offer:
    """A fresh one. `secret`: of the program; `session`: the token; `place`: the room's number, the centre's name."""
    shown = [COUNTER, one_time.new_secret().hex()] if way == COUNTER else [CODES, *one_time.new_sheet()]
    return again(secret, session, account, place, _signer(secret, session, account).dumps(shown))


def again(secret: bytes, session: str, account: str, place: str, field: str) -> Offer:
    """The same one, for who mistyped: nobody writes twenty codes down twice. Raises form_expired."""
    way, *shown = _shown(secret, session, account, field)
    if way != COUNTER:
        return Offer(CODES, shown, field)
    address = one_time.address(account, place, bytes.fromhex(shown[0]))
    return Offer(COUNTER, [address], field, qr.svg(address))


def take(secret: bytes, session: str, account: str, field: str, typed: str) -> Taken:
    """What to store once a code of the offer was typed; the code is used up. Raises second_code_wrong, form_expired."""
    way, *shown = _shown(secret, session, account, field)
    given = one_time.plain(typed)
    return _counter(bytes.fromhex(shown[0]), given) if way == COUNTER else _codes(shown, given)


def _shown(secret: bytes, session: str, account: str, field: str) -> list[str]:
    try:
        return list(_signer(secret, session, account).loads(field))
    except (BadData, ValueError) as error:
        raise problem("form_expired") from error


def _counter(held: bytes, given: str) -> Taken:
    following = one_time.matched(held, 0, given)
    if following is None:
        raise problem("second_code_wrong")
    return Taken(held, following)


def _codes(shown: list[str], given: str) -> Taken:
    left = [one for one in shown if not hmac.compare_digest(one.encode(), given.encode())]
    if len(left) == len(shown):
        raise problem("second_code_wrong")
    return Taken(kept=tuple(one_time.kept_sheet(left)))


def _signer(secret: bytes, session: str, account: str) -> URLSafeSerializer:
    bound = hashlib.sha256(f"yizhan-offered-proof\0{session}\0{account}".encode()).hexdigest()
    return URLSafeSerializer(secret, salt=bound, signer_kwargs={"digest_method": hashlib.sha256})
