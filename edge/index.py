"""The words under which an application is found: its number, names in pairs of characters, pinyin.

SQLite's own tokenizers find nothing for a name of two characters (欧阳), so names are stored pair by pair.
"""

import hashlib
import hmac
import os
from typing import Any

from edge import unwritten
from forms import formats
from forms.definition import Definition
from forms.people import People, people

__all__ = ["People", "hashed", "initials", "listed", "looks_like", "people", "query", "words"]

# names are read character by character: the tables of phrases would cost 45 MB of memory and 0.2 s of every start
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

TAILS = (4, 5, 6)  # how many of a number's last digits people say
_BEGINNING_MIN = 7
_NUMBER_MAX = 22
_SEPARATORS = "·•・.· "


def words(number: str, names: tuple[str, ...], official: str = "") -> str:
    """What goes into the index, separated by spaces; `official`: the number of the whole country's platform."""
    found = [one[-digits:] for one in (number, official) for digits in TAILS if one]
    found.append(_plain(official))
    for name in names:
        plain = _plain(name)
        found += [plain[:1], *_pairs(plain), *_sounds(plain)]
    return " ".join(dict.fromkeys(word for word in found if word))


def listed(definition: Definition, answers: Any) -> People:
    """Whom lists and search may name: nobody where the service is private or sealed to the supervisor."""
    return People((), ()) if unwritten.keeps(definition) else people(definition, answers)


def number_range(text: str) -> tuple[str, str]:
    """(first, last) of the numbers that begin with what was typed, grouped or not; ("", "") for other text."""
    plain = "".join(text.split())
    if plain.isascii() and plain.isdigit() and _BEGINNING_MIN <= len(plain) <= _NUMBER_MAX:
        return plain, plain + ":"  # ":" stands behind every digit
    return "", ""


def query(text: str) -> str:
    """The FTS5 query for what somebody typed; "" when there is nothing to look for."""
    parts = [part for part in (_plain(part) for part in text.split()) if part]
    return " AND ".join(_part(part) for part in parts)


def _part(part: str) -> str:
    """Digits are the last ones of a number, letters begin a pinyin, a single character is a family name."""
    if part.isascii():
        return f'"{part}"' if part.isdigit() else f'"{part}"*'
    pairs = _pairs(part)
    return "(" + " AND ".join(f'"{pair}"' for pair in pairs) + ")" if pairs else f'"{part}"'


def _pairs(name: str) -> list[str]:
    return [name[place : place + 2] for place in range(len(name) - 1)]


def initials(text: str) -> str:
    """The first letters of the syllables: hkqy for 户口迁移."""
    return _sounds(text)[0]


def sounds(name: str) -> tuple[str, ...]:
    """Initials and whole pinyin of a name: ("zjx", "zhijinxian")."""
    return tuple(_sounds(name))


def _sounds(name: str) -> list[str]:
    """Initials (oynn) and the whole (ouyangnana) of a name; a character without a known sound is passed over."""
    import pypinyin  # its table takes a tenth of a start, and no page needs it

    syllables = pypinyin.lazy_pinyin(name, errors="ignore")
    return ["".join(syllable[:1] for syllable in syllables), "".join(syllables)]


def _plain(text: str) -> str:
    return "".join(character for character in text.lower() if character not in _SEPARATORS and character.isalnum())


def hashed(key: bytes, kind: str, value: str) -> bytes:
    """The keyed hash under which a number is found; without the key nobody can try all numbers."""
    return hmac.digest(key, f"{kind}:{value.strip().upper()}".encode(), hashlib.sha256)


def looks_like(text: str) -> list[tuple[str, str]]:
    """(kind, value) of the numbers that `text` may be: 18 characters an identity number, 11 digits a telephone.

    An old identity number of 15 digits means the one that took its place: people still have papers with it.
    """
    plain = "".join(formats.narrow(text).split()).upper()
    if formats.is_old_ric(plain):
        return [("person", formats.lengthened(plain))]
    if len(plain) == 18 and plain[:17].isdigit():  # noqa: PLR2004  GB 11643
        return [("person", plain)]
    if len(plain) == 11 and plain.isdigit():  # noqa: PLR2004  a mobile telephone
        return [("phone", plain)]
    return []
