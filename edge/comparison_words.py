"""晾晒: what the centre says of the rooms of a county for one month, and its signature. The same at both ends.

Figures below five are left out before anything is signed (M68): of another room nobody learns a count behind which
somebody might be known. The formulas are those of forms.figures, wherever they are worked out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from forms.events import canonical
from forms.figures import SMALL, Figures
from sync.suites import KeyPair, SuiteError, of_sign_key

KIND: Final = "rooms.compared"
RATES: Final = ("in_time", "online", "satisfied")
COUNTS: Final = ("received", "closed")
_TAG: Final = b"yizhan-comparison-1\0"


def lines(rooms: Sequence[tuple[str, str, Figures]]) -> list[dict[str, Any]]:
    """One line for each (node, name, figures), without what is too small to be shown."""
    return [{"node": node, "name": name} | _counts(found) | _rates(found) for node, name, found in rooms]


def _counts(found: Figures) -> dict[str, int]:
    """No sum of the county goes with them, from which a hidden one could be taken."""
    counted = {name: int(getattr(found, name)) for name in COUNTS}
    return {name: count for name, count in counted.items() if not 0 < count < SMALL}


def _rates(found: Figures) -> dict[str, dict[str, int]]:
    rates = {name: found.rates[name] for name in RATES}
    return {name: {"part": one.part, "whole": one.whole} for name, one in rates.items() if one.whole >= SMALL}


def sign(body: dict[str, Any], pair: KeyPair) -> dict[str, Any]:
    """The body of an event with the centre's key and signature."""
    said = body | {"key": pair.public.hex()}
    return said | {"signature": of_sign_key(pair.public).sign(pair.private, _TAG + canonical(said)).hex()}


def is_genuine(body: Mapping[str, Any]) -> bool:
    """Whether the signature was made with the key that it names. Says nothing of whose key it is."""
    said = {name: value for name, value in body.items() if name != "signature"}
    try:
        key = bytes.fromhex(body["key"])
        of_sign_key(key).verify(key, bytes.fromhex(body["signature"]), _TAG + canonical(said))
    except (SuiteError, KeyError, TypeError, ValueError):
        return False
    return True
