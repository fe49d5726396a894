"""What takes tens of megabytes for a moment is done one at a time: opening a photograph, hashing a password.

A node is a small machine. Two of these at once would need the memory of both, and neither would be done sooner.
"""

from __future__ import annotations

import threading
from typing import Final

ONE_AT_A_TIME: Final = threading.RLock()
_M_MMAP_THRESHOLD: Final = -3
_LARGE_BYTES: Final = 1 << 20


def give_back_large_blocks() -> bool:
    """Let the C library return what was large to the system as soon as it is free. True if it understood.

    glibc raises its own limit for that to 32 MB after the first photograph, and from then on keeps some of each.
    """
    import ctypes

    try:
        return bool(ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES))
    except (AttributeError, OSError):  # another C library; it has limits of its own
        return False
