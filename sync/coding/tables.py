"""How often each symbol comes: fixed by the codebook, or counted while coding."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from itertools import accumulate
from typing import Final, Generic, TypeVar

from sync.coding.ranges import Reader, Writer

Symbol = TypeVar("Symbol", bound=Hashable)

FIXED_TOTAL_MAX: Final = 1 << 15
COUNTED_TOTAL_MAX: Final = 1 << 13
STEP: Final = 24  # what one more occurrence adds: a batch is short, so it has to learn fast


def scaled(counts: Iterable[int], total_max: int) -> list[int]:
    """The counts in proportion, each at least 1, their sum at most `total_max` and the number of counts."""
    given = list(counts)
    room = total_max - len(given)
    whole = max(1, sum(given))
    return [1 + count * room // whole for count in given] if sum(given) > total_max else [max(1, n) for n in given]


class Fixed(Generic[Symbol]):
    """Published counts, never changed while coding. Symbols come most frequent first."""

    __slots__ = ("_index", "_starts", "_symbols", "total")

    def __init__(self, counts: Mapping[Symbol, int]) -> None:
        self._symbols = list(counts)
        sizes = scaled(counts.values(), FIXED_TOTAL_MAX)
        self._starts = [0, *accumulate(sizes)]
        self._index = {symbol: place for place, symbol in enumerate(self._symbols)}
        self.total = self._starts[-1]

    def __contains__(self, symbol: Symbol) -> bool:
        return symbol in self._index

    def put(self, writer: Writer, symbol: Symbol) -> None:
        place = self._index[symbol]
        start = self._starts[place]
        writer.put(start, self._starts[place + 1] - start, self.total)

    def take(self, reader: Reader) -> Symbol:
        place = bisect_right(self._starts, reader.point(self.total)) - 1
        start = self._starts[place]
        reader.take(start, self._starts[place + 1] - start)
        return self._symbols[place]


class Counted(Generic[Symbol]):
    """Counts that begin as published and learn from each symbol."""

    __slots__ = ("_counts", "_index", "_symbols", "_total")

    def __init__(self, counts: Mapping[Symbol, int]) -> None:
        self._symbols = list(counts)
        self._index = {symbol: place for place, symbol in enumerate(self._symbols)}
        self._counts = scaled(counts.values(), COUNTED_TOTAL_MAX >> 1)
        self._total = sum(self._counts)

    def __contains__(self, symbol: Symbol) -> bool:
        return symbol in self._index

    def put(self, writer: Writer, symbol: Symbol) -> None:
        place = self._index[symbol]
        writer.put(sum(self._counts[:place]), self._counts[place], self._total)
        self._learn(place)

    def take(self, reader: Reader) -> Symbol:
        point, start, place = reader.point(self._total), 0, 0
        while point >= start + self._counts[place]:
            start += self._counts[place]
            place += 1
        reader.take(start, self._counts[place])
        self._learn(place)
        return self._symbols[place]

    def add(self, symbol: Symbol) -> None:
        """A symbol that came for the first time."""
        self._index[symbol] = len(self._symbols)
        self._symbols.append(symbol)
        self._counts.append(0)
        self._learn(self._index[symbol])

    def _learn(self, place: int) -> None:
        self._counts[place] += STEP
        self._total += STEP
        if self._total > COUNTED_TOTAL_MAX:
            self._counts = [(count + 1) >> 1 for count in self._counts]
            self._total = sum(self._counts)
