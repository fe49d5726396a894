"""电子监察: small rules over one application, each of which sees one thing in its log and says it in a sentence.

A finding is shown and counted; it punishes nobody and changes nothing. What a log does not hold no rule asks about.
The sentences name no person.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from forms import call_backs, deadlines, originals
from forms.calendar import Calendar
from forms.call_backs import CallBack
from forms.deadlines import Deadline, HasService
from forms.display import date
from forms.state import State

BACKLOG_HOURS: Final = 72  # the rule has no figure of its own; this one is ours, and stands in its basis
CLOCK_SLACK_S: Final = 60
DECIDING: Final = frozenset({"application.accepted", "application.refused", "application.decided"})
REMOTE: Final = "application.confirmed_remotely"
LOCAL: Final = "当地"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for, and on what that stands."""

    code: str
    title: str
    basis: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired: what was seen, and when it happened (RFC 3339 or a day, "" where it has no moment)."""

    rule: str
    words: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One application as supervision sees it at `now`.

    `received_at`: when the centre first held it; `handlers`: the actors of the centre who had a hand in it at the room;
    `call_back`: what is owed to whoever gave it a bad rating, None where nothing is.
    """

    state: State
    definition: HasService
    calendar: Calendar
    now: str
    received_at: str = ""
    handlers: frozenset[str] = frozenset()
    title: str = ""
    call_back: CallBack | None = None

    @property
    def service(self) -> Mapping[str, Any]:
        return self.definition.service

    @property
    def clocks(self) -> dict[str, Deadline]:
        """The clocks by name, from a filing that is believed to be no later than the centre held it."""
        state = deadlines.believed(self.state, self.received_at, self.now)
        return {one.name: one for one in deadlines.deadlines(self.definition, state, self.calendar, self.now)}


Found = Iterator[Finding]
_FILE = "事项文件"
_ONCE = "一次性告知全部内容：许可类为行政许可法第三十二条；其他事项按事项文件"
RULES: Final[dict[str, Rule]] = {
    one.code: one
    for one in (
        Rule("notice_late", "没有按期一次性告知或者受理", "行政许可法第三十二条（许可类五日）；其他事项按事项文件"),
        Rule("promise_over", "超过承诺时限", f"{_FILE}的承诺时限；民法典第二百零一条至第二百零三条"),
        Rule("law_over", "超过法定时限", f"{_FILE}的法定时限；行政许可法第八十二条，民法典第二百零一条至第二百零三条"),
        Rule("correction_again", "同一件要求补正不止一次", _ONCE),
        Rule("correction_avoidable", "再次补正的内容首次就能发现", _ONCE),
        Rule("pause_unfounded", "停表没有依据或者超过上限", f"{_FILE}的特别程序；电子监察规则：停表无理由、超上限"),
        Rule("fee_other", "收费和收费标准不符", f"{_FILE}的收费标准和依据；电子监察规则：收费与标准不符"),
        Rule("material_outside", "要了办事指南以外的材料", f"{_FILE}的材料目录；电子监察规则：指南外材料"),
        Rule("delivery_unsigned", "寄出的文书没有签收记录", "电子监察规则：送达未签收"),
        Rule("original_unseen", "原件没有核对就送达", f"{_FILE}的原件核对要求"),
        Rule(
            "backlog_old",
            "收件后很久才上传",
            f"时限自收件起算，在途时间计入；电子监察规则：离线积压时长，{BACKLOG_HOURS} 小时是本系统的口径",
        ),
        Rule("clock_back", "记录的时间往回走", "电子监察规则：时钟回拨"),
        Rule("same_person", "同一个人收件又审批", "电子监察规则：同人同件受理又审批"),
        Rule(
            "rating_uncalled",
            "差评没有按期回访",
            "国办发〔2019〕51号：实名差评回访；"
            f"省级中心收到后{call_backs.WORKDAYS}个工作日是本系统的口径，没有留电话的不回访",
        ),
    )
}


def of_case(case: Case) -> list[Finding]:
    """What the rules see in one application. A composed one (一件事) is looked at in its parts."""
    if case.state.filed_at is None or case.state.parts:
        return []
    return [finding for check in _CHECKS for finding in check(case)]


def _day(text: str) -> str:
    """The day of a moment, in words."""
    return date(text[:10])


def _late(case: Case) -> Found:
    """The clocks of the law, running or stopped; what the citizen has to keep is not among them."""
    clocks = case.clocks
    for rule, name in (("notice_late", "notice"), ("promise_over", "promised"), ("law_over", "statutory")):
        clock = clocks.get(name)
        if clock is not None and clock.late:
            ended = f"，{_day(clock.stopped_at)}才停止计时" if clock.stopped_at else "，还没有办"
            yield Finding(rule, f"{clock.label}，{_day(clock.due)}到期{ended}", clock.due)


def _corrections(case: Case) -> Found:
    for place, notice in enumerate(case.state.corrections[1:], start=2):
        yield Finding("correction_again", f"第 {place} 次要求补正，{len(notice.items)} 项", notice.at)
        if notice.avoidable:
            yield Finding("correction_avoidable", f"首次就能发现的：{'、'.join(notice.avoidable)}", notice.at)


def _pauses(case: Case) -> Found:
    """One that the service does not know, that gives no reason, or that may run beyond what the service allows."""
    known = {one["code"]: one for one in case.service.get("special_procedures", ())}
    for one in case.state.review.procedures:
        rule = known.get(one.procedure)
        if rule is None:
            yield Finding("pause_unfounded", f"{one.title}：事项里没有这种特别程序", one.at)
            continue
        if not one.reason.strip():
            yield Finding("pause_unfounded", f"{one.title}：没有写理由", one.at)
        last = deadlines.due(one.at, rule["limit"], case.calendar)[:10]
        if one.until > last:
            yield Finding("pause_unfounded", f"{one.title}：定到{_day(one.until)}，最迟只能到{_day(last)}", one.at)


def _fees(case: Case) -> Found:
    """Where the sum is the place's own to say, the centre does not know it, and nothing is said."""
    fee = case.service["fee"]
    if not isinstance(fee["amount"], int | float) or _is_local(case.service):
        return
    allowed = round(fee["amount"] * 100)
    for bill in case.state.bills:
        if bill.amount != allowed:
            said = f"标准 {allowed / 100:g} 元" if allowed else "本事项不收费"
            yield Finding("fee_other", f"缴款单 {bill.amount / 100:g} 元，{said}", bill.at)


def _is_local(service: Mapping[str, Any]) -> bool:
    fee, parameters = service["fee"], service.get("parameters", {})
    money = any(one.get("unit") == "元" for one in parameters.values())
    return money or bool(fee.get("local")) or any(LOCAL in str(fee.get(name, "")) for name in ("basis", "note"))


def _materials(case: Case) -> Found:
    """A notice that asks for what the guide does not name; the answers' own files are named by a pointer."""
    known = {one["code"] for one in case.service["materials"]}
    for notice in case.state.corrections:
        for item in notice.items:
            if item.target == "material" and not item.ref.startswith("/") and item.ref not in known:
                yield Finding("material_outside", f"补正要求里有指南以外的材料：{item.label}", notice.at)


def _delivery(case: Case) -> Found:
    for one in case.state.delivery.travelling:
        yield Finding("delivery_unsigned", f"{'、'.join(one.names)}：{_day(one.at)}寄出，没有签收记录", one.at)


def _originals(case: Case) -> Found:
    """What was handed over although an original was not seen; a part's originals may have been seen with its whole."""
    state = case.state
    if not state.delivery.handed or state.whole or case.service.get("sealed"):
        return
    given = {material.slot for material in state.materials}
    missing = originals.outstanding(case.definition, state.answers, state.seen, given)
    if missing:
        names = "、".join(str(one["name"]) for one in missing)
        yield Finding("original_unseen", f"没有核对原件：{names}", state.delivery.handed[0].at)


def _backlog(case: Case) -> Found:
    if not case.received_at:
        return
    waited = deadlines.unsent(case.state, case.received_at, case.now)
    if waited.seconds > BACKLOG_HOURS * 3600:
        yield Finding("backlog_old", waited.label, case.received_at)


def _clock(case: Case) -> Found:
    """One log is written in one order: an entry that is dated before the one that it follows shows a clock set back."""
    for side in ("node", "centre"):
        written = sorted((one for one in case.state.history if one.side == side), key=lambda one: (one.epoch, one.seq))
        for before, after in pairwise(written):
            back = (datetime.fromisoformat(before.at) - datetime.fromisoformat(after.at)).total_seconds()
            if back > CLOCK_SLACK_S:
                where = "警务室" if side == "node" else "中心"
                words = deadlines.duration_words(int(back))
                yield Finding("clock_back", f"{where}的记录比前一条早 {words}", after.at)


def _persons(case: Case) -> Found:
    """受理 or a decision by who took it in at the room, or who confirmed it over the link."""
    acts = [one for one in case.state.history if one.effective and one.side == "centre"]
    confirmers = {one.actor for one in acts if one.kind == REMOTE}
    for one in acts:
        if one.kind not in DECIDING:
            continue
        if one.actor in case.handlers:
            yield Finding("same_person", f"收件的人作出了“{one.title}”", one.at)
        elif one.actor in confirmers:
            yield Finding("same_person", f"远程确认的人作出了“{one.title}”", one.at)


def _rating(case: Case) -> Found:
    owed = case.call_back
    if owed is None:
        return
    last = call_backs.last_day(owed.since, case.calendar)
    if deadlines.is_past(last, owed.done_at or case.now):
        tried = f"，打过 {owed.tries} 次没有打通" if owed.tries and not owed.done_at else ""
        ended = f"，{_day(owed.done_at)}才回访" if owed.done_at else "，还没有回访"
        yield Finding("rating_uncalled", f"{_day(owed.since)}收到，{_day(last)}到期{ended}{tried}", last)


_CHECKS: Final[tuple[Callable[[Case], Found], ...]] = (
    _late, _corrections, _pauses, _fees, _materials, _delivery, _originals, _backlog, _clock, _persons,
    _rating,
)  # fmt: skip  # a table
