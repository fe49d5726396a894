"""Short messages that a room asks the centre to send: templates by code, and parameters that name nobody (M75).

A template is registered with whoever runs the messages for the police; the text here is what was registered. Neither a
name nor an identity number stands in a message, because nobody knows who reads it.
"""

from collections.abc import Mapping
from typing import Final

from forms.display import date

TEMPLATES: Final[dict[str, str]] = {
    "expiring": "【{room}】您的{what}到{day}为止，请提前来办。不便出门的，打{phone}。已办的不用理会。",
    "collect": "【{room}】您的{what}到了，请带身份证件和收件凭证来领。不便出门的，打{phone}。",
}


def text(template: str, parameters: Mapping[str, str]) -> str:
    """The message in words. Raises KeyError for a template that nobody knows."""
    said = {name: str(parameters.get(name, "")) for name in ("what", "day", "room", "phone")}
    said["day"] = date(said["day"], "zh-CN") if said["day"] else ""
    return TEMPLATES[template].format(**said)
