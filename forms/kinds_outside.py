"""The kinds of events that come from outside of the police: money that arrived, and what other systems report about a
parcel, an identity, a paper that need not be asked for. The centre writes them; they name no person.
"""

from typing import Final

from forms.fields import Field, Kind, list_of, object_of, one_of, pattern, text, time
from forms.kinds_delivery import amount, nothing

SETTLED: Final = "payment.settled"
NUMBERED: Final = "application.numbered"
REPORTED: Final = "outside.reported"
REPORTS: Final[dict[str, dict[str, str]]] = {
    "parcel": {"sent": "已寄出", "moving": "运输中", "signed": "已签收", "returned": "已退回"},
    "identity": {"same": "一致", "differs": "不一致", "unknown": "查无此人"},
    "shared": {"found": "已查到", "none": "没有查到"},
}
TITLES: Final[dict[str, str]] = {"parcel": "寄递", "identity": "身份事后核对", "shared": "数据共享核查"}
DIFFERS: Final[dict[str, str]] = {"name": "姓名", "number": "号码", "photo": "相片", "validity": "有效期"}

_parcel = object_of(
    {
        "carrier": Field("寄递公司", text(1, 40)),
        "number": Field("单号", pattern("[0-9A-Z]{6,40}")),
    }
)
KINDS: Final[dict[str, Kind]] = {
    SETTLED: Kind("centre", "网上缴款到账", {
        "bill": Field("缴款单号", pattern("[0-9]{17,22}-[0-9]{1,3}")),
        "amount": Field("金额，单位分", amount),
        "receipt": Field("票据号，或者网上缴款的交易号", pattern("[0-9A-Za-z-]{4,40}")),
        "at": Field("到账时间", time),
        "charge": Field("手续费，由平台承担，恒为 0", nothing),
    }),
    NUMBERED: Kind("centre", "统一办件编号", {
        "number": Field("政务服务平台的办件编号，与本办件号永久对应", pattern("[0-9A-Z][0-9A-Z-]{4,62}[0-9A-Z]")),
    }),
    REPORTED: Kind("centre", "其他系统答复", {
        "what": Field("寄递、身份事后核对，还是数据共享核查", one_of(*REPORTS)),
        "outcome": Field("结果", one_of(*(one for known in REPORTS.values() for one in known))),
        "at": Field("对方答复的时间", time),
        "parcel": Field("寄递单号", _parcel, required=False),
        "material": Field("核查的材料代码", text(1, 100), required=False),
        "name": Field("核查的材料名称", text(1, 100), required=False),
        "source": Field("哪个系统答复的", text(1, 100), required=False),
        "differs": Field("身份不一致的项目", list_of(one_of(*DIFFERS), 1), required=False),
    }),
}  # fmt: skip  # a table
