"""languages/*.json: the words of the screens in one more language, written by the room or sent by the province.

Chinese and English come with the program and are not changed by a file. What a file lacks is shown in Chinese.
The words of a service stand in its own file (`i18n`), because whoever signs the service answers for them.
"""

import string
from collections.abc import Iterator, Mapping
from typing import Any, Final

from edge import texts
from edge.texts import Language
from edge.texts.table import TABLE
from forms.reading import Trouble

FOLDER: Final = "languages"


def language(value: Mapping[str, Any], _name: str) -> Language:
    """A file of the folder as a value."""
    return Language(value["name"], dict(value["texts"]))


def troubles(value: Mapping[str, Any]) -> list[Trouble]:
    """Texts that no screen has, and places in braces that the Chinese text hasn't, or the other way round."""
    return [*_unknown(value["texts"]), *_places(value["texts"])]


def _unknown(said: Mapping[str, str]) -> Iterator[Trouble]:
    for key in said:
        if key not in TABLE:
            yield f"/texts/{key}", f"屏幕上没有“{key}”这条文字", "请核对拼写，或者删去这一条"


def _places(said: Mapping[str, str]) -> Iterator[Trouble]:
    for key, text in said.items():
        wanted = places(TABLE[key][texts.DEFAULT]) if key in TABLE else None
        if wanted is not None and places(text) != wanted:
            named = "、".join(f"{{{one}}}" for one in sorted(wanted)) or "没有"
            yield f"/texts/{key}", "花括号里的内容和中文不一样", f"中文里有：{named}"


def places(text: str) -> frozenset[str] | None:
    """The names in braces of a text; None where the braces don't match."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return None


def gaps(tag: str, languages: Mapping[str, Language]) -> list[str]:
    """The keys of the texts that a language lacks, in the order of the table."""
    said = languages[tag].texts if tag in languages else {}
    return [key for key, entry in TABLE.items() if tag not in entry and key not in said]
