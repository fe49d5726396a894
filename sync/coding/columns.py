"""What a batch learns of each place in its bodies: a column is a path (the items of a list share theirs).

A leaf takes one of four ways: a value that the codebook knows, one that came earlier in this batch, one that follows
from another leaf of the same body (the birth date from the identity number), or a new one, spelled by its pattern or
as text. The columns learn within the batch and forget after it: every batch can be read by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sync.coding.codebook import CODE, KNOWN, NEW, RECENT, REFERENCE, RULE, Codebook, Known
from sync.coding.leaves import (
    BARE_LENGTH,
    IDENTITY,
    REFERS,
    RULES,
    SCALAR,
    Seen,
    code_of,
    identity_number,
    kind_of,
    length_of,
    names_of,
    stem,
)
from sync.coding.patterns import Pattern, Segment, free_alphabet, put_free, take_free
from sync.coding.ranges import RangeError, Reader, Writer
from sync.coding.tables import Counted, Fixed
from sync.coding.texts import Texts

RECENT_MAX: Final = 64
SHAPES: Final = "\0shapes"  # the column of texts in which new shapes are spelled
# kinds of a leaf that fits no pattern of its column: a text, another scalar, a code in one of the five alphabets
PLAIN_KINDS: Final = ("s", "j", "f0", "f1", "f2", "f3", "f4")
_FREE: Final = "f"
CODE_MIN: Final = 24  # a shorter code goes as text in a column whose texts the codebook knows
_MISSING: Final = "\0new"


class Start:
    """Where a column stands at the start of every batch; made once for each column of a codebook."""

    def __init__(self, known: Known) -> None:
        self.values = Fixed(known.values) if known.values else None
        self.rules = [(f"{RULE}{place}", RULES[name], source) for place, (name, source) in enumerate(known.rules)]
        codes = [way for way in (CODE, REFERENCE) if way in known.ways or not known.ways]
        ways = [*(way for way, _, _ in self.rules), *([KNOWN] if known.values else []), RECENT, NEW, *codes]
        self.codes = frozenset(codes)
        self.ways = Counted(_never_impossible(ways, known.ways))
        self.shapes = Counted(_never_impossible([_MISSING, *known.shapes], known.shapes))
        self.kinds = Counted(_never_impossible([_MISSING, *known.kinds], known.kinds))
        self.patterns = {
            kind: Pattern(kind[1:], [Segment.read(one) for one in segments])
            for kind, segments in known.patterns.items()
        }


def _never_impossible(symbols: list[str], counts: Mapping[str, int]) -> dict[str, int]:
    """What never came in training is still possible, at a sixteenth of one occurrence."""
    return {symbol: 1 + 16 * counts.get(symbol, 0) for symbol in symbols}


_UNKNOWN: Final = Start(Known())


class Column:
    """What a batch has learned of one place. `rank`: when it goes among the leaves of a body."""

    __slots__ = ("_layouts", "_session", "_start", "kinds", "path", "patterns", "rank", "recent", "shapes", "ways")

    def __init__(self, path: str, start: Start, session: Session, rank: int) -> None:
        self.path, self._start, self._session, self.rank = path, start, session, rank
        self.ways, self.shapes, self.kinds = start.ways.fresh(), start.shapes.fresh(), start.kinds.fresh()
        self.recent: dict[str, None] = {}
        self.patterns: dict[str, Pattern] = {}
        self._layouts: dict[str, list[tuple[str, Column, bool]]] = {}

    def layout(self, shape: str) -> list[tuple[str, Column, bool]]:
        """The keys of an object's shape: name, column, whether it holds more. Raises RangeError."""
        found = self._layouts.get(shape)
        if found is None:
            names = names_of(shape)
            found = [(name, self._session.column(f"{self.path}/{name}"), more) for name, more in names]
            self._layouts[shape] = found
        return found

    def items(self) -> Column:
        return self._session.column(f"{self.path}/*")

    def put_shape(self, writer: Writer, shape: str) -> None:
        if shape in self.shapes:
            self.shapes.put(writer, shape)
            return
        self.shapes.put(writer, _MISSING)
        self.shapes.add(shape)
        self._session.texts.put(writer, SHAPES, shape)

    def take_shape(self, reader: Reader) -> str:
        shape = self.shapes.take(reader)
        if shape == _MISSING:
            shape = self._session.texts.take(reader, SHAPES)
            if shape in self.shapes:
                raise RangeError("a shape that was known")
            if shape[:1] not in (SCALAR, "{"):
                length_of(shape)
            self.shapes.add(shape)
        return shape

    def put(self, writer: Writer, token: str, seen: Seen) -> None:
        way = self._way(token, seen)
        self.ways.put(writer, way)
        if way == KNOWN and self._start.values is not None:
            self._start.values.put(writer, token)
        elif way == RECENT:
            writer.number(list(self.recent).index(token), len(self.recent))
        elif way == NEW:
            self._put_kind(writer, token)
            self._remember(token)
        elif way in (CODE, REFERENCE):
            writer.number(seen.codes.index(code_of(token)), len(seen.codes))

    def take(self, reader: Reader, seen: Seen) -> str:
        """Raises RangeError; KeyError, IndexError for what follows from nothing."""
        way = self.ways.take(reader)
        if way == KNOWN and self._start.values is not None:
            return self._start.values.take(reader)
        if way == RECENT and self.recent:
            return list(self.recent)[reader.number(len(self.recent))]
        if way[0] == RULE:
            _, rule, source = self._start.rules[int(way[1:])]
            return rule(seen.tokens[source])
        if way in (CODE, REFERENCE):
            prefix = REFERS if way == REFERENCE else ""
            return "s" + prefix + seen.codes[reader.number(max(1, len(seen.codes)))]
        token = self._take_kind(reader)
        self._remember(token)
        return token

    def _way(self, token: str, seen: Seen) -> str:
        for way, rule, source in self._start.rules:
            if source in seen.tokens and rule(seen.tokens[source]) == token:
                return way
        if seen.codes and self._start.codes and code_of(token) in seen.codes:
            way = CODE if len(token) == BARE_LENGTH else REFERENCE
            if way in self._start.codes:
                return way
        if self._start.values is not None and token in self._start.values:
            return KNOWN
        return RECENT if token in self.recent else NEW

    def _remember(self, token: str) -> None:
        if token not in self.recent:
            if len(self.recent) == RECENT_MAX:
                del self.recent[next(iter(self.recent))]
            self.recent[token] = None

    def _put_kind(self, writer: Writer, token: str) -> None:
        kind = kind_of(token)
        known = self._start.patterns.get(kind)
        text = stem(kind, token[1:]) if known else token[1:]
        if known is not None and known.fits(text):
            self.kinds.put(writer, kind)
            self._pattern(kind).put(writer, text)
        else:
            self._put_plain(writer, token[0], token[1:])

    def _put_plain(self, writer: Writer, kind: str, text: str) -> None:
        is_code = kind == "s" and (len(text) >= CODE_MIN or not self._session.texts.knows(self.path))
        alphabet = free_alphabet(text) if is_code else None
        plain = kind if alphabet is None else f"{_FREE}{alphabet}"
        if plain in self.kinds:
            self.kinds.put(writer, plain)
        else:
            self.kinds.put(writer, _MISSING)
            writer.number(PLAIN_KINDS.index(plain), len(PLAIN_KINDS))
            self.kinds.add(plain)
        if alphabet is None:
            self._session.texts.put(writer, self.path, text)
        else:
            put_free(writer, text, alphabet)

    def _take_kind(self, reader: Reader) -> str:
        kind = self.kinds.take(reader)
        if kind in self._start.patterns:
            text = self._pattern(kind).take(reader)
            return "s" + identity_number(text) if kind[0] == IDENTITY else kind[0] + text
        if kind == _MISSING:
            kind = PLAIN_KINDS[reader.number(len(PLAIN_KINDS))]
            if kind in self.kinds:
                raise RangeError("a kind that was known")
            self.kinds.add(kind)
        if kind[0] == _FREE:
            return "s" + take_free(reader, int(kind[1:]))
        return kind + self._session.texts.take(reader, self.path)

    def _pattern(self, kind: str) -> Pattern:
        if kind not in self.patterns:
            self.patterns[kind] = self._start.patterns[kind].fresh()
        return self.patterns[kind]


class Session:
    """The columns of one batch, on one side of it."""

    def __init__(self, codebook: Codebook) -> None:
        self._codebook = codebook
        self._columns: dict[str, Column] = {}
        self._starts: dict[str, Start] = codebook.made.setdefault("starts", {})
        self._rank = {path: place for place, path in enumerate(codebook.first)}
        self.last = len(self._rank)
        self.texts = Texts(codebook)

    def column(self, path: str) -> Column:
        found = self._columns.get(path)
        if found is None:
            found = Column(path, self._start(path), self, self._rank.get(path, self.last))
            self._columns[path] = found
        return found

    def _start(self, path: str) -> Start:
        if path not in self._starts:
            known = self._codebook.columns.get(path)
            if known is None:
                return _UNKNOWN
            self._starts[path] = Start(known)
        return self._starts[path]
