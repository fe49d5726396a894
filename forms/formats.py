"""The named formats of the form language, and how each is written canonically.

Each check takes a string and says whether it is right; none looks at a table of places that can go out of date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from forms.dates import is_date, is_partial

NAME_LENGTH_MAX = 50  # code points; the longest names of the country are below it

_RIC = re.compile(r"[0-9]{17}[0-9X]")
_OLD_RIC = re.compile(r"[0-9]{15}")
_RIC_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RIC_DIGITS = "10X98765432"
_DIVISION = re.compile(r"[1-9][0-9]{5}([0-9]{3}([0-9]{3})?)?")
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[1-9][0-9]{1,2}[2-9][0-9]{6,7}|[2-9][0-9]{6,7}|[48]00[0-9]{7}|\+[1-9][0-9]{6,14}")
_FILE = re.compile(r"sha256:[0-9a-f]{64}")
_PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]")
# GA rules on names (公通字〔2021〕12号, 51): U+00B7 is the only separator; these look like it
_SEPARATORS = str.maketrans(
    dict.fromkeys("\u2022\u2027\u30fb\uff65\u22c5\u2219\u25cf\u16eb\ufe52\uff0e\u0387", "\u00b7")
)
# What stands in names beside letters and their marks: 〇; the point between the parts of a name; what passports print
# (ICAO Doc 9303-3: apostrophe, hyphen, comma; Singapore's "S/O"; initials); the tsheg between Tibetan syllables; what
# shapes letters unseen in Mongolian, Persian and Indian scripts. A sign of the machine-readable line ("<") is none.
_NAME_SIGNS = frozenset("\u3007\u00b7'\u2019-.,/\u0f0b\u0f0c\u1807\u180a\u180e\u200c\u200d")
_UNSEEN = "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"  # nobody could mend it
_SHAD = "\u0f0d"  # the stroke that ends a Tibetan sentence, and is typed behind a name out of habit
_NAME_ALIKE = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\uff0d", "-")
    | dict.fromkeys("\u0060\u00b4\u2018\u2032\uff07", "'")
    | dict.fromkeys(_UNSEEN, "")
)
_WIDE = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"\u3000": " "})
_DASHES = str.maketrans("", "", " \u00a0\u2009\u202f\t-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d")


def check_digit(body: str) -> str:
    """The 18th place of an identity number for its first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _RIC_WEIGHTS, strict=True))
    return _RIC_DIGITS[total % 11]


def ric_fault(text: str) -> str:
    """Why `text` is no identity number: "length", "short", "date", "check_digit", or "" when it is one.

    "short": fifteen digits, as until 1999; people are found by them (edge.index), nothing is filed by them.

    The area code is never a reason: tables of it refuse half of the old people's counties.
    """
    if not _RIC.fullmatch(text):
        return "short" if is_old_ric(text) else "length"
    if not is_date(f"{text[6:10]}-{text[10:12]}-{text[12:14]}"):
        return "date"
    return "" if check_digit(text[:17]) == text[17] else "check_digit"


def is_old_ric(text: str) -> bool:
    """An identity number of the first generation: 15 digits, the year of birth in two of them (19..)."""
    return bool(_OLD_RIC.fullmatch(text)) and is_date(f"19{text[6:8]}-{text[8:10]}-{text[10:12]}")


def lengthened(old: str) -> str:
    """The number of 18 characters that took the place of an old one of 15 (GB 11643-1999, annex).

    People born before 1900 had 15 digits too, told apart by 996 to 999 at the end; they stay a matter for the officer.
    """
    body = f"{old[:6]}19{old[6:]}"
    return body + check_digit(body)


def is_ric(text: str) -> bool:
    """An identity number of 18 characters whose date exists and whose check digit is right (GB 11643-1999)."""
    return not ric_fault(text)


def ric_area_known(text: str) -> bool:
    """Whether the province part of an identity number is one that was ever given out. Only ever a remark."""
    return bool(_PROVINCES.match(text))


def birth_date(ric: str) -> str:
    """Birth date of a right identity number, "1984-02-09"."""
    return f"{ric[6:10]}-{ric[10:12]}-{ric[12:14]}"


def sex(ric: str) -> str:
    """Sex of a right identity number, as a code of GB/T 2261.1: "1" male, "2" female."""
    return "1" if int(ric[16]) % 2 else "2"


def age(born: str, day: str) -> int:
    """Full years between two days that exist."""
    then, now = date.fromisoformat(born), date.fromisoformat(day)
    return now.year - then.year - ((now.month, now.day) < (then.month, then.day))


def is_division(text: str) -> bool:
    """An administrative code: county and above 6 digits, township 9, village 12. A new code needs no release."""
    return bool(_DIVISION.fullmatch(text))


def is_phone(text: str) -> bool:
    """A mobile, a fixed line with or without area code, a service number, or a foreign number with "+"."""
    return bool(_PHONE.fullmatch(text))


def is_person_name(text: str) -> bool:
    """A name in any script: 1 to 50 code points, at least one a letter, no digit, no sign but those of names."""
    return 0 < len(text) <= NAME_LENGTH_MAX and not strange_in_name(text) and any(map(_is_letter, text))


def strange_in_name(text: str) -> str:
    """The first character of `text` that stands in no name: a digit, a control character, a sign; or ""."""
    return next((char for char in text if not (_is_letter(char) or _joins_names(char))), "")


def _is_letter(char: str) -> bool:
    """Also what old systems keep in private use (Co), and letters newer than our tables (Cn)."""
    kind = unicodedata.category(char)
    return kind[0] in "LM" or kind in {"Co", "Cn"}


def _joins_names(char: str) -> bool:
    return char in _NAME_SIGNS or unicodedata.category(char) == "Zs"


def is_file_ref(text: str) -> bool:
    """The reference to a kept file: `sha256:` and 64 small hexadecimal digits."""
    return bool(_FILE.fullmatch(text))


FORMATS: dict[str, Callable[[str], bool]] = {
    "cn-ric": is_ric,
    "cn-division": is_division,
    "cn-phone": is_phone,
    "person-name": is_person_name,
    "file-ref": is_file_ref,
    "partial-date": is_partial,
}


def canonical(name: str, text: str) -> str:
    """`text` as format `name` writes it; a text that can't be that format stays as typed."""
    rewrite = _CANONICAL.get(name)
    return rewrite(text) if rewrite else text


def narrow(text: str) -> str:
    """Full-width letters and digits, which Chinese keyboards give, as plain ones."""
    return text.translate(_WIDE)


def _canonical_ric(text: str) -> str:
    short = narrow(text).translate(_DASHES).upper()
    return short if _RIC.fullmatch(short) or re.fullmatch(r"[0-9]{15}", short) else text


def _canonical_phone(text: str) -> str:
    short = re.sub(r"[()]", "", narrow(text).translate(_DASHES))
    return re.sub(r"^(\+86|0086|86(?=1[3-9][0-9]{9}$))", "", short) if re.fullmatch(r"\+?[0-9]+", short) else text


def _canonical_division(text: str) -> str:
    short = narrow(text).translate(_DASHES)
    return short if short.isascii() and short.isdigit() else text


def _canonical_name(text: str) -> str:
    text = re.sub(r"\s+", " ", text.translate(_SEPARATORS).translate(_NAME_ALIKE)).rstrip(_SHAD)
    text = re.sub(r"(?<=[^\x00-\x7f])\.(?=[^\x00-\x7f])", "\u00b7", text)  # a full stop between Chinese characters
    text = re.sub(r" ?\u00b7 ?", "\u00b7", text)
    return re.sub(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) (?=[\u3400-\u9fff\U00020000-\U0003ffff])", "", text)


def _canonical_date(text: str) -> str:
    """As the three boxes of a page write it: plain digits, month and day with two of them."""
    year, *rest = (part.strip() for part in narrow(text).split("-"))
    numbers = all(part.isascii() and part.isdigit() for part in (year, *rest))
    return "-".join([year, *(f"{part:0>2}" for part in rest)]) if numbers else text


_CANONICAL: dict[str, Callable[[str], str]] = {
    "date": _canonical_date,
    "partial-date": _canonical_date,
    "cn-ric": _canonical_ric,
    "cn-phone": _canonical_phone,
    "cn-division": _canonical_division,
    "person-name": _canonical_name,
}
