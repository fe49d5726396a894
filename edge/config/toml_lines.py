"""The line of each key of a TOML file, which tomllib does not tell: for faults that name their place."""

import re

_QUIET = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|' + r"'''.*?'''|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'|#[^\n]*", re.DOTALL
)
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\s-]+?)\s*\]\]?\s*$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=(.*)$", re.DOTALL)


def lines(text: str) -> dict[str, int]:
    """JSON Pointer -> line (from 1) of every table and key that stands on a line of its own.

    What an inline table or array holds has the line of its key: ask for the nearest holder.
    """
    found, counts, table, depth = {"": 1}, dict[str, int](), "", 0
    for number, line in enumerate(_QUIET.sub(_blank, text).split("\n"), 1):
        if depth == 0 and (header := _HEADER.match(line)):
            table = _table(header[2], counts, repeated=header[1] == "[[")
            found.setdefault(table, number)
            continue
        if depth == 0 and (key := _KEY.match(line)):
            found[table + _pointer(key[1])] = number
            line = key[2]  # noqa: PLW2901 - only what follows the key can open a bracket
        depth = max(0, depth + len(re.findall(r"[\[{]", line)) - len(re.findall(r"[\]}]", line)))
    return found


def line(found: dict[str, int], place: str) -> int:
    """The line of a place, or of the nearest holder that has one."""
    while place and place not in found:
        place = place.rpartition("/")[0]
    return found.get(place, 1)


def _blank(quiet: re.Match[str]) -> str:
    """A string or comment without what could look like TOML; its line ends stay."""
    return ("" if quiet[0].startswith("#") else "0") + "\n" * quiet[0].count("\n")


def _pointer(dotted: str) -> str:
    return "".join(f"/{part.strip()}" for part in dotted.split("."))


def _table(dotted: str, counts: dict[str, int], *, repeated: bool) -> str:
    """The pointer of a header; a table of an array has the number of those before it."""
    place = ""
    parts = [part.strip() for part in dotted.split(".")]
    for at, part in enumerate(parts):
        place += f"/{part}"
        if repeated and at == len(parts) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place += f"/{counts[place]}"
    return place
