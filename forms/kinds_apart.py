"""The kinds of events of answers that go before their application (个人信息保护法 19, 47); forms.kinds has them too."""

from __future__ import annotations

from typing import Any, Final

from forms.fields import Field, Kind, list_of, object_of, one_of, pattern, text, whole

KIND: Final = "answers.set_apart"
EXPIRED: Final = "fields.expired"
PURGED: Final = "fields.purged"
DAYS_MAX: Final = 3650
FIELDS_MAX: Final = 50  # of one form, so that they fit a record
PLACE_MAX: Final = 500
VALUE_MAX: Final = 2_000_000
_key = pattern("[0-9a-f]{32}")
_place_text = text(2, PLACE_MAX)
_days = whole(1, DAYS_MAX)


def _place(value: Any, path: str) -> None:
    """A JSON Pointer below the root. Raises ValueError."""
    _place_text(value, path)
    if not value.startswith("/"):
        raise ValueError(f"{path}: must be a JSON Pointer")


def _values(value: Any, path: str) -> None:
    """An object of texts by their place. Raises ValueError."""
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{path}: must be an object that is not empty")
    for place, one in value.items():
        _place(place, f"{path} place")
        text(0, VALUE_MAX)(one, f"{path}.{place}")


PART_FIELDS: Final = {
    "key": Field("与短期保存内容对上的随机标识", _key),
    "places": Field("分开保存的填报项，JSON Pointer", list_of(_place, 1)),
}
APART: Final = Field("哪些填报内容分开保存、到期先删", list_of(object_of(PART_FIELDS), 1), required=False)
KINDS: Final[dict[str, Kind]] = {
    KIND: Kind(
        "node",
        "短期保存的填报内容",
        {
            "key": Field("与收件或者补正记录对上的随机标识", _key),
            "days": Field("办结后保存几天", _days),
            "values": Field("填报项的 JSON Pointer 和内容", _values),
        },
        either=True,
    )
}
_GONE_FIELDS: Final = {
    "service": Field("事项", text(1, 100)),
    "place": Field("填报项，JSON Pointer", _place),
    "days": Field("事项定的期限：办结后几天", _days),
}
_RECORD: Final = {
    "applications": Field("哪些办件有填报项到期删除；记录头和摘要还在", list_of(pattern("[0-9]{17,22}"), 1)),
    "fields": Field("删除了哪些填报项、按什么期限", list_of(object_of(_GONE_FIELDS), 1)),
    "why": Field("为什么删除", one_of("term")),
}
ROOM_KINDS: Final[dict[str, Kind]] = {
    EXPIRED: Kind("node", "删除到期的填报项", _RECORD),
    PURGED: Kind("centre", "中心删除到期的填报项", _RECORD),
}
