"""The words of a history: what an act did, free of names and of people's numbers."""

from collections.abc import Callable, Mapping
from typing import Any

from forms import agreeing, confirming, outside, receiving
from forms.kinds import KINDS
from forms.kinds_delivery import CALLED_BY, PROOFS, REACHED, WAYS
from forms.kinds_review import OPINIONS
from forms.state import State, phase_title

Words = tuple[str, str]
_TITLES: dict[str, str] = {
    "application.filed": "已收件",
    "material.added": "已添加材料",
    "correction.answered": "已补正",
    "correction.supplied": "已在网上补正",
    "application.withdrawn": "已撤回申请",
    "identity.verified": "已核验身份",
    "originals.seen": "已核对原件",
    "proxy.recorded": "已登记代办人",
    "fingerprint.recorded": "已登记指纹采集",
    "application.accepted": "已受理",
    "application.refused": "不予受理",
    "document.received": "文书已到警务室",
    "document.posted": "文书已寄出",
    "payment.due": "已开缴款单",
    "payment.received": "已缴款",
    "payment.voided": "缴款记录已作废，重新待缴",
    "payment.waived": "已减免收费",
    "payment.settled": "网上缴款已到账",
}


def void_title(kind: str) -> str:
    """The title of an act that took no effect."""
    return f"{KINDS[kind].title}（未生效）" if kind in KINDS else "其他记录（未生效）"


def words(kind: str, data: Mapping[str, Any], state: State) -> Words:
    """(title, detail) of an act that took effect; `state` is the one after it."""
    said = _SAID.get(kind)
    return (_TITLES[kind], "") if said is None else said(data, state)


def _filed(_data: Mapping[str, Any], state: State) -> Words:
    if state.inbox is not None:
        where, later = ("上门收件", "带回后登记") if state.inbox.visit else ("锁定时收件", "解锁后登记")
        return f"已收件（{where}）", f"{_day_words(state.inbox.at[:10])} {state.inbox.at[11:16]} 出具凭证，{later}"
    if state.paper is None:
        return _TITLES["application.filed"], ""
    return "已收件（补录）", f"纸质凭证 {state.paper.slip}，{_day_words(state.paper.day)}收件"


def _noticed(data: Mapping[str, Any], _state: State) -> Words:
    day = data.get("due_day", "")
    return f"需要补正 {len(data['items'])} 项", f"请在{_day_words(day)}前补正" if day else ""


def _decided(data: Mapping[str, Any], state: State) -> Words:
    on_the_spot = data["result"] == "granted" and state.accepted_at is None
    return phase_title(state), "当场办结" if on_the_spot else ""


def _confirmed(data: Mapping[str, Any], _state: State) -> Words:
    return confirming.words(data)


def _called(data: Mapping[str, Any], _state: State) -> Words:
    return "通知取件", f"{CALLED_BY[data['how']]}，{REACHED[data['reached']]}"


def _handed(data: Mapping[str, Any], _state: State) -> Words:
    return "文书已送达", f"{WAYS[data['how']]}，{PROOFS[data['proof']]}"


def _paused(data: Mapping[str, Any], _state: State) -> Words:
    return f"特别程序开始（{data['title']}）", f"所需时间不计入办理期限，最迟到{_day_words(data['until'])}"


def _resumed(_data: Mapping[str, Any], state: State) -> Words:
    return f"特别程序结束（{state.review.procedures[-1].title}）", "恢复计时"


_SAID: dict[str, Callable[[Mapping[str, Any], State], Words]] = {
    "application.filed": _filed,
    "application.decided": _decided,
    "application.confirmed": _confirmed,
    "application.confirmed_remotely": _confirmed,
    "correction.requested": _noticed,
    "notice.handed": _noticed,
    "identity.verified": lambda data, _: (_TITLES["identity.verified"], receiving.identified_words(data)),
    "originals.seen": lambda data, _: (_TITLES["originals.seen"], receiving.seen_words(data)),
    "proxy.recorded": lambda data, _: (_TITLES["proxy.recorded"], receiving.proxy_words(data)),
    "fingerprint.recorded": lambda data, _: (_TITLES["fingerprint.recorded"], receiving.fingerprint_words(data)),
    "consent.recorded": lambda data, _: agreeing.recorded_words(data),
    "consent.withdrawn": agreeing.withdrawn_words,
    "document.called": _called,
    "document.handed": _handed,
    "opinion.given": lambda data, _: (f"{data['title']}：{OPINIONS[data['outcome']]}", data["by"]),
    "procedure.begun": _paused,
    "procedure.ended": _resumed,
    "outside.reported": lambda data, _: outside.words(data),
    "application.numbered": lambda data, _: ("已取得统一办件编号", data["number"]),
    "application.forwarded": lambda data, _: ("已转办", f"转给{data['desk']}"),
}


def _day_words(day: str) -> str:
    year, month, date = (int(part) for part in day.split("-"))
    return f"{year}年{month}月{date}日"
