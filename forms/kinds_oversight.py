"""The kinds of events of those who watch over the rooms: call-backs of bad ratings, and what a sample showed.

They go down to the room, so they say nothing of who rated or what he wrote.
"""

from typing import Final

from forms.fields import Field, Kind, count, day, list_of, one_of, pattern, text

ANSWER_MAX: Final = 500
CALLED: Final[dict[str, str]] = {
    "mended": "属实，已经整改",
    "explained": "已核实，作了说明",
    "unfounded": "经核实，情况不属实",
    "not_reached": "电话没有打通",
}
NOT_REACHED: Final = "not_reached"
CALLED_BACK: Final = "rating.called"
SAMPLE_MAX: Final = 100
SEED_MAX: Final = 64
JUDGED: Final[dict[str, str]] = {"sound": "没有发现问题", "faults": "发现问题"}
SAMPLE_DRAWN, SAMPLE_JUDGED = "sample.drawn", "sample.judged"
_sample = pattern("[0-9a-f]{16}")
_number = pattern("[0-9]{17,22}")

ROOM_KINDS: Final[dict[str, Kind]] = {
    CALLED_BACK: Kind("centre", "差评回访", {
        "application": Field("评价的是哪一件", _number),
        "result": Field("核实的结果；没有打通的还要再打", one_of(*CALLED)),
        "answer": Field("给警务室的核实和整改意见，不含评价人的姓名、电话和原话", text(0, ANSWER_MAX)),
    }),
    SAMPLE_DRAWN: Kind("centre", "抽查", {
        "sample": Field("抽查的编号，由种子、范围和抽签人得出", _sample),
        "seed": Field("种子；同样的种子从同样的办件里抽出同样的", text(1, SEED_MAX)),
        "first": Field("从哪一天起办结的", day),
        "last": Field("到哪一天为止", day),
        "area": Field("区划代码或者警务室编号的开头，空为全部", pattern("[0-9]{0,10}")),
        "population": Field("从多少件里抽", count),
        "digest": Field("这些办件号的 SHA-256", pattern("[0-9a-f]{64}")),
        "applications": Field("本警务室抽中的", list_of(_number, 1)),
    }),
    SAMPLE_JUDGED: Kind("centre", "抽查结果", {
        "sample": Field("抽查的编号", _sample),
        "application": Field("抽中的办件", _number),
        "result": Field("发现问题没有", one_of(*JUDGED)),
        "text": Field("发现了什么、怎样改正", text(0, ANSWER_MAX)),
    }),
}  # fmt: skip  # a table
