"""差评回访: which ratings are called back, and by when. Pure.

A rating from 不满意 downwards with a telephone for the call is named; one without is anonymous and exempt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from forms.calendar import Calendar
from forms.kinds_people import GOOD_MIN

WORKDAYS: Final = 2  # as any first answer to the people; from when the centre holds the rating
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class CallBack:
    """What is owed to whoever left a number: `since` the centre knows, `done_at` "" while nobody was reached, after
    `tries` calls that reached nobody.
    """

    since: str
    done_at: str = ""
    tries: int = 0


def is_owed(rating: Mapping[str, Any]) -> bool:
    """Whether a rating, the body of rating.given, has to be called back."""
    return int(rating["grade"]) < GOOD_MIN and bool(str(rating.get("callback", "")).strip())


def last_day(since: str, calendar: Calendar) -> str:
    """The last day for the call (民法典 201: the first day does not count)."""
    return calendar.add(datetime.fromisoformat(since).astimezone(_CHINA).date(), WORKDAYS).isoformat()
