"""Materials on their shelf: one encrypted piece for each digest, put together from chunks that may come over many days.

`<node>/<2 hex>/<sha256>` is a whole material; `<node>/part/<sha256>/<offset>` are chunks of one that is not yet. Each
is AES-256-GCM under the centre's key, bound to its place. What has a name on the shelf is whole, and writing the same
again is harmless.
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.centre.shelves import Shelf

NONCE_BYTES = 12
TAG_BYTES = 16


class BlobError(Exception):
    """A file that is missing or was changed where it lies."""


class Blobs:
    """The shelf of materials. Node ids and digests are checked by the caller; nothing else becomes part of a name."""

    def __init__(self, shelf: Shelf, secret: bytes) -> None:
        self._shelf = shelf
        self._cipher = AESGCM(HKDF(SHA256(), 32, None, b"yizhan-centre-blobs-1").derive(secret))

    def whole(self, node_id: str, sha256: str) -> bool:
        return self._shelf.size(_place(node_id, sha256)) is not None

    def read(self, node_id: str, sha256: str) -> bytes:
        """The material's bytes. Raises BlobError when the file is missing, changed, or not what its name says."""
        data = self._read(_place(node_id, sha256))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobError(f"{sha256}: other content than its name says")
        return data

    def held(self, node_id: str, sha256: str) -> int:
        """Bytes of an unfinished material that are here from the start without a gap."""
        return _end(self._chunks(node_id, sha256))

    def add_chunk(self, node_id: str, sha256: str, offset: int, data: bytes) -> int:
        """Keep a chunk, also one behind a gap: what is sent over several connections comes in any order.

        Returns the bytes held from the start without a gap. The same chunk again changes nothing; of two that begin at
        the same place the longer one stays.
        """
        chunks = self._chunks(node_id, sha256)
        held = _end(chunks)
        if offset + len(data) <= held or chunks.get(offset, -1) >= len(data):
            return held
        self._write(f"{_parts(node_id, sha256)}/{offset:012d}", data)
        return _end(chunks | {offset: len(data)})

    def finish(self, node_id: str, sha256: str) -> bool:
        """Make a whole material of its chunks. False when they are not what the digest says, or when a shelf that lists
        late has named one that is gone; they are dropped then.
        """
        parts = _parts(node_id, sha256)
        covering = _covering(self._chunks(node_id, sha256))
        try:
            data = b"".join(self._read(f"{parts}/{offset:012d}")[start - offset :] for offset, start, _ in covering)
        except BlobError:
            data = b""
        right = hashlib.sha256(data).hexdigest() == sha256
        if right:
            self._write(_place(node_id, sha256), data)
        self._shelf.clear(parts)  # a rest of it is cleared the next time; it holds nothing of its own
        return right

    def forget(self, node_id: str, sha256: str) -> None:
        """Delete a material, whole or in pieces; one that is not here is gone already."""
        self._shelf.drop(_place(node_id, sha256))
        self._shelf.clear(_parts(node_id, sha256))

    def _chunks(self, node_id: str, sha256: str) -> dict[int, int]:
        """Offset -> bytes of the chunks that lie here."""
        found = self._shelf.sizes(_parts(node_id, sha256))
        return {int(name): size - NONCE_BYTES - TAG_BYTES for name, size in found.items() if name.isdecimal()}

    def _read(self, place: str) -> bytes:
        sealed = self._shelf.get(place)
        try:
            if sealed is None:
                raise BlobError(f"{place}: missing")
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise BlobError(f"{place}: changed where it lies") from error

    def _write(self, place: str, data: bytes) -> None:
        nonce = os.urandom(NONCE_BYTES)
        self._shelf.put(place, nonce + self._cipher.encrypt(nonce, data, place.encode()))


def _place(node_id: str, sha256: str) -> str:
    return f"{node_id}/{sha256[:2]}/{sha256}"


def _parts(node_id: str, sha256: str) -> str:
    return f"{node_id}/part/{sha256}"


def _covering(chunks: dict[int, int]) -> list[tuple[int, int, int]]:
    """(offset of the chunk, where it is read from, its end) of those that cover the material from 0 on."""
    found: list[tuple[int, int, int]] = []
    at = 0
    for offset, size in sorted(chunks.items()):
        if offset > at:
            break
        if offset + size > at:
            found.append((offset, at, offset + size))
            at = offset + size
    return found


def _end(chunks: dict[int, int]) -> int:
    return max((end for _, _, end in _covering(chunks)), default=0)
