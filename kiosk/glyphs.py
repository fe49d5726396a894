"""What the fonts of this machine can draw, as fontconfig knows it: the kiosk's screen, and what Chromium prints."""

from __future__ import annotations

import shutil
import subprocess
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TIME_OUT_S: Final = 30
# the Chinese characters by block: first and last that Unicode 15.1 has assigned
BLOCKS: Final = (
    ("基本汉字", 0x4E00, 0x9FFF), ("扩展A", 0x3400, 0x4DBF), ("扩展B", 0x20000, 0x2A6DF), ("扩展C", 0x2A700, 0x2B739),
    ("扩展D", 0x2B740, 0x2B81D), ("扩展E", 0x2B820, 0x2CEA1), ("扩展F", 0x2CEB0, 0x2EBE0), ("扩展G", 0x30000, 0x3134A),
    ("扩展H", 0x31350, 0x323AF), ("扩展I", 0x2EBF0, 0x2EE5D),
)  # fmt: skip  # a table


@dataclass(frozen=True, slots=True)
class Block:
    """How much of a block can be drawn."""

    name: str
    drawn: int
    total: int


class Glyphs:
    """The characters that some font has. `ranges`: pairs of first and last, in any order, overlapping or not."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        merged: list[tuple[int, int]] = []
        for first, last in sorted(ranges):
            if merged and first <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            else:
                merged.append((first, last))
        self._firsts = [first for first, _ in merged]
        self._ranges = merged

    def has(self, character: str) -> bool:
        at = bisect_right(self._firsts, ord(character)) - 1
        return at >= 0 and ord(character) <= self._ranges[at][1]

    def missing(self, text: str) -> str:
        """The characters of a text that would be an empty box, each once, in their order."""
        return "".join(one for one in dict.fromkeys(text) if not one.isspace() and not self.has(one))

    def blocks(self) -> list[Block]:
        return [Block(name, self._count(first, last), last - first + 1) for name, first, last in BLOCKS]

    def _count(self, first: int, last: int) -> int:
        return sum(max(0, min(last, end) - max(first, start) + 1) for start, end in self._ranges)


def of_this_machine() -> Glyphs:
    """All fonts together; nothing where fontconfig is missing or does not answer."""
    program = shutil.which("fc-list")
    if program is None:
        return Glyphs(())
    command = [program, "--format", "%{charset}\n", ":scalable=true"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=TIME_OUT_S)  # noqa: S603 - a fixed program
    except (OSError, subprocess.TimeoutExpired):
        return Glyphs(())
    return Glyphs(_parsed(done.stdout.decode("ascii", "replace")))


def _parsed(said: str) -> set[tuple[int, int]]:
    """As fontconfig writes them: `20-7e a0` -> {(0x20, 0x7e), (0xa0, 0xa0)}."""
    found = set()
    for one in said.split():
        first, _, last = one.partition("-")
        try:
            found.add((int(first, 16), int(last or first, 16)))
        except ValueError:
            continue
    return found
