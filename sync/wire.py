"""Reading and writing of binary records: numbers, bytes and texts with their lengths in front; limits are the caller's.

A number is an unsigned LEB128 in its shortest form; bytes are their length and themselves; a text is UTF-8 bytes. There
is one way to write each value, so what was read and written again has the same bytes.
"""

from typing import Final

NUMBER_MAX: Final = (1 << 53) - 1  # what canonical JSON can hold, since numbers of events are hashed in that form
NUMBER_BYTES_MAX: Final = 8
_CONTINUES: Final = 0x80


class WireError(ValueError):
    """Bytes that are not what they should be, or a value beyond its limit."""


def number(value: int) -> bytes:
    """Raises WireError below 0 and from 2^53 on."""
    if not 0 <= value <= NUMBER_MAX:
        raise WireError(f"{value} is no number that can be carried")
    written = bytearray()
    while value >= _CONTINUES:
        written.append(value & 0x7F | _CONTINUES)
        value >>= 7
    written.append(value)
    return bytes(written)


def blob(value: bytes, length_max: int) -> bytes:
    """Length and bytes. Raises WireError beyond `length_max`."""
    if len(value) > length_max:
        raise WireError(f"{len(value)} bytes where {length_max} may be")
    return number(len(value)) + value


def text(value: str, length_max: int) -> bytes:
    """Length in bytes and UTF-8. Raises WireError beyond `length_max` bytes and for lone surrogates."""
    try:
        return blob(value.encode(), length_max)
    except UnicodeEncodeError as error:
        raise WireError("a text that is no Unicode") from error


def fixed(value: bytes, length: int) -> bytes:
    """The bytes alone. Raises WireError unless there are exactly `length`."""
    if len(value) != length:
        raise WireError(f"{len(value)} bytes where {length} must be")
    return value


class Reader:
    """Reads a record front to back. Every method raises WireError when the bytes end early or don't fit."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def fixed(self, length: int) -> bytes:
        if length > self.left:
            raise WireError("the record ends early")
        taken = self._data[self._at : self._at + length]
        self._at += length
        return taken

    def number(self, value_max: int = NUMBER_MAX) -> int:
        value = 0
        for place in range(NUMBER_BYTES_MAX):
            byte = self.fixed(1)[0]
            value |= (byte & 0x7F) << 7 * place
            if byte < _CONTINUES:
                return _checked_number(value, byte, place, value_max)
        raise WireError("a number that does not end")

    def blob(self, length_max: int) -> bytes:
        return self.fixed(self.number(length_max))

    def text(self, length_max: int) -> str:
        try:
            return self.blob(length_max).decode()
        except UnicodeDecodeError as error:
            raise WireError("a text that is not UTF-8") from error

    def rest(self) -> bytes:
        return self.fixed(self.left)

    def end(self) -> None:
        """Raises WireError when something is left."""
        if self.left:
            raise WireError(f"{self.left} bytes too many")


def _checked_number(value: int, last_byte: int, place: int, value_max: int) -> int:
    if last_byte == 0 and place > 0:
        raise WireError("a number that is not in its shortest form")
    if value > value_max:
        raise WireError(f"{value} where at most {value_max} may be")
    return value
