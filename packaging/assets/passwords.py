"""forms/data/passwords.bin: the passwords that people choose most and that were found in leaks, as the first bytes of
their SHA-256, sorted. From the list of @zxcvbn-ts/language-common; those too short to be taken are left out.

Hashes, so that nobody reads the words in our files and the search needs no list in memory.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

PACKAGES = ("@zxcvbn-ts/language-common",)
LENGTH_MIN = 8  # edge.accounts.PASSWORD_LENGTH_MIN; a test holds the two together
DIGEST_BYTES = 6


def make(modules: Path) -> dict[str, bytes]:
    """The content of the output."""
    listed = json.loads((modules / PACKAGES[0] / "src" / "passwords.json").read_text(encoding="utf-8"))
    words = {word.lower() for word in listed if len(word) >= LENGTH_MIN}
    return {"passwords.bin": b"".join(sorted(hashlib.sha256(word.encode()).digest()[:DIGEST_BYTES] for word in words))}
