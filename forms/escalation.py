"""投诉的时限和升级: a complaint is answered within two working days, else it is the next level's; up to the province.

2 个工作日内回应群众诉求; the levels above are our own reading of 超时升级. Pure.
"""

from datetime import date, datetime, timedelta, timezone
from typing import Final

from forms.calendar import Calendar

ANSWER_WORKDAYS: Final = 2
LEVELS: Final[tuple[str, ...]] = ("county", "city", "province")
TITLES: Final[dict[str, str]] = {"county": "县级", "city": "市级", "province": "省级"}
ANSWERED: Final[dict[str, str]] = {
    "mended": "属实，已经整改",
    "explained": "已核实，作了说明",
    "unfounded": "经核实，情况不属实",
    "passed": "已转有关部门处理",
}
_CHINA = timezone(timedelta(hours=8))
_AREA_LEVELS: Final[dict[int, int]] = {2: 2, 4: 1}


def last_days(since: str, calendar: Calendar) -> tuple[str, ...]:
    """The last day of each level for a complaint that came in at `since`."""
    day = datetime.fromisoformat(since).astimezone(_CHINA).date()
    found = []
    for _ in LEVELS:
        day = calendar.add(day, ANSWER_WORKDAYS)
        found.append(day.isoformat())
    return tuple(found)


def level(since: str, at: str, calendar: Calendar) -> int:
    """Whose it is at `at`, as an index of LEVELS: 0 while the first two working days are not over."""
    today = datetime.fromisoformat(at).astimezone(_CHINA).date().isoformat()
    return sum(today > last for last in last_days(since, calendar)[:-1])


def is_late(since: str, at: str, calendar: Calendar) -> bool:
    """Whether the first two working days were over at `at`."""
    return level(since, at, calendar) > 0


def level_of_area(area: str) -> int:
    """At which level somebody with this area works; who has no area works at all of them, from the lowest on."""
    return _AREA_LEVELS.get(len(area), 0)


def first_late_day(today: str, calendar: Calendar) -> str:
    """What came in before this day is late on `today`, where it was not answered."""
    day = date.fromisoformat(today)
    while calendar.add(day, ANSWER_WORKDAYS).isoformat() >= today:
        day -= timedelta(days=1)
    return (day + timedelta(days=1)).isoformat()
