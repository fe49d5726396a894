"""Short texts that are made the same way each time: numbers, dates, codes, digests.

Their skeleton (`xx-xx` for `26-11`) is one symbol; each place then has its own letters, with counts that may depend on
the letter before, or runs of equally likely letters that go as one number.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sync.coding.ranges import Reader, Writer
from sync.coding.tables import Counted

LENGTH_MAX: Final = 200
ALPHABETS: Final = (
    "0123456789",
    "0123456789abcdef",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
)
_OTHER: Final = ""  # letters that the counts of several places don't have
FREE_MIN: Final = 4  # a shorter code is spelled as text where the codebook knows no pattern
_ALNUM: Final = string.digits + string.ascii_letters
_BONES: Final = str.maketrans(_ALNUM, "x" * len(_ALNUM))
_PLAIN: Final = re.compile(r"[\x20-\x7e]{1,200}", re.ASCII)
_NO_LETTERS: Final = {code: None for code in range(0x20, 0x7F) if chr(code) not in _ALNUM}
_PYTHON_BASE_MAX: Final = 36  # int() reads letters as digits up to this base
_TO_DIGITS: Final = {one: str.maketrans(one, _ALNUM[: len(one)]) for one in ALPHABETS if len(one) <= _PYTHON_BASE_MAX}
_FREE: Final = tuple(re.compile(f"[{one}]{{{FREE_MIN},{LENGTH_MAX}}}") for one in ALPHABETS)


def skeleton(text: str) -> str | None:
    """Letters and digits as x, the rest as it is; None for what is no pattern."""
    return text.translate(_BONES) if _PLAIN.fullmatch(text) else None


def letters_of(text: str) -> str:
    """The letters and digits of a text of printable ASCII."""
    return text.translate(_NO_LETTERS)


def alphabet_of(letters: set[str]) -> str:
    """The smallest alphabet that has them all."""
    return next(one for one in ALPHABETS if letters <= set(one))


def free_alphabet(text: str) -> int | None:
    """The number of the smallest alphabet in which the whole text is written; None if that says nothing."""
    return next((place for place, one in enumerate(_FREE) if one.fullmatch(text)), None)


def put_free(writer: Writer, text: str, alphabet: int) -> None:
    """Writes a text of at least FREE_MIN characters, all of ALPHABETS[`alphabet`]: its length, then one number."""
    writer.number(len(text) - FREE_MIN, LENGTH_MAX - FREE_MIN + 1)
    writer.number(_value(text, ALPHABETS[alphabet]), len(ALPHABETS[alphabet]) ** len(text))


def take_free(reader: Reader, alphabet: int) -> str:
    """The text that `put_free` wrote with the same alphabet."""
    size = FREE_MIN + reader.number(LENGTH_MAX - FREE_MIN + 1)
    return _written(reader.number(len(ALPHABETS[alphabet]) ** size), ALPHABETS[alphabet], size)


@dataclass(frozen=True, slots=True)
class Segment:
    """`size` neighbouring places. Without counts they hold equally likely letters of `alphabet`.

    `counts`: letter before ("" for any) -> letters -> how often. For several places the letters that came are one
    symbol each, without regard to the letter before; others are announced and go as a number.
    """

    alphabet: str
    size: int
    counts: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, data: Sequence[Any]) -> Segment:
        return cls(ALPHABETS[data[0]], data[1], data[2])

    def data(self) -> list[Any]:
        return [ALPHABETS.index(self.alphabet), self.size, self.counts]


class Pattern:
    """One skeleton in one column, as the codebook has it; `fresh()` for each batch, which learns its own counts."""

    def __init__(self, bones: str, segments: Sequence[Segment]) -> None:
        self._bones = bones
        self._parts = [(segment, len(segment.alphabet) ** segment.size) for segment in segments]
        self._form = re.compile(_form(bones, segments))
        self._starts: dict[tuple[int, str], Counted[str]] = {}
        self._tables: dict[tuple[int, str], Counted[str]] = {}

    def fresh(self) -> Pattern:
        made = Pattern.__new__(Pattern)
        made._bones, made._parts, made._form = self._bones, self._parts, self._form  # noqa: SLF001 - of the same class
        made._starts, made._tables = self._starts, {}  # noqa: SLF001 - of the same class
        return made

    def fits(self, text: str) -> bool:
        """Whether the text has this skeleton and every letter is in the alphabet of its place."""
        return self._form.fullmatch(text) is not None

    def put(self, writer: Writer, text: str) -> None:
        letters, at = letters_of(text), 0
        for place, (segment, bound) in enumerate(self._parts):
            part = letters[at : at + segment.size]
            table = self._table(place, segment, letters[at - 1 : at]) if segment.counts else None
            if table is not None:
                table.put(writer, part if part in table else _OTHER)
            if table is None or part not in table:
                writer.number(_value(part, segment.alphabet), bound)
            at += segment.size

    def take(self, reader: Reader) -> str:
        letters = ""
        for place, (segment, bound) in enumerate(self._parts):
            part = self._table(place, segment, letters[-1:]).take(reader) if segment.counts else _OTHER
            letters += part or _written(reader.number(bound), segment.alphabet, segment.size)
        if len(letters) == len(self._bones):
            return letters
        given = iter(letters)
        return "".join(next(given) if bone == "x" else bone for bone in self._bones)

    def _table(self, place: int, segment: Segment, before: str) -> Counted[str]:
        key = (place, before if before in segment.counts else "")
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = self._start(key, segment).fresh()
        return found

    def _start(self, key: tuple[int, str], segment: Segment) -> Counted[str]:
        if key not in self._starts:
            counts = segment.counts[key[1]]
            # what never came is still possible, at a sixteenth of one occurrence
            symbols = segment.alphabet if segment.size == 1 else [*counts, _OTHER]
            self._starts[key] = Counted({one: 1 + 16 * counts.get(one, 0) for one in symbols})
        return self._starts[key]


def _form(bones: str, segments: Sequence[Segment]) -> str:
    alphabets = iter([segment.alphabet for segment in segments for _ in range(segment.size)])
    return "".join(f"[{next(alphabets)}]" if bone == "x" else re.escape(bone) for bone in bones)


def _value(letters: str, alphabet: str) -> int:
    """The letters as the digits of one number, the first the highest."""
    if alphabet in _TO_DIGITS:
        return int(letters.translate(_TO_DIGITS[alphabet]), len(alphabet))
    value = 0
    for letter in letters:
        value = value * len(alphabet) + alphabet.index(letter)
    return value


def _written(value: int, alphabet: str, size: int) -> str:
    if alphabet == ALPHABETS[1]:
        return format(value, f"0{size}x")
    letters = []
    for _ in range(size):
        value, letter = divmod(value, len(alphabet))
        letters.append(alphabet[letter])
    return "".join(reversed(letters))
