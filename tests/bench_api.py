"""The interface for other programs, asked at random: what its document allows and what it forbids, on a store with
applications in every state. Promised: no fault of the server, and no answer that its document doesn't describe.
"""

import collections
import shutil
import tempfile
from pathlib import Path
from typing import Any

CASES_MIN = 10_000
EXAMPLES = 1000  # of each operation and mode; each operation is asked in two


def figures() -> list[dict[str, Any]]:
    """So many cases against one centre."""
    folder = Path(tempfile.mkdtemp(prefix="yizhan-api-"))
    try:
        return _figures(folder)
    finally:
        shutil.rmtree(folder)


def _figures(folder: Path) -> list[dict[str, Any]]:
    from tests.asking import ask_at_random

    centre, numbers = made(folder)
    asked = ask_at_random(centre, "li", numbers, examples=EXAMPLES)
    centre.close()
    if asked.failures:
        print("\n".join(asked.failures[:5]))  # noqa: T201 - the bench prints its table
    faults = sum(count for status, count in asked.statuses.items() if status >= 500)
    said = ", ".join(f"{status}: {count}" for status, count in sorted(asked.statuses.items()))
    kinds = collections.Counter(failure.split(":")[0] for failure in asked.failures)
    return [
        {"name": "api: cases that are lacking", "value": max(0, CASES_MIN - asked.cases), "unit": "", "limit": 0,
         "beside": f"{asked.cases} cases ({said})"},
        {"name": "api: faults of the server (5xx)", "value": faults, "unit": "", "limit": 0},
        {"name": "api: answers against the document", "value": len(asked.failures), "unit": "", "limit": 0,
         "beside": ", ".join(f"{name} {count}" for name, count in kinds.most_common(3))},
    ]  # fmt: skip  # a table


def made(folder: Path) -> tuple[Any, list[str]]:
    """A centre with forty applications, received, accepted, waiting for a correction, closed; and their numbers."""
    from edge.accounts import Cost
    from sync.centre import cases, reviewers
    from sync.centre.centre import create_home, open_centre
    from sync.centre.receiver import receive
    from tests.centre_room import MATERIAL, NODE, enrolled, number, pieces

    create_home(folder / "centre")
    centre = open_centre(folder / "centre", cost=Cost(1024, 1, 1))
    room = enrolled(centre)
    numbers = [number(serial) for serial in range(1, 41)]
    for serial in range(1, 41):
        room.file_one(serial, materials=[MATERIAL])
    for body in (room.batch(), room.batch(chunks=pieces())):
        room.read(receive(centre, NODE, body), body)
    reviewers.add(centre, "chen", "陈审批", "vier-dicke-huehner")
    reviewers.add(centre, "li", "李审批", "vier-dicke-huehner")
    for one in numbers[:10]:
        cases.accept(centre, one, actor="centre:chen")
    for one in numbers[:5]:
        cases.decide(centre, one, actor="centre:chen", result="granted")
    return centre, numbers
