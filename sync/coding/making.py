"""A codebook for these services: made-up events about them, and what their files say themselves.

Never from anything that somebody filed, since a codebook is public. What it doesn't know is still carried, in more
bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from forms.definition import Definition
from sync.coding import made_events
from sync.coding.codebook import Codebook
from sync.coding.library import SUFFIX, write_order
from sync.coding.training import records_of, train

SEED: Final = 1_001  # tests and measurements use others
EVENTS: Final = 2_900
FILE_BYTES_MAX: Final = 150_000
CONTEXT_MIN: Final = 16  # how often letters must come for what follows them to be published
OWN_MIN: Final = 4_000  # letters of a column that has contexts of its own
_OF_CENTRE: Final = 500 / 2_900  # the share of the centre's own events
_SAID_IN: Final = ("i18n", "x-service", "x-samples")


def make(services: Sequence[Definition], *, seed: int = SEED, events: int = EVENTS) -> Codebook:
    """The same services in the same order and the same seed give the same codebook.

    Raises ValueError without services, and for a codebook that would be too large to come with a program or a pack.
    """
    if not services:
        raise ValueError("no service to learn from")
    of_centre = round(events * _OF_CENTRE)
    of_node = made_events.log(services, events - of_centre, seed)
    records = records_of(of_node) + records_of(made_events.centre_log(services, of_centre, seed + 1))
    made = train(records, context_min=CONTEXT_MIN, own_min=OWN_MIN, prose=published_texts(services))
    if len(made.to_bytes()) > FILE_BYTES_MAX:
        raise ValueError(f"{len(made.to_bytes())} bytes where {FILE_BYTES_MAX} may be")
    return made


def keep(made: Codebook, folder: Path) -> Path:
    """Write it into a folder of codebooks, as the newest of its list. Again changes nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{made.prefix.hex()}{SUFFIX}"
    path.write_bytes(made.to_bytes())
    write_order(folder, made.prefix)
    return path


def published_texts(services: Iterable[Definition]) -> list[str]:
    """What the services themselves say: the language in which applicants answer them."""
    return [text for one in services for key in _SAID_IN for text in _texts(one.raw.get(key))]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _texts(child)
    elif isinstance(value, str) and not value.isascii():
        yield value
