"""A codebook from generated answers: never from real ones, since what it knows is published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from forms.events import Event
from sync.coding import codebook
from sync.coding.codebook import CODE, KNOWN, NEW, RECENT, REFERENCE, RULE, Codebook, Known
from sync.coding.leaves import (
    BARE_LENGTH,
    IDENTITY,
    RULES,
    SCALAR,
    children,
    code_of,
    holds,
    kind_of,
    shape_of,
    stem,
    token_of,
)
from sync.coding.places import segments
from sync.coding.records import NotCodedError, record
from sync.coding.texts import ANY_COLUMN, ANY_ORDER, END, ORDER

BATCH: Final = 20  # how many events a batch is taken to have when the ways are counted
VALUE_MIN: Final = 3  # how often a value must come to be published
VALUE_CHARS_MAX: Final = 1_000
PATTERNS_MAX: Final = 24
SAMPLE_MAX: Final = 400  # bodies in which rules are looked for
SOURCES_MAX: Final = 12
_TELLING_CHARS: Final = 3  # a shorter token is the same as another by chance

Body = Mapping[str, list[str]]
Rules = tuple[tuple[str, str], ...]


def records_of(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Events of a log as batches would carry them; what can't be coded is left out."""
    found: list[dict[str, Any]] = []
    for place, event in enumerate(events):
        try:
            found.append(record(event, events[place - 1] if place % BATCH else None))
        except NotCodedError:
            continue
    return found


def train(bodies: Sequence[Any], context_min: int = 2, own_min: int = 0, prose: Sequence[str] = ()) -> Codebook:
    """Learn from parsed JSON bodies; the same bodies in the same order give the same codebook.

    `context_min`: how often some letters must come for what follows them to be published. `own_min`: how many letters a
    column must have for contexts of its own. `prose`: further texts, from which every column learns.
    """
    shapes: dict[str, Counter[str]] = defaultdict(Counter)
    flat = [_flat(body, "", shapes, {}, own_shape=True) for body in bodies]
    where = _by_column(flat)
    rules = _rules(flat[:SAMPLE_MAX])
    texts: dict[str, list[str]] = {}
    columns = {}
    for path in sorted(set(where) | set(shapes)):
        found = _column(path, where.get(path, []), rules.get(path, ()), shapes[path])
        columns[path] = found[0]
        if found[1]:
            texts[path] = found[1]
    often = {path: some for path, some in texts.items() if sum(map(len, some)) >= own_min}
    counted = {path: _contexts(some, ORDER, context_min) for path, some in often.items()}
    every = [*prose, *(text for some in texts.values() for text in some)]
    counted[ANY_COLUMN] = _contexts(every, ANY_ORDER, context_min)
    return codebook.make(columns, counted, tuple(_sources(rules)))


def _flat(
    value: Any, path: str, shapes: dict[str, Counter[str]], leaves: dict[str, list[str]], *, own_shape: bool
) -> dict[str, list[str]]:
    """The leaves by column; the shapes that are written are counted on the way."""
    shape = shape_of(value)
    if own_shape:
        shapes[path][shape] += 1
    if shape == SCALAR:
        leaves.setdefault(path, []).append(token_of(value))
    for child_path, child in children(value, path):
        _flat(child, child_path, shapes, leaves, own_shape=holds(child) or shape[0] == "(")
    return leaves


def _by_column(flat: Iterable[Body]) -> dict[str, list[tuple[int, Body]]]:
    """Column -> the bodies that have it, with their numbers."""
    columns: dict[str, list[tuple[int, Body]]] = defaultdict(list)
    for number, body in enumerate(flat):
        for path in body:
            columns[path].append((number, body))
    return columns


def _rules(flat: Sequence[Body]) -> dict[str, Rules]:
    """For each column the rule that gives its first leaf most often, where that says more than its commonest value."""
    hits: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    own: dict[str, Counter[str]] = defaultdict(Counter)
    for body in flat:
        given = _given(body)
        for path, tokens in body.items():
            own[path][tokens[0]] += 1
            # two columns that are the same as each other: only the later one follows from the earlier
            hits[path].update(rule for rule in given.get(tokens[0], ()) if rule[0] != "same" or rule[1] < path)
    found = {path: _best(hits[path], counts) for path, counts in own.items()}
    return {path: rules for path, rules in found.items() if rules}


def _given(body: Body) -> dict[str, list[tuple[str, str]]]:
    """Token -> the rules that give it in this body."""
    given: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, tokens in body.items():
        names = [name for name in RULES if name != "same"] if kind_of(tokens[0])[0] == IDENTITY else []
        names += ["same"] if len(tokens[0]) > _TELLING_CHARS else []
        for name in names:
            result = given[RULES[name](tokens[0])]
            if len(result) < SOURCES_MAX:
                result.append((name, path))
    return given


def _best(hits: Mapping[tuple[str, str], int], own: Counter[str]) -> Rules:
    """The rule that helps in a quarter of the bodies, and in 15 % more of them than the commonest value would."""
    count, rule = max(((count, rule) for rule, count in hits.items()), default=(0, ("", "")))
    commonest = max(own.values())
    return (rule,) if 4 * count > own.total() and 20 * count > 23 * commonest else ()


def _sources(rules: Mapping[str, Rules]) -> list[str]:
    """Sources before what follows from them, also where a source itself follows from another."""
    placed: dict[str, None] = {}

    def place(path: str, above: frozenset[str]) -> None:
        for _, source in rules.get(path, ()):
            if source not in above:
                place(source, above | {path})
        placed.setdefault(path)

    for path in sorted({source for found in rules.values() for _, source in found}):
        place(path, frozenset())
    return list(placed)


def _column(
    path: str, where: Sequence[tuple[int, Body]], rules: Rules, shapes: Counter[str]
) -> tuple[Known, list[str]]:
    """What is known of a column, and the texts that are spelled in it."""
    every = Counter(token for _, body in where for token in body[path])
    common = {token for token, n in every.items() if n >= VALUE_MIN and len(token) <= VALUE_CHARS_MAX}
    ways: Counter[str] = Counter()
    used: Counter[str] = Counter()
    fresh: list[str] = []
    for way, token in _taken(path, where, rules, common):
        ways[way] += 1
        used.update([token] if way == KNOWN else [])
        fresh += [token] if way == NEW else []
    kinds, patterns, spelled = _kinds(fresh)
    return Known(ranked(used), ranked(ways), rules, kinds, patterns, ranked(shapes)), spelled


def _taken(path: str, where: Sequence[tuple[int, Body]], rules: Rules, common: set[str]) -> Iterable[tuple[str, str]]:
    """Way and token of each leaf of a column, batch by batch."""
    recent: set[str] = set()
    batch = -1
    for number, body in where:
        if number // BATCH != batch:
            recent, batch = set(), number // BATCH
        for token in body[path]:
            code = code_of(token)
            if code and _named_before(code, path, body):
                yield CODE if len(token) == BARE_LENGTH else REFERENCE, token
            else:
                yield _way(token, body, rules, common, recent), token
            recent.add(token)


def _named_before(code: str, path: str, body: Body) -> bool:
    """Whether a column before this one names the same file."""
    for other, tokens in body.items():
        if other == path:
            return False
        if any(code in token for token in tokens):
            return True
    return False


def _way(token: str, body: Body, rules: Rules, common: set[str], recent: set[str]) -> str:
    for place, (name, source) in enumerate(rules):
        if source in body and RULES[name](body[source][0]) == token:
            return f"{RULE}{place}"
    if token in common:
        return KNOWN
    return RECENT if token in recent else NEW


def ranked(counts: Mapping[str, int]) -> dict[str, int]:
    """The most frequent first; equally frequent ones in the order of their letters."""
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _kinds(fresh: list[str]) -> tuple[dict[str, int], dict[str, list[Any]], list[str]]:
    """How new leaves are spelled: counts of the kinds, the patterns, and the texts that fit none."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for token in fresh:
        grouped[kind_of(token)].append(token[1:])
    often = [kind for kind in grouped if len(kind) > 1 and len(grouped[kind]) >= VALUE_MIN and "x" in kind[1:]]
    wanted = sorted(often, key=lambda kind: (-len(grouped[kind]), kind))[:PATTERNS_MAX]
    patterns = {kind: segments([stem(kind, text) for text in grouped[kind]]) for kind in wanted}
    counts = Counter({kind: len(grouped[kind]) for kind in wanted})
    spelled: list[str] = []
    for kind, texts in grouped.items():
        if kind not in patterns:
            counts["j" if kind[0] == "j" else "s"] += len(texts)
            spelled += texts
    return ranked(counts), patterns, spelled


def _contexts(texts: Iterable[str], order: int, context_min: int) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        before = ""
        for letter in (*text, END):
            for length in range(min(order, len(before)) + 1):
                found[before[len(before) - length :]][letter] += 1
            before = (before + letter)[-order:]
    often = {context: counts for context, counts in found.items() if not context or counts.total() >= context_min}
    return {context: ranked(counts) for context, counts in sorted(often.items())}
