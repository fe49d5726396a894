"""The centre's pair of keys for bringing back the key of a room's database. Sheets of rooms hold a slot for it."""

from pathlib import Path
from typing import Final

from sync.centre import key_pair

_MISSING: Final = "recovery_key_missing"


def create(private_file: Path) -> str:
    """See key_pair.create; the private file may be kept in a safe."""
    return key_pair.create(private_file, _MISSING)


def private_key(private_file: Path) -> bytes:
    """Raises recovery_key_missing."""
    return key_pair.private_key(private_file, _MISSING)
