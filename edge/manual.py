"""The manual inside of the program: its chapters, which page each belongs to, its pictures, and the search in it.

A chapter is Markdown with two marks of its own, each on its own terms: `![caption](name)` alone on a line is a picture
that a test takes (`shot(page, "name")`), `[words](staff.endpoint)` leads to a page of the console. Tests hold both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

PICTURE: Final = re.compile(r"^!\[([^\]]+)\]\(([a-z0-9-]+)\)$", re.MULTILINE)
LINK: Final = re.compile(r"\[([^\]]+)\]\((staff\.[a-z_]+)\)")
ENDING: Final = ".webp"
FOLDER: Final = Path(__file__).parent / "handbook"
EXCERPT: Final = 60
FOUND_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Chapter:
    """`parts`: modules of edge.staff whose pages it explains; its title is the first line of its file."""

    id: str
    parts: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return text(self.id).partition("\n")[0].removeprefix("# ")

    @property
    def body(self) -> str:
        return text(self.id).partition("\n")[2]


# in the order of an officer's day
CHAPTERS: Final = (
    Chapter("first-day", ("today", "session", "kept", "handbook")),
    Chapter("receive", (
        "receive", "intake", "takeover", "newer", "scanning", "seeing", "bringing", "talk", "helping", "receipts",
        "reprinting", "acts", "materials", "cases",
    )),
    Chapter("notice", ("defects", "correction", "proofs")),
    Chapter("handover", ("handover", "stock")),
    Chapter("money", ("payments",)),
    Chapter("queue", ("queue", "booking", "calling")),
    Chapter("village", ("expiring", "needs", "missing")),
    Chapter("find", ("find", "history")),
    Chapter("paper", ("paper",)),
    Chapter("transfer", ("transfer", "aside", "ferry")),
    Chapter("power-cut"),
    Chapter("trouble", ("tickets", "checks", "videos", "rating")),
    Chapter("kiosk"),
    Chapter("duties", ("duties", "confirming", "reminding")),
    Chapter("accounts", ("accounts", "password")),
    Chapter("day-end", ("closing", "pressing", "figures")),
    Chapter("practice", ("practice",)),
    Chapter("stick"),
    Chapter("replace"),
    Chapter("upgrade"),
    Chapter("leaving"),
    Chapter("install"),
    Chapter("new-service"),
)  # fmt: skip  # a table
_BY_ID: Final = {one.id: one for one in CHAPTERS}
_BY_PART: Final = {part: one for one in CHAPTERS for part in one.parts}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a chapter: `anchor` of its heading, its words without marks."""

    chapter: Chapter
    heading: str
    anchor: str
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """A section that holds all that was looked for, and the words around it."""

    section: Section
    excerpt: str


def chapter(name: str) -> Chapter | None:
    """The chapter with this id, None for none."""
    return _BY_ID.get(name)


def of_part(part: str) -> Chapter:
    """The chapter about the pages of a module of edge.staff; the first one where none is about them."""
    return _BY_PART.get(part, CHAPTERS[0])


@cache
def text(name: str) -> str:
    """The Markdown of a chapter. FileNotFoundError for one that is none."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def pictures(one: Chapter) -> list[str]:
    """The names of the pictures of a chapter, in their order."""
    return [found[2] for found in PICTURE.finditer(one.body)]


def picture(name: str) -> bytes | None:
    """A picture as WebP; None where this tree was never equipped with it."""
    file = FOLDER / "pictures" / f"{name}{ENDING}"
    return file.read_bytes() if file.is_file() else None


def sections(one: Chapter) -> Iterator[Section]:
    """The parts of a chapter under their headings, what comes before the first one under the chapter's title."""
    for place, part in enumerate(re.split(r"^## ", one.body, flags=re.MULTILINE)):
        heading, _, rest = part.partition("\n") if place else (one.title, "", part)
        yield Section(one, heading, f"{one.id}-{place}", _plain(rest))


def _plain(markdown: str) -> str:
    shown = LINK.sub(r"\1", PICTURE.sub(r"\1", markdown))
    return re.sub(r"\s+", " ", re.sub(r"[`*#>|]", "", shown)).strip()


def search(asked: str) -> list[Found]:
    """The sections that hold every word of what was typed, those with one in their heading first."""
    words = asked.lower().split()
    if not words:
        return []
    everything = [section for one in CHAPTERS for section in sections(one)]
    found = [one for one in everything if all(word in f"{one.heading}\n{one.words}".lower() for word in words)]
    found.sort(key=lambda one: not any(word in one.heading.lower() for word in words))
    return [Found(one, _around(one.words, words[0])) for one in found[:FOUND_MAX]]


def _around(words: str, wanted: str) -> str:
    at = max(words.lower().find(wanted) - EXCERPT // 3, 0)
    cut = words[at : at + EXCERPT]
    return f"{'…' if at else ''}{cut}{'…' if at + EXCERPT < len(words) else ''}"
