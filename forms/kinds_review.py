"""The kinds of events of those who decide: opinions of other departments, special procedures, a case handed on; and the
writ that a notice or a decision is given on: its number, the organ whose seal it bears, and what its QR code says.
"""

from typing import Final

from forms.fields import Field, Kind, day, object_of, one_of, pattern, text

OPINIONS: Final[dict[str, str]] = {"agreed": "同意", "disagreed": "不同意", "returned": "退回"}
LEVELS: Final[dict[str, str]] = {"station": "派出所", "county": "县级", "city": "市级", "province": "省级"}
_code = pattern("[a-z][a-z0-9_]{0,39}")

WRIT_FIELDS: Final[dict[str, Field]] = {
    "number": Field("文号", text(1, 60)),
    "organ": Field("作出的机关，文书上是它的章", text(1, 100)),
    "title": Field("文书名称", text(1, 100)),
    "day": Field("作出的日期", day),
    "code": Field("二维码里的文字：编号、内容摘要和签名，不联网也能验", pattern("[A-Z0-9.]{40,600}")),
}
WRIT: Final = Field("文书的文号、机关和验证码", object_of(WRIT_FIELDS), required=False)

KINDS: Final[dict[str, Kind]] = {
    "opinion.given": Kind("centre", "出具意见", {
        "step": Field("事项里哪个环节的意见，环节代码", _code),
        "title": Field("环节名称", text(1, 100)),
        "by": Field("出具意见的部门", text(1, 100)),
        "outcome": Field("同意、不同意或者退回", one_of(*OPINIONS)),
        "text": Field("意见内容", text(0, 2000)),
    }),
    "procedure.begun": Kind("centre", "启动特别程序", {
        "procedure": Field("哪一种，事项里的代码", _code),
        "title": Field("名称，如 听证、检验、鉴定", text(1, 100)),
        "reason": Field("理由", text(1, 2000)),
        "until": Field("最迟到哪一天；过了这一天自动恢复计时", day),
    }),
    "procedure.ended": Kind("centre", "结束特别程序", {
        "note": Field("结论", text(0, 2000), required=False),
    }),
    "application.forwarded": Kind("centre", "转办", {
        "desk": Field("转给哪个部门", text(1, 100)),
        "level": Field("哪一级", one_of(*LEVELS)),
        "reason": Field("理由", text(1, 2000)),
    }),
}  # fmt: skip  # a table
