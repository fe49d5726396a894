"""A pair of keys to seal to: the private half in a file that may be carried away, the public one beside it.

The supervisor's, to whom complaints are sealed, and the one that brings back the key of a room's database.
"""

import json
from pathlib import Path

from edge import sealing
from edge.durable import write_new, write_whole
from edge.errors import problem


def create(private_file: Path, missing: str) -> str:
    """Make the pair once; the public key, hexadecimal. Where it is already nothing changes.

    Raises as `private_key` does, where only half of the pair is here and it is no key. The public key is written
    whole or not at all: rooms would be given half of it.
    """
    place = _public_place(private_file)
    if not place.exists():
        if not private_file.exists():
            write_new(private_file, json.dumps({"box": sealing.new_key()[0].hex()}).encode() + b"\n")
        own = private_key(private_file, missing)
        write_whole(place, f"{sealing.public_of(own).hex()}\n".encode())
    return public_key(private_file)


def public_key(private_file: Path) -> str:
    """Hexadecimal; "" where this centre has no such pair."""
    place = _public_place(private_file)
    return place.read_text(encoding="ascii").strip() if place.exists() else ""


def private_key(private_file: Path, missing: str) -> bytes:
    """Raises the problem of code `missing` where the file is not here, or is none."""
    try:
        return bytes.fromhex(json.loads(private_file.read_text(encoding="ascii"))["box"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise problem(missing, key_file=private_file) from error


def _public_place(private_file: Path) -> Path:
    return private_file.with_name(private_file.name + ".pub")
