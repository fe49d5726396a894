"""Short texts that are made the same way each time: numbers, dates, codes, digests.

Their skeleton (`xx-xx` for `26-11`) is one symbol; each place then has its own letters, with counts that may depend on
the letter before, or runs of equally likely letters that go as one number.
"""

from __future__ import annotations

import re
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
_LETTER: Final = re.compile(r"[0-9A-Za-z]")
_PLAIN: Final = re.compile(r"[\x20-\x7e]{1,200}\Z")


def skeleton(text: str) -> str | None:
    """Letters and digits as x, the rest as it is; None for what is no pattern."""
    return _LETTER.sub("x", text) if _PLAIN.match(text) else None


def alphabet_of(letters: set[str]) -> str:
    """The smallest alphabet that has them all."""
    return next(one for one in ALPHABETS if letters <= set(one))


@dataclass(frozen=True, slots=True)
class Segment:
    """`size` neighbouring places. Without counts they hold equally likely letters of `alphabet`.

    `counts`: letter before ("" for any) -> letter -> how often.
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
    """One skeleton in one column."""

    def __init__(self, bones: str, segments: Sequence[Segment]) -> None:
        self._bones, self._segments = bones, segments
        self._tables: dict[tuple[int, str], Counted[str]] = {}

    def fits(self, text: str) -> bool:
        """Whether every letter is in the alphabet of its place; the skeleton is known to be right."""
        letters, at = _LETTER.findall(text), 0
        for segment in self._segments:
            if not all(letter in segment.alphabet for letter in letters[at : at + segment.size]):
                return False
            at += segment.size
        return True

    def put(self, writer: Writer, text: str) -> None:
        letters, at = "".join(_LETTER.findall(text)), 0
        for place, segment in enumerate(self._segments):
            part = letters[at : at + segment.size]
            if segment.counts:
                self._table(place, segment, letters[at - 1 : at]).put(writer, part)
            else:
                base = len(segment.alphabet)
                value = 0
                for letter in part:
                    value = value * base + segment.alphabet.index(letter)
                writer.number(value, base**segment.size)
            at += segment.size

    def take(self, reader: Reader) -> str:
        letters = ""
        for place, segment in enumerate(self._segments):
            if segment.counts:
                letters += self._table(place, segment, letters[-1:]).take(reader)
            else:
                letters += _written(reader.number(len(segment.alphabet) ** segment.size), segment)
        given = iter(letters)
        return "".join(next(given) if bone == "x" else bone for bone in self._bones)

    def _table(self, place: int, segment: Segment, before: str) -> Counted[str]:
        context = before if before in segment.counts else ""
        if (place, context) not in self._tables:
            counts = segment.counts[context]
            # a letter that never came is still possible: it costs what a hundredth of one occurrence is worth
            self._tables[place, context] = Counted({one: 1 + 16 * counts.get(one, 0) for one in segment.alphabet})
        return self._tables[place, context]


def _written(value: int, segment: Segment) -> str:
    letters = []
    for _ in range(segment.size):
        value, letter = divmod(value, len(segment.alphabet))
        letters.append(segment.alphabet[letter])
    return "".join(reversed(letters))
