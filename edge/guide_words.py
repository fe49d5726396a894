"""Finding a service by what people say: its whole guide, word pairs of it, kept beside the definition.

Read out of a definition once, when somebody first searches after it came; hundreds of services stay as cheap as ten.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from edge.database import Connection
from forms.head import Head

if TYPE_CHECKING:
    from edge.node import Node

STATEMENTS: Final = (
    # word pairs of the guides, by the digest of the definition; contents can be made again from the definitions
    'CREATE VIRTUAL TABLE guide_words USING fts5 (digest UNINDEXED, words, tokenize = "unicode61", detail = none)',
)
SHARE_MIN = 0.5  # of the pairs that were typed
SHARE_LAST = 0.2  # where nothing holds so much: 老公户口迁过来 still speaks of 户口
FOUND_MAX = 12
_KEYS = (
    "name", "citizen_name", "summary", "keywords", "who", "materials", "results", "faq", "notes", "refusals", "next",
)  # fmt: skip  # a table
_SAID = frozenset({"name", "title", "text", "note", "question", "answer", "alternatives", "document"})
_FILLING = frozenset("的了吗呢吧啊呀么我你他她它们给要想去来在是有和把被让怎样什办")


def find(node: "Node", offered: Sequence[Head], text: str) -> list[Head]:
    """The offered services whose guide holds most of what was typed, the best first; [] for one character."""
    wanted = pairs(text)
    if not wanted:
        return []
    known = {one.digest: one for one in offered}
    learn(node, offered)
    query = " OR ".join(f'"{pair}"' for pair in wanted)
    with node.database.read() as tx:
        rows = tx.execute("SELECT digest, words FROM guide_words WHERE guide_words MATCH ?", (query,)).fetchall()
    shares = {row["digest"]: _share(wanted, row["words"]) for row in rows if row["digest"] in known}
    enough = SHARE_MIN if any(share >= SHARE_MIN for share in shares.values()) else SHARE_LAST
    best = sorted((one for one in shares if shares[one] >= enough), key=lambda one: (-shares[one], known[one].title))
    return [known[one] for one in best[:FOUND_MAX]]


def share(wanted: Sequence[str], text: str) -> float:
    """How much of what was typed a text holds, 0 to 1."""
    return _share(wanted, " ".join(_cut(text))) if wanted else 0.0


def _share(wanted: Sequence[str], words: str) -> float:
    held = set(words.split())
    return sum(pair in held for pair in wanted) / len(wanted)


def learn(node: "Node", offered: Sequence[Head]) -> None:
    """Take the words of the definitions that are new."""
    with node.database.read() as tx:
        known = {row[0] for row in tx.execute("SELECT digest FROM guide_words")}
    fresh = [one for one in offered if one.digest not in known]
    if not fresh:
        return
    read = [(one.digest, words(node.version(one.id, one.version).service)) for one in fresh]
    with node.database.write() as tx:
        _put(tx, read)


def _put(tx: Connection, read: Sequence[tuple[str, str]]) -> None:
    for digest, found in read:
        if tx.execute("SELECT 1 FROM guide_words WHERE digest = ?", (digest,)).fetchone() is None:
            tx.execute("INSERT INTO guide_words (digest, words) VALUES (?, ?)", (digest, found))


def words(service: dict[str, Any]) -> str:
    """All pairs of a guide, each once, with spaces between them."""
    said = (part for key in _KEYS for part in _texts(service.get(key, ())))
    return " ".join(dict.fromkeys(pair for part in said for pair in _cut(part)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for key in _SAID & value.keys():
            yield from _texts(value[key])


def pairs(text: str) -> list[str]:
    """The word pairs of what was typed; words of no meaning (给, 要, 的) count in none."""
    found = [pair for pair in _cut(text[:50]) if not set(pair) & _FILLING]
    return list(dict.fromkeys(found or _cut(text[:50])))


def _cut(text: str) -> list[str]:
    """居住证 gives 居住 and 住证; what is no letter or digit parts."""
    parts = "".join(one if one.isalnum() else " " for one in text.lower()).split()
    return [part[at : at + 2] for part in parts for at in range(len(part) - 1)]
