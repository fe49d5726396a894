"""The data packs that come with the program, read when something is first looked up and never before.

A pack is `data/<source>.json`; `divisions.bin` beside it holds townships and villages, one zlib stream for each county.
A program without its packs works on: codes are shown as they are, and nothing is called unknown.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"
COUNTIES_HELD = 64  # about 15 kB each; a city has up to some 20 counties
TOWN_DIGITS = 9
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Pack:
    """`entries`: code -> name. `i18n`: language -> code -> name. `chunks`: county -> (offset, length)."""

    version: str = ""
    entries: Mapping[str, str] = field(default_factory=dict)
    i18n: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    chunks: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@cache
def packaged(source: str) -> Pack:
    """The pack of a source; an empty one where none was built."""
    path = FOLDER / f"{source}.json"
    if not path.exists():
        return Pack()
    raw = json.loads(path.read_text(encoding="utf-8"))
    chunks = {county: (int(offset), int(length)) for county, (offset, length) in raw.get("chunks", {}).items()}
    return Pack(str(raw["version"]), raw["entries"], raw.get("i18n", {}), chunks)


@lru_cache(maxsize=COUNTIES_HELD)
def county(code: str) -> Mapping[str, str]:
    """Townships and villages of one county (6 digits), code -> name in the order of the codes."""
    place = packaged("divisions").chunks.get(code)
    if place is None:
        return _NOTHING
    with (FOLDER / "divisions.bin").open("rb") as file:
        file.seek(place[0])
        lines = zlib.decompress(file.read(place[1])).decode().split("\n")
    found: dict[str, str] = {}
    town = ""
    for line in lines:
        digits, _, name = line.strip("\t").partition(" ")
        if not line.startswith("\t"):
            town = code + digits
            found[town] = name
        else:
            found[town + digits] = name
    return found
