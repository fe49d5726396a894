"""What applications are searched by at the centre: the beginning of a name or of a part of it, and the last digits of a
number. Each is the beginning of a word in one index, so that a search among millions reads as few rows as it shows.
"""

import hashlib
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, tuple_

from sync.centre import tables
from sync.centre.writing import remove, upsert

FOUND_MAX: Final = 500  # the latest of more; whoever sees so many types another letter
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
    """"王秀梅" is found by 王, 王秀 and 秀梅; "Maria Gómez" by each of her names."""
    whole = " ".join(name.casefold().split())
    parts = whole.split(" ")
    starts = range(1, len(whole) - 1) if len(parts) == 1 and not whole.isascii() else ()
    later = ["".join(parts[place:]) for place in range(len(parts))]
    return {word[:WORD_MAX] for word in (*later, *(whole[start:] for start in starts)) if word}


def matching(text: str) -> list[ColumnElement[bool]]:
    """Conditions on rows of `application`; none for an empty text."""
    if not text.strip():
        return []
    typed = "".join(text.split())
    plain = typed.casefold().replace(BEHIND, "").removeprefix(WHOLE)[:WORD_MAX]
    if not plain:
        return [false()]
    if len(typed) > NUMBER_MAX:
        return [_found(of_official(typed))]
    if plain.isascii() and plain.isdecimal():
        node = plain[:NODE_DIGITS]
        begins = and_(_table.c.node_id == node, _table.c.number.between(plain, plain + _LAST))
        behind = _found(BEHIND + plain[::-1])
        return [or_(begins, behind) if len(plain) >= NODE_DIGITS else behind]
    return [or_(_found(plain), _found(of_official(typed))) if plain.isascii() else _found(plain)]


def _found(begin: str) -> Any:
    found = select(_word.c.node_id, _word.c.number).where(_word.c.word.between(begin, begin + _LAST))
    latest = found.order_by(_word.c.filed_at.desc()).limit(FOUND_MAX)
    return tuple_(_table.c.node_id, _table.c.number).in_(latest)
