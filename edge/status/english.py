"""The progress page in English for whoever filed in English: the Chinese sentences are the keys.

What an officer wrote (a defect, a reason) stays as it was written.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from edge.status.progress import Progress, Step
from edge.words import Mark
from forms import display
from forms.definition import Definition

# "{}" stands for whatever the sentence says there
SENTENCES: dict[str, str] = {
    # what it is now
    "已受理": "Accepted",
    "正在审查": "Under examination",
    "您现在不用做什么。": "You need not do anything now.",
    "最迟 {} 办结。": "It will be decided by {}.",
    "最迟 {} 办结": "By {}",
    "最迟 {} 全部办完。": "Everything will be done by {}.",
    "最迟 {} 答复是否受理。": "You will be told by {} whether it is accepted.",
    "已收件，尚未上传": "Received, not yet sent",
    "已补正，尚未上传": "Completed, not yet sent",
    "警务室已收件": "The room has received it",
    "警务室已补正": "The room has received what was missing",
    "申请还在警务室，有网络时自动上传到省级中心。": (
        "It is still at the room and goes to the centre by itself when there is a network."
    ),
    "补正的内容还在警务室，有网络时自动上传到省级中心。": (
        "What you added is still at the room and goes to the centre by itself when there is a network."
    ),
    "省级中心已接收": "Received by the provincial centre",
    "已经补正，等待受理": "Completed, waiting to be accepted",
    "省级中心正在看材料": "The centre is looking at your documents",
    "后来补交的材料尚未上传，警务室有网络时自动上传。": (
        "Documents added later go to the centre when there is a network."
    ),
    "要您补材料时，会写在这一页。您现在不用做什么。": (
        "If something is missing, this page will say so. You need not do anything now."
    ),
    # something is missing
    "等您补正": "Waiting for you",
    "还差 {} 样，补齐后继续办": "Things still missing: {}",
    "请在{}前补齐。": "Please bring everything by {}.",
    "请到{}当面补正": "Please come to {}",
    # closed
    "理由：{}": "Reason: {}",
    "办好了": "Done",
    "没有准予": "Not granted",
    "没有受理": "Not accepted",
    "没有等到补正，已经办结": "Closed, because what was missing did not come",
    "申请已经撤回": "The application was withdrawn",
    "已经转给别的机关办": "Passed on to another authority",
    "要继续办，请重新申请。": "Please apply again to go on.",
    "要再办，请重新申请。": "Please apply again if you still want it.",
    "对这个决定不服，可以在收到决定之日起六十日内申请行政复议。": (
        "If you disagree, you may ask for administrative reconsideration within sixty days of receiving the decision."
    ),
    "结果：{}。": "Result: {}.",
    "请带上收件凭证和身份证，到办证窗口领取。": "Collect it at the service window with your receipt and your document.",
    "请带上收件凭证和身份证，到{}领取。": "Collect it at {} with your receipt and your document.",
    "结果会寄给您。": "It will be sent to you by post.",
    "到了，请带上收件凭证和身份证，到{}领取。": "It is here. Collect it at {} with your receipt and your document.",
    "{} 已寄出，{}。": "{} sent by parcel, {}.",
    "{} 已经交给您或者代领人。": "{} handed to you or to whom you sent.",
    "还要缴 {} 元，带上缴款单。": "Still to be paid: {} yuan. Bring the bill.",
    "等您来领": "Waiting to be collected",
    "寄递途中": "On its way by parcel",
    "已送达": "Handed over",
    "要纸质的，请到{}打印。": "For a paper copy come to {}.",
    "办结（{}）": "Closed ({})",
    "准予": "Granted", "不予": "Refused", "退回": "Returned", "作废": "Void", "删除": "Deleted", "转报": "Passed on",
    "补正不来": "Lapsed", "撤回": "Withdrawn", "不予受理": "Not accepted", "已撤回": "Withdrawn",
    # 一件事 and its parts
    "有一项等您补正": "A part is waiting for you",
    "各部门正在分别办理": "Each authority is dealing with its part",
    "“{}”要补正，请看那一项；其他各项照常办。": "“{}” needs something from you, look there; the other parts go on.",
    "等“{}”办结后再办": "Goes on after “{}”",
    "前面一项办结以后接着办，不用您再来。您现在不用做什么。": (
        "It goes on by itself after the part before it. You need not do anything now."
    ),
    "各项都已经办结": "All parts are closed",
    "每一项的结果在下面。": "The result of each part is below.",
    "一起办的各项（{} 项中 {} 项已办结）": "The parts of it ({} in all, {} closed)",
    "一起办的各项（共 {} 项）": "The parts of it ({} in all)",
    "这是{}中的一项": "This is a part of {}",
    "{} · {} · 编号 {}": "{} · {} · No. {}",
    "各项全部办结": "All parts closed",
    "最迟 {}": "By {}",
    "办结（准予）": "Closed (granted)", "办结（不予）": "Closed (refused)", "办结（退回）": "Closed (returned)",
    "办结（撤回）": "Closed (withdrawn)",
    # the steps
    "已收件": "Received",
    "{} · {} · 身份待核": "{} · {} · identity not checked yet",
    "等待省级中心接收": "Waiting for the provincial centre",
    "尚未上传，警务室有网络时自动上传": "Not yet sent; it goes by itself when there is a network",
    "需要补正 {} 项": "Things to be completed: {}",
    "补正 {} 项": "Things completed: {}",
    "{} · 请在{}前补齐": "{} · by {}",
    "{} 告知 · 已补正": "told {} · completed",
    "{} 告知 · 不用再补": "told {} · no longer needed",
    "{}：同意": "{}: agreed", "{}：不同意": "{}: not agreed", "{}：退回": "{}: returned",
    "特别程序（{}）已结束": "Special procedure ({}): over", "特别程序（{}）": "Special procedure ({})",
    "{} 恢复计时": "{} the clock goes on",
    "不计入办理期限，最迟到{}": "not counted in the time limit, until {} at most",
    "已转给{}": "Passed on to {}",
    "受理": "Acceptance", "审查": "Examination", "办结": "Decision",
}  # fmt: skip  # a table
_PATTERNS = {re.compile(re.escape(key).replace(r"\{\}", "(.+?)")): said for key, said in SENTENCES.items()}
_DAY = re.compile(r"(?:([0-9]{4})年)?([0-9]{1,2})月([0-9]{1,2})日")


def service_of(definition: Definition, language: str) -> Mapping[str, Any]:
    """x-service with the texts that the page shows in the language."""
    service: dict[str, Any] = dict(definition.service)
    service["name"] = definition.text("x-service.name", str(service["name"]), language)
    service["urgent"] = _spoken(definition, "urgent", service.get("urgent", {}), language)
    results = enumerate(service.get("results", []))
    service["results"] = [_spoken(definition, f"results.{at}", one, language) for at, one in results]
    return service


def _spoken(definition: Definition, place: str, part: Mapping[str, Any], language: str) -> dict[str, Any]:
    said = {key: value for key, value in part.items() if isinstance(value, str)}
    return {**part, **{key: definition.text(f"x-service.{place}.{key}", text, language) for key, text in said.items()}}


def english(page: Progress) -> Progress:
    """The page with every sentence of ours in English."""
    return replace(
        page,
        badge=Mark(sentence(page.badge.text), page.badge.level),
        headline=sentence(page.headline),
        sentences=tuple(sentence(one) for one in page.sentences),
        visit=sentence(page.visit),
        steps=tuple(Step(sentence(one.title), sentence(one.note), one.level) for one in page.steps),
        parts_title=sentence(page.parts_title),
        parts=tuple(Step(one.title, sentence(one.note), one.level) for one in page.parts),
    )


def sentence(text: str) -> str:
    """One sentence of the page in English; one that is not ours stays, with its days in English."""
    for pattern, said in _PATTERNS.items():
        found = pattern.fullmatch(text)
        if found:
            return said.format(*(SENTENCES.get(part, days(part)) for part in found.groups()))
    return days(text)


def days(text: str) -> str:
    """2026年11月21日 and 11月21日 as English writes them."""
    return _DAY.sub(_day, text)


def _day(found: re.Match[str]) -> str:
    year, month, day = found[1] or "2000", int(found[2]), int(found[3])
    said = display.date(f"{year}-{month:02}-{day:02}", "en")
    return said if found[1] else said.removesuffix(" 2000")
