"""Characters by radical and strokes, for names that no pinyin and no pen finds: 98,000 of them, up to Extension H.

kiosk/radicals.txt comes from the Unihan database (packaging/assets/radicals.py). It is read anew at each question: that
takes less than a millisecond, and nothing of it stays in memory.
"""

from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Radical:
    """`key` as Unihan counts them ("167'": the simplified form); `strokes` of the radical as it looks like `form`."""

    key: str
    strokes: int
    form: str


def _text() -> str:
    return (resources.files("kiosk") / "radicals.txt").read_text(encoding="utf-8")


def radicals() -> list[Radical]:
    """All radicals, those of few strokes first; a radical that has two forms is there with each."""
    rows = (line.split("\t") for line in _text().splitlines() if line.count("\t") == 2)  # noqa: PLR2004 - key, strokes, form
    return sorted((Radical(key, int(strokes), form) for key, strokes, form in rows), key=lambda one: one.strokes)


def strokes(key: str) -> dict[int, str]:
    """The characters of a radical by their strokes beside it, those of the 通用规范汉字表 first; {} for no radical."""
    begin = f"\n{key}."
    text = _text()
    found: dict[int, str] = {}
    at = text.find(begin)
    while at >= 0 and key:
        count, _, characters = text[at + len(begin) : text.index("\n", at + 1)].partition("\t")
        found[int(count)] = characters
        at = text.find(begin, at + 1)
    return found
