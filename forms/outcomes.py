"""What each act does in each situation of an application: two tables that the tests walk through, cell by cell.

An empty text: the act takes effect. Anything else is the sentence that says why it does not; the act stays in the
history, marked 未生效. Nothing that arrives is thrown away, and what arrives too late stops nothing behind it.
"""

from dataclasses import dataclass
from typing import Literal

from forms.reviewing import NONE_RUNS, NOT_ACCEPTED_YET

Situation = Literal["none", "received", "correction", "accepted", "withdrawn", "not_accepted", "decided"]
SITUATIONS: tuple[Situation, ...] = (
    "none", "received", "correction", "accepted", "withdrawn", "not_accepted", "decided",
)  # fmt: skip  # a table

_NOT_FILED = "没有对应的收件记录"
_WITHDRAWN = "申请人此前已经撤回申请"
_NOT_ACCEPTED = "此前已作出不予受理"
_DECIDED = "此前已经办结"


def _row(
    *,
    open_: str = "",
    accepted: str = "",
    withdrawn: str = _WITHDRAWN,
    not_accepted: str = _NOT_ACCEPTED,
    decided: str = _DECIDED,
) -> dict[Situation, str]:
    """One act: `open_` is for received and correction."""
    return {
        "none": _NOT_FILED,
        "received": open_,
        "correction": open_,
        "accepted": accepted,
        "withdrawn": withdrawn,
        "not_accepted": not_accepted,
        "decided": decided,
    }


def _beside() -> dict[Situation, str]:
    """One act that happened on the counter, whatever the state of the case: money, and documents on their way."""
    return {**dict.fromkeys(SITUATIONS, ""), "none": _NOT_FILED}


BESIDE = (
    "document.received", "document.called", "document.posted", "document.handed",
    "payment.due", "payment.received", "payment.voided", "payment.waived",
)  # fmt: skip  # a table
# at any time, on a whole too (个人信息保护法 15)
CONSENTS = ("consent.recorded", "consent.withdrawn")
# what the centre hears from other systems, whatever the state of the case
FROM_OUTSIDE = ("payment.settled", "outside.reported", "application.numbered")
_ONCE = "同一编号只收件一次"

OUTCOMES: dict[str, dict[Situation, str]] = {
    "application.filed": {**dict.fromkeys(SITUATIONS, _ONCE), "none": ""},
    "material.added": _row(decided="材料到达前已经办结，未参与审查"),
    "correction.answered": _row(not_accepted="补正到达前已作出不予受理", decided="补正到达前已经办结，未参与审查"),
    "correction.supplied": _row(not_accepted="补正到达前已作出不予受理", decided="补正到达前已经办结，未参与审查"),
    "application.withdrawn": _row(
        withdrawn="申请已经撤回过", not_accepted="撤回到达前已作出不予受理", decided="撤回到达前已作出办结决定"
    ),
    "identity.verified": _row(),
    "originals.seen": _row(decided=""),  # 先收后验: the originals may be seen when the result is called for
    "proxy.recorded": _row(),
    "fingerprint.recorded": _row(),
    **{kind: _beside() for kind in CONSENTS},
    "application.confirmed": _row(),
    "application.confirmed_remotely": _row(),
    "application.accepted": _row(accepted="申请已经受理过"),
    "application.refused": _row(
        accepted="申请已经受理，应当作出办结决定，不能再不予受理", not_accepted="已经作出过不予受理"
    ),
    "correction.requested": _row(),
    "application.decided": _row(decided="已经办结，结果以第一次为准"),
    "notice.handed": _row(accepted="申请已经受理，不用再补正"),
    "opinion.given": _row(),
    "procedure.begun": _row(open_=NOT_ACCEPTED_YET),
    "procedure.ended": _row(open_=NONE_RUNS),
    "application.forwarded": _row(),
    **{kind: _beside() for kind in (*BESIDE, *FROM_OUTSIDE)},
}

# two more conditions on an answer to a correction notice
NO_SUCH_REQUEST = "没有这一次补正要求"
ANSWERED_BEFORE = "这一次补正要求已经答复过"
# 受理 and a decision need a police officer's word on what an assistant took in, before or with them
UNCONFIRMED = "尚待民警确认，确认以后才能受理、办结"
# a composed service (一件事) is decided, corrected and added to in its parts
NOT_OF_A_WHOLE = frozenset({
    "material.added", "correction.answered", "correction.supplied", "application.accepted", "application.refused",
    "correction.requested", "application.decided", "application.forwarded", "notice.handed", "opinion.given",
    "procedure.begun", "procedure.ended", "payment.settled", *BESIDE,
})  # fmt: skip  # a table
BY_ITS_PARTS = "“一件事”的总件随各分项办结，不单独办理"
# what can't be an act at all
WRONG_SIDE = "这一方不能作出此项行为"
UNREADABLE = "内容不完整或本版本不能识别"


@dataclass(frozen=True, slots=True)
class Concurrent:
    """Two acts of which neither side knew the other, and what comes of them at both sides.

    `effective` names the sides whose act takes effect; `phase` and `result` are those of the application afterwards.
    """

    node: str
    centre: str
    effective: tuple[str, ...]
    phase: str
    result: str | None
    sentence: str


BOTH = ("node", "centre")


def _beside_the_phone(kind: str, sentence: str, *, ends: str | None = None, phase: str = "received") -> Concurrent:
    """An act of the node while the citizen answers a notice on the phone at the province; nothing of either is lost."""
    return Concurrent(kind, "correction.supplied", BOTH, "closed" if ends else phase, ends, sentence)


def _recorded(kind: str, what: str, *, after_decision: bool) -> tuple[Concurrent, ...]:
    """The rows of an act of the node that adds to the record and moves nothing."""
    kept, gone = f"{what}记入办件。", f"{what}到得晚，不再记入。"
    decided = (BOTH, f"决定有效，{kept}") if after_decision else (("centre",), f"决定有效；{gone}")
    return (
        Concurrent(kind, "application.accepted", BOTH, "accepted", None, f"受理有效，{kept}"),
        Concurrent(kind, "application.refused", ("centre",), "closed", "not_accepted", f"不予受理有效；{gone}"),
        Concurrent(kind, "correction.requested", BOTH, "correction", None, f"补正要求有效，{kept}"),
        Concurrent(kind, "application.decided", decided[0], "closed", "granted", decided[1]),
        Concurrent(kind, "application.confirmed_remotely", BOTH, "received", None, f"确认有效，{kept}"),
        _beside_the_phone(kind, f"网上补正有效，{kept}"),
    )


def _reviewed(node: str) -> tuple[Concurrent, ...]:
    """The rows of an act of the node beside what those who decide add before they decide."""
    phase, result = {"application.withdrawn": ("closed", "withdrawn"), "notice.handed": ("correction", None)}.get(
        node, ("received", None)
    )
    return (
        Concurrent(node, "opinion.given", BOTH, phase, result, "意见和警务室的记录互不影响，都有效。"),
        Concurrent(node, "procedure.begun", ("node",), phase, result, "还没有受理，特别程序未启动；警务室的记录有效。"),
        Concurrent(node, "procedure.ended", ("node",), phase, result, "没有正在进行的特别程序；警务室的记录有效。"),
        Concurrent(node, "application.forwarded", BOTH, phase, result, "转办和警务室的记录互不影响，都有效。"),
    )


def _from_outside(node: str) -> tuple[Concurrent, ...]:
    """The rows of an act of the node beside what other systems report at the same time."""
    phase, result = {"application.withdrawn": ("closed", "withdrawn"), "notice.handed": ("correction", None)}.get(
        node, ("received", None)
    )
    twice = node in ("payment.received", "payment.waived")  # the bill was open, and the money that arrived comes first
    sides, sentence = (
        (("centre",), "网上的钱先到账，缴款单已经缴清；警务室的记录未生效，多收的要退。")
        if twice
        else (("node",), "到账的缴款单这时不在待缴：到账未生效，对账时列为差异；警务室的记录有效。")
    )
    return (
        Concurrent(node, "payment.settled", sides, phase, result, sentence),
        Concurrent(node, "outside.reported", BOTH, phase, result, "其他系统的答复和警务室的记录互不影响，都有效。"),
        Concurrent(node, "application.numbered", BOTH, phase, result, "统一编号和警务室的记录互不影响，都有效。"),
    )


# The centre's act is placed first (forms.merge). Every pair is listed; a test files an application, lets both sides act
# without knowledge of each other, and compares. The answer to a correction is given to a notice that both sides know.
_DECISIVE: tuple[Concurrent, ...] = (
    Concurrent("application.withdrawn", "application.accepted", BOTH, "closed", "withdrawn",
               "受理后、决定前都可以撤回：受理有效，撤回也有效，办件以撤回结束。"),
    Concurrent("application.withdrawn", "application.refused", ("centre",), "closed", "not_accepted",
               "不予受理有效；撤回到得晚，未生效，申请人的权利（复议、再次申请）不因此减少。"),
    Concurrent("application.withdrawn", "correction.requested", BOTH, "closed", "withdrawn",
               "撤回有效，补正要求随之取消，申请人不必再补。"),
    Concurrent("application.withdrawn", "application.decided", ("centre",), "closed", "granted",
               "决定有效；撤回到得晚，未生效。不需要结果的，由决定机关另行处理。"),
    Concurrent("material.added", "application.accepted", BOTH, "accepted", None,
               "受理有效，新材料并入办件，审查时可见。"),
    Concurrent("material.added", "application.refused", ("centre",), "closed", "not_accepted",
               "不予受理有效；材料未参与审查，可凭材料再次申请。"),
    Concurrent("material.added", "correction.requested", BOTH, "correction", None,
               "补正要求有效，新材料并入办件；是否已补齐由审查人员看过再说，申请人仍须答复。"),
    Concurrent("material.added", "application.decided", ("centre",), "closed", "granted",
               "决定有效；材料未参与审查，不改变决定。"),
    Concurrent("identity.verified", "application.accepted", BOTH, "accepted", None,
               "受理有效，身份核验记入办件。"),
    Concurrent("identity.verified", "application.refused", ("centre",), "closed", "not_accepted",
               "不予受理有效；身份核验到得晚，不再记入。"),
    Concurrent("identity.verified", "correction.requested", BOTH, "correction", None,
               "补正要求有效，身份核验记入办件。"),
    Concurrent("identity.verified", "application.decided", ("centre",), "closed", "granted",
               "决定有效；身份核验到得晚，不再记入。"),
    Concurrent("correction.answered", "application.accepted", BOTH, "accepted", None,
               "中心不等补正即受理，受理有效；补正的内容和材料并入办件，审查时可见。"),
    Concurrent("correction.answered", "application.refused", ("centre",), "closed", "not_accepted",
               "不予受理有效；补正到得晚，未参与审查，可凭补正后的内容再次申请。"),
    Concurrent("correction.answered", "correction.requested", BOTH, "correction", None,
               "补正答复的是前一次要求，有效；新的要求仍然待补。"),
    Concurrent("correction.answered", "application.decided", ("centre",), "closed", "granted",
               "决定有效；补正到得晚，未参与审查，不改变决定。"),
    Concurrent("application.confirmed", "application.accepted", BOTH, "accepted", None,
               "受理有效，民警的确认记入办件。"),
    Concurrent("application.confirmed", "application.refused", ("centre",), "closed", "not_accepted",
               "不予受理有效；确认到得晚，不再记入。"),
    Concurrent("application.confirmed", "correction.requested", BOTH, "correction", None,
               "补正要求有效，民警的确认记入办件。"),
    Concurrent("application.confirmed", "application.decided", ("centre",), "closed", "granted",
               "决定有效；确认到得晚，不再记入。"),
    Concurrent("application.confirmed", "application.confirmed_remotely", BOTH, "received", None,
               "两位民警各自确认，都记入办件；意见不同的，以见到本人的警务室民警的意见为准。"),
    Concurrent("application.withdrawn", "application.confirmed_remotely", BOTH, "closed", "withdrawn",
               "撤回有效，确认不再有意义。"),
    Concurrent("material.added", "application.confirmed_remotely", BOTH, "received", None,
               "确认有效，新材料并入办件，审查时可见。"),
    Concurrent("identity.verified", "application.confirmed_remotely", BOTH, "received", None,
               "确认有效，身份核验记入办件。"),
    Concurrent("correction.answered", "application.confirmed_remotely", BOTH, "received", None,
               "确认有效；辅警的补正另外等民警确认。"),
    *_recorded("originals.seen", "原件的核对", after_decision=True),
    *_recorded("proxy.recorded", "代办人", after_decision=False),
    *_recorded("fingerprint.recorded", "指纹采集的情况", after_decision=False),
    Concurrent("notice.handed", "application.accepted", ("centre",), "accepted", None,
               "受理有效；告知到得晚，未生效，申请人不必再补。"),
    Concurrent("notice.handed", "application.refused", ("centre",), "closed", "not_accepted",
               "不予受理有效；告知到得晚，未生效。"),
    Concurrent("notice.handed", "correction.requested", BOTH, "correction", None,
               "两边都告知了，都有效，合在一起补；警务室的算第二次，监察上标黄。"),
    Concurrent("notice.handed", "application.decided", ("centre",), "closed", "granted",
               "决定有效；告知到得晚，未生效。"),
    Concurrent("notice.handed", "application.confirmed_remotely", BOTH, "correction", None,
               "确认有效；告知有效，补齐以后再受理。"),
    _beside_the_phone("application.withdrawn", "网上补正有效，撤回也有效，办件以撤回结束。", ends="withdrawn"),
    _beside_the_phone("material.added", "网上补正有效，新材料并入办件。"),
    _beside_the_phone("identity.verified", "网上补正有效，身份核验记入办件。"),
    _beside_the_phone("correction.answered",
                      "同一次补正要求，网上和警务室都补了：材料都留下；同一项填得不同的，以警务室当面核对的为准。"),
    _beside_the_phone("application.confirmed", "网上补正有效，民警的确认记入办件。"),
    _beside_the_phone("notice.handed", "网上补的是前一次要求，有效；警务室新告知的仍然待补。", phase="correction"),
    *(Concurrent(node, centre, BOTH, phase, result, "两边互不影响，都有效。")
      for node in (*BESIDE, *CONSENTS)
      for centre, phase, result in (
          ("application.accepted", "accepted", None),
          ("application.refused", "closed", "not_accepted"),
          ("correction.requested", "correction", None),
          ("application.decided", "closed", "granted"),
          ("application.confirmed_remotely", "received", None),
          ("correction.supplied", "received", None),
      )),
)  # fmt: skip  # a table
CONCURRENT: tuple[Concurrent, ...] = (
    *_DECISIVE,
    *(row for node in dict.fromkeys(one.node for one in _DECISIVE) for row in (*_reviewed(node), *_from_outside(node))),
)
