"""What applications are searched by at the centre: the beginning of a name or of a part of it, and the last digits of a
number. Each is the beginning of a word in one index, so that a search among millions reads as few rows as it shows; of
what very many have, the latest applications are looked through until a page is full.
"""

import hashlib
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, false, func, or_, select, tuple_, union_all

from sync.centre import tables
from sync.centre.writing import remove, upsert

FOUND_MAX: Final = 500  # the latest of more; whoever sees so many types another letter
COMMON_MIN: Final = 5_000  # words that begin alike, from which on to sort them by time costs more than a page
WORD_MAX: Final = 40
NODE_DIGITS: Final = 10
BEHIND: Final = "<"  # before a number that is read from behind
WHOLE: Final = "="  # before the digest of an official number, which is longer than a word
NUMBER_MAX: Final = 22  # digits of a number of ours
_LAST: Final = "\U0010ffff"
_word, _table = tables.word, tables.application


def project(tx: Connection, place: dict[str, str], applicant: str, filed_at: str, official: str = "") -> None:
    """Write anew what one application is searched by; `official`: the number of the whole country's platform."""
    remove(tx, _word, place)
    given = {of_official(official), BEHIND + official[::-1][: WORD_MAX - 1]} if official else set()
    for word in sorted({*of_name(applicant), BEHIND + place["number"][::-1], *given}):
        upsert(tx, _word, [{**place, "word": word, "filed_at": filed_at}])


def of_official(number: str) -> str:
    """The one word for a whole official number."""
    return WHOLE + hashlib.sha256(number.upper().encode()).hexdigest()[: WORD_MAX - 1]


def holder(tx: Connection, official: str) -> str:
    """The application that has this official number; "" for one that nobody has."""
    return str(tx.execute(select(_word.c.number).where(_word.c.word == of_official(official))).scalar() or "")


def of_name(name: str) -> set[str]:
    """What finds a name: "王秀梅" is found by 王, 王秀 and 秀梅; "Maria Gómez" by each of her names."""
    whole = " ".join(name.casefold().split())
    parts = whole.split(" ")
    starts = range(1, len(whole) - 1) if len(parts) == 1 and not whole.isascii() else ()
    later = ["".join(parts[place:]) for place in range(len(parts))]
    return {word[:WORD_MAX] for word in (*later, *(whole[start:] for start in starts)) if word}


def is_common(tx: Connection, text: str) -> bool:
    """Whether so many have it that `matching` has to be told, as of a family name of one character."""
    plain = _plain(text)
    if not plain:
        return False
    begin = BEHIND + plain[::-1] if _is_number(plain) else plain
    some = select(_word.c.word).where(_begins(begin)).limit(COMMON_MIN).subquery()
    return int(tx.execute(select(func.count()).select_from(some)).scalar_one()) == COMMON_MIN


def matching(text: str, *, common: bool = False) -> list[ColumnElement[bool]]:
    """Conditions on rows of `application`; none for an empty text. `common`: as `is_common` says of it."""
    if not text.strip():
        return []
    typed, plain = "".join(text.split()), _plain(text)
    if not plain:
        return [false()]
    official = [_latest(of_official(typed))] if plain.isascii() and not _is_number(plain) else []
    if len(typed) > NUMBER_MAX:
        return [_among(_latest(of_official(typed)))]
    begin = BEHIND + plain[::-1] if _is_number(plain) else plain
    if common:
        return [or_(_with_word(begin), *map(_among, official))]
    numbered = [_numbered(plain)] if _is_number(plain) and len(plain) >= NODE_DIGITS else []
    return [_among(_latest(begin), *numbered, *official)]


def _plain(text: str) -> str:
    return "".join(text.split()).casefold().replace(BEHIND, "").removeprefix(WHOLE)[:WORD_MAX]


def _is_number(plain: str) -> bool:
    return plain.isascii() and plain.isdecimal()


def _begins(begin: str) -> ColumnElement[bool]:
    return _word.c.word.between(begin, begin + _LAST)


def _latest(begin: str) -> Select[Any]:
    """(node_id, number) of what a word begins so, the latest FOUND_MAX of it."""
    found = select(_word.c.node_id, _word.c.number).where(_begins(begin))
    return found.order_by(_word.c.filed_at.desc()).limit(FOUND_MAX)


def _numbered(begin: str) -> Select[Any]:
    """The same of what has a number that begins so; the room's is part of it."""
    one = _table.alias()
    found = select(one.c.node_id, one.c.number).where(one.c.node_id == begin[:NODE_DIGITS])
    return found.where(one.c.number.between(begin, begin + _LAST)).order_by(one.c.filed_at.desc()).limit(FOUND_MAX)


def _among(*found: Select[Any]) -> ColumnElement[bool]:
    # each in brackets of its own, since SQLite takes an end of a part only there; and all in one more pair, or it reads
    # every application and looks whether it is among them
    parts = [select(one.subquery()) for one in found]
    return tuple_(_table.c.node_id, _table.c.number).in_(select(union_all(*parts).subquery()))


def _with_word(begin: str) -> ColumnElement[bool]:
    """Asked of one application after the other; from an EXISTS PostgreSQL would make a join, and read all of them."""
    own = select(_word.c.word).where(_word.c.node_id == _table.c.node_id, _word.c.number == _table.c.number)
    return own.where(_begins(begin)).limit(1).scalar_subquery().is_not(None)
