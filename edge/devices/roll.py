"""What stands on a receipt of a thermal printer, before it becomes the printer's bytes: lines, a code, rules.

Widths are counted as printers count them: a Chinese character is two columns wide, a Latin letter one.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

COLUMNS: Final = {58: 32, 80: 48}  # of the usual font, 12 dots wide
DOTS: Final = {58: 384, 80: 576}
DOTS_PER_MM: Final = 8  # 203 dpi
# what must not begin a line, and what must not end one
_NEVER_FIRST = frozenset("，。、；：？！）》”’%,.;:?!)")


class Text(NamedTuple):
    """`size` 2: twice as wide and high; `tall`: twice as high only."""

    text: str
    size: int = 1
    tall: bool = False
    bold: bool = False
    centre: bool = False


class Code(NamedTuple):
    """A QR code of this text."""

    text: str


class Rule(NamedTuple):
    """A line across the paper."""


Item = Text | Code | Rule
Roll = Sequence[Item]


def width(text: str) -> int:
    """In columns (UAX 11: wide, full-width and ambiguous characters are two, as in every Chinese font)."""
    return sum(0 if unicodedata.combining(one) else 1 + (_kind(one) in "WFA") for one in text)


def _kind(character: str) -> str:
    return unicodedata.east_asian_width(character)


def wrapped(text: str, columns: int) -> list[str]:
    """The lines of a text: broken at spaces between Latin words, anywhere between Chinese characters."""
    lines, line, used = [], "", 0
    for word in _words(text):
        if used + width(word) > columns and line.strip() and word[0] not in _NEVER_FIRST:
            lines.append(line.rstrip())
            line, used = "", 0
        piece = word if line else word.lstrip()
        line, used = line + piece, used + width(piece)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _words(text: str) -> Iterator[str]:
    """Pieces that stay together: a Chinese character, or a space with the run of narrow characters behind it."""
    run = ""
    for one in text:
        narrow = _kind(one) not in "WFA"
        if run and (not narrow or (one == " " and run.strip())):
            yield run
            run = ""
        if narrow:
            run += one
        else:
            yield one
    if run:
        yield run
