"""The codebook: what is known of each column before anything is sent. Canonical JSON, known by its SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import zstandard

from forms.events import canonical

BYTES_MAX = 8 << 20
FORMAT = "yizhan-codebook-1"
_LEVEL = 19


class CodebookError(ValueError):
    """A file that is no codebook."""


@dataclass(frozen=True)
class Known:
    """One column: `values` (leaf -> count), how often which `way` was taken, `rules` (name, column it comes from),
    `kinds` (type and skeleton -> count) and the `patterns` of the kinds; `shapes` of the objects and lists there."""

    values: Mapping[str, int] = field(default_factory=dict)
    ways: Mapping[str, int] = field(default_factory=dict)
    rules: tuple[tuple[str, str], ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    patterns: Mapping[str, list[Any]] = field(default_factory=dict)
    shapes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Codebook:
    """`digest`: 32 bytes. `first`: columns that others are derived from, which therefore come first."""

    columns: Mapping[str, Known]
    texts: Mapping[str, Mapping[str, Mapping[str, int]]]
    first: tuple[str, ...]
    digest: bytes

    def to_bytes(self) -> bytes:
        return zstandard.ZstdCompressor(level=_LEVEL).compress(_canonical(self.columns, self.texts, self.first))


EMPTY_DIGEST = bytes(32)
EMPTY = Codebook({}, {}, (), EMPTY_DIGEST)


def make(columns: Mapping[str, Known], texts: Mapping[str, Any], first: tuple[str, ...]) -> Codebook:
    return Codebook(columns, texts, first, hashlib.sha256(_canonical(columns, texts, first)).digest())


def _canonical(columns: Mapping[str, Known], texts: Mapping[str, Any], first: tuple[str, ...]) -> bytes:
    listed = {path: _listed(known) for path, known in columns.items()}
    return canonical({"format": FORMAT, "columns": listed, "texts": _pairs_deep(texts), "first": list(first)})


def _listed(known: Known) -> dict[str, Any]:
    """Counts as lists: their order is part of the codebook, and canonical JSON would sort the keys of an object."""
    return {
        "values": _pairs(known.values), "ways": _pairs(known.ways), "rules": [list(rule) for rule in known.rules],
        "kinds": _pairs(known.kinds), "patterns": dict(known.patterns), "shapes": _pairs(known.shapes),
    }  # fmt: skip


def _pairs(counts: Mapping[str, int]) -> list[list[Any]]:
    return [[symbol, count] for symbol, count in counts.items()]


def _pairs_deep(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column: {context: _pairs(counts) for context, counts in contexts.items()} for column, contexts in texts.items()
    }


def read(data: bytes) -> Codebook:
    """Raises CodebookError."""
    try:
        plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=BYTES_MAX)
        content = json.loads(plain)
        if content["format"] != FORMAT:
            raise CodebookError(f"format {content['format']!r}")
        columns = {path: _known(entry) for path, entry in content["columns"].items()}
        texts = {
            column: {context: dict(counts) for context, counts in contexts.items()}
            for column, contexts in content["texts"].items()
        }
        return make(columns, texts, tuple(content["first"]))
    except (zstandard.ZstdError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise error if isinstance(error, CodebookError) else CodebookError(str(error)) from error


def _known(entry: Mapping[str, Any]) -> Known:
    return Known(
        values=dict(entry["values"]), ways=dict(entry["ways"]), rules=tuple((name, of) for name, of in entry["rules"]),
        kinds=dict(entry["kinds"]), patterns=entry["patterns"], shapes=dict(entry["shapes"]),
    )  # fmt: skip
