"""A range coder: whole numbers in, bytes out, at the cost of their probability (carries as in LZMA's coder).

`total` is at most 65,536, so that a range of at least 2^24 always leaves every symbol some room.
"""

from typing import Final

TOTAL_MAX: Final = 1 << 16
_TOP: Final = 1 << 32
_BOTTOM: Final = 1 << 24
_BYTE: Final = 0xFF


class RangeError(ValueError):
    """Bytes that no writer made."""


class Writer:
    """Collects symbols; `finish()` gives the bytes, without the zeros at their end."""

    def __init__(self) -> None:
        self._low, self._range = 0, _TOP - 1
        self._held, self._waiting = -1, 0  # the last byte, and how many 0xFF behind it a carry could still change
        self._done = bytearray()

    def put(self, start: int, size: int, total: int) -> None:
        """The symbol that owns [start, start + size) of `total`."""
        part = self._range // total
        self._low += start * part
        self._range = size * part
        while self._range < _BOTTOM:
            self._shift()
            self._range <<= 8

    def number(self, value: int, bound: int) -> None:
        """One of `bound` equally likely numbers; in pieces of 16 bits, the lowest first."""
        while bound > TOTAL_MAX:
            self.put(value % TOTAL_MAX, 1, TOTAL_MAX)
            value, bound = value // TOTAL_MAX, -(-bound // TOTAL_MAX)
        self.put(value, 1, bound)

    def finish(self) -> bytes:
        # the value within the last range that has the most zeros at its end
        for bits in range(31, -1, -1):
            rounded = (self._low + (1 << bits) - 1) >> bits << bits
            if rounded < self._low + self._range:
                self._low = rounded
                break
        for _ in range(5):
            self._shift()
        return bytes(self._done).rstrip(b"\0")

    def _shift(self) -> None:
        if self._low < _TOP - _BOTTOM or self._low >= _TOP:
            carry = self._low >> 32
            if self._held >= 0:
                self._done.append(self._held + carry & _BYTE)
            self._done += bytes([_BYTE + carry & _BYTE]) * self._waiting
            self._held, self._waiting = self._low >> 24 & _BYTE, 0
        else:
            self._waiting += 1
        self._low = (self._low & _BOTTOM - 1) << 8


class Reader:
    """Gives the symbols back in their order; past the end it reads zeros, which the writer left out."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 4
        self._code, self._range = int.from_bytes(data[:4].ljust(4, b"\0"), "big"), _TOP - 1
        self._part = 1

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
        while self._range < _BOTTOM:
            self._code = self._code << 8 | (self._data[self._at] if self._at < len(self._data) else 0)
            self._at += 1
            self._range <<= 8

    def number(self, bound: int) -> int:
        value, weight, left = 0, 1, bound
        while left > TOTAL_MAX:
            value += self._number(TOTAL_MAX) * weight
            weight, left = weight * TOTAL_MAX, -(-left // TOTAL_MAX)
        value += self._number(left) * weight
        if value >= bound:
            raise RangeError("a number beyond its bound")
        return value

    def _number(self, bound: int) -> int:
        found = self.point(bound)
        self.take(found, 1)
        return found

    @property
    def overrun(self) -> int:
        """How many bytes were read past the end: few, or the bytes were cut short."""
        return max(0, self._at - len(self._data))
