"""The centre's pair of keys for bringing back the key of a room's database. Sheets of rooms hold a slot for it."""

from pathlib import Path

from edge import sealing
from edge.errors import problem
from sync.centre.identity import write_secret


def create(private_file: Path) -> str:
    """Make the pair once; the public key, hexadecimal. The private file may be kept in a safe."""
    place = _public_place(private_file)
    if not place.exists():
        if not private_file.exists():
            write_secret(private_file, sealing.new_key()[0].hex())
        write_secret(place, sealing.public_of(private_key(private_file)).hex())
    return public_key(private_file)


def public_key(private_file: Path) -> str:
    """Hexadecimal; "" where this centre has none, and can bring nothing back then."""
    place = _public_place(private_file)
    return place.read_text(encoding="ascii").strip() if place.exists() else ""


def private_key(private_file: Path) -> bytes:
    """Raises recovery_key_missing."""
    try:
        return bytes.fromhex(private_file.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise problem("recovery_key_missing", key_file=private_file) from error


def _public_place(private_file: Path) -> Path:
    return private_file.with_name(private_file.name + ".pub")
