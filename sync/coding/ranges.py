"""A range coder: whole numbers in, bytes out, at the cost of their probability (carries as in LZMA, 32 bits a time).

`total` is at most 2^24, and the range never falls below 2^32: every symbol keeps room, and hardly a fraction is lost.
"""

from typing import Final

SLACK: Final = 1 << 16  # what any batch may unpack to; beyond, RATIO_MAX times its bytes
RATIO_MAX: Final = 200
_PIECE: Final = 1 << 24
_TOP: Final = 1 << 64
_BOTTOM: Final = 1 << 32
_WORD: Final = 0xFFFFFFFF


# what the runs of one batch may come to together, however well they compress besides, and what one body may
LETTERS_MAX: Final = 16 << 20
STEPS_MAX: Final = 2 << 20
BODY_LETTERS_MAX: Final = 256 << 10


class Room:
    """What is left of the two while the runs of a batch are read one after the other."""

    def __init__(self) -> None:
        self.letters, self.steps = LETTERS_MAX, STEPS_MAX


class RangeError(ValueError):
    """Bytes that no writer made."""


def work_max(size: int) -> int:
    """How many symbols, and how many bytes of bodies, `size` coded bytes may come to at most."""
    return SLACK + RATIO_MAX * size


class Writer:
    """Collects symbols; `finish()` gives the bytes, without the zeros at their end. `steps` counts the symbols."""

    def __init__(self) -> None:
        self._low, self._range = 0, _TOP - 1
        self._held, self._waiting = -1, 0  # the last word, and how many full ones behind it a carry could still change
        self._done = bytearray()
        self.steps = 0

    def put(self, start: int, size: int, total: int) -> None:
        """The symbol that owns [start, start + size) of `total`."""
        part = self._range // total
        self._low += start * part
        self._range = size * part
        self.steps += 1
        if self._range < _BOTTOM:
            self._shift()
            self._range <<= 32

    def number(self, value: int, bound: int) -> None:
        """One of `bound` equally likely numbers; in pieces of 24 bits, the lowest first."""
        while bound > _PIECE:
            self.put(value % _PIECE, 1, _PIECE)
            value, bound = value // _PIECE, -(-bound // _PIECE)
        self.put(value, 1, bound)

    def finish(self) -> bytes:
        self._low = _roundest(self._low, self._range)
        for _ in range(3):
            self._shift()
        return bytes(self._done).rstrip(b"\0")

    def _shift(self) -> None:
        if self._low < _TOP - _BOTTOM or self._low >= _TOP:
            carry = self._low >> 64
            if self._held >= 0:
                self._done += (self._held + carry & _WORD).to_bytes(4, "big")
            self._done += (_WORD + carry & _WORD).to_bytes(4, "big") * self._waiting
            self._held, self._waiting = self._low >> 32 & _WORD, 0
        else:
            self._waiting += 1
        self._low = (self._low & _WORD) << 32


def _roundest(low: int, size: int) -> int:
    """The number within [low, low + size) that has the most zeros at its end."""
    for bits in range(63, 0, -1):
        rounded = (low + (1 << bits) - 1) >> bits << bits
        if rounded < low + size:
            return rounded
    return low


class Reader:
    """Gives the symbols back in their order; past the end it reads zeros, which the writer left out.

    Every method raises RangeError, also when more is taken than a writer may have put into so many bytes.
    """

    def __init__(self, data: bytes, steps_max: int = STEPS_MAX) -> None:
        self._data, self._at = data, 8
        self._code, self._range = int.from_bytes(data[:8].ljust(8, b"\0"), "big"), _TOP - 1
        self._part = 1
        self._steps = min(work_max(len(data)), steps_max)

    def point(self, total: int) -> int:
        """Where in `total` the next symbol lies; `take` follows with the symbol's own place."""
        self._part = self._range // total
        found = self._code // self._part
        if found >= total:
            raise RangeError("no writer made these bytes")
        return found

    def take(self, start: int, size: int) -> None:
        self._code -= start * self._part
        self._range = size * self._part
        self._steps -= 1
        if self._steps < 0:
            raise RangeError("more symbols than these bytes may hold")
        if self._range < _BOTTOM:
            self._shift()

    def _shift(self) -> None:
        word = self._data[self._at : self._at + 4].ljust(4, b"\0")
        self._code = self._code << 32 | int.from_bytes(word, "big")
        self._at += 4
        self._range <<= 32

    def end(self) -> None:
        """Raises RangeError unless the bytes end as a writer of these symbols ends them."""
        window = int.from_bytes(self._data[self._at - 8 : self._at].ljust(8, b"\0"), "big")
        low = (window - self._code) % _TOP
        if _roundest(low, self._range) % _TOP != window or len(self._data) > self._at or self._data[-1:] == b"\0":
            raise RangeError("the bytes do not end where their symbols do")

    @property
    def steps_left(self) -> int:
        return self._steps

    def number(self, bound: int) -> int:
        value, weight, left = 0, 1, bound
        while left > _PIECE:
            value += self._number(_PIECE) * weight
            weight, left = weight * _PIECE, -(-left // _PIECE)
        value += self._number(left) * weight
        if value >= bound:
            raise RangeError("a number beyond its bound")
        return value

    def _number(self, bound: int) -> int:
        found = self.point(bound)
        self.take(found, 1)
        return found
