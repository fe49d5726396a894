"""A codebook from generated answers: never from real ones, since what it knows is published.

What is worth knowing is tried: the first half of the examples teaches, the second half shows how often that helps.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from typing import Any, Final

from sync.coding import codebook
from sync.coding.codebook import Codebook, Known
from sync.coding.columns import IDENTITY, KNOWN, NEW, RECENT, RULE, RULES, children, kind_of, shape_of, stem, token_of
from sync.coding.patterns import Segment, alphabet_of
from sync.coding.texts import ANY_COLUMN, END, ORDER

BATCH: Final = 10  # how many bodies a batch is taken to have when the ways are counted
VALUE_MIN: Final = 3  # how often a value must come to be published
CONTEXT_MIN: Final = 2
PATTERNS_MAX: Final = 24
RULE_SHARE_MIN: Final = 0.25
UNIFORM_SLACK_BITS: Final = 0.06

Body = Mapping[str, str]


def train(bodies: Sequence[Any]) -> Codebook:
    """Learn from parsed JSON bodies; the same bodies in the same order give the same codebook."""
    shapes: dict[str, Counter[str]] = defaultdict(Counter)
    flat = [_flat(body, "", shapes, {}) for body in bodies]
    leaves = _by_column(flat)
    rules = {path: _rules(path, flat) for path in leaves}
    texts: dict[str, Any] = {}
    columns = {}
    for path in sorted(set(leaves) | set(shapes)):
        known, spelled = _column(path, flat, leaves.get(path, []), rules.get(path, ()), shapes[path])
        columns[path] = known
        if spelled:
            texts[path] = spelled
    counted = {path: _contexts(some, ORDER) for path, some in texts.items()}
    counted[ANY_COLUMN] = _contexts([text for some in texts.values() for text in some], 2)
    first = sorted({source for found in rules.values() for _, source in found})
    return codebook.make(columns, counted, tuple(_sorted_sources(first, rules)))


def _flat(value: Any, path: str, shapes: dict[str, Counter[str]], leaves: dict[str, list[str]]) -> dict[str, list[str]]:
    shape = shape_of(value)
    shapes[path][shape] += 1
    if shape == ".":
        leaves.setdefault(path, []).append(token_of(value))
    for child_path, child in children(value, path):
        _flat(child, child_path, shapes, leaves)
    return leaves


def _by_column(flat: Iterable[Mapping[str, list[str]]]) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = defaultdict(list)
    for body in flat:
        for path, tokens in body.items():
            columns[path] += tokens
    return columns


def _rules(path: str, flat: Sequence[Mapping[str, list[str]]]) -> tuple[tuple[str, str], ...]:
    """The rule that gives this column's first leaf most often, where that says more than its commonest value."""
    own = [(body[path][0], body) for body in flat if path in body]
    commonest = Counter(token for token, _ in own).most_common(1)[0][1]
    hits: Counter[tuple[str, str]] = Counter()
    for token, body in own:
        for source, tokens in body.items():
            if source != path:
                hits.update((name, source) for name, rule in RULES.items() if _gives(name, rule, tokens[0], token))
    likely = [(count, rule) for rule, count in hits.items() if count > max(RULE_SHARE_MIN * len(own), 1.15 * commonest)]
    # two columns that are the same as each other: only the later one follows from the earlier
    likely = [(count, rule) for count, rule in likely if rule[0] != "same" or rule[1] < path]
    best = max(likely, key=lambda one: (one[0], one[1]), default=None)
    return (best[1],) if best else ()


def _gives(name: str, rule: Any, source: str, token: str) -> bool:
    if name != "same" and kind_of(source)[0] != IDENTITY:
        return False
    return bool(rule(source) == token)


def _sorted_sources(first: list[str], rules: Mapping[str, tuple[tuple[str, str], ...]]) -> list[str]:
    """Sources before what follows from them, also where a source itself follows from another."""
    placed: list[str] = []

    def place(path: str, above: tuple[str, ...]) -> None:
        for _, source in rules.get(path, ()):
            if source not in above:
                place(source, (*above, path))
        if path not in placed:
            placed.append(path)

    for path in first:
        place(path, ())
    return placed


def _column(
    path: str, flat: Sequence[Mapping[str, list[str]]], tokens: list[str], rules: tuple[tuple[str, str], ...],
    shapes: Counter[str],
) -> tuple[Known, list[str]]:  # fmt: skip
    """What is known of a column, and the texts that are spelled in it."""
    common = {token: n for token, n in Counter(tokens).most_common() if n >= VALUE_MIN}
    ways: Counter[str] = Counter()
    used: Counter[str] = Counter()
    fresh: list[str] = []
    recent: set[str] = set()
    for number, body in enumerate(flat):
        if number % BATCH == 0:
            recent = set()
        for token in body.get(path, ()):
            way = _way(token, body, rules, common, recent)
            ways[way] += 1
            used.update([token] if way == KNOWN else [])
            fresh += [token] if way == NEW else []
            recent.add(token)
    kinds, patterns, spelled = _kinds(fresh)
    values = dict(sorted(used.items(), key=lambda one: (-one[1], one[0])))
    return Known(values, dict(_ranked(ways)), rules, kinds, patterns, dict(_ranked(shapes))), spelled


def _way(token: str, body: Mapping[str, list[str]], rules: Any, common: Mapping[str, int], recent: set[str]) -> str:
    for place, (name, source) in enumerate(rules):
        if source in body and _gives(name, RULES[name], body[source][0], token):
            return f"{RULE}{place}"
    if token in common:
        return KNOWN
    return RECENT if token in recent else NEW


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _kinds(fresh: list[str]) -> tuple[dict[str, int], dict[str, list[Any]], list[str]]:
    """How new leaves are spelled: counts of the kinds, the patterns, and the texts that fit none."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for token in fresh:
        grouped[kind_of(token)].append(token[1:])
    wanted = sorted((kind for kind in grouped if len(kind) > 1), key=lambda kind: (-len(grouped[kind]), kind))
    wanted = [kind for kind in wanted if len(grouped[kind]) >= VALUE_MIN][:PATTERNS_MAX]
    patterns = {kind: _segments([stem(kind, text) for text in grouped[kind]]) for kind in wanted}
    counts = Counter({kind: len(grouped[kind]) for kind in wanted})
    spelled = [text for kind, texts in grouped.items() if kind not in patterns for text in texts]
    for kind, texts in grouped.items():
        if kind not in patterns:
            counts[kind[0].replace(IDENTITY, "s")] += len(texts)
    return dict(_ranked(counts)), patterns, spelled


def _segments(texts: list[str]) -> list[list[Any]]:
    letters = ["".join(one for one in text if one.isalnum()) for text in texts]
    places = [Counter(word[place] for word in letters) for place in range(len(letters[0]))]
    made: list[Segment] = []
    for place, counts in enumerate(places):
        alphabet = _alphabet(places, place)
        segment = Segment(alphabet, 1, {} if _uniform(counts, alphabet) else _place_counts(letters, place, counts))
        if made and not segment.counts and not made[-1].counts and made[-1].alphabet == alphabet:
            made[-1] = Segment(alphabet, made[-1].size + 1, {})
        else:
            made.append(segment)
    return [segment.data() for segment in made]


def _alphabet(places: list[Counter[str]], place: int) -> str:
    """Of the place itself; in a long code all places share one, so that few examples don't narrow it."""
    letters = set(places[place])
    if len(places) >= 24:  # noqa: PLR2004 - a digest or a key, not a number
        letters = set().union(*places)
    return alphabet_of(letters)


def _uniform(counts: Counter[str], alphabet: str) -> bool:
    whole = sum(counts.values())
    entropy = -sum(n / whole * log2(n / whole) for n in counts.values())
    return entropy > log2(len(alphabet)) - UNIFORM_SLACK_BITS - len(alphabet) / whole


def _place_counts(letters: list[str], place: int, counts: Counter[str]) -> dict[str, dict[str, int]]:
    """Counts of a place, and by the letter before where that tells enough."""
    found = {"": dict(_ranked(counts))}
    if place:
        pairs: dict[str, Counter[str]] = defaultdict(Counter)
        for word in letters:
            pairs[word[place - 1]][word[place]] += 1
        if sum(_bits(after) for after in pairs.values()) + 8 * len(pairs) < _bits(counts):
            found |= {before: dict(_ranked(after)) for before, after in sorted(pairs.items())}
    return found


def _bits(counts: Counter[str]) -> float:
    """What the letters cost, with what it costs to have learned their counts."""
    whole = sum(counts.values())
    return -sum(n * log2(n / whole) for n in counts.values()) + 4 * len(counts)


def _contexts(texts: Iterable[str], order: int) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        before = ""
        for letter in (*text, END):
            for length in range(min(order, len(before)) + 1):
                found[before[len(before) - length :]][letter] += 1
            before = (before + letter)[-order:]
    return {
        context: dict(_ranked(counts))
        for context, counts in sorted(found.items())
        if len(context) == 0 or sum(counts.values()) >= CONTEXT_MIN
    }
