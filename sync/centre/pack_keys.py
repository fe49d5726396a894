"""The two keys of packs that the centre holds itself, in a file of their own: one says which documents belong together,
one which of them are today's. Those of root and content are with people, each in a file that stays with its holder.
"""

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from edge.durable import write_new
from edge.errors import problem
from sync.centre.centre import Centre
from sync.suites import MODERN_1

FILE: Final = "pack.keys"
KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Online:
    """Private keys, raw."""

    snapshot: bytes = field(repr=False)
    timestamp: bytes = field(repr=False)

    @property
    def public(self) -> dict[str, str]:
        """Role -> public key, hex."""
        both = {"snapshot": self.snapshot, "timestamp": self.timestamp}
        return {role: MODERN_1.sign_keys(private).public.hex() for role, private in both.items()}


def _path(centre: Centre) -> Path:
    return centre.settings.home / FILE


def are_there(centre: Centre) -> bool:
    """Whether the centre has begun with packs."""
    return _path(centre).is_file()


def held(centre: Centre) -> Online:
    """Raises pack_not_begun where there is none, centre_store for a file that is none."""
    try:
        found = json.loads(_path(centre).read_text(encoding="ascii"))
        return Online(bytes.fromhex(found["snapshot"]), bytes.fromhex(found["timestamp"]))
    except FileNotFoundError as error:
        raise problem("pack_not_begun") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise problem("centre_store", detail=f"{FILE} 读不出来，请从保管处取回。") from error


def made(centre: Centre, *, anew: bool = False) -> Online:
    """Those that are there, or new ones. `anew`: others in their place; a root has to name them before they count."""
    if anew or not _path(centre).exists():
        fresh = Online(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))
        text = json.dumps({"snapshot": fresh.snapshot.hex(), "timestamp": fresh.timestamp.hex()})
        if anew:
            _path(centre).replace(_path(centre).with_suffix(".before"))
        write_new(_path(centre), f"{text}\n".encode())
    return held(centre)
