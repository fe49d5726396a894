"""The cryptographic suites of the envelope, behind one interface, so that another one is one class and one line here.

A suite is named in the header of each envelope by its number, inside the signature. Which one a receiver takes from
whom is its own decision (the keys that it bound, and the centre's signed policy): nobody can talk it down to a weaker.
"""

from typing import Final

from sync.suites.base import KEY_ID_BYTES, KeyPair, Suite, SuiteError, key_id
from sync.suites.gm import Gm1
from sync.suites.modern import Modern1
from sync.suites.post_quantum import ModernPq1

MODERN_1: Final[Suite] = Modern1()
MODERN_PQ_1: Final[Suite] = ModernPq1()
GM_1: Final[Suite] = Gm1()
SUITES: Final[dict[int, Suite]] = {suite.number: suite for suite in (MODERN_1, MODERN_PQ_1, GM_1)}


def named(name: str) -> Suite:
    """The suite of this name. Raises SuiteError for one that is not here."""
    for suite in SUITES.values():
        if suite.name == name:
            return suite
    raise SuiteError(f"no suite {name!r}")


def of_sign_key(public: bytes) -> Suite:
    """The suite that a public key for signing belongs to: their lengths differ. Raises SuiteError."""
    for suite in SUITES.values():
        if len(public) == suite.sign_public_bytes:
            return suite
    raise SuiteError(f"no suite has keys of {len(public)} bytes")


__all__ = [
    "GM_1",
    "KEY_ID_BYTES",
    "MODERN_1",
    "MODERN_PQ_1",
    "SUITES",
    "KeyPair",
    "Modern1",
    "Suite",
    "SuiteError",
    "key_id",
    "named",
    "of_sign_key",
]
