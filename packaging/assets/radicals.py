"""Writes kiosk/radicals.txt from the Unihan database (Debian's package unicode-data): the characters by radical and
strokes, for names that no pinyin and no pen finds. Run by hand when Unicode has new characters:
`python packaging/assets/radicals.py [/usr/share/unicode]`.
"""

from __future__ import annotations

import bz2
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "kiosk" / "radicals.txt"
WANTED = ("kRSUnicode", "kTotalStrokes", "kTGH")
COMPATIBILITY = (range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
# radicals as they stand in characters, where they look other than alone: form, strokes
FORMS = {
    "9": "亻2", "18": "刂2", "26": "㔾2", "61": "忄3", "64": "扌3", "66": "攵4", "85": "氵3", "86": "灬4", "94": "犭3",
    "96": "王4", "113": "礻4", "118": "⺮6", "122": "罒5", "125": "耂4", "130": "⺼4", "140": "艹3", "145": "衤5",
    "162": "辶3", "163": "阝2", "170": "阝2", "120": "糹6", "120'": "纟3", "149'": "讠2", "167'": "钅5", "184'": "饣3",
}  # fmt: skip  # a table
HEAD = """\
# Characters by radical and strokes: kRSUnicode, kTotalStrokes and kTGH of the Unihan database, Unicode {version}.
# Copyright 1991-2022 Unicode, Inc., https://www.unicode.org/license.txt
# radical, its strokes and form<TAB>...; then radical.strokes<TAB>characters, those of the 通用规范汉字表 first.
"""


def values(folder: Path) -> dict[str, dict[int, str]]:
    """Field -> code point -> value."""
    found: dict[str, dict[int, str]] = {field: {} for field in WANTED}
    for path in sorted(folder.glob("Unihan_*.txt.bz2")):
        with bz2.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                code, _, rest = line.partition("\t")
                field, _, value = rest.rstrip("\n").partition("\t")
                if field in found and code.startswith("U+"):
                    found[field][int(code.partition("+")[2], 16)] = value
    return found


def radicals(folder: Path, strokes: dict[int, str]) -> Iterator[str]:
    """Number, strokes and form of each radical, twice where it has two forms."""
    for line in (folder / "CJKRadicals.txt").read_text(encoding="utf-8").splitlines():
        number, *rest = (part.strip() for part in line.partition("#")[0].split(";"))
        if number and rest:
            code = int(rest[-1], 16)
            yield f"{number}\t{strokes[code].split()[0]}\t{chr(code)}"
            if number in FORMS:
                yield f"{number}\t{FORMS[number][1:]}\t{FORMS[number][0]}"


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode")
    found = values(folder)
    if not found["kRSUnicode"]:
        print("Unihan is not there. On Debian: apt-get install unicode-data", file=sys.stderr)
        return 1
    groups: dict[tuple[int, str, int], list[int]] = defaultdict(list)
    for code, value in found["kRSUnicode"].items():
        if not any(code in block for block in COMPATIBILITY):
            for place in value.split():
                number, strokes = place.split(".")
                groups[int(number.rstrip("'")), number, max(int(strokes), 0)].append(code)
    listed = found["kTGH"]
    last = 1 << 30
    codes = {code for row in groups.values() for code in row}
    rank = {code: (int(listed[code].split(":")[1]) if code in listed else last, code) for code in codes}
    version = (folder / "CJKRadicals.txt").read_text(encoding="utf-8").split("CJKRadicals-")[1].split(".txt")[0]
    text = HEAD.format(version=version) + "\n".join(radicals(folder, found["kTotalStrokes"])) + "\n"
    for (_, number, strokes), row in sorted(groups.items()):
        text += f"{number}.{strokes}\t{''.join(map(chr, sorted(row, key=rank.__getitem__)))}\n"
    OUT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
