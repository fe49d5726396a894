"""The kinds of events of looking: who saw the history of a person and why, and whose receipt was printed again."""

from typing import Final

from forms.fields import Field, Kind, flag, hex64, one_of, pattern, text
from forms.kinds_receiving import DOCUMENTS

REASON_MAX: Final = 200
_number = pattern("[0-9]{17,22}")

ROOM_KINDS: Final[dict[str, Kind]] = {
    "person.looked_up": Kind("node", "查看一个人的经过", {
        "person": Field("公民身份号码的带密钥摘要；没有本室的密钥认不出是谁", hex64),
        "application": Field("从哪一件查起", _number),
        "present": Field("本人是否在场，已核对证件", flag),
        "reason": Field("本人不在场的，为什么要看", text(1, REASON_MAX), required=False),
    }),
    "person.reviewed": Kind("centre", "中心查看同一个人的其他办件", {
        "application": Field("从哪一件查起", _number),
        "reason": Field("为什么要看", text(1, REASON_MAX)),
    }),
    "receipt.reprinted": Kind("node", "补打收件凭证", {
        "application": Field("哪一件的凭证", _number),
        "looked_at": Field("补打以前核对的是哪种证件", one_of(*DOCUMENTS)),
    }),
}  # fmt: skip  # a table
