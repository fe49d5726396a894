"""Free text by what usually follows: the last letters give the next one, first in this column, then in any.

A context that never had the letter says so and passes to a shorter one (PPM, method C); a letter that no context knows
goes as its code point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sync.coding.codebook import Codebook
from sync.coding.ranges import Reader, Writer
from sync.coding.tables import Fixed

ORDER: Final = 3
ANY_ORDER: Final = 2
RARE_MAX: Final = 2
ANY_COLUMN: Final = ""
END: Final = ""  # the symbol that closes a text
_ESCAPE: Final = "\0escape"  # longer than a letter, so never one
# where code points lie: (first, how many); the last takes everything
_PLANES: Final = ((0x20, 96), (0x4E00, 20_992), (0, 0x110000))


class Texts:
    """The contexts of a codebook: column -> context (0 to 3 letters) -> letter -> count; for one batch."""

    def __init__(self, codebook: Codebook) -> None:
        self._columns = codebook.texts
        self._tables: dict[tuple[str, str], Fixed[str]] = codebook.made.setdefault("texts", {})
        self._common: dict[tuple[str, str], tuple[Fixed[str], ...]] = codebook.made.setdefault("asked", {})
        self._asked: dict[tuple[str, str], tuple[Fixed[str], ...]] = {}

    def knows(self, column: str) -> bool:
        return column in self._columns

    def put(self, writer: Writer, column: str, text: str) -> None:
        before = ""
        for letter in (*text, END):
            self._put_letter(writer, column, before, letter)
            before = (before + letter)[-ORDER:]

    def take(self, reader: Reader, column: str) -> str:
        letters: list[str] = []
        before = ""
        while letter := self._take_letter(reader, column, before):
            letters.append(letter)
            before = (before + letter)[-ORDER:]
        return "".join(letters)

    def _put_letter(self, writer: Writer, column: str, before: str, letter: str) -> None:
        for table in self._contexts(column, before):
            if letter in table:
                table.put(writer, letter)
                return
            table.put(writer, _ESCAPE)
        _put_plain(writer, letter)

    def _take_letter(self, reader: Reader, column: str, before: str) -> str:
        for table in self._contexts(column, before):
            letter = table.take(reader)
            if letter != _ESCAPE:
                return letter
        return _take_plain(reader)

    def _contexts(self, column: str, before: str) -> tuple[Fixed[str], ...]:
        # a column without contexts of its own shares those of any column, and what was looked up for them
        own, letters = (column, before) if column in self._columns else (ANY_COLUMN, before[-ANY_ORDER:])
        key = (own, letters)
        found = self._asked.get(key) or self._common.get(key)
        if found is None:
            found = tuple(self._look_up(own, letters))
            is_published = letters in self._columns.get(own, {})  # so it may be kept beyond this batch
            (self._common if is_published else self._asked)[key] = found
        return found

    def _look_up(self, column: str, before: str) -> Iterator[Fixed[str]]:
        """The tables to be asked, the most particular first."""
        own = ((column, ORDER),) if column != ANY_COLUMN else ()
        for place, longest in (*own, (ANY_COLUMN, ANY_ORDER)):
            contexts = self._columns.get(place, {})
            for length in range(min(longest, len(before)), -1, -1):
                context = before[len(before) - length :]
                if context in contexts:
                    yield self._table(place, context, contexts[context])

    def _table(self, column: str, context: str, counts: Mapping[str, int]) -> Fixed[str]:
        key = (column, context)
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = Fixed({**counts, _ESCAPE: escapes(counts)})
        return found


def escapes(counts: Mapping[str, int]) -> int:
    """How often a context is expected not to know the letter: as often as it met a new one before."""
    return max(1, sum(1 for count in counts.values() if count <= RARE_MAX))


def _put_plain(writer: Writer, letter: str) -> None:
    if letter == END:
        writer.number(len(_PLANES), len(_PLANES) + 1)
        return
    for plane, (first, size) in enumerate(_PLANES):
        if first <= ord(letter) < first + size:
            writer.number(plane, len(_PLANES) + 1)
            writer.number(ord(letter) - first, size)
            return


def _take_plain(reader: Reader) -> str:
    plane = reader.number(len(_PLANES) + 1)
    if plane == len(_PLANES):
        return END
    first, size = _PLANES[plane]
    return chr(first + reader.number(size))
