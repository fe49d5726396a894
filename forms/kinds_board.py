"""The kinds of events of the public board (曝光纠错): what the supervisor makes public of a complaint, and its answer.

They name no complaint and nobody: a room that reads them learns no more than who stands before its screen.
"""

from typing import Final

from forms.fields import Field, Kind, day, one_of, pattern, text

TEXT_MAX: Final = 500
REASON_MAX: Final = 200
ANSWER_WORKDAYS: Final = 2
STATES: Final[dict[str, str]] = {
    "doing": "正在整改",
    "mended": "已经整改",
    "explained": "已核实说明",
    "unfounded": "查无此事",
}
PUBLISHED: Final = "board.published"
ANSWERED: Final = "board.answered"
WITHDRAWN: Final = "board.withdrawn"

_id = pattern("[0-9a-f]{32}")

ROOM_KINDS: Final[dict[str, Kind]] = {
    PUBLISHED: Kind("centre", "公开一个问题", {
        "problem": Field("问题，不含姓名、号码和住址", text(1, TEXT_MAX)),
        "raised": Field("哪一天反映的", day),
    }),
    ANSWERED: Kind("centre", "公开答复", {
        "entry": Field("公开问题的事件 id", _id),
        "state": Field("办到哪一步", one_of(*STATES)),
        "text": Field("怎样处理的", text(1, TEXT_MAX)),
    }),
    WITHDRAWN: Kind("centre", "撤下公开的问题", {
        "entry": Field("公开问题的事件 id", _id),
        "reason": Field("为什么撤下", text(1, REASON_MAX)),
    }),
}  # fmt: skip  # a table
