"""Canonical JSON (RFC 8785): by the standard library where that writes the same bytes.

rfc8785 is exact and slow; a start reads dozens of files, and every event is written and checked by it. json.dumps with
sorted keys differs from it only in numbers with a fraction or beyond 2^53, and in the order of keys from beyond the
Basic Multilingual Plane.
"""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

# a number that is written in another way, or a character beyond U+FFFF behind an escape; inside of a text it only costs
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_INTEGER_MAX = 2**53 - 1
_DIFFERS = re.compile(r'(?:"\s*:|[\[,])\s*-?[0-9]+(?:[.eE]|(?<=[0-9]{16}))|\\u[dD]')


def dumps(value: Any, text: str = "") -> bytes:
    """The canonical bytes of `value`, which `text` was read as ("" when there is no text).

    Raises ValueError and RecursionError as rfc8785 does.
    """
    if isinstance(value, dict) and text and _in_plane(text) and _DIFFERS.search(text) is None:
        return _quick(value)
    return rfc8785.dumps(value)


def of(value: Any) -> bytes:
    """The canonical bytes of any value. Raises ValueError and RecursionError as rfc8785 does."""
    try:
        return _quick(value) if _is_plain(value) else rfc8785.dumps(value)
    except UnicodeEncodeError:  # refused by both; this one says why in one way
        return rfc8785.dumps(value)


def _quick(value: Any) -> bytes:
    return _ENCODER.encode(value).encode()


def _is_plain(value: Any) -> bool:
    """Whether it is made of nothing that json.dumps writes otherwise."""
    kind = type(value)
    if kind is dict:
        # most of what is in one are texts
        return all(_is_plain_key(key) and (type(one) is str or _is_plain(one)) for key, one in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    if kind is int:
        return bool(-_INTEGER_MAX <= value <= _INTEGER_MAX)
    return kind is str or kind is bool or value is None


def _is_plain_key(key: Any) -> bool:
    return type(key) is str and (key.isascii() or _in_plane(key))


def _in_plane(text: str) -> bool:
    """Whether every character lies in the Basic Multilingual Plane, so that code points sort as UTF-16 does."""
    return len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)
