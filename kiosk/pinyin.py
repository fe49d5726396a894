"""Pinyin typed on glass: letters in, words out. Hears n and l, z and zh, c and ch, s and sh, an and ang, en and eng,
in and ing, f and h as the same, what was typed exactly first; in names surnames come first.

The dictionary is forms/data/pinyin.txt (packaging/assets/pinyin.py says how its lines look). It is searched where it
lies on the disk: nothing of it is kept in memory, and nothing that was typed is kept at all.
"""

import math
import mmap
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice

LETTERS_MAX = 40
FOUND_MAX = 120
SPLITS_MAX = 6
SCAN_MAX = 300
BEGUN_MAX = 40
SYLLABLE_MAX = 6
WORD_MAX = 4
SURNAME_MAX = 2
HEARD = 0.02  # how much a word counts for each syllable that only sounds like what was typed
WORD_COST = 4.5  # decimal digits that each further word of a sentence costs
FIRST = 1e9  # puts surnames before everything else
ONE, SURNAME, INITIALS = ".", "~", "="
_LETTERS = re.compile("[a-z']+")
Split = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A word, and how many of the letters it takes."""

    text: str
    taken: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the dictionary."""

    sort: str
    syllables: tuple[str, ...]
    words: tuple[tuple[str, int], ...]


def fold(syllable: str) -> str:
    """A syllable as a hard ear hears it: zhang and zan are the same, and fang and huan."""
    folded = re.sub("(?<=[aei])ng$", "n", re.sub("^([zcs])h", r"\1", syllable))
    folded = re.sub("^n(?=.)", "l", folded)
    folded = re.sub("^f(?=[ae])", "hu", folded).replace("huei", "hui").replace("huen", "hun")
    return {"fo": "huo", "fou": "hou", "fu": "hu"}.get(folded, folded)


def _fold_part(part: str) -> str:
    """The same for a syllable that is not yet typed to its end."""
    return {"n": "l", "f": "h"}.get(part, fold(part))


def _spelt(syllable: str) -> str:
    """As the dictionary spells it: lue and lüe as lve, jv as ju."""
    spelt = re.sub("^([jqxy])v", r"\1u", syllable)
    return re.sub("^([ln])ue$", r"\1ve", spelt)


class Table:
    """Sorted lines of a file, found by how they begin."""

    def __init__(self) -> None:
        with (resources.files("forms") / "data" / "pinyin.txt").open("rb") as file:
            self._text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def rows(self, begin: str) -> Iterator[Row]:
        """The lines that begin so, in order."""
        wanted = begin.encode()
        at = self._first(wanted)
        while self._text[at : at + len(wanted)] == wanted:
            end = self._text.find(b"\n", at)
            yield _row(self._text[at:end].decode())
            at = end + 1

    def _first(self, wanted: bytes) -> int:
        """Where the first line lies that is not before `wanted`."""
        low, high = 0, len(self._text)
        while low < high:
            middle = self._text.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = self._text.find(b"\n", middle) + 1
            if self._text[middle : middle + len(wanted)] < wanted:
                low = end
            else:
                high = middle
        return low


def _row(line: str) -> Row:
    sort, syllables, *words = line.split("\t")
    return Row(sort, tuple(syllables.split(" ")), tuple(zip(words[::2], map(int, words[1::2]), strict=True)))


@cache
def table() -> Table:
    """The dictionary, opened when the first letter is typed."""
    return Table()


@cache
def _syllables() -> frozenset[str]:
    return frozenset(row.sort.removeprefix(ONE) for row in table().rows(ONE))


def find(letters: str, *, name: bool = False, begins: bool = False) -> list[Found]:
    """The words for these letters, the most likely first; at most FOUND_MAX, and none for what is no pinyin.

    `name`: in the name of a person; `begins`: nothing stands before it there, so that a surname is expected.
    """
    letters = letters.lower()[:LETTERS_MAX]
    if not _LETTERS.fullmatch(letters):
        return []
    found = dict.fromkeys(islice(_found(letters, surname=name and begins), FOUND_MAX * 2))
    best: dict[str, Found] = {}
    for one in found:
        best.setdefault(one.text, one)
    return list(best.values())[:FOUND_MAX]


def _found(letters: str, *, surname: bool) -> Iterator[Found]:
    whole = _splits(letters)
    shown = whole or _splits(letters, part=True) or _longest(letters)
    words = [found for split in whole for found in _words(letters, split, surname=surname)]
    if shown and len(shown[0]) > 1 and not _is_known(letters, whole, words, surname=surname):
        yield from _sentence(letters, shown[0], surname=surname)
    yield from words
    if surname:
        yield from _shorter(letters, shown, SURNAME)
    if len(letters) == 1 or not whole:
        yield from _begun(letters)
    yield from _initials(letters)
    yield from _shorter(letters, shown)


def _is_known(letters: str, whole: list[Split], words: list[Found], *, surname: bool) -> bool:
    """Whether the dictionary has what was typed as one word, at the begin of a name as a surname."""
    return any(_scored(_typed(letters, split), SURNAME) for split in whole) if surname else bool(words)


def _splits(letters: str, *, part: bool = False) -> list[Split]:
    """The ways to read the letters as syllables, the longest syllables first; with `part` the last one may be begun."""
    dead: set[int] = set()

    def ways(at: int) -> Iterator[Split]:
        while letters[at : at + 1] == "'":
            at += 1
        if at == len(letters):
            yield ()
        if at in dead:
            return
        alive = at == len(letters)
        for end in range(min(at + SYLLABLE_MAX, len(letters)), at, -1):
            last = part and end == len(letters)
            if _is_syllable(letters[at:end]) or (last and _is_begun(letters[at:end])):
                for rest in ways(end):
                    alive = True
                    yield ((at, end), *rest)
        if not alive:
            dead.add(at)

    return [split for split in islice(ways(0), SPLITS_MAX) if split]


def _is_syllable(text: str) -> bool:
    return fold(_spelt(text)) in _syllables()


def _is_begun(text: str) -> bool:
    begun = _fold_part(_spelt(text))
    return any(syllable.startswith(begun) for syllable in _syllables())


def _longest(letters: str) -> list[Split]:
    """The ways to read as much of the letters as is pinyin."""
    return next((found for end in range(len(letters) - 1, 0, -1) if (found := _splits(letters[:end]))), [])


def _typed(letters: str, split: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    return tuple(_spelt(letters[at:end]) for at, end in split)


def _words(letters: str, split: Split, mark: str = "", *, surname: bool = False) -> list[Found]:
    """Words of exactly these syllables, the most likely first."""
    scored = _scored(_typed(letters, split), mark)
    if surname and len(split) <= SURNAME_MAX:
        scored |= {word: score * FIRST for word, score in _scored(_typed(letters, split), SURNAME).items()}
    return [Found(word, split[-1][1]) for word in sorted(scored, key=lambda word: -scored[word])]


def _scored(typed: Sequence[str], mark: str = "") -> dict[str, float]:
    mark = mark or (ONE if len(typed) == 1 else "")
    scored: dict[str, float] = {}
    for row in table().rows(mark + " ".join(map(fold, typed)) + "\t"):
        heard = HEARD ** sum(mine != theirs for mine, theirs in zip(typed, row.syllables, strict=True))
        for word, often in row.words:
            scored[word] = max(scored.get(word, 0), (often + 1) * heard)
    return scored


def _begun(letters: str) -> Iterator[Found]:
    """Words whose last syllable is only begun."""
    for split in _splits(letters, part=True)[:2]:
        *before, last = _typed(letters, split)
        begin = " ".join([*map(fold, before), _fold_part(last)])
        typed = (*before, last)
        rows = islice(table().rows(("" if before else ONE) + begin), SCAN_MAX)
        scored = {
            word: (often + 1) * HEARD ** sum(not theirs.startswith(mine) for mine, theirs in pairs)
            for row in rows
            if len(row.syllables) == len(typed)
            for pairs in [list(zip(typed, row.syllables, strict=True))]
            for word, often in row.words[:BEGUN_MAX]
        }
        yield from (Found(word, len(letters)) for word in sorted(scored, key=lambda word: -scored[word])[:BEGUN_MAX])


def _initials(letters: str) -> Iterator[Found]:
    """Words by the first letters of their syllables; the most frequent characters for one letter."""
    for row in table().rows(INITIALS + letters + "\t"):
        yield from (Found(word, len(letters)) for word, _ in row.words)


def _shorter(letters: str, splits: list[Split], mark: str = "") -> Iterator[Found]:
    """Words that take fewer of the letters, the longest first."""
    longest = max(map(len, splits), default=0)
    most = SURNAME_MAX if mark else WORD_MAX
    for count in range(min(longest - (not mark), most), 0, -1):
        seen = dict.fromkeys(split[:count] for split in splits if len(split) >= count)
        for split in seen:
            yield from _words(letters, split, mark)


def _sentence(letters: str, split: Split, *, surname: bool) -> Iterator[Found]:
    """The likeliest row of words for all syllables together."""
    best: list[tuple[float, str]] = [(0.0, "")]
    for end in range(1, len(split) + 1):
        ways = []
        for start in range(max(0, end - WORD_MAX), end):
            mark = SURNAME if surname and start == 0 and end <= SURNAME_MAX and end < len(split) else ""
            scored = _scored(_typed(letters, split[start:end]), mark)
            if scored and best[start][0] > -math.inf:
                word = max(scored, key=lambda one: scored[one])
                bonus = WORD_COST * 2 if mark else 0
                ways.append((best[start][0] + math.log10(scored[word]) - WORD_COST + bonus, best[start][1] + word))
        best.append(max(ways, default=(-math.inf, "")))
    if best[-1][1]:
        yield Found(best[-1][1], split[-1][1])
