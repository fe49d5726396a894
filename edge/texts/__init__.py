"""The small texts of the screens themselves (buttons, captions) in the languages that the kiosk offers.

A text of a service never stands here: it comes from the definition's own `i18n`.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from edge.texts.table import TABLE
from forms import pseudo

LANGUAGES = {"zh-CN": "中文", "en": "English"}
DEFAULT = "zh-CN"
# languages that a service may have while the screens' own words stay Chinese, by their own names; others by their tag
NAMES = {
    **LANGUAGES,
    "ug": "ئۇيغۇرچە",
    "bo": "བོད་ཡིག",
    "ii": "ꆈꌠꉙ",
    "mn": "ᠮᠣᠩᠭᠣᠯ",
    "za": "Vahcuengh",
    "kk": "قازاقشا",
    pseudo.TAG: pseudo.NAME,
}


class Language(NamedTuple):
    """A language that the room added by a file: its own name, and key -> text as far as they are written."""

    name: str
    texts: Mapping[str, str]


_added: list[Callable[[], Mapping[str, Language]]] = [dict]
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def use(added: Callable[[], Mapping[str, Language]]) -> None:
    """Where the languages of the room are asked for from now on. One process serves one room."""
    _added[0] = added


def name(language: str) -> str:
    """How a language calls itself."""
    own = _added[0]().get(language) if language not in LANGUAGES else None
    if own is not None:
        return own.name
    return NAMES.get(language) or NAMES.get(language.split("-", 1)[0], language)


def is_tag(text: str) -> bool:
    """Whether a text can be a language tag (BCP 47)."""
    return bool(_TAG.fullmatch(text))


def text(key: str, language: str = DEFAULT, **values: object) -> str:
    """The text of `key` in `language`, with `{name}` places filled; KeyError for a key that is not in the table.

    A language that lacks the text gets the Chinese one: a citizen sees official words rather than a gap.
    """
    entry = TABLE[key]
    if language == pseudo.TAG:
        return pseudo.text(entry["en"]).format(**values)
    said = entry.get(language) or _of_the_room(key, language) or entry[DEFAULT]
    return said.format(**values)


def _of_the_room(key: str, language: str) -> str:
    own = _added[0]().get(language)
    return "" if own is None else own.texts.get(key, "")
