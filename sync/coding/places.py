"""The places of a pattern, learned from texts of one skeleton: which letters come, and whether the one before tells."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import log2
from typing import Any, Final

from sync.coding.patterns import Segment, alphabet_of, letters_of

UNIFORM_SLACK_BITS: Final = 0.06
COUNT_BITS: Final = 6  # what one published count is taken to cost
TABLE_BITS: Final = 12
TOGETHER_MAX: Final = 64
TOGETHER_MIN: Final = 8  # how often a combination comes on the average
_CODE: Final = re.compile(r"[0-9A-Za-z]+")
LONG: Final = 24  # places from which a code is a digest or a key, not a number


def segments(texts: list[str]) -> list[list[Any]]:
    """For the codebook; neighbouring places without counts are one, and so are those that know few combinations."""
    words = [letters_of(text) for text in texts]
    places = _pooled([Counter(column) for column in zip(*words, strict=True)], texts[0])
    even = [_uniform(counts) for counts in places]
    made: list[Segment] = []
    at = 0
    while at < len(places):
        end = _run(even, at) if even[at] else _known_together(words, even, at)
        made.append(_segment(words, places, at, end, even=even[at]))
        at = end
    return [segment.data() for segment in made]


def _pooled(places: list[Counter[str]], text: str) -> list[Counter[str]]:
    """The places of a long code are judged together, so that few examples don't narrow it."""
    at = 0
    for part in _CODE.findall(text):
        end = at + len(part)
        if len(part) >= LONG:
            places[at:end] = [sum(places[at:end], Counter())] * len(part)
        at = end
    return places


def _run(even: list[bool], at: int) -> int:
    return next((place for place in range(at, len(even)) if not even[place]), len(even))


def _known_together(words: list[str], even: list[bool], at: int) -> int:
    """The end of the places from `at` on whose letters came in few combinations, each often."""
    end = at + 1
    while end < len(even) and not even[end]:
        combinations = len({word[at : end + 1] for word in words})
        if combinations > TOGETHER_MAX or combinations * TOGETHER_MIN > len(words):
            break
        end += 1
    return end


def _segment(words: list[str], places: list[Counter[str]], at: int, end: int, *, even: bool) -> Segment:
    alphabet = alphabet_of({letter for place in range(at, end) for letter in places[place]})
    if even:
        return Segment(alphabet, end - at, {})
    if end == at + 1:
        return Segment(alphabet, 1, _counts(words, at, places[at]))
    together = Counter(word[at:end] for word in words)
    return Segment(alphabet, end - at, {"": _sorted(together)})


def _uniform(counts: Counter[str]) -> bool:
    whole, letters = counts.total(), len(alphabet_of(set(counts)))
    entropy = -sum(n / whole * log2(n / whole) for n in counts.values())
    return entropy > log2(letters) - UNIFORM_SLACK_BITS - letters / whole


def _counts(words: list[str], place: int, counts: Counter[str]) -> dict[str, dict[str, int]]:
    """Counts of a place, and by the letter before where that tells enough."""
    found = {"": _sorted(counts)}
    if place:
        pairs: dict[str, Counter[str]] = defaultdict(Counter)
        for word in words:
            pairs[word[place - 1]][word[place]] += 1
        if sum(_bits(after) for after in pairs.values()) + TABLE_BITS * len(pairs) < _bits(counts):
            found |= {before: _sorted(after) for before, after in sorted(pairs.items())}
    return found


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _bits(counts: Counter[str]) -> float:
    """What the letters cost, with what it costs to have learned their counts."""
    whole = counts.total()
    return -sum(n * log2(n / whole) for n in counts.values()) + COUNT_BITS * len(counts)
