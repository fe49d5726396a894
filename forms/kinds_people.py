"""The kinds of events of what people say of a room: ratings. They belong to no application, so that none shows them."""

from typing import Final

from forms.fields import Field, Kind, day, one_of, pattern, text, whole

GRADES: Final[dict[int, str]] = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
GOOD_MIN: Final = 3  # 后两级为差评（国办发〔2019〕51号）
RATED_BY: Final[dict[str, str]] = {"kiosk": "自助机", "phone": "手机扫码", "paper": "书面评价表"}
WORDS_MAX: Final = 500

ROOM_KINDS: Final[dict[str, Kind]] = {
    "rating.given": Kind("node", "评价", {
        "application": Field("评价的是哪一件", pattern("[0-9]{17,22}")),
        "grade": Field("5 非常满意 … 1 非常不满意", whole(1, 5)),
        "how": Field("自助机、手机扫码还是书面评价表", one_of(*RATED_BY)),
        "words": Field("评语，只有上级监督部门看得到", text(0, WORDS_MAX), required=False),
        "callback": Field("差评愿意接受回访的电话", text(0, 40), required=False),
        "day": Field("书面评价表上的日期", day, required=False),
    }),
}  # fmt: skip
