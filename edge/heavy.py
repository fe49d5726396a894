"""What takes tens of megabytes for a moment is done one at a time: opening a photograph, hashing a password.

A node is a small machine. Two of these at once would need the memory of both, and neither would be done sooner.
"""

from __future__ import annotations

import threading
from typing import Final

ONE_AT_A_TIME: Final = threading.RLock()
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h
_LARGE_BYTES: Final = 1 << 20


def give_back_memory() -> bool:
    """Let the C library return what was large to the system as soon as it is free, and let one thread use what another
    has freed. True if it understood. Comes before the threads of a server.

    glibc raises its own limit for large blocks to 32 MB after the first photograph, and from then on keeps some of
    each. It gives each thread a place of its own, where the pages of each one's last photograph would stay.
    """
    import ctypes

    try:
        mallopt = ctypes.CDLL(None).mallopt
        return bool(mallopt(_M_ARENA_MAX, 1) and mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES))
    except (AttributeError, OSError):  # another C library; it has limits of its own
        return False


def trim() -> bool:
    """Give the system back what is free, after work that needed far more than what goes on. True if anything was.

    glibc keeps what lies below the last piece that is in use, and one small piece is enough to hold megabytes.
    """
    import ctypes

    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (AttributeError, OSError):  # another C library; it has ways of its own
        return False
