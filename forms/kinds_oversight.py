"""The kinds of events of those who watch over the rooms: call-backs of bad ratings, and what a sample showed.

They go down to the room, so they say nothing of who rated or what he wrote.
"""

from typing import Final

from forms.fields import Field, Kind, one_of, pattern, text

ANSWER_MAX: Final = 500
CALLED: Final[dict[str, str]] = {
    "mended": "属实，已经整改",
    "explained": "已核实，作了说明",
    "unfounded": "经核实，情况不属实",
    "not_reached": "电话没有打通",
}
NOT_REACHED: Final = "not_reached"
CALLED_BACK: Final = "rating.called"

ROOM_KINDS: Final[dict[str, Kind]] = {
    CALLED_BACK: Kind("centre", "差评回访", {
        "application": Field("评价的是哪一件", pattern("[0-9]{17,22}")),
        "result": Field("核实的结果；没有打通的还要再打", one_of(*CALLED)),
        "answer": Field("给警务室的核实和整改意见，不含评价人的姓名、电话和原话", text(0, ANSWER_MAX)),
    }),
}  # fmt: skip
