"""The hours and market days of room.toml, read from the words that people read: 周一至周六 8:30–17:30，逢一、六赶集.

What can't be read counts as Monday to Friday, nine to five; `unread` says so, and the page of appointments shows it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from edge.room import Room
from forms.schedule import Schedule, clock_text

_DAYS = {name: place for place, name in enumerate("一二三四五六日")} | {"天": 6}
_USUAL = ((("09:00-17:00",),) * 5) + ((), ())
_TIME = r"(\d{1,2})[:：](\d{2})"
_SPAN = re.compile(_TIME + r"\s*[-–—~～至到]+\s*" + _TIME)
_RANGE = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])\s*[至到–—~～-]+\s*(?:周|星期|礼拜)?([一二三四五六日天])")
_SINGLE = re.compile(r"(?:周|星期|礼拜)((?:[一二三四五六日天][、，,和及]?)+)")
_EVERY = re.compile("每天|每日|全天|全年|天天")
_WORKDAYS = re.compile("工作日")
_PARTS = re.compile(r"[；;。\n]")
_NUMBERS = {name: str(place) for place, name in enumerate("十一二三四五六七八九")} | {"初": ""}
_MARKET = re.compile(r"逢\s*([一二三四五六七八九十0-9、，,和及\s]+)")
_LUNAR = re.compile("农历|阴历|初")


def schedule(room: Room) -> Schedule:
    """What the room says of its hours, with the slots of room.toml."""
    week = _week(room.hours) or _USUAL
    ends = _ends(room.market_days)
    widest = max(week, key=len, default=())
    return Schedule(week, ends, widest if ends else (), room.appointment_minutes, room.appointment_places)


def is_known(room: Room) -> bool:
    """Whether the hours could be read; where not, nobody can say that the room was closed."""
    return bool(_week(room.hours))


def unread(room: Room) -> list[str]:
    """What could not be read, in sentences for the officer."""
    said = []
    if not _week(room.hours):
        said.append("room.toml 的 hours 看不出开放时间，预约暂按周一至周五 9:00–17:00。写法如：周一至周六 8:30–17:30")
    if room.market_days and not _ends(room.market_days):
        said.append("room.toml 的 market_days 看不出是哪几天，预约没有按赶集日放号。写法如：逢一、六赶集")
    return said


@lru_cache(maxsize=16)
def _week(text: str) -> tuple[tuple[str, ...], ...]:
    """Seven days of spans; () where nothing could be read."""
    week: list[list[str]] = [[] for _ in range(7)]
    for part in _PARTS.split(text):
        spans = [_span(*found.groups()) for found in _SPAN.finditer(part)]
        for day in _days(part) if spans else ():
            week[day] += [span for span in spans if span]
    return tuple(map(tuple, week)) if any(week) else ()


def _span(*given: str) -> str:
    first, last = (int(given[at]) * 60 + int(given[at + 1]) for at in (0, 2))
    return f"{clock_text(first)}-{clock_text(last)}" if 0 <= first < last < 24 * 60 else ""


def _days(part: str) -> Iterable[int]:
    ranges = [(_DAYS[first], _DAYS[last]) for first, last in _RANGE.findall(part)]
    rest = _RANGE.sub("", part)
    named = {_DAYS[one] for group in _SINGLE.findall(rest) for one in group if one in _DAYS}
    named |= {day for first, last in ranges for day in range(first, last + 1)}
    if named:
        return sorted(named)
    if _WORKDAYS.search(part):
        return range(5)
    return range(7) if _EVERY.search(part) or _SPAN.sub("", part).strip(" ，,、") == "" else ()


@lru_cache(maxsize=16)
def _ends(text: str) -> tuple[str, ...]:
    """Last digits of the dates on which there is a market; a market by the moon's calendar is not counted out."""
    found = _MARKET.search(text)
    if found is None or _LUNAR.search(text):
        return ()
    digits = [_NUMBERS.get(one, one) for one in found[1]]
    return tuple(sorted({one for one in digits if one.isdecimal() and len(one) == 1}))
