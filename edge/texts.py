"""The small texts of the screens themselves (buttons, captions) in the languages that the kiosk offers.

A text of a service never stands here: it comes from the definition's own `i18n`.
"""

from edge.texts_table import TABLE

LANGUAGES = {"zh-CN": "中文", "en": "English"}
DEFAULT = "zh-CN"


def text(key: str, language: str = DEFAULT, **values: object) -> str:
    """The text of `key` in `language`, with `{name}` places filled; KeyError for a key that is not in the table.

    A language that lacks the text gets the Chinese one: a citizen sees official words rather than a gap.
    """
    entry = TABLE[key]
    return entry.get(language, entry[DEFAULT]).format(**values)
