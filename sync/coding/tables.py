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
SYMBOLS_MAX: Final = 1 << 16
STEP: Final = 24  # what one more occurrence adds: a batch is short, so it has to learn fast


def scaled(counts: Iterable[int], total_max: int) -> list[int]:
    """The counts in proportion, each at least 1; their sum is at most `total_max` and the number of counts."""
    given = list(counts)
    whole = sum(given)
    if whole > total_max:
        return [max(1, count * total_max // whole) for count in given]
    return [max(1, count) for count in given]


class Fixed(Generic[Symbol]):
    """Published counts, never changed while coding: one table serves every batch."""

    __slots__ = ("_index", "_starts", "_symbols", "total")

    def __init__(self, counts: Mapping[Symbol, int]) -> None:
        self._symbols = list(counts)
        self._starts = [0, *accumulate(scaled(counts.values(), FIXED_TOTAL_MAX))]
        self._index = {symbol: place for place, symbol in enumerate(self._symbols)}
        self.total = self._starts[-1]

    def __contains__(self, symbol: Symbol) -> bool:
        return symbol in self._index

    def put(self, writer: Writer, symbol: Symbol) -> None:
        place = self._index[symbol]
        start = self._starts[place]
        if len(self._symbols) > 1:  # a single one is known already
            writer.put(start, self._starts[place + 1] - start, self.total)

    def take(self, reader: Reader) -> Symbol:
        if len(self._symbols) == 1:
            return self._symbols[0]
        place = bisect_right(self._starts, reader.point(self.total)) - 1
        start = self._starts[place]
        reader.take(start, self._starts[place + 1] - start)
        return self._symbols[place]


class Counted(Generic[Symbol]):
    """Counts that start from the codebook and grow with each symbol, on both sides alike."""

    __slots__ = ("_counts", "_index", "_symbols", "_total")

    def __init__(self, counts: Mapping[Symbol, int]) -> None:
        self._symbols = list(counts)
        self._index = {symbol: place for place, symbol in enumerate(self._symbols)}
        self._counts = scaled(counts.values(), COUNTED_TOTAL_MAX >> 1)
        self._total = sum(self._counts)

    def fresh(self) -> Counted[Symbol]:
        """The same start for another batch. The symbols are shared until one is added."""
        made = Counted.__new__(Counted)
        made._symbols, made._index = self._symbols, self._index  # noqa: SLF001 - of the same class
        made._counts, made._total = self._counts.copy(), self._total  # noqa: SLF001 - of the same class
        return made

    def __contains__(self, symbol: Symbol) -> bool:
        return symbol in self._index

    def put(self, writer: Writer, symbol: Symbol) -> None:
        place = self._index[symbol]
        writer.put(sum(self._counts[:place]), self._counts[place], self._total)
        self._learn(place)

    def take(self, reader: Reader) -> Symbol:
        ends = list(accumulate(self._counts))
        place = bisect_right(ends, reader.point(self._total))
        reader.take(ends[place] - self._counts[place], self._counts[place])
        self._learn(place)
        return self._symbols[place]

    def add(self, symbol: Symbol) -> None:
        """A symbol that came for the first time."""
        place = len(self._symbols)
        self._symbols = [*self._symbols, symbol]
        self._index = {**self._index, symbol: place}
        self._counts.append(0)
        self._learn(place)

    def _learn(self, place: int) -> None:
        self._counts[place] += STEP
        self._total += STEP
        if self._total > COUNTED_TOTAL_MAX:
            self._counts = [(count + 1) >> 1 for count in self._counts]
            self._total = sum(self._counts)
