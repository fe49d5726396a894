"""A row of the catalogue of errors."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A row of the catalogue: `permanent`: trying again can't help; `status`: the HTTP status of its page."""

    sentence: str
    hint: str
    permanent: bool
    status: int
