"""Bodies into the columns and out of them: first the shape of a whole body, then its leaves, sources of rules first."""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Final

from sync.coding.codebook import Codebook
from sync.coding.columns import Column, Session
from sync.coding.leaves import NEXT, SCALAR, Seen, is_plain, length_of, shape_of, token_of, value_of
from sync.coding.ranges import BODY_LETTERS_MAX, RangeError, Reader, Writer

DEPTH_MAX: Final = 64
_BY_RANK: Final = itemgetter(0)


class Packing:
    """Writes bodies. `spent` counts what reading them will cost, as Unpacking does."""

    def __init__(self, codebook: Codebook, writer: Writer) -> None:
        self._session, self._writer = Session(codebook), writer
        self.spent = 0

    def body(self, value: Any, root: str = "") -> None:
        """One body: an object or a list. `root`: where its columns begin."""
        leaves: list[tuple[int, Column, str]] = []
        self._shape(value, self._session.column(root), leaves)
        seen = Seen()
        for rank, column, token in sorted(leaves, key=_BY_RANK):
            column.put(self._writer, token, seen)
            self.spent += len(token)
            seen.add(token)
            if rank < self._session.last:
                seen.tokens.setdefault(column.path, token)

    def _shape(self, value: Any, column: Column, leaves: list[tuple[int, Column, str]]) -> None:
        shape = shape_of(value)
        column.put_shape(self._writer, shape)
        self.spent += cost_of(shape, column)
        if shape == SCALAR:
            leaves.append((column.rank, column, token_of(value)))
        elif shape[0] == "{":
            for name, child, more in column.layout(shape):
                if more:
                    self._shape(value[name], child, leaves)
                else:
                    leaves.append((child.rank, child, token_of(value[name])))
        else:
            self._items(value, column.items(), shape[0] == "(", leaves)

    def _items(self, value: list[Any], column: Column, mixed: bool, leaves: list[tuple[int, Column, str]]) -> None:  # noqa: FBT001 - which of two shapes
        for child in value:
            if mixed:
                self._shape(child, column, leaves)
            else:
                leaves.append((column.rank, column, token_of(child)))


class Unpacking:
    """Reads bodies. What a hostile batch could make long costs room, of which `size_max` letters are given."""

    def __init__(self, codebook: Codebook, reader: Reader, size_max: int) -> None:
        self._session, self._reader = Session(codebook), reader
        self.left = size_max
        self._body = 0  # letters of the body that is being read
        self._slots: list[tuple[int, Column, Any, Any]] = []  # rank, column, container, key
        self.is_plain = True

    def body(self, root: str = "") -> Any:
        """Raises RangeError, ValueError. `is_plain` says whether any JSON writer writes it as RFC 8785 does."""
        holder: list[Any] = [None]
        self._slots, self.is_plain, self._body = [], True, 0
        self._shape(self._session.column(root), holder, 0, 0)
        seen = Seen()
        for rank, column, container, key in sorted(self._slots, key=_BY_RANK):
            token = column.take(self._reader, seen)
            self._spend(len(token))
            seen.add(token)
            if rank < self._session.last:
                seen.tokens.setdefault(column.path, token)
            value = container[key] = value_of(token)
            self.is_plain = self.is_plain and is_plain(value)
        return holder[0]

    def _spend(self, letters: int) -> None:
        self.left -= letters
        self._body += letters
        if self.left < 0 or self._body > BODY_LETTERS_MAX:
            raise RangeError("more than these bytes may unpack to")

    def _shape(self, column: Column, container: Any, key: Any, depth: int) -> None:
        shape = column.take_shape(self._reader)
        if depth > DEPTH_MAX:
            raise RangeError("nested too deep")
        self._spend(cost_of(shape, column))
        if shape == SCALAR:
            self._slots.append((column.rank, column, container, key))
        elif shape[0] == "{":
            self._keys(shape, column, container, key, depth)
        else:
            self._items(shape, column.items(), container, key, depth)

    def _keys(self, shape: str, column: Column, container: Any, key: Any, depth: int) -> None:
        self.is_plain = self.is_plain and shape.isascii()
        made: dict[str, Any] = {}
        container[key] = made
        for name, child, more in column.layout(shape):
            made[name] = None
            if more:
                self._shape(child, made, name, depth + 1)
            else:
                self._slots.append((child.rank, child, made, name))

    def _items(self, shape: str, column: Column, container: Any, key: Any, depth: int) -> None:
        length = length_of(shape)
        items: list[Any] = [None] * length
        container[key] = items
        for place in range(length):
            if shape[0] == "(":
                self._shape(column, items, place, depth + 1)
            else:
                self._slots.append((column.rank, column, items, place))


def cost_of(shape: str, column: Column) -> int:
    """The letters of a shape, and those of the paths below it, or the places of a list. Raises RangeError."""
    if shape[:1] == "{":
        return len(shape) + len(column.path) * (shape.count(NEXT) + 1)
    return len(shape) + len(column.path) + (length_of(shape) if shape != SCALAR else 0)
