"""By which names a program answers: numbers, localhost, and what its settings say.

A page from elsewhere can let its own name point to this machine (DNS rebinding), and then counts for the browser as
ours: it could read what the kiosk shows and press what it offers. Such a request names itself by the foreign name.
"""

from collections.abc import Collection
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit


class Names(NamedTuple):
    """The names that one program answers by, besides numbers and localhost. `refused`: the problem of any other.

    `anybody`: beginnings of paths that are asked for by whatever name: no page, and nothing that a page could read.
    """

    known: Collection[str] = ()
    refused: str = "host_unknown"
    anybody: tuple[str, ...] = ()


def of_address(url: str) -> str:
    """The name in an address, "" where it has none."""
    return urlsplit(url).hostname or ""


def is_known(named: str, known: Collection[str]) -> bool:
    """Whether the Host of a request, with its port, is a number, localhost, or one of these names."""
    try:
        place = urlsplit(f"//{named}")
        name = place.hostname or ""
        return place.netloc == named and "@" not in named and (name == "localhost" or name in known or _is_number(name))
    except ValueError:
        return False


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
