"""Administrative divisions in five levels: names, what is below a place, choosing level by level, searching.

A division is one code, that of the deepest level known: 6 digits for province, city and county (GB/T 2260), 9 for a
township, 12 for a village (the statistical bureau's codes).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from forms import lookup, packs

LEVELS = ("province", "city", "county", "town", "village")
TITLES = ("省", "市", "县（市、区）", "乡镇（街道）", "村（社区）")
ENGLISH = ("Province", "City", "County", "Township", "Village")
FOUND_MAX = 12
QUERY_MAX = 40
_PROVINCE, _CITY, _COUNTY, _TOWN, _VILLAGE = range(5)
# names of rows that only hold the table together
_HOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
_NO_LEVELS = ("71", "81", "82")  # the tables end at the province there
Sounds = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Level:
    """One choice on the way down: its name, (code, name) to choose from, and what is chosen ("" for nothing)."""

    title: str
    options: tuple[tuple[str, str], ...]
    chosen: str


def depth(code: str) -> int:
    """Index into LEVELS of the level that a code stands for."""
    if len(code) > packs.TOWN_DIGITS:
        return _VILLAGE
    if len(code) == packs.TOWN_DIGITS:
        return _TOWN
    return _PROVINCE if code.endswith("0000") else _CITY if code.endswith("00") else _COUNTY


def reaches(code: str, level: str) -> bool:
    """Whether a code is as deep as a definition wants it. Looks at the code alone: node and centre say the same."""
    return level not in LEVELS or code.startswith(_NO_LEVELS) or depth(code) >= LEVELS.index(level)


def way(code: str) -> list[str]:
    """The codes from the province down to this one."""
    found = [code] if code else []
    while found and (higher := lookup.above(found[0])):
        found.insert(0, higher)
    return found


def path_name(code: str) -> str:
    """All names from the province down, in one: 贵州省毕节市织金县…; a code that is in no table is shown as it is."""
    if not lookup.known(lookup.DIVISIONS, code):
        upper = [one for one in way(code)[:-1] if lookup.known(lookup.DIVISIONS, one)]
        return f"{path_name(upper[-1])}（{code}）" if upper else code
    names = [lookup.name(lookup.DIVISIONS, one) for one in way(code)]
    return "".join(one for one in names if one not in _HOLDERS and not one.isdigit()) or code


def children(code: str) -> list[tuple[str, str]]:
    """(code, name) of what is offered below a division; of the provinces for ""."""
    over = lookup.override(lookup.DIVISIONS)
    packaged = [one for one in _packaged_children(code) if not over.drops(one)]
    found = sorted({*packaged, *over.below.get(code, ())})
    return [(one, lookup.name(lookup.DIVISIONS, one)) for one in found]


def _packaged_children(code: str) -> list[str]:
    if len(code) > packs.TOWN_DIGITS:
        return []
    upper = _upper().get(code, [])
    if upper or not code:
        return upper
    wanted = packs.TOWN_DIGITS if len(code) < packs.TOWN_DIGITS else packs.TOWN_DIGITS + 3
    return [one for one in packs.county(code[:6]) if len(one) == wanted and one.startswith(code)]


@cache
def _upper() -> Mapping[str, list[str]]:
    """Cities and counties of the program's own table by what they belong to."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in packs.packaged(lookup.DIVISIONS).entries:
        found[lookup.above(code)].append(code)
    return found


def levels(
    value: str, nearby: str, wanted: Mapping[str, Any], language: str = "zh-CN"
) -> tuple[tuple[Level, ...], str]:
    """The choices to show, and the code that they start from.

    `value`: what is chosen, "" for nothing; then the levels above the one that is wanted come from `nearby`, the room's
    own place, and only what is left has to be chosen. `wanted`: what the definition says in `x-lookup`.
    """
    titles = _titles(wanted, language)
    base = value if _usable(value) else _start(nearby, wanted, len(titles))
    chosen = way(base)[: len(titles)]
    found = []
    for index, higher in enumerate(["", *chosen][: len(titles)]):
        offered = tuple(children(higher))
        if not offered:
            break
        here = chosen[index] if index < len(chosen) else ""
        title = titles[min(depth(offered[0][0]), len(titles) - 1)]
        found.append(Level(title, offered, here if here in dict(offered) else ""))
        if not found[-1].chosen:
            break
    return tuple(found), base


def _titles(wanted: Mapping[str, Any], language: str) -> Sequence[str]:
    own = wanted.get("levels")
    if isinstance(own, list) and own and language.startswith("zh"):
        return [str(one) for one in own[: len(LEVELS)]]
    titles = TITLES if language.startswith("zh") else ENGLISH
    return titles[: len(own)] if isinstance(own, list) and own else titles


def _usable(code: str) -> bool:
    return bool(code) and lookup.known(lookup.DIVISIONS, code)


def _start(nearby: str, wanted: Mapping[str, Any], count: int) -> str:
    """As far down the room's own place as leaves the wanted level open."""
    level = wanted.get("level")
    least = LEVELS.index(level) if level in LEVELS else count - 1
    known = [one for one in way(nearby) if _usable(one) and depth(one) < least]
    return known[-1] if known else ""


def chosen(base: str, posted: Sequence[str]) -> str | None:
    """The code that posted choices mean, from the province down; None when nothing was changed.

    The first choice that differs from `base` counts; what was below it belongs to another place.
    """
    before = [*way(base), *[""] * len(posted)]
    for index, one in enumerate(posted):
        if one != before[index]:
            return _settled(one) if one else (before[index - 1] if index else "")
    return None


def _settled(code: str) -> str:
    """Past a level that offers nothing to choose: 北京市 has one row of city level."""
    only = children(code) if depth(code) == _PROVINCE else []
    return only[0][0] if len(only) == 1 and only[0][1] in _HOLDERS else code


def search(query: str, near: Iterable[str], sounds: Sounds | None = None) -> list[tuple[str, str]]:
    """(code, whole name) of divisions found by name, by digits, or by pinyin ("zjx", "zhijin"); at most FOUND_MAX.

    Townships and villages are looked for in the counties of `near` (codes) and of what the query itself names; upper
    levels in the whole country. `sounds`: initials and full pinyin of a name, for queries in Latin letters.
    """
    words = query[:QUERY_MAX].lower().split()
    if not words:
        return []
    counties = {one[:6]: None for code in near for one in _counties(code)}
    if len(words) > 1:
        named = [code for code in packs.packaged(lookup.DIVISIONS).entries if _fits(code, words[0], sounds)]
        counties |= {code: None for code in named[:FOUND_MAX] if depth(code) == _COUNTY}
    found = [code for code in _candidates(counties) if _fits(code, words[-1], sounds) and _around(code, words, sounds)]
    ranked = sorted(found, key=lambda code: (not _begins(code, words[-1]), code[:6] not in counties, len(code), code))
    return [(code, path_name(code)) for code in ranked[:FOUND_MAX]]


def _counties(code: str) -> list[str]:
    """The counties whose villages are searched: a county, or those of a city; a province has too many."""
    if not code or depth(code) == _PROVINCE:
        return []
    return [code] if depth(code) >= _COUNTY else [code, *(one for one, _ in children(code))]


def _candidates(counties: Iterable[str]) -> Iterator[str]:
    over = lookup.override(lookup.DIVISIONS)
    seen = [*packs.packaged(lookup.DIVISIONS).entries, *(one for county in counties for one in packs.county(county))]
    yield from (code for code in seen if not over.drops(code) and code not in over.entries)
    yield from (code for code, name in over.entries.items() if name is not None)


def _fits(code: str, word: str, sounds: Sounds | None) -> bool:
    if word.isdigit():
        return code.startswith(word)
    name = lookup.name(lookup.DIVISIONS, code)
    if name in _HOLDERS:
        return False
    if not word.isascii():
        return word in name
    return sounds is not None and any(sound.startswith(word) for sound in sounds(name))


def _around(code: str, words: list[str], sounds: Sounds | None) -> bool:
    """Every word before the last names something that the place lies in."""
    return all(any(_fits(one, word, sounds) for one in way(code)[:-1]) for word in words[:-1])


def _begins(code: str, word: str) -> bool:
    return lookup.name(lookup.DIVISIONS, code).startswith(word) or code == word
