"""The key with which another program calls the API of this node: a file beside node.toml, for its owner alone."""

import hmac
import os
import secrets
from pathlib import Path

FILE = "api_key"
KEY_BYTES = 32


def ensure(home: Path) -> str:
    """The key of this home; made when it is first asked for, readable by the owner of the file alone."""
    path = home / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(KEY_BYTES)
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def is_right(home: Path, given: str) -> bool:
    """Whether `given` is the key; takes the same time for any wrong one. An empty file opens nothing."""
    key = ensure(home)
    return bool(key) and hmac.compare_digest(key.encode(), given.encode())
