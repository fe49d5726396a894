"""The guided exercises of the practice room: what is to be done, and whether the practice log shows that it was.

Nobody ticks anything off: a step is done when the log of the practice room holds the event of it, by this officer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from edge import practice, practice_people
from edge.database import Connection

FILED: Final = "application.filed"
REGISTRATION: Final = "juzhu-dengji"


@dataclass(frozen=True, slots=True)
class Case:
    """One application as an officer had a hand in it: the kinds of his acts with their bodies, in order."""

    number: str
    acts: tuple[tuple[str, Mapping[str, Any]], ...]

    def body(self, kind: str) -> Mapping[str, Any] | None:
        """The last body of a kind; None where there was no such act."""
        return next((body for one, body in reversed(self.acts) if one == kind), None)

    def did(self, kind: str) -> bool:
        return self.body(kind) is not None

    def filed(self, service: str = "") -> bool:
        """Whether he took it in, with `service` only that one."""
        body = self.body(FILED)
        return body is not None and service in ("", body["service"]["id"])


Done = Callable[[Case], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """`how`: what to do; `done`: whether a case shows it. `room` is a kind of the room itself that shows it instead."""

    title: str
    how: str
    done: Done = bool
    room: str = ""


@dataclass(frozen=True, slots=True)
class Exercise:
    """`start`: endpoint of the console where it begins; `chapter` of the manual; `cases`: which ones count."""

    id: str
    title: str
    say: str
    start: str
    chapter: str
    cases: Done
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far somebody is: the steps with whether each is done, and the case that is furthest."""

    exercise: Exercise
    steps: tuple[tuple[Step, bool], ...]
    number: str = ""

    @property
    def done(self) -> bool:
        return all(done for _, done in self.steps)


def _met(case: Case) -> bool:
    """The person and the document were compared, at the filing or after it."""
    body = case.body(FILED)
    return case.did("identity.verified") or (body is not None and body["identity"] != "unverified")


def _of_person(case: Case, at: int) -> bool:
    body = case.body(FILED)
    wanted = practice_people.people()[at].number
    return body is not None and wanted in (str(one.get("idNumber", "")) for one in _groups(body["answers"]))


def _groups(answers: Any) -> list[Mapping[str, Any]]:
    return [one for one in answers.values() if isinstance(one, dict)] if isinstance(answers, dict) else []


def _is_proxied(case: Case) -> bool:
    body = case.body(FILED)
    by = str(body["answers"].get("applicant", {}).get("by", "self")) if body else "self"
    return case.did("proxy.recorded") or by not in ("self", "")


def _is_paper(case: Case) -> bool:
    body = case.body(FILED)
    return body is not None and "paper" in body


EXERCISES: Final = (
    Exercise(
        "residence", "居住登记：从证件到凭证",
        "王秀梅拿着身份证来办居住登记，住所证明也带了。", "staff.receive_choose", "receive",
        lambda case: case.filed(REGISTRATION) and _of_person(case, 0),
        (
            Step("收件", "选“居住登记”，照王秀梅的练习证件填：号码填在最上面的“本人到场”里，其余照着说；"
                 "住所证明用下面的练习材料。核对一遍，收件。", lambda case: case.filed(REGISTRATION)),
            Step("核验身份", "在办件页上记下：看过哪种证件，人证一致。", _met),
            Step("核对原件", "把看过的原件逐样打勾，记下“原件已核对”。", lambda case: case.did("originals.seen")),
        ),
    ),
    Exercise(
        "notice", "材料不齐：一次告知",
        "杨小燕来办居住登记，住所证明拍得看不清，也说不出房东是谁。", "staff.receive_choose", "notice",
        lambda case: case.filed() and _of_person(case, 4),
        (
            Step("先收件", "材料不齐也照样收件：杨小燕的居住登记，有什么填什么。", lambda case: case.filed()),
            Step("一次告知", "在办件页的“材料齐不齐”里按 G，把缺的、不清楚的一次勾全，打印告知书，请本人在屏上签名。",
                 lambda case: case.did("notice.handed")),
        ),
    ),
    Exercise(
        "proxy", "代办：替老人来办",
        "罗老满走不动，请孙女代他来办。孙女带着委托书和两个人的身份证。", "staff.receive_choose", "receive",
        lambda case: case.filed() and _of_person(case, 3),
        (
            Step("收件", "选一个事项，申请人照罗老满的练习证件填。", lambda case: case.filed()),
            Step("登记代办人", "表上问“谁来办”的，选代办并填代办人；表上不问的，收件后在办件页的“代办”里登记。",
                 _is_proxied),
        ),
    ),
    Exercise(
        "paper", "停电补录",
        "昨天下午停电，用空白凭证收了一件；今天来电了。", "staff.paper_show", "paper",
        lambda case: _is_paper(case) or not case.number,
        (
            Step("打印空白凭证", "在“停电补录”里印一本空白凭证，记住其中一张的号码。", room="pad.printed"),
            Step("补录", "填上号码和收件日期，补录这一件。凭证上写的是收件那天的日期。", _is_paper),
        ),
    ),
    Exercise(
        "handover", "送达：把身份证交给本人",
        "石永福换领的身份证已经办结，派出所送到警务室来了。", "staff.handover_show", "handover",
        lambda case: case.did("document.received") or case.did("document.called") or case.did("document.handed"),
        (
            Step("到件", "在“出件”的“已办结，等文书”里打开石永福的办件，登记到件，写上放在哪一格。",
                 lambda case: case.did("document.received")),
            Step("通知来领", "记下怎样通知、通知到没有。", lambda case: case.did("document.called")),
            Step("核对原件", "交给他以前，先核对收件时的原件（没有核对的，办件页上会提醒）。",
                 lambda case: case.did("originals.seen")),
            Step("交给本人", "核对取件码或者证件，请本人在屏上签收。", lambda case: case.did("document.handed")),
        ),
    ),
)  # fmt: skip  # a table


def progress(tx: Connection, actor: str) -> list[Progress]:
    """How far this officer is with each exercise, by what the practice log says he did."""
    did = practice.did(tx, actor)
    room = {kind for number, kind, _ in did if not number}
    cases = _cases(did)
    return [_progress(exercise, cases, room) for exercise in EXERCISES]


def _cases(did: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[Case]:
    numbers = dict.fromkeys(number for number, _, _ in did if number)
    return [Case(one, tuple((kind, body) for number, kind, body in did if number == one)) for one in numbers]


def _progress(exercise: Exercise, cases: Sequence[Case], room: set[str]) -> Progress:
    """The case that shows most of the steps counts."""
    tries = [_steps(exercise, case, room) for case in cases if exercise.cases(case)] or [_steps(exercise, None, room)]
    return max(tries, key=lambda one: sum(done for _, done in one.steps))


def _steps(exercise: Exercise, case: Case | None, room: set[str]) -> Progress:
    shown = [
        (step, step.room in room if step.room else case is not None and step.done(case)) for step in exercise.steps
    ]
    return Progress(exercise, tuple(shown), case.number if case else "")
