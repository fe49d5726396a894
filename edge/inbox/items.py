"""One sealed item of an inbox, as it lies in its file: a head that everybody may read, a signature, a ciphertext.

    yizhan-inbox-1 NL  head (canonical JSON) NL  Ed25519 over both (hex) NL  HPKE ciphertext

The head names nobody: numbers of receipts, a time, and what binds the ciphertext to its place. The ciphertext opens
with the key in the room's database alone; it holds the events as they were written, and the files that they name.
"""

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from edge import sealing
from edge.errors import problem
from edge.sealing import SealingError
from forms.events import canonical
from sync.suites import MODERN_1, SuiteError

MAGIC: Final = b"yizhan-inbox-1\n"
ITEM_BYTES_MAX: Final = 96 << 20
_HEAD_BYTES_MAX: Final = 65_536
_SIGNATURE_DIGITS: Final = 128
_LENGTH = struct.Struct(">I")
_TOKEN_TAG = b"yizhan-inbox-token-1\0"


@dataclass(frozen=True, slots=True)
class Head:
    """`set`: which keys it was made with; `place`: which item of its series, from 1; `numbers`: of the receipts that
    were given; `tokens`: marks of their QR codes; `prev`: the digest of the item before, "" for the first.
    """

    set: str
    node: str
    series: str
    place: int
    numbers: tuple[str, ...]
    tokens: tuple[str, ...]
    at: str
    prev: str
    sealed: str

    @property
    def about(self) -> str:
        """What the ciphertext is bound to."""
        return f"{self.set}/{self.node}/{self.series}/{self.place}"


@dataclass(frozen=True, slots=True)
class File:
    """A file of an item: what the room's database keeps of a material."""

    sha256: str
    media_type: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """The events {kind, application, actor, at, body} in their order, and the files that they name."""

    events: tuple[Mapping[str, Any], ...]
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A whole item whose signature was checked; `digest` (hex) is that of its file."""

    head: Head
    digest: str
    ciphertext: bytes


def mark(token: str) -> str:
    """What a head says of the code in a receipt's QR, from which nobody gets the code."""
    return hashlib.sha256(_TOKEN_TAG + token.encode()).hexdigest()[:32]


def seal(public: bytes, sign: bytes, head: Mapping[str, Any], content: Content) -> bytes:
    """The file of an item. `head`: the fields of a Head but `sealed`."""
    about = Head(**head, sealed="").about
    ciphertext = sealing.lock(public, about, _packed(content))
    written = canonical({**head, "sealed": hashlib.sha256(ciphertext).hexdigest()})
    signature = MODERN_1.sign(sign, MAGIC + written).hex().encode()
    return MAGIC + written + b"\n" + signature + b"\n" + ciphertext


def digest(data: bytes) -> str:
    """The SHA-256 of an item as it lies there, 64 hexadecimal digits: what the log and the submissions name it by."""
    return hashlib.sha256(data).hexdigest()


def read_head(data: bytes) -> Head:
    """The head of a file, whoever signed it. Raises inbox_item_torn."""
    return _split(data)[0]


def read(data: bytes, sign_key: bytes) -> Item:
    """A whole item that the holder of the set signed. Raises inbox_item_torn."""
    head, written, signature, ciphertext = _split(data)
    try:
        MODERN_1.verify(sign_key, signature, MAGIC + written)
    except SuiteError as error:
        raise problem("inbox_item_torn") from error
    if hashlib.sha256(ciphertext).hexdigest() != head.sealed:
        raise problem("inbox_item_torn")
    return Item(head, digest(data), ciphertext)


def open_item(item: Item, private: bytes) -> Content:
    """Raises inbox_item_torn, inbox_item_wrong for what no inbox of ours packs."""
    try:
        return _unpacked(sealing.unlock(private, item.head.about, item.ciphertext))
    except SealingError as error:
        raise problem("inbox_item_torn") from error
    except (ValueError, KeyError, TypeError, struct.error, RecursionError) as error:
        raise problem("inbox_item_wrong", detail=type(error).__name__) from error


def _split(data: bytes) -> tuple[Head, bytes, bytes, bytes]:
    try:
        start = len(MAGIC)
        end = data.index(b"\n", start, start + _HEAD_BYTES_MAX)
        after = end + 1 + _SIGNATURE_DIGITS
        if not data.startswith(MAGIC) or data[after : after + 1] != b"\n":
            raise problem("inbox_item_torn")
        written, signature = data[start:end], bytes.fromhex(data[end + 1 : after].decode("ascii"))
        return _head(json.loads(written)), written, signature, data[after + 1 :]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise problem("inbox_item_torn") from error


def _head(said: Mapping[str, Any]) -> Head:
    numbers, tokens = (tuple(map(str, said[key])) for key in ("numbers", "tokens"))
    texts = {key: str(said[key]) for key in ("set", "node", "series", "at", "prev", "sealed")}
    return Head(**texts, place=int(said["place"]), numbers=numbers, tokens=tokens)


def _packed(content: Content) -> bytes:
    files = [[one.sha256, one.media_type, one.name, len(one.data)] for one in content.files]
    head = canonical({"events": [dict(one) for one in content.events], "files": files})
    return _LENGTH.pack(len(head)) + head + b"".join(one.data for one in content.files)


def _unpacked(plain: bytes) -> Content:
    end = _LENGTH.size + _LENGTH.unpack_from(plain)[0]
    head = json.loads(plain[_LENGTH.size : end])
    files = []
    for sha256, media_type, name, size in head["files"]:
        data = plain[end : end + size]
        end += size
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("a file is not the one that is named")
        files.append(File(sha256, str(media_type), str(name), data))
    return Content(_events(head["events"]), tuple(files))


def _events(said: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    keys = ("kind", "application", "actor", "at")
    return tuple({**{key: str(one[key]) for key in keys}, "body": dict(one["body"])} for one in said)
