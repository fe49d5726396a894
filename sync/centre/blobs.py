"""Materials on disk: one encrypted file for each digest, put together from chunks that may come over many days.

`<node>/<2 hex>/<sha256>` is a whole material; `<node>/part/<sha256>/<offset>` are chunks of one that is not yet. Each
file is AES-256-GCM under the centre's key, bound to its place. A file is fsynced under another name, renamed, and its
folder fsynced, so that what has a name is whole. Writing the same again is harmless.
"""

import hashlib
import os
import shutil
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
TAG_BYTES = 16


class BlobError(Exception):
    """A file that is missing or was changed on disk."""


class Blobs:
    """The folder of materials. Node ids and digests are checked by the caller; nothing else becomes part of a path."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder = folder
        self._cipher = AESGCM(HKDF(SHA256(), 32, None, b"yizhan-centre-blobs-1").derive(secret))

    def whole(self, node_id: str, sha256: str) -> bool:
        return self._path(node_id, sha256).exists()

    def read(self, node_id: str, sha256: str) -> bytes:
        """The material's bytes. Raises BlobError when the file is missing, changed, or not what its name says."""
        data = self._read(self._path(node_id, sha256))
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobError(f"{sha256}: other content than its name says")
        return data

    def held(self, node_id: str, sha256: str) -> int:
        """Bytes of an unfinished material that are here from the start without a gap."""
        return max((end for _, _, end in self._parts(node_id, sha256)), default=0)

    def add_chunk(self, node_id: str, sha256: str, offset: int, data: bytes) -> int:
        """Keep a chunk, also one behind a gap: what is sent over several connections comes in any order.

        Returns the bytes held from the start without a gap. The same chunk again changes nothing; of two that begin at
        the same place the longer one stays.
        """
        held = self.held(node_id, sha256)
        path = self._part_folder(node_id, sha256) / f"{offset:012d}"
        if offset + len(data) <= held or (path.exists() and _length(path) >= len(data)):
            return held
        self._write(path, data)
        return self.held(node_id, sha256)

    def finish(self, node_id: str, sha256: str) -> bool:
        """Make a whole material of its chunks. False when they are not what the digest says; they are dropped then."""
        parts = self._part_folder(node_id, sha256)
        data = b"".join(
            self._read(parts / f"{offset:012d}")[start - offset :] for offset, start, _ in self._parts(node_id, sha256)
        )
        right = hashlib.sha256(data).hexdigest() == sha256
        if right:
            self._write(self._path(node_id, sha256), data)
        shutil.rmtree(parts, ignore_errors=True)  # a rest of it is cleared the next time; it holds nothing of its own
        return right

    def _parts(self, node_id: str, sha256: str) -> list[tuple[int, int, int]]:
        """(offset of the chunk, where it is read from, its end) of those that cover the material from 0 on."""
        folder = self._part_folder(node_id, sha256)
        if not folder.is_dir():
            return []
        chunks = sorted((int(p.name), int(p.name) + _length(p)) for p in folder.iterdir() if p.name.isdecimal())
        found: list[tuple[int, int, int]] = []
        at = 0
        for offset, end in chunks:
            if offset > at:
                break
            if end > at:
                found.append((offset, at, end))
                at = end
        return found

    def _path(self, node_id: str, sha256: str) -> Path:
        return self._folder / node_id / sha256[:2] / sha256

    def _part_folder(self, node_id: str, sha256: str) -> Path:
        return self._folder / node_id / "part" / sha256

    def _read(self, path: Path) -> bytes:
        try:
            sealed = path.read_bytes()
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._place(path))
        except (FileNotFoundError, InvalidTag, ValueError) as error:
            raise BlobError(f"{path.name}: missing or changed on disk") from error

    def _write(self, path: Path, data: bytes) -> None:
        _make_folder(path.parent)
        nonce = os.urandom(NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, data, self._place(path))
        write_durably(path, sealed)

    def _place(self, path: Path) -> bytes:
        return path.relative_to(self._folder).as_posix().encode()


def _length(path: Path) -> int:
    """Bytes of the chunk in a file: without nonce and tag."""
    return path.stat().st_size - NONCE_BYTES - TAG_BYTES


def write_durably(path: Path, data: bytes) -> None:
    """Write under another name, fsync, rename, fsync the folder: after a crash there is the whole file or none."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Make the folder and fsync each new name on the way, so that the file in it can't lose its folder."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
