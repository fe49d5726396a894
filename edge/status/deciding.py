"""What the phone page says of those who decide: opinions that are asked, a clock that stands still, other desks."""

from edge.web_filters import day, when_short
from forms.kinds_review import OPINIONS
from forms.state import State

_LEVELS = {"agreed": "done", "disagreed": "late", "returned": "due"}


def steps(state: State) -> list[tuple[str, str, str]]:
    """(title, note, level) of what was added before the decision, in its order."""
    review = state.review
    said = [
        (one.at, (f"{one.title}：{OPINIONS[one.outcome]}", f"{one.by} · {when_short(one.at)}", _LEVELS[one.outcome]))
        for one in review.opinions
    ]
    for one in review.procedures:
        if one.ended_at:
            said.append((one.at, (f"特别程序（{one.title}）已结束", f"{when_short(one.ended_at)} 恢复计时", "done")))
        else:
            said.append((one.at, (f"特别程序（{one.title}）", f"不计入办理期限，最迟到{day(one.until)}", "now")))
    said += [(sent.at, (f"已转给{sent.desk}", when_short(sent.at), "done")) for sent in review.forwards]
    return [line for _, line in sorted(said)]
