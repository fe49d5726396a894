"""What node and centre say of keys and suites, signed so that it can be checked wherever it turns up.

A **key set** (one suite, one key to sign with, one to seal to) takes the place of an earlier one: it is signed with the
earlier key, whose owner vouches for it, and with its own, which proves that it is held. A **policy** says which suites
are allowed and in which order; it is signed by the centre and counts only if its version is higher.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from forms.events import canonical
from sync.suites import SUITES, KeyPair, Suite, SuiteError, named, of_sign_key

NODE_TAG: Final = b"yizhan node-keys/1\0"
CENTRE_TAG: Final = b"yizhan centre-keys/1\0"
_POLICY_TAG: Final = b"yizhan policy/1\0"


@dataclass(frozen=True, slots=True)
class KeySet:
    """Public keys that take the place of others. `of`: the node's id, or "centre"; `by`: the key that vouches.

    Generations count up from 1; `old` and `new` are the signatures of the key `by` and of `sign_key`.
    """

    of: str
    generation: int
    suite: str
    sign_key: bytes
    box_key: bytes
    at: str
    by: bytes = b""
    old: bytes = b""
    new: bytes = b""

    def body(self) -> dict[str, Any]:
        """The body of the event that announces it."""
        said = {name: getattr(self, name) for name in ("generation", "suite", "at")}
        return said | {name: getattr(self, name).hex() for name in _KEY_FIELDS}


_KEY_FIELDS: Final = ("sign_key", "box_key", "by", "old", "new")


def key_set_from(of: str, body: Mapping[str, Any]) -> KeySet:
    """From a body that was checked against the table of kinds."""
    keys = {name: bytes.fromhex(body[name]) for name in _KEY_FIELDS}
    return KeySet(of, body["generation"], body["suite"], at=body["at"], **keys)


def vouch(bare: KeySet, old: KeyPair, new: KeyPair) -> KeySet:
    """The set, signed with the key that it follows and with its own."""
    said = replace(bare, by=old.public)
    by_old, by_new = (of_sign_key(pair.public).sign(pair.private, _said(said)) for pair in (old, new))
    return replace(said, old=by_old, new=by_new)


def is_vouched(one: KeySet) -> bool:
    """Whether both signatures are genuine and the keys fit the suite. It does not ask whose key `by` is."""
    try:
        suite = named(one.suite)
        if (len(one.sign_key), len(one.box_key)) != (suite.sign_public_bytes, suite.box_public_bytes):
            return False
        words = _said(one)
        of_sign_key(one.by).verify(one.by, one.old, words)
        suite.verify(one.sign_key, one.new, words)
    except SuiteError:
        return False
    return True


def _said(one: KeySet) -> bytes:
    tag = CENTRE_TAG if one.of == "centre" else NODE_TAG
    said = {"of": one.of, "generation": one.generation, "suite": one.suite, "at": one.at}
    return tag + canonical(said | {name: getattr(one, name).hex() for name in ("sign_key", "box_key", "by")})


@dataclass(frozen=True, slots=True)
class Policy:
    """Which suites the centre takes, preferred first. `key`, `signature`: of the centre; version 0 is no policy at all.

    From `not_before` (RFC 3339; "" is at once) on nothing behind `minimum` in the list is taken any more.
    """

    version: int
    not_before: str
    suites: tuple[str, ...]
    minimum: str
    key: bytes = b""
    signature: bytes = b""

    def allowed(self, now: str) -> tuple[str, ...]:
        """The suites that may be used at a centre-signed time, preferred first."""
        if not self.suites or self.minimum not in self.suites or now < self.not_before:
            return self.suites
        return self.suites[: self.suites.index(self.minimum) + 1]

    def allows(self, suite: Suite, now: str) -> bool:
        return not self.suites or suite.name in self.allowed(now)

    def body(self) -> dict[str, Any]:
        said = {"version": self.version, "not_before": self.not_before, "suites": list(self.suites)}
        return said | {"minimum": self.minimum, "key": self.key.hex(), "signature": self.signature.hex()}


NO_POLICY: Final = Policy(0, "", (), "")


def policy_from(body: Mapping[str, Any]) -> Policy:
    """From a body that was checked against the table of kinds."""
    key, signature = (bytes.fromhex(body[name]) for name in ("key", "signature"))
    return Policy(body["version"], body["not_before"], tuple(body["suites"]), body["minimum"], key, signature)


def sign_policy(bare: Policy, pair: KeyPair) -> Policy:
    """The policy, signed with the centre's key."""
    said = replace(bare, key=pair.public)
    return replace(said, signature=of_sign_key(pair.public).sign(pair.private, _policy_said(said)))


def is_policy_genuine(one: Policy) -> bool:
    """Whether the signature was made with the key that it names. Says nothing of whose key it is."""
    try:
        of_sign_key(one.key).verify(one.key, one.signature, _policy_said(one))
    except SuiteError:
        return False
    return one.version > 0 and one.minimum in one.suites


def _policy_said(one: Policy) -> bytes:
    said = one.body()
    del said["signature"]
    return _POLICY_TAG + canonical(said)


def known_suites(names: tuple[str, ...]) -> list[Suite]:
    """Those of the named suites that this program has, in their order."""
    have = {suite.name: suite for suite in SUITES.values()}
    return [have[name] for name in names if name in have]
