"""What somebody enters in the steps of the first start."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.first_start import FirstStart
from tests.conftest import FixedClock

LATER = "2049-11-21T09:12:03+08:00"  # after whatever day this program was made on
PASSWORD = "shifan-2026"
OFFICER = {"name": "韦建国", "account": "weijianguo", "password": PASSWORD, "again": PASSWORD, "rank": "民警"}
AFTER_ROOM = (("/setup/time", {}), ("/setup/devices", {"act": "later"}), ("/setup/officer", OFFICER))


@contextmanager
def booted(folder: Path) -> Iterator[Callable[..., FirstStart]]:
    """A function that starts the machine of a name, whose home is in `folder`, and again what it started before."""
    begun: dict[str, FirstStart] = {}

    def start(clock: FixedClock | None = None, media: tuple[str, ...] = (), name: str = "room") -> FirstStart:
        if name in begun:
            begun[name].stop()
        begun[name] = FirstStart(folder / name, 0, clock or FixedClock(LATER), media)
        return begun[name]

    try:
        yield start
    finally:
        for one in begun.values():
            one.stop()


def chosen_file(enrolment):
    return {"way": "file", "file": (io.BytesIO(json.dumps(enrolment).encode()), "enrolment.json")}


# devices.toml with a receipt printer that writes into a folder of the home
PRINTER = """[[printers]]
name = "pingtiao"
kind = "receipt"
connection = "file"
port = "printed"

[mapping.desk]
receipt_printer = "pingtiao"
"""
