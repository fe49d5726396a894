"""Where the code on a receipt leads: to the room's own page, or to the province's, which has to be able to check it."""

from urllib.parse import urlsplit

from edge.settings import Settings


def is_province(settings: Settings) -> bool:
    """Whether `status_url` is the province's page: it is under https, or on the machine that the room sends to. A
    room's own page is plain HTTP on its Wi-Fi.
    """
    place, centre = urlsplit(settings.status_url), urlsplit(settings.centre_url)
    return place.scheme == "https" or bool(place.netloc and place.netloc == centre.netloc)


def address(base: str, code: str) -> str:
    """What the QR says: in capitals where only host and code stand in it, because that makes a smaller code."""
    return f"{base}/s/{code}" if urlsplit(base).path else f"{base}/S/{code}".upper()
