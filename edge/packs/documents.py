"""The signed documents of packs: their shapes, their signatures, and which files each may name.

Node, centre and command line share these rules; they ask no clock and no store. edge.packs says what they mean
together.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from forms.events import canonical
from sync.suites import MODERN_1, Suite, of_sign_key

Refused = Literal["unread", "unsigned", "rollback", "expired", "mixed", "outside", "lacking"]
WHY: Final[dict[Refused, str]] = {
    "unread": "内容不合规定",
    "unsigned": "有效签名不够",
    "rollback": "比本机已采用的旧",
    "expired": "已经过期",
    "mixed": "各部分不是同一次发布的",
    "outside": "签了不归这把密钥管的内容",
    "lacking": "内容还没有收全",
}
ROLES: Final = ("root", "content", "snapshot", "timestamp")
TITLES: Final = {"root": "根", "content": "内容", "snapshot": "清单", "timestamp": "时效", "county": "县"}
DAYS: Final = {"root": 1095, "content": 365, "snapshot": 365, "county": 365, "timestamp": 60}
TEXT_CHARS_MAX: Final = 1_900_000
FILES_MAX: Final = 2000
_TAG: Final = b"yizhan pack/1\0"
_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_KEY: Final = re.compile(r"([0-9a-f]{2}){32,4096}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+08:00")
AREA: Final = re.compile(r"[0-9]{4}|[0-9]{6}")
_NAME: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_LANGUAGE: Final = r"(?:\.[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)?"
# what a county may send to its own rooms, below its folder; the province may send it to all
_LOCAL: Final = rf"home\.toml|officers\.json|(?:cards|faq)/{_NAME}\.json|(?:notices|duties)/{_NAME}{_LANGUAGE}\.md"
LOCAL_FILE: Final = re.compile(_LOCAL)
PROVINCE_FILE: Final = re.compile(
    rf"{_LOCAL}|province\.toml|(?:policy|program)\.json|(?:calendar|data)/{_NAME}\.json"
    r"|codebooks/(?:[0-9a-f]{16}\.b64|newest-first\.txt)"
)


class PackError(Exception):
    """Why a pack is not taken. `code`: one of WHY; `detail`: which part of it."""

    def __init__(self, code: Refused, detail: str) -> None:
        super().__init__(f"{detail}：{WHY[code]}")
        self.code, self.detail = code, detail


@dataclass(frozen=True, slots=True)
class Keys:
    """Whose signatures a role needs: public keys, hex, and how many of them."""

    keys: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class Document:
    """One signed document. `text`: as it is stored and carried; its SHA-256 is its name."""

    text: str
    signed: Mapping[str, Any]
    signatures: tuple[tuple[str, str], ...]

    @property
    def version(self) -> int:
        return int(self.signed["version"])

    @property
    def expires(self) -> str:
        return str(self.signed["expires"])

    @property
    def sha256(self) -> str:
        return sha256_of(self.text)

    def role(self, name: str) -> Keys:
        """The keys of a role, by a root's word."""
        return _keys(self.signed["roles"][name])

    def counties(self) -> dict[str, Keys]:
        """The keys of the counties, by the content's word."""
        return {area: _keys(one) for area, one in self.signed["counties"].items()}


def _keys(said: Mapping[str, Any]) -> Keys:
    return Keys(tuple(said["keys"]), int(said["threshold"]))


def sha256_of(text: str) -> str:
    """The SHA-256 of a text in UTF-8, 64 hexadecimal digits: what documents of a pack name one another by."""
    return hashlib.sha256(text.encode()).hexdigest()


def draft(signed: Mapping[str, Any]) -> Document:
    """An unsigned document."""
    return _document(signed, ())


def _document(signed: Mapping[str, Any], signatures: tuple[tuple[str, str], ...]) -> Document:
    listed = [{"key": key, "signature": signature} for key, signature in signatures]
    return Document(canonical({"signed": signed, "signatures": listed}).decode(), signed, signatures)


def sign(one: Document, private: bytes, suite: Suite = MODERN_1) -> Document:
    """The document with one more signature; an earlier one of the same key makes room for it."""
    key = suite.sign_keys(private).public.hex()
    made = suite.sign(private, _TAG + canonical(one.signed)).hex()
    others = tuple(each for each in one.signatures if each[0] != key)
    return _document(one.signed, (*others, (key, made)))


def signers(one: Document, among: Keys) -> set[str]:
    """Which of these keys have genuinely signed, each counted once however often it stands there."""
    words = _TAG + canonical(one.signed)
    return {key for key, signature in one.signatures if key in among.keys and _is_genuine(key, signature, words)}


def _is_genuine(key: str, signature: str, words: bytes) -> bool:
    try:
        public = bytes.fromhex(key)
        of_sign_key(public).verify(public, bytes.fromhex(signature), words)
    except ValueError:  # SuiteError, or no hexadecimal number
        return False
    return True


def must_be_signed(one: Document, keys: Keys, what: str) -> None:
    """Raises PackError (unsigned)."""
    if len(signers(one, keys)) < keys.threshold:
        raise PackError("unsigned", what)


def read(text: str, kind: str) -> Document:
    """A document of a kind (one of ROLES, or county), whoever signed it. Raises PackError (unread)."""
    try:
        value = json.loads(text)
        signatures = tuple((str(one["key"]), str(one["signature"])) for one in value["signatures"])
        signed = value["signed"]
        fine = len(text) <= TEXT_CHARS_MAX and canonical(value).decode() == text and signed["type"] == kind
        if fine and _is_version(signed["version"]) and _TIME.fullmatch(signed["expires"]) and _SHAPES[kind](signed):
            return Document(text, signed, signatures)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass  # told below, like everything else that is wrong with it
    raise PackError("unread", TITLES[kind])


def is_time(text: str) -> bool:
    """Whether it is a time in the one form in which times are compared as texts."""
    return _TIME.fullmatch(text) is not None


def _is_version(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value < 1 << 53


def _are_keys(said: Mapping[str, Any]) -> bool:
    keys, threshold = said["keys"], said["threshold"]
    fine = len(set(keys)) == len(keys) and all(_KEY.fullmatch(one) for one in keys)
    return fine and _is_version(threshold) and threshold <= len(keys)


def _is_root(signed: Mapping[str, Any]) -> bool:
    roles = signed["roles"]
    apart = [key for name in ROLES for key in roles[name]["keys"]]
    # one key, one role: whoever gets hold of it gets hold of nothing else
    return set(roles) == set(ROLES) and all(map(_are_keys, roles.values())) and len(set(apart)) == len(apart)


def _is_named(said: Mapping[str, Any]) -> bool:
    return bool(_HEX64.fullmatch(said["sha256"])) and _is_version(said["version"])


def _are_files(files: Mapping[str, Any]) -> bool:
    return len(files) <= FILES_MAX and all(_HEX64.fullmatch(one) for one in files.values())


def _is_content(signed: Mapping[str, Any]) -> bool:
    services = all(_HEX64.fullmatch(digest) and isinstance(name, str) for digest, name in signed["services"].items())
    counties = all(AREA.fullmatch(area) and _are_keys(one) for area, one in signed["counties"].items())
    return services and counties and _are_files(signed["files"])


def _is_snapshot(signed: Mapping[str, Any]) -> bool:
    return _is_named(signed["content"]) and all(
        AREA.fullmatch(area) and _is_named(one) for area, one in signed["counties"].items()
    )


_SHAPES: Final[dict[str, Callable[[Mapping[str, Any]], bool]]] = {
    "root": _is_root,
    "content": _is_content,
    "county": lambda signed: bool(AREA.fullmatch(signed["area"])) and _are_files(signed["files"]),
    "snapshot": _is_snapshot,
    "timestamp": lambda signed: _is_named(signed["snapshot"]),
}
