"""Photos, scans and signatures, kept once each under their SHA-256 in the encrypted database."""

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Any

from edge import images, outgoing, unwritten
from edge.database import Connection, write_blob
from edge.errors import problem
from edge.materials_named import plain_name
from forms.state import Material

if TYPE_CHECKING:
    from edge.node import Node

SIGNATURE_NAME = "签名.png"
SIGNATURE_BYTES_MAX = 1_048_576
_DATA_URL = "data:image/png;base64,"
REFERENCE = "sha256:"


def store(node: "Node", data: bytes, name: str, owner: str, slot: str = "") -> Material:
    """Check and keep a file that `owner` brought; the same bytes again are the same material.

    Raises material_empty, _too_large, _not_image, _too_many_pixels, _damaged. The position in a photo is removed.
    """
    name = plain_name(name)
    kept, media_type = check(node, data, name)
    if owner.startswith(unwritten.PREFIX):
        return node.unwritten.put(kept, media_type, name, slot, owner)
    with node.database.write() as tx:
        return put(tx, kept, media_type, name, slot, owner=owner)


def check(node: "Node", data: bytes, name: str) -> tuple[bytes, str]:
    """What would be kept of a file, and its media type; raises as `store`."""
    if not data:
        raise problem("material_empty", name=name)
    limit = node.settings.photo_bytes_max
    if len(data) > limit:
        raise problem("material_too_large", size=size_text(len(data)), limit=size_text(limit))
    return images.clean(data, name, node.settings.photo_pixels_max)


def put(tx: Connection, data: bytes, media_type: str, name: str, slot: str = "", *, owner: str = "") -> Material:
    """Keep checked bytes, inside a transaction; the first owner of the same bytes stays noted."""
    sha256 = hashlib.sha256(data).hexdigest()
    row = tx.execute(
        "INSERT INTO material (sha256, media_type, size, name, owner, stored_at, data)"
        " VALUES (?, ?, ?, ?, ?, ?, zeroblob(?)) ON CONFLICT (sha256) DO NOTHING RETURNING rowid",
        (sha256, media_type, len(data), name, owner, tx.clock.now(), len(data)),
    ).fetchone()
    if row is not None:
        write_blob(tx, "material", "data", row[0], data)
        outgoing.here_again(tx, sha256)
    return Material(sha256, len(data), media_type, name, slot)


def signature(node: "Node", drawing: str, slot: str = "", owner: str = "") -> Material:
    """Keep a signature: a list of strokes as JSON, or a PNG data URL.

    Raises signature_empty when nothing was written, signature_unreadable.
    """
    if drawing.startswith("data:"):
        data = _from_data_url(drawing)
        if not images.has_ink(data):
            raise problem("signature_empty")
        data, _ = images.clean(data, SIGNATURE_NAME, images.SIGNATURE_SIDE_MAX**2)
    else:
        data = images.draw_strokes(drawing)
    if owner.startswith(unwritten.PREFIX):
        return node.unwritten.put(data, "image/png", SIGNATURE_NAME, slot, owner)
    with node.database.write() as tx:
        return put(tx, data, "image/png", SIGNATURE_NAME, slot, owner=owner)


def _from_data_url(text: str) -> bytes:
    if not text.startswith(_DATA_URL) or len(text) > SIGNATURE_BYTES_MAX:
        raise problem("signature_unreadable")
    try:
        return base64.b64decode(text.removeprefix(_DATA_URL), validate=True)
    except binascii.Error as error:
        raise problem("signature_unreadable") from error


def find(tx: Connection, sha256: str) -> Material | None:
    """What is known of a stored file, without its bytes; its slot is empty."""
    row = tx.execute("SELECT sha256, size, media_type, name FROM material WHERE sha256 = ?", (sha256,)).fetchone()
    return None if row is None else Material(row["sha256"], row["size"], row["media_type"], row["name"], "")


def open(tx: Connection, sha256: str) -> tuple[bytes, str]:  # noqa: A001 - materials.open reads as what it does
    """(bytes, media type). Raises material_missing."""
    row = tx.execute("SELECT data, media_type FROM material WHERE sha256 = ?", (sha256,)).fetchone()
    if row is None:
        raise problem("material_missing")
    return bytes(row["data"]), str(row["media_type"])


def chunk(tx: Connection, sha256: str, start: int, length: int) -> bytes:
    """A piece of a stored file, for the link; b"" behind its end. Raises material_missing."""
    row = tx.execute("SELECT substr(data, ?, ?) FROM material WHERE sha256 = ?", (start + 1, length, sha256)).fetchone()
    if row is None:
        raise problem("material_missing")
    return bytes(row[0])


def preview(tx: Connection, sha256: str) -> bytes:
    """A small JPEG for lists. Raises material_missing; material_not_image for a PDF."""
    return images.preview(open(tx, sha256)[0])


def references(answers: Any, place: str = "") -> list[tuple[str, str]]:
    """(JSON Pointer, sha256 hex) of every file that the answers name."""
    if isinstance(answers, str) and answers.startswith(REFERENCE):
        return [(place, answers.removeprefix(REFERENCE))]
    parts: Any = ()
    if isinstance(answers, dict):
        parts = ((key.replace("~", "~0").replace("/", "~1"), value) for key, value in answers.items())
    elif isinstance(answers, list):
        parts = enumerate(answers)
    return [found for key, value in parts for found in references(value, f"{place}/{key}")]


def size_text(size: int) -> str:
    """40 MB, 300 KB: as people say it."""
    if size >= 1_048_576:  # noqa: PLR2004  one MB
        return f"{size / 1_048_576:.1f}".removesuffix(".0") + " MB"
    return f"{max(1, round(size / 1024))} KB"
