"""The dictionary of the on-screen keyboard, forms/data/pinyin.txt: words by pinyin and how often they are used from
simple-ime, rarer characters and the readings of surnames from pinyin-pro.

One text file that is searched where it lies. Lines are sorted by their first column and look like
`sort<TAB>pinyin<TAB>word<TAB>frequency<TAB>word …`; the first column is the pinyin as
`fold` hears it, with a mark before it:

`.` one character        `~` a surname        `=` initials ("=pcs")        none: a word, its syllables parted by spaces
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("simple-ime", "pinyin-pro")
ONE, SURNAME, INITIALS = ".", "~", "="
INITIALS_MAX = 12  # words for one row of initials
LETTER_MAX = 60  # characters for one letter alone
SYLLABLES_MAX = 6
_ROW = re.compile(r"([a-z]+) (\D.*)")
_WORD = re.compile(r"(\D+)(\d+)")
_HAN = re.compile("[㐀-鿿\U00020000-\U000323af]+")
_READINGS = re.compile(r"""^    '?([^\s'\[:]+(?: [^\s'\[:]+)*)'?: \[(.*?)\]""", re.MULTILINE | re.DOTALL)
_LUE = re.compile("([ln])ue")
_QUOTED = re.compile("'(.)'")
_SURNAME = re.compile(r"^    (\S+): '([^']+)',", re.MULTILINE)
# the most frequent first, as the yearly lists of the public security organs have them
COMMON = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦"
    "邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
Words = dict[tuple[str, str], dict[str, int]]


def fold(syllable: str) -> str:
    """A syllable as a hard ear hears it; the same as kiosk.pinyin.fold, and a test holds the two together."""
    folded = re.sub("(?<=[aei])ng$", "n", re.sub("^([zcs])h", r"\1", syllable))
    folded = re.sub("^n(?=.)", "l", folded)
    folded = re.sub("^f(?=[ae])", "hu", folded).replace("huei", "hui").replace("huen", "hun")
    return {"fo": "huo", "fou": "hou", "fu": "hu"}.get(folded, folded)


def bare(syllable: str) -> str:
    """Without its tone, as it is typed: lǜ -> lv."""
    plain = unicodedata.normalize("NFD", syllable.replace("ü", "v").translate(_UMLAUTS))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalpha())


_UMLAUTS = str.maketrans(dict.fromkeys("ǖǘǚǜ", "v"))


def make(modules: Path) -> dict[str, bytes]:
    """The content of the output."""
    readings = _readings(modules / "pinyin-pro" / "dist" / "esm" / "data" / "dict1.mjs")
    rows = list(_rows(modules / "simple-ime" / "dist" / "simple-ime.es.js"))
    for key, word, _ in rows:
        if len(word) == 1 and len(key) > 1:
            readings[word].add(key)
    known = {key for keys in readings.values() for key in keys}
    words: Words = defaultdict(dict)
    for key, word, often in rows:
        _sort_in(words, readings, known, (key, word, often))
    for character, keys in readings.items():
        for key in keys:
            words[ONE + fold(key), key].setdefault(character, 0)
    _letters(words)
    _surnames(words, modules / "pinyin-pro" / "dist" / "esm" / "data" / "surname.mjs")
    return {"pinyin.txt": _written(words)}


def _sort_in(words: Words, readings: dict[str, set[str]], known: set[str], row: tuple[str, str, int]) -> None:
    key, word, often = row
    if len(word) == 1:
        if key in readings[word]:
            words[ONE + fold(key), key][word] = often
        return
    parts = next(_parts(key, word, readings), None)
    if parts:
        words[" ".join(map(fold, parts)), " ".join(parts)][word] = often
    elif len(key) == len(word) and key not in known:
        words[INITIALS + key, INITIALS][word] = often


def _parts(key: str, word: str, readings: dict[str, set[str]]) -> Iterator[list[str]]:
    """The syllables of a word, each one a reading of its character."""
    if not word:
        if not key:
            yield []
        return
    if len(word) > SYLLABLES_MAX:
        return
    for reading in sorted(readings.get(word[0], ()), key=len, reverse=True):
        if key.startswith(reading):
            for rest in _parts(key[len(reading) :], word[1:], readings):
                yield [reading, *rest]


def _letters(words: Words) -> None:
    """What one letter offers before the next is typed: the most frequent characters that begin with it."""
    letters: dict[str, dict[str, int]] = defaultdict(dict)
    for (sort, key), found in list(words.items()):
        if sort.startswith(ONE):
            for word, often in found.items():
                letters[key[0]][word] = max(often, letters[key[0]].get(word, 0))
    for letter, found in letters.items():
        most = sorted(found, key=lambda word: -found[word])[:LETTER_MAX]
        words[INITIALS + letter, INITIALS] = {word: found[word] for word in most}


def _surnames(words: Words, path: Path) -> None:
    given = [(word, reading.split()) for word, reading in _SURNAME.findall(path.read_text(encoding="utf-8"))]
    often = {word: count for (sort, _), found in words.items() if sort[0] == ONE for word, count in found.items()}
    for word, parts in given:
        keys = [bare(part) for part in parts]
        rank = COMMON.find(word)
        weight = 1_000_000 - rank if rank >= 0 else 500_000 if len(word) > 1 else min(often.get(word, 0), 99_999)
        words[SURNAME + " ".join(map(fold, keys)), " ".join(keys)][word] = weight


def _readings(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for keys, characters in _READINGS.findall(path.read_text(encoding="utf-8")):
        for character in _QUOTED.findall(characters):
            found[character] |= {bare(key) for key in keys.split()} if _HAN.fullmatch(character) else set()
    return found


def _rows(path: Path) -> Iterator[tuple[str, str, int]]:
    """(letters, word, frequency) of the table that simple-ime carries in its script; words in Han characters only."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        row = _ROW.fullmatch(line.strip("`;"))
        for word, often in _WORD.findall(row[2]) if row else ():
            if _HAN.fullmatch(word):
                yield _LUE.sub(r"\1ve", row[1]), word, int(often)


def _written(words: Words) -> bytes:
    lines = []
    for (sort, key), found in words.items():
        most = sorted(found, key=lambda word: (-found[word], word))
        most = most[:INITIALS_MAX] if sort[0] == INITIALS and len(sort) > len(INITIALS) + 1 else most
        lines.append("\t".join([sort, key, *(text for word in most for text in (word, str(found[word])))]))
    return ("\n".join(sorted(lines, key=lambda line: line.encode())) + "\n").encode()
