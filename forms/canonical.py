"""Canonical JSON (RFC 8785) of a file that was read: by the standard library where that writes the same bytes.

rfc8785 is exact and slow; a start reads dozens of files. json.dumps with sorted keys differs from it only in numbers
with a fraction or beyond 2^53, and in the order of keys from beyond the Basic Multilingual Plane.
"""

from __future__ import annotations

import json
import re
from typing import Any

import rfc8785

# a number that is written in another way, or a character beyond U+FFFF behind an escape; inside of a text it only costs
_DIFFERS = re.compile(r'(?:"\s*:|[\[,])\s*-?[0-9]+(?:[.eE]|(?<=[0-9]{16}))|\\u[dD]')


def dumps(value: Any, text: str = "") -> bytes:
    """The canonical bytes of `value`, which `text` was read as ("" when there is no text).

    Raises ValueError and RecursionError as rfc8785 does.
    """
    if isinstance(value, dict) and text and _in_plane(text) and _DIFFERS.search(text) is None:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return rfc8785.dumps(value)


def _in_plane(text: str) -> bool:
    """Whether every character lies in the Basic Multilingual Plane, so that code points sort as UTF-16 does."""
    return len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text)
