"""The kinds of events about what a room keeps and who can open it. They belong to no application.

forms.kinds lists them with the others.
"""

from typing import Final

from forms import room_terms
from forms.fields import Field, Kind, count, list_of, object_of, one_of, pattern, text, whole

SLOT_ACTS: Final[dict[str, str]] = {
    "added": "增加",
    "removed": "删除",
    "rekeyed": "更换数据库密钥",
    "returned": "由省级中心找回",
}
SLOT_KINDS: Final[dict[str, str]] = {
    "file": "密钥文件",
    "passphrase": "口令",
    "centre": "省级中心",
    "device": "硬件密钥",
    "all": "全部",
}

_places = list_of(pattern("(node|centre):[0-9]{1,15}:[0-9]{1,15}"), 1)
_TOLD: Final = Field("连同清除的、别处提到这些办件的记录：谁的日志，第几期第几号", _places, required=False)
KEEP_DAYS_MAX: Final = 3650
_TERM_FIELDS: Final = {
    "what": Field("哪一类记录", one_of(*room_terms.TERMS)),
    "days": Field("按什么期限，几天", whole(1, KEEP_DAYS_MAX)),
}
RECORDS_EXPIRED, RECORDS_PURGED = "records.expired", "records.purged"
_RECORDS: Final = {
    "told": Field("清除了哪些记录的内容：谁的日志，第几期第几号；记录头和摘要还在", _places),
    "terms": Field("按什么期限", list_of(object_of(_TERM_FIELDS), 1)),
    "why": Field("为什么清除", one_of("term")),
}
WHY_ERASED: Final[dict[str, str]] = {"term": "保存期满", "request": "本人要求，依法应当删除"}

ROOM_KINDS: Final[dict[str, Kind]] = {
    "slots.changed": Kind("node", "密钥槽变动", {
        "act": Field("做了什么", one_of(*SLOT_ACTS)),
        "kind": Field("哪一类密钥槽", one_of(*SLOT_KINDS)),
        "slot": Field("密钥槽的编号；全部的为空", pattern("([0-9a-f]{8})?")),
        "label": Field("名称", text(0, 60)),
    }),
    "record.erased": Kind("node", "清除个人信息", {
        "applications": Field("清除了哪些办件的内容；记录头和摘要还在", list_of(pattern("[0-9]{17,22}"), 1)),
        "why": Field("为什么清除", one_of(*WHY_ERASED)),
        "note": Field("说明，如谁在什么时候要求的", text(0, 200)),
        "files": Field("清除了几份材料", count),
        "told": _TOLD,
    }),
    "record.purged": Kind("centre", "中心清除个人信息", {
        "applications": Field("中心清除了哪些办件的内容；记录头和摘要还在", list_of(pattern("[0-9]{17,22}"), 1)),
        "why": Field("为什么清除", one_of(*WHY_ERASED)),
        "note": Field("说明，如谁在什么时候要求的", text(0, 200)),
        "files": Field("清除了几份材料", count),
        "told": _TOLD,
    }),
    RECORDS_EXPIRED: Kind("node", "清除到期的预约、需求等记录", _RECORDS),
    RECORDS_PURGED: Kind("centre", "中心清除到期的预约、需求等记录", _RECORDS),
}  # fmt: skip  # a table
