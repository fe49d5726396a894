"""How much to put into the next batch: about a second of the link, found by doubling and halving."""

from typing import Final

BYTES_MIN: Final = 8 << 10
BYTES_MAX: Final = 1 << 20
BYTES_START: Final = 64 << 10
QUICK_MS: Final = 750
SLOW_MS: Final = 2_000


class Pace:
    """A guess that only decides how large batches are, never what is true: it may be lost at any time."""

    def __init__(self) -> None:
        self.batch_bytes = BYTES_START

    def carried(self, elapsed_ms: int) -> None:
        """A batch and its answer took so long."""
        if elapsed_ms < QUICK_MS:
            self.batch_bytes = min(BYTES_MAX, self.batch_bytes * 2)
        elif elapsed_ms > SLOW_MS:
            self.failed()

    def failed(self) -> None:
        """What did not arrive as a whole may arrive in halves."""
        self.batch_bytes = max(BYTES_MIN, self.batch_bytes // 2)
