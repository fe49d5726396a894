"""What somebody types as the end of validity on a card: a day, as people write it, or 长期."""

import re

from edge.errors import problem
from forms.dates import is_date
from forms.kinds_receiving import LONG

_DAY = re.compile(r"([0-9]{4})\D?([0-9]{1,2})\D?([0-9]{1,2})\D?")
_YEARS_AHEAD = 25  # no card is valid for longer but those without end


def noted(text: str, today: str) -> str:
    """As an event says it: "2027-02-20", "long", "" for nothing typed. Raises card_until for anything else."""
    plain = "".join(text.split())
    if plain in ("", "长期", LONG):
        return LONG if plain else ""
    found = _DAY.fullmatch(plain)
    day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""
    if not is_date(day) or not int(today[:4]) - _YEARS_AHEAD <= int(day[:4]) <= int(today[:4]) + _YEARS_AHEAD:
        raise problem("card_until")
    return day
