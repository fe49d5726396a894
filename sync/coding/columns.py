"""Bodies column by column: a column is a place in the bodies (a path; list items share theirs).

A leaf takes one of four ways: a value that the codebook knows, one that came earlier in this batch, one that follows
from another leaf of the same body (the birth date from the identity number), or a new one, spelled by its pattern or
as text. The columns learn within the batch and forget after it: every batch can be read by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms.events import canonical
from sync.coding.codebook import Codebook, Known
from sync.coding.patterns import Pattern, Segment, skeleton
from sync.coding.ranges import RangeError, Reader, Writer
from sync.coding.tables import Counted, Fixed
from sync.coding.texts import Texts

LEAVES_MAX: Final = 20_000
DEPTH_MAX: Final = 64
RECENT_MAX: Final = 64
KNOWN, RECENT, NEW, RULE = "k", "r", "n", "="
SCALAR: Final = "."
TEXT_KIND: Final = {"s": "s", "j": "j"}  # kinds of a leaf that fits no pattern of its column: a text, another scalar
SHAPES: Final = "\0shapes"  # the column of texts in which new shapes are spelled
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_MISSING: Final = "\0new"


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar: its column and its token: "s" and a text, or "j" and the canonical JSON of a number or word."""

    column: str
    token: str


def token_of(value: Any) -> str:
    return "s" + value if isinstance(value, str) else "j" + canonical(value).decode()


def value_of(token: str) -> Any:
    """Raises ValueError for a token that is no scalar."""
    if token[:1] == "s":
        return token[1:]
    value = json.loads(token[1:])
    if isinstance(value, dict | list | str):
        raise RangeError("not a scalar")
    return value


def identity_number(digits: str) -> str:
    """The 18 characters of an identity number from its first 17 (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def _birth(token: str) -> str:
    return f"s{token[7:11]}-{token[11:13]}-{token[13:15]}"


def _sex(token: str) -> str:
    return "s" + "21"[token[17:18] in "13579" and token[17:18] != ""]


RULES: Final[dict[str, Callable[[str], str]]] = {"same": lambda token: token, "birth": _birth, "sex": _sex}


def shape_of(value: Any) -> str:
    """What stands at a place: a scalar, an object with these keys, or a list of so many."""
    if isinstance(value, dict):
        return "{" + "\x1f".join(value)
    return f"[{len(value)}" if isinstance(value, list) else SCALAR


def children(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from ((f"{path}/{key}", child) for key, child in value.items())
    elif isinstance(value, list):
        yield from ((f"{path}/*", child) for child in value)


class Column:
    """What a batch has learned of one place."""

    def __init__(self, known: Known) -> None:
        self.values = Fixed(known.values) if known.values else None
        self.rules = known.rules
        possible = [*(f"{RULE}{place}" for place in range(len(known.rules))), *([KNOWN] if known.values else []), RECENT, NEW]
        self.ways = Counted(_never_impossible(possible, known.ways))
        self.shapes = Counted(_never_impossible([_MISSING, *known.shapes], known.shapes))
        self.kinds = Counted(_never_impossible([_MISSING, *known.kinds], known.kinds))
        self.recent: list[str] = []
        self.patterns = {
            kind: Pattern(kind[1:], [Segment.read(one) for one in segments]) for kind, segments in known.patterns.items()
        }

    def way(self, token: str, leaves: Mapping[str, str]) -> str:
        for place, (name, source) in enumerate(self.rules):
            if source in leaves and RULES[name](leaves[source]) == token:
                return f"{RULE}{place}"
        if self.values is not None and token in self.values:
            return KNOWN
        return RECENT if token in self.recent else NEW

    def remember(self, token: str) -> None:
        if token not in self.recent:
            self.recent = [*self.recent[-RECENT_MAX + 1 :], token]


def _never_impossible(symbols: list[str], counts: Mapping[str, int]) -> dict[str, int]:
    """What never came in training is still possible, at a sixteenth of one occurrence."""
    return {symbol: 1 + 16 * counts.get(symbol, 0) for symbol in symbols}


class Session:
    """The columns of one batch, on one side of it."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._columns: dict[str, Column] = {}
        self.texts = Texts(codebook.texts)
        self._rank = {path: place for place, path in enumerate(codebook.first)}

    def column(self, path: str) -> Column:
        if path not in self._columns:
            self._columns[path] = Column(self._codebook.columns.get(path) or Known())
        return self._columns[path]

    def order(self, paths: list[str]) -> list[int]:
        """Places of the leaves in the order in which they go: sources of rules first."""
        last = len(self._rank)
        return sorted(range(len(paths)), key=lambda place: self._rank.get(paths[place], last))


class Packing:
    """Writes bodies."""

    def __init__(self, codebook: Codebook, writer: Writer) -> None:
        self.session, self._writer = Session(codebook), writer

    def body(self, value: Any, root: str = "") -> None:
        """One body; it must be what its own canonical JSON reads as. `root`: where its columns begin."""
        leaves: list[Leaf] = []
        self._shape(value, root, leaves)
        seen: dict[str, str] = {}
        for place in self.session.order([leaf.column for leaf in leaves]):
            leaf = leaves[place]
            self._leaf(leaf, seen)
            seen.setdefault(leaf.column, leaf.token)

    def _shape(self, value: Any, path: str, leaves: list[Leaf]) -> None:
        shape, shapes = shape_of(value), self.session.column(path).shapes
        if shape in shapes:
            shapes.put(self._writer, shape)
        else:
            shapes.put(self._writer, _MISSING)
            shapes.add(shape)
            self.session.texts.put(self._writer, SHAPES, shape)
        if shape == SCALAR:
            leaves.append(Leaf(path, token_of(value)))
        for child_path, child in children(value, path):
            self._shape(child, child_path, leaves)

    def _leaf(self, leaf: Leaf, seen: Mapping[str, str]) -> None:
        column = self.session.column(leaf.column)
        way = column.way(leaf.token, seen)
        column.ways.put(self._writer, way)
        if way == KNOWN and column.values is not None:
            column.values.put(self._writer, leaf.token)
        elif way == RECENT:
            self._writer.number(column.recent.index(leaf.token), len(column.recent))
        elif way == NEW:
            self._spell(column, leaf)
            column.remember(leaf.token)

    def _spell(self, column: Column, leaf: Leaf) -> None:
        kind = kind_of(leaf.token)
        pattern = column.patterns.get(kind)
        text = leaf.token[1:]
        if pattern is not None and pattern.fits(stem(kind, text)):
            column.kinds.put(self._writer, kind)
            pattern.put(self._writer, stem(kind, text))
            return
        plain = leaf.token[0]
        if plain in column.kinds:
            column.kinds.put(self._writer, plain)
        else:
            column.kinds.put(self._writer, _MISSING)
            self._writer.number("sj".index(plain), 2)
            column.kinds.add(plain)
        self.session.texts.put(self._writer, leaf.column, text)


IDENTITY: Final = "i"  # the kind of a text that is an identity number: 17 digits, the last follows


def kind_of(token: str) -> str:
    """Type and skeleton, such as "sxxxx-xx-xx"; only the type for a long or mixed text."""
    text = token[1:]
    if len(text) == 18 and text[:17].isdecimal() and text.isascii() and identity_number(text[:17]) == text:  # noqa: PLR2004 - GB 11643
        return IDENTITY + "x" * 17
    bones = skeleton(text)
    return token[0] + bones if bones is not None else token[0]


def stem(kind: str, text: str) -> str:
    return text[:17] if kind[0] == IDENTITY else text


class Unpacking:
    """Reads bodies; everything that a hostile batch could make long is bounded."""

    def __init__(self, codebook: Codebook, reader: Reader) -> None:
        self.session, self._reader = Session(codebook), reader
        self._left = LEAVES_MAX

    def body(self, root: str = "") -> Any:
        """Raises RangeError, ValueError."""
        self._left = LEAVES_MAX
        slots: list[tuple[str, Any, Any]] = []  # column, container, key
        holder: list[Any] = [None]
        self._shape(root, holder, 0, slots, 0)
        seen: dict[str, str] = {}
        for place in self.session.order([slot[0] for slot in slots]):
            path, container, key = slots[place]
            token = self._leaf(path, seen)
            seen.setdefault(path, token)
            container[key] = value_of(token)
        return holder[0]

    def _shape(self, path: str, container: Any, key: Any, slots: list[tuple[str, Any, Any]], depth: int) -> None:
        self._left -= 1
        if self._left < 0 or depth > DEPTH_MAX or self._reader.overrun > 8:  # noqa: PLR2004 - the coder reads four ahead
            raise RangeError("a body beyond its bounds")
        shape = self._read_shape(path)
        if shape == SCALAR:
            container[key] = None
            slots.append((path, container, key))
        elif shape.startswith("{"):
            names = shape[1:].split("\x1f") if len(shape) > 1 else []
            made = container[key] = dict.fromkeys(names)
            for name in made:
                self._shape(f"{path}/{name}", made, name, slots, depth + 1)
        else:
            length = int(shape[1:])
            if length > LEAVES_MAX:
                raise RangeError("a list beyond its bounds")
            items = container[key] = [None] * length
            for place in range(length):
                self._shape(f"{path}/*", items, place, slots, depth + 1)

    def _read_shape(self, path: str) -> str:
        shapes = self.session.column(path).shapes
        shape = shapes.take(self._reader)
        if shape == _MISSING:
            shape = self.session.texts.take(self._reader, SHAPES)
            if shape in shapes:
                raise RangeError("a shape that was known")
            shapes.add(shape)
        return shape

    def _leaf(self, path: str, seen: Mapping[str, str]) -> str:
        column = self.session.column(path)
        way = column.ways.take(self._reader)
        if way == KNOWN and column.values is not None:
            return column.values.take(self._reader)
        if way == RECENT and column.recent:
            return column.recent[self._reader.number(len(column.recent))]
        if way.startswith(RULE):
            name, source = column.rules[int(way[1:])]
            if source not in seen:
                raise RangeError("a rule without its source")
            return RULES[name](seen[source])
        token = self._spelled(column, path)
        column.remember(token)
        return token

    def _spelled(self, column: Column, path: str) -> str:
        kind = column.kinds.take(self._reader)
        if kind in column.patterns:
            text = column.patterns[kind].take(self._reader)
            return "s" + identity_number(text) if kind[0] == IDENTITY else kind[0] + text
        if kind == _MISSING:
            kind = "sj"[self._reader.number(2)]
            if kind in column.kinds:
                raise RangeError("a kind that was known")
            column.kinds.add(kind)
        return kind + self.session.texts.take(self._reader, path)
