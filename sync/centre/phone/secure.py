"""Personal details are shown over TLS alone; the province's proxy ends it (sync.centre.proxied)."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from edge.errors import problem
from sync.centre.settings import CentreSettings


def must_be_private(settings: CentreSettings) -> None:
    """Raises phone_plain."""
    if not is_private(settings):
        raise problem("phone_plain")


def is_private(settings: CentreSettings) -> bool:
    """Not over plain HTTP, unless the settings allow it or a centre that nobody else reaches talks to a browser on its
    own machine. A centre with a public `url` believes no loopback: that may be a proxy that says nothing.
    """
    return bool(settings.phone_plain) or request.is_secure or _is_alone(settings)


def _is_alone(settings: CentreSettings) -> bool:
    told = urlsplit(settings.url).hostname
    return _is_loopback(request.remote_addr or "") and (told is None or _is_loopback(told))


def _is_loopback(address: str) -> bool:
    try:
        return address == "localhost" or ip_address(address).is_loopback
    except ValueError:
        return False
