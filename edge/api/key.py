"""The key with which another program calls the API of this node: a file beside node.toml, for its owner alone."""

import hmac
import secrets
from contextlib import suppress
from pathlib import Path

from edge.durable import write_new

FILE = "api_key"
KEY_BYTES = 32


def ensure(home: Path) -> str:
    """The key of this home; made when it is first asked for, readable by the owner of the file alone."""
    path = home / FILE
    if not path.exists():
        with suppress(FileExistsError):  # whoever came first made it
            write_new(path, f"{secrets.token_urlsafe(KEY_BYTES)}\n".encode())
    return path.read_text(encoding="ascii").strip()


def is_right(home: Path, given: str) -> bool:
    """Whether `given` is the key; takes the same time for any wrong one. An empty file opens nothing."""
    key = ensure(home)
    return bool(key) and hmac.compare_digest(key.encode(), given.encode())
