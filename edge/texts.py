"""The small texts of the screens themselves (buttons, captions) in the languages that the kiosk offers.

A text of a service never stands here: it comes from the definition's own `i18n`.
"""

import re

from edge.texts_table import TABLE
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
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def name(language: str) -> str:
    """How a language calls itself."""
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
    return entry.get(language, entry[DEFAULT]).format(**values)
