"""The codebook: what is known of each column before anything is sent. Canonical JSON, known by its SHA-256.

A codebook may come from outside, so nothing in it is believed before `read` has looked at all of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import zstandard

from forms.events import canonical
from sync.coding.leaves import IDENTITY, RULES, check_shape, value_of
from sync.coding.patterns import ALPHABETS, LENGTH_MAX, Segment
from sync.coding.tables import SYMBOLS_MAX

BYTES_MAX: Final = 8 << 20
FILE_BYTES_MAX: Final = 1 << 20
FORMAT: Final = "yizhan-codebook-1"
PREFIX_BYTES: Final = 8  # of the digest: how frames name a codebook
COUNT_MAX: Final = 1 << 32
COLUMNS_MAX: Final = 20_000
SYMBOL_CHARS_MAX: Final = 8_192
RULES_MAX: Final = 4
CONTEXT_CHARS_MAX: Final = 3
KNOWN, RECENT, NEW, RULE = "k", "r", "n", "="
CODE, REFERENCE = "c", "f"  # the SHA-256 of a file that this body named before, and "sha256:" before it
_LEVEL: Final = 19
_WINDOW_BYTES_MAX: Final = 8 << 20


class CodebookError(ValueError):
    """A file that is no codebook."""


@dataclass(frozen=True, slots=True)
class Known:
    """One column: `values` (leaf -> count), how often which `way` was taken, `rules` (name, column it comes from),
    `kinds` (type and skeleton -> count) and the `patterns` of the kinds; `shapes` of the objects and lists there.
    """

    values: Mapping[str, int] = field(default_factory=dict)
    ways: Mapping[str, int] = field(default_factory=dict)
    rules: tuple[tuple[str, str], ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    patterns: Mapping[str, list[Any]] = field(default_factory=dict)
    shapes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Codebook:
    """`digest`: 32 bytes. `first`: columns that others are derived from, which therefore come first.

    `made` keeps what was built from it for the next batch; it holds nothing that a batch brought.
    """

    columns: Mapping[str, Known]
    texts: Mapping[str, Mapping[str, Mapping[str, int]]]
    first: tuple[str, ...]
    digest: bytes
    made: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def prefix(self) -> bytes:
        return self.digest[:PREFIX_BYTES]

    def to_bytes(self) -> bytes:
        return zstandard.ZstdCompressor(level=_LEVEL).compress(_canonical(self.columns, self.texts, self.first))


def make(columns: Mapping[str, Known], texts: Mapping[str, Any], first: tuple[str, ...]) -> Codebook:
    """A codebook with its digest: SHA-256 of the canonical columns, texts and first names."""
    return Codebook(columns, texts, first, hashlib.sha256(_canonical(columns, texts, first)).digest())


def _canonical(columns: Mapping[str, Known], texts: Mapping[str, Any], first: tuple[str, ...]) -> bytes:
    listed = {path: _listed(known) for path, known in columns.items()}
    return canonical({"format": FORMAT, "columns": listed, "texts": _pairs_deep(texts), "first": list(first)})


def _listed(known: Known) -> dict[str, Any]:
    """Counts as lists: their order is part of the codebook, and canonical JSON would sort the keys of an object."""
    return {
        "values": _pairs(known.values),
        "ways": _pairs(known.ways),
        "rules": [list(rule) for rule in known.rules],
        "kinds": _pairs(known.kinds),
        "patterns": dict(known.patterns),
        "shapes": _pairs(known.shapes),
    }


def _pairs(counts: Mapping[str, int]) -> list[list[Any]]:
    return [[symbol, count] for symbol, count in counts.items()]


def _pairs_deep(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column: {context: _pairs(counts) for context, counts in contexts.items()} for column, contexts in texts.items()
    }


def read(data: bytes) -> Codebook:
    """Raises CodebookError for whatever is not exactly as PROTOCOL.md says."""
    try:
        content = json.loads(_unpacked(data))
        _expect(isinstance(content, dict) and set(content) == {"format", "columns", "texts", "first"}, "parts")
        _expect(content["format"] == FORMAT, f"format {content['format']!r}")
        _expect(len(content["columns"]) <= COLUMNS_MAX, "columns")
        columns = {path: _known(entry) for path, entry in content["columns"].items()}
        texts = {column: _contexts(contexts) for column, contexts in content["texts"].items()}
        first = tuple(content["first"])
        _expect(len(set(first)) == len(first) and all(isinstance(path, str) for path in first), "first")
        return make(columns, texts, first)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise error if isinstance(error, CodebookError) else CodebookError(str(error)) from error


def _unpacked(data: bytes) -> bytes:
    _expect(len(data) <= FILE_BYTES_MAX, f"{len(data)} bytes")
    try:
        size = zstandard.get_frame_parameters(data).content_size
        _expect(size <= BYTES_MAX, f"unpacks to {size} bytes")
        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES_MAX)
        return unpacker.decompress(data, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise CodebookError(str(error)) from error


def _expect(holds: object, what: str) -> None:
    if not holds:
        raise CodebookError(what)


def _known(entry: Mapping[str, Any]) -> Known:
    names = {"values", "ways", "rules", "kinds", "patterns", "shapes"}
    _expect(isinstance(entry, dict) and set(entry) == names, "a column")
    rules = tuple((name, source) for name, source in entry["rules"])
    _expect(len(rules) <= RULES_MAX, "rules")
    _expect(all(name in RULES and isinstance(source, str) for name, source in rules), "rules")
    known = Known(
        values=_counts(entry["values"]),
        ways=_counts(entry["ways"]),
        rules=rules,
        kinds=_counts(entry["kinds"]),
        patterns=entry["patterns"],
        shapes=_counts(entry["shapes"]),
    )
    _check_symbols(known)
    return known


def _check_symbols(known: Known) -> None:
    for token in known.values:
        _expect(token[:1] in ("s", "j"), "a value")
        value_of(token)
    for shape in known.shapes:
        check_shape(shape)
    ways = {*(f"{RULE}{place}" for place in range(len(known.rules))), KNOWN, RECENT, NEW, CODE, REFERENCE}
    _expect(set(known.ways) <= ways, "ways")
    _expect(isinstance(known.patterns, dict), "patterns")
    _expect(set(known.patterns) <= set(known.kinds) <= {*known.patterns, "s", "j"}, "kinds")
    for kind, segments in known.patterns.items():
        _check_pattern(kind, segments)


def _check_pattern(kind: str, segments: list[Any]) -> None:
    bones = kind[1:]
    _expect(kind[:1] in ("s", "j", IDENTITY) and 0 < len(bones) <= LENGTH_MAX, "a skeleton")
    _expect(bones.isascii() and bones.isprintable(), "a skeleton")
    _expect(sum(map(_places, segments)) == bones.count("x"), "the places of a pattern")
    _expect(not any(bone.isalnum() and bone != "x" for bone in bones), "a skeleton")
    if kind[0] == IDENTITY:
        _expect(bones == "x" * 17 and all(segment[0] == 0 for segment in segments), "an identity number")


def _places(segment: list[Any]) -> int:
    """How many places a segment has, once it is as it should be."""
    alphabet, size, counts = segment
    _expect(_is_count(size, LENGTH_MAX) and size > 0, "a segment")
    _expect(_is_count(alphabet, len(ALPHABETS) - 1) and isinstance(counts, dict), "a segment")
    letters = ALPHABETS[alphabet]
    _expect(not counts or ("" in counts and (size == 1 or len(counts) == 1)), "a segment")
    for before, after in counts.items():
        _expect(len(before) <= 1 and isinstance(after, dict) and all(len(one) == size for one in after), "a segment")
        _expect(all(_is_count(count, COUNT_MAX) for count in after.values()), "a segment")
        _expect(all(letter in letters for one in after for letter in one), "a segment")
    return Segment.read(segment).size


def _contexts(contexts: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    found = {context: _counts(counts) for context, counts in contexts.items()}
    _expect(all(len(context) <= CONTEXT_CHARS_MAX for context in found), "a context")
    _expect(all(len(letter) <= 1 for counts in found.values() for letter in counts), "a letter")
    return found


def _counts(pairs: list[Any]) -> dict[str, int]:
    counts = {symbol: count for symbol, count in pairs}  # noqa: C416 - dict() would take pairs of any kind
    _expect(isinstance(pairs, list) and len(counts) == len(pairs) <= SYMBOLS_MAX, "counts")
    for symbol, count in counts.items():
        _expect(isinstance(symbol, str) and len(symbol) <= SYMBOL_CHARS_MAX and _is_count(count, COUNT_MAX), "a count")
        symbol.encode()
    return counts


def _is_count(value: object, value_max: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= value_max


EMPTY: Final = make({}, {}, ())

__all__ = ["EMPTY", "Codebook", "CodebookError", "Known", "make", "read"]
