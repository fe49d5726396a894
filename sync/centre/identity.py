"""The centre's own keys: sets of one pair to sign with and one pair that envelopes are sealed to.

They lie in one file outside the store, which is written anew and put in its place whole: a rotation has happened or it
has not. Each set after the first is vouched for by the one before. New rooms get the newest; the older ones answer
rooms that have not heard of it yet, each in the set that it wrote to, until somebody retires them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from edge.durable import write_new, write_whole
from edge.key_words import KeySet, key_set_from, vouch
from sync.envelope import OpenKeys, SealKeys
from sync.suites import MODERN_1, KeyPair, Suite, SuiteError, key_id, named

OWNER = "centre"


class IdentityError(Exception):
    """The file of keys is missing or is none. The message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class OwnSet:
    """One set with its private keys; `word` is how the one before vouches for it (the first has no signatures)."""

    sign: KeyPair
    box: KeyPair
    suite: Suite
    word: KeySet

    @property
    def generation(self) -> int:
        return self.word.generation

    def opens(self, sender_sign_key: bytes) -> OpenKeys:
        return OpenKeys(self.box.private, self.box.public, sender_sign_key, self.suite)

    def seals(self, recipient_box_key: bytes) -> SealKeys:
        return SealKeys(self.sign.private, self.sign.public, recipient_box_key, self.suite)


@dataclass(frozen=True, slots=True)
class _Content:
    """The file: sets in use, and the words on those whose private keys are destroyed."""

    sets: tuple[OwnSet, ...]
    retired: tuple[KeySet, ...]


class Identity:
    """The sets of the file at `path`. A set that another process has added or retired is seen at the next question."""

    def __init__(self, path: Path) -> None:
        """Raises IdentityError."""
        self._path = path
        self._held: tuple[tuple[int, ...], _Content] = ((), _Content((), ()))
        self.sets()

    def sets(self) -> tuple[OwnSet, ...]:
        """All that are in use, oldest first. Raises IdentityError."""
        return self._content().sets

    def words(self) -> list[KeySet]:
        """How each set but the first is vouched for, retired ones too: a room follows them one after the other."""
        content = self._content()
        words = [*content.retired, *(one.word for one in content.sets)]
        return sorted((one for one in words if one.by), key=lambda one: one.generation)

    def _content(self) -> "_Content":
        mark = _mark(self._path)
        if self._held[0] != mark:
            self._held = (mark, _read(self._path))
        return self._held[1]

    @property
    def newest(self) -> OwnSet:
        return self.sets()[-1]

    @property
    def sign(self) -> KeyPair:
        """What the centre signs with today: publications, policies, enrolment files."""
        return self.newest.sign

    @property
    def box(self) -> KeyPair:
        return self.newest.box

    @property
    def sign_keys(self) -> frozenset[str]:
        """The public keys of all sets, hex: what the centre itself has ever signed with and not retired."""
        return frozenset(one.sign.public.hex() for one in self.sets())

    def addressed(self, box_key_id: bytes) -> OwnSet | None:
        """The set that an envelope was sealed to."""
        return next((one for one in self.sets() if key_id(one.box.public) == box_key_id), None)

    def of_suite(self, suite: Suite) -> OwnSet | None:
        """The newest set of a suite."""
        return next((one for one in reversed(self.sets()) if one.suite is suite), None)

    def opens(self, sender_sign_key: bytes) -> OpenKeys:
        return self.newest.opens(sender_sign_key)

    def seals(self, recipient_box_key: bytes) -> SealKeys:
        return self.newest.seals(recipient_box_key)

    def rotate(self, suite: Suite, at: str) -> OwnSet:
        """Add a set that the newest vouches for, and make it the newest. One rename is the whole change."""
        content, last = self._content(), self.newest
        sign, box = suite.sign_keys(), suite.box_keys()
        bare = KeySet(OWNER, last.generation + 1, suite.name, sign.public, box.public, at)
        made = OwnSet(sign, box, suite, vouch(bare, last.sign, sign))
        write_whole(self._path, f"{_text(replace(content, sets=(*content.sets, made)))}\n".encode())
        return made

    def retire(self, generation: int) -> None:
        """Destroy an older set: what was sealed to it can't be opened any more, and no room is answered in its name."""
        content = self._content()
        kept = tuple(one for one in content.sets if one.generation != generation)
        ended = tuple(one.word for one in content.sets if one.generation == generation)
        write_whole(self._path, f"{_text(_Content(kept, content.retired + ended))}\n".encode())


def create(path: Path, at: str = "") -> Identity:
    """Make new keys and write them, readable by the owner alone. Raises FileExistsError where keys are already."""
    sign, box = MODERN_1.sign_keys(), MODERN_1.box_keys()
    word = KeySet(OWNER, 1, MODERN_1.name, sign.public, box.public, at)
    write_new(path, f"{_text(_Content((OwnSet(sign, box, MODERN_1, word),), ()))}\n".encode())
    return Identity(path)


def load(path: Path) -> Identity:
    """Raises IdentityError."""
    return Identity(path)


def _mark(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError as error:
        raise IdentityError(f"找不到中心的密钥文件 {path}，请从保管处取回。") from error
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _read(path: Path) -> _Content:
    try:
        found = json.loads(path.read_text(encoding="ascii"))
        # a file of the first version holds one set without a number
        sets = [_set(one) for one in found.get("sets") or [{**found, "generation": 1, "suite": MODERN_1.name}]]
        retired = tuple(key_set_from(OWNER, one) for one in found.get("retired", ()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SuiteError) as error:
        raise IdentityError(f"中心的密钥文件 {path} 内容不对，请从保管处取回原来的文件。") from error
    return _Content(tuple(sorted(sets, key=lambda one: one.generation)), retired)


def _set(found: Mapping[str, Any]) -> OwnSet:
    suite = named(found["suite"])
    sign, box = suite.sign_keys(bytes.fromhex(found["sign"])), suite.box_keys(bytes.fromhex(found["box"]))
    bare = KeySet(OWNER, found["generation"], suite.name, sign.public, box.public, found.get("at", ""))
    by, old, new = (bytes.fromhex(found.get(name, "")) for name in ("by", "old", "new"))
    return OwnSet(sign, box, suite, replace(bare, by=by, old=old, new=new))


def _text(content: _Content) -> str:
    retired = [one.body() for one in content.retired]
    return json.dumps({"sets": [_plain(one) for one in content.sets], "retired": retired})


def _plain(one: OwnSet) -> dict[str, Any]:
    said = {"generation": one.generation, "suite": one.suite.name, "at": one.word.at}
    said |= {"sign": one.sign.private.hex(), "box": one.box.private.hex()}
    return said | {name: getattr(one.word, name).hex() for name in ("by", "old", "new")}


def derive(key: bytes, purpose: bytes) -> bytes:
    """A secret of its own for each use of the centre's key; 32 bytes."""
    return HKDF(SHA256(), 32, None, purpose).derive(key)
