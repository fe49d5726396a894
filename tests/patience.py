"""The end of patience with what might go on for ever. No test judges how long something takes, for that is a matter of the
machine; the benches measure it.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 60


@contextmanager
def patience() -> Iterator[None]:
    """Ends what keeps the processor for a minute with a TimeoutError; only on the main thread."""
    before = signal.signal(signal.SIGVTALRM, _is_out)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _is_out(_signum: int, _frame: object) -> None:
    raise TimeoutError("this kept the processor for a minute")
