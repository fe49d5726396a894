"""What the page behind the QR code says: pure, from the state of one application. No name, no number of a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Any

from edge import words
from edge.room import Room
from edge.status import deciding, documents
from edge.status.mask import mask
from edge.web_filters import day, group4, when_short
from edge.words import Mark
from forms.deadlines import Deadline
from forms.lifecycle import Correction, State, phase_title
from forms.whole import Family, Member

REVIEW = "对这个决定不服，可以在收到决定之日起六十日内申请行政复议。"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the time line; level is done, now, due, late or todo."""

    title: str
    note: str
    level: str


@dataclass(frozen=True, slots=True)
class Subject:
    """All that the page is made from. `received` (the centre holds everything) and `received_at` (since when it holds
    the filing) come from its signed acks alone; `people` are the names and numbers that must not be shown.
    """

    state: State
    schema: Mapping[str, Any]
    service: Mapping[str, Any]
    room: Room
    received: bool
    received_at: str
    people: tuple[str, ...] = ()
    family: Family | None = None
    deadlines: Sequence[Deadline] = ()
    papers: Sequence[str] = ()  # sealed documents that the room still has to hand out
    may_be_rated: bool = False  # 好差评 is asked for and not given yet


@dataclass(frozen=True, slots=True)
class Progress:
    """The page, in the order in which it is read: what to do first, then how it came to this."""

    service: str
    number: str
    badge: Mark
    headline: str
    sentences: tuple[str, ...]
    defects: tuple[tuple[str, str], ...]
    visit: str
    urgent: str
    urgent_level: str
    urgent_phone: str
    urgent_note: str
    steps: tuple[Step, ...]
    parts_title: str = ""
    parts: tuple[Step, ...] = ()


def progress(subject: Subject) -> Progress:
    """The page of one application."""
    state, room = subject.state, subject.room
    badge, headline, sentences = _now(subject)
    correction = state.correction
    urgent = words.urgent_sentence(subject.service, urgent=state.urgent, received=bool(subject.received_at))
    rules = subject.service.get("urgent", {}) if urgent and not subject.received_at else {}
    return Progress(
        service=words.title(subject.service),
        number=state.number,
        badge=badge,
        headline=headline,
        sentences=tuple(sentence for sentence in (*sentences, documents.money(state)) if sentence),
        defects=_defects(subject, correction) if correction else (),
        visit=f"请到{room.name}当面补正" if correction else "",
        urgent="" if state.phase == "closed" else urgent,
        urgent_level="ok" if subject.received_at else "late",
        urgent_phone=words.fill(rules.get("telephone", ""), room),
        urgent_note=rules.get("telephone_note", ""),
        steps=tuple(_steps(subject)),
        parts_title=_parts_title(subject),
        parts=_parts(subject),
    )


def _parts_title(subject: Subject) -> str:
    """The heading over the parts of a whole, or over the whole that this is a part of."""
    family = subject.family
    if family is None:
        return ""
    return f"一起办的各项（{family.summary}）" if subject.state.parts else f"这是{family.title}中的一项"


def _parts(subject: Subject) -> tuple[Step, ...]:
    """A whole shows its parts; a part only what it waits for, since the rest belongs to another receipt."""
    family = subject.family
    if family is None:
        return ()
    own = family.member(subject.state.number)
    shown = family.members if own is None else tuple(one for one in family.before(own) if not one.closed)
    return tuple(Step(one.part.title, _part_note(family, one), _part_level(one)) for one in shown)


def _part_note(family: Family, member: Member) -> str:
    by = f"{member.part.by} · " if member.part.by else ""
    return f"{by}{family.words(member)} · 编号 {group4(member.number)}"


def _part_level(member: Member) -> str:
    if member.closed:
        return "late" if member.state.result in {"refused", "not_accepted"} else "done"
    return "due" if member.state.phase == "correction" else "now"


def _defects(subject: Subject, correction: Correction) -> tuple[tuple[str, str], ...]:
    return tuple((_clean(subject, item.label), _clean(subject, item.defect)) for item in correction.items)


def _clean(subject: Subject, text: str) -> str:
    return mask(text, subject.people, subject.state.answers, subject.schema)


def _now(subject: Subject) -> tuple[Mark, str, list[str]]:
    state = subject.state
    match state.phase:
        case "correction":
            return _correction(subject)
        case "accepted" if state.parts:
            return _by_parts(subject)
        case "accepted":
            return Mark("已受理", "ok"), "正在审查", [_due(subject, "最迟 {} 办结。"), "您现在不用做什么。"]
        case "closed":
            return _closed(subject)
    return _waiting(subject)


def _waits_for(subject: Subject) -> str:
    """What a part of a whole has to wait for; "" where it is its turn."""
    own = subject.family.member(subject.state.number) if subject.family else None
    return "”“".join(subject.family.waits_for(own)) if subject.family and own else ""


def _by_parts(subject: Subject) -> tuple[Mark, str, list[str]]:
    """A whole on its way: what is to be done stands at the part that needs it."""
    members = subject.family.members if subject.family else ()
    waiting = [one.part.title for one in members if one.state.phase == "correction"]
    todo = f"“{'”“'.join(waiting)}”要补正，请看那一项；其他各项照常办。" if waiting else "您现在不用做什么。"
    mark = Mark("有一项等您补正", "due") if waiting else Mark(phase_title(subject.state), "ok")
    return mark, "各部门正在分别办理", [_due(subject, "最迟 {} 全部办完。"), todo]


def _waiting(subject: Subject) -> tuple[Mark, str, list[str]]:
    """Filed or corrected, and nobody has said anything yet."""
    corrected = bool(subject.state.corrections)
    if not subject.received and (corrected or not subject.received_at):
        word, what = ("已补正", "补正的内容") if corrected else ("已收件", "申请")
        unsent = f"{what}还在警务室，有网络时自动上传到省级中心。"
        return Mark(f"{word}，尚未上传", "wait"), f"警务室{word}", [unsent, "您现在不用做什么。"]
    before = _waits_for(subject)
    if before:
        sentences = ["前面一项办结以后接着办，不用您再来。您现在不用做什么。"]
        return Mark("省级中心已接收", "ok"), f"等“{before}”办结后再办", sentences
    headline = "已经补正，等待受理" if corrected else "省级中心正在看材料"
    later = "" if subject.received else "后来补交的材料尚未上传，警务室有网络时自动上传。"
    answer = _answer(subject)
    return Mark("省级中心已接收", "ok"), headline, [later, answer, "要您补材料时，会写在这一页。您现在不用做什么。"]


def _correction(subject: Subject) -> tuple[Mark, str, list[str]]:
    correction = subject.state.correction
    assert correction is not None
    due = f"请在{day(correction.due_day)}前补齐。" if correction.due_day else ""
    headline = f"还差 {len(correction.items)} 样，补齐后继续办"
    return Mark("等您补正", "due"), headline, [due, _clean(subject, correction.reason)]


def _closed(subject: Subject) -> tuple[Mark, str, list[str]]:
    state = subject.state
    result = state.result or ""
    title = phase_title(state)
    if subject.papers:
        sentences = [f"{subject.room.name}出具{'、'.join(subject.papers)}以后才算办结。"]
        return Mark("已准予，凭证待出具", "due"), "准予了，凭证还没有出具", sentences
    reason = f"理由：{_clean(subject, state.reason)}" if state.reason and result != "withdrawn" else ""
    level, headline, sentences = {
        "granted": ("ok", "办好了", [*_outcome(subject)]),
        "refused": ("late", "没有准予", [reason, REVIEW]),
        "not_accepted": ("late", "没有受理", [reason, REVIEW]),
        "lapsed": ("wait", "没有等到补正，已经办结", ["要继续办，请重新申请。"]),
        "withdrawn": ("wait", "申请已经撤回", ["要再办，请重新申请。"]),
        "transferred": ("wait", "已经转给别的机关办", [reason]),
        "mixed": ("ok", "各项都已经办结", ["每一项的结果在下面。"]),
    }.get(result, ("wait", title, [reason]))
    return Mark(title, level), headline, sentences


def _outcome(subject: Subject) -> list[str]:
    if subject.service.get("private"):
        return []
    granted: Mapping[str, Any] = next((entry for entry in subject.service["results"] if entry["kind"] == "granted"), {})
    what = granted.get("document") or granted.get("title", "")
    where = documents.sentence(subject.state, subject.room) or _delivery(granted.get("delivery", []), subject.room)
    return [f"结果：{what}。" if what else "", where]


def _delivery(ways: Sequence[str], room: Room) -> str:
    """How it comes to the citizen; the first way that the service names."""
    return {
        "node": f"请带上收件凭证和身份证，到{room.name}领取。",
        "window": "请带上收件凭证和身份证，到办证窗口领取。",
        "post": "结果会寄给您。",
        "electronic": f"要纸质的，请到{room.name}打印。",
    }.get(ways[0] if ways else "", "")


def _answer(subject: Subject) -> str:
    """Until when somebody says something, by the clock that runs: for a whole that is the day on which all is done."""
    clock = words.running_clock(subject.deadlines)
    said = {"notice": "最迟 {} 答复是否受理。", "total": "最迟 {} 全部办完。"}
    return _due(subject, said.get(clock.name if clock else "", "最迟 {} 办结。"))


def _due(subject: Subject, sentence: str) -> str:
    """The sentence with the day on which the running clock ends; nothing where it is over, or ends the same day."""
    clock = words.running_clock(subject.deadlines)
    if clock is None or clock.level == "late" or clock.start[:10] == clock.due[:10]:
        return ""
    return sentence.format(day(clock.due))


def _steps(subject: Subject) -> list[Step]:
    state = subject.state
    steps = [Step("已收件", _filed(subject), "done"), _arrival(subject)]
    steps += [_notice(correction) for correction in state.corrections]
    if not (subject.service.get("private") or subject.service.get("sealed")):
        steps += starmap(Step, deciding.steps(state))
    return steps + _ahead(subject)


def _filed(subject: Subject) -> str:
    """When and where; the day on the slip of paper that was entered later; and who nobody has looked at yet."""
    state = subject.state
    at = f"{day(state.paper.day)} · 补录" if state.paper else when_short(state.filed_at or "")
    hidden = subject.service.get("private") or subject.service.get("sealed")
    unseen = state.identity == "unverified" and state.phase != "closed" and not hidden
    return " · ".join([at, subject.room.name, *([words.UNVERIFIED] if unseen else [])])


def _arrival(subject: Subject) -> Step:
    if subject.received_at:
        return Step("省级中心已接收", when_short(subject.received_at), "done")
    return Step("等待省级中心接收", "尚未上传，警务室有网络时自动上传", "now")


def _notice(correction: Correction) -> Step:
    told, count = when_short(correction.at), len(correction.items)
    if correction.status == "open":
        due = f" · 请在{day(correction.due_day)}前补齐" if correction.due_day else ""
        return Step(f"需要补正 {count} 项", told + due, "due")
    word = "已补正" if correction.status == "answered" else "不用再补"
    return Step(f"补正 {count} 项", f"{told} 告知 · {word}", "done")


def _ahead(subject: Subject) -> list[Step]:
    state = subject.state
    accepted = [Step("已受理", when_short(state.accepted_at), "done")] if state.accepted_at else []
    if state.phase == "closed":
        level = "late" if state.result in {"refused", "not_accepted"} else "done"
        after = () if subject.service.get("private") else documents.steps(state)
        return [*accepted, Step(phase_title(state), when_short(state.closed_at or ""), level), *starmap(Step, after)]
    if state.parts:
        return [Step("各项全部办结", _due(subject, "最迟 {}"), "todo")]
    if accepted:
        return [*accepted, Step("正在审查", _due(subject, "最迟 {} 办结"), "now"), Step("办结", "", "todo")]
    return [Step("受理", "", "todo"), Step("审查", "", "todo"), Step("办结", "", "todo")]
