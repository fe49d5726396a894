"""The kinds of events of consent (个人信息保护法 13–16, 28–31): what was agreed to, refused, and taken back."""

from typing import Final

from forms.fields import Field, Kind, flag, hex64, object_of, one_of, pattern, text

CONSENT_KINDS: Final[dict[str, str]] = {
    "biometric": "生物识别信息",
    "sensitive": "敏感个人信息",
    "other": "自愿提供的信息",
}
CODE: Final = "[a-z][a-z0-9_]{0,39}"
BY_FIELDS: Final[dict[str, Field]] = {
    "name": Field("监护人姓名", text(1, 100)),
    "relation": Field("与本人的关系", text(1, 100)),
}

KINDS: Final[dict[str, Kind]] = {
    "consent.recorded": Kind("node", "记下同意或者不同意", {
        "consent": Field("事项里哪一项同意，代码", pattern(CODE)),
        "kind": Field("哪一类信息；生物识别的单独问", one_of(*CONSENT_KINDS)),
        "given": Field("同意，还是不同意", flag),
        "text": Field("念给本人听的文字的 SHA-256：问题、换行、说明", hex64),
        "version": Field("这段文字是事项哪一版里的", text(1, 100)),
        "language": Field("用什么语言问的", text(2, 35)),
        "by": Field("由监护人决定的，是谁；本人决定的没有", object_of(BY_FIELDS), required=False),
    }),
    "consent.withdrawn": Kind("node", "撤回同意", {
        "consent": Field("撤回哪一项，代码", pattern(CODE)),
        "by": Field("由监护人撤回的，是谁", object_of(BY_FIELDS), required=False),
    }),
}  # fmt: skip  # a table
