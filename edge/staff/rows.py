"""One application as a line of a list: what has to be done for it, and how far it has travelled."""

from dataclasses import dataclass

from flask import url_for

from edge import sealing, stock, words
from edge.applications import Application
from edge.heads import Summary
from edge.node import Node
from edge.staff import unconfirmed
from edge.web_filters import when_near
from edge.words import Mark
from forms import lookup
from forms.deadlines import Deadline, left_words

RECEIVED = Mark("省级中心已接收", "ok")
UNSENT = Mark("尚未上传", "wait")
PARTLY = Mark("新内容尚未上传", "wait")
RANK = {"late": 0, "confirm": 0, "due": 1, "wait": 2, "ok": 3}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    number: str
    href: str
    service: str
    applicant: str
    filed: str
    filed_at: str
    todo: Mark
    transfer: Mark
    urgent: bool


def row(node: Node, application: Application) -> Row:
    """The line of one application, as of now."""
    head = application.head
    return Row(
        number=head.number,
        href=url_for("staff.cases_show", number=head.number),
        service=head.title,
        applicant=head.applicant or "未留姓名",
        filed=when_near(head.filed_at, node.clock.today()),
        filed_at=head.filed_at,
        todo=todo(node, application),
        transfer=transfer(head),
        urgent=head.urgent,
    )


def transfer(head: Summary) -> Mark:
    """What the centre's signed acks say, and nothing else."""
    if not head.received_by_centre:
        return UNSENT
    return PARTLY if head.unsent else RECEIVED


def todo(node: Node, application: Application) -> Mark:
    """The one thing that matters next; late before due before the rest."""
    state, head = application.state, application.head
    if state.phase == "closed":
        undone = _undone(node, application)
        return Mark(undone, "due") if undone else Mark(head.phase_title, words.result_level(head.result))
    if sealing.is_sealed(state.answers):
        return Mark("等监督部门回应", "wait")
    if state.correction is not None:
        return Mark(f"补正 {len(state.correction.items)} 项", "late")
    if head.urgent and not head.received_by_centre:
        pending = words.urgent_sentence(application.definition.service, urgent=True, received=False)
        return Mark(pending.partition("，")[0], "late")
    waits = unconfirmed.mark(node, application)
    if waits is not None or state.identity == "unverified":
        return waits or Mark(words.UNVERIFIED, "due")
    clocks = application.clocks(node.calendar, node.clock.now())
    return waiting(clocks, head.phase_title)


def _undone(node: Node, application: Application) -> str:
    """What keeps a decided application from being done here: its sealed document, or one that nobody signed for."""
    with node.database.read() as tx:
        if stock.owed(tx, application):
            return "盖章文书待出具"
    return "文书待送达" if application.state.delivery.here or application.state.delivery.travelling else ""


def waiting(clocks: list[Deadline], title: str) -> Mark:
    """Nothing to be done here: what runs, and how long still."""
    clock = words.running_clock(clocks)
    if clock is None:
        return Mark(title, "wait")
    if clock.name == "notice" and clock.start[:10] == clock.due[:10] and not clock.late:
        return Mark("等待受理", "wait")  # on the spot: there is no day to count down to
    word = "等待受理" if clock.name == "notice" else "审查中"
    return Mark(f"{word}，{left_words(clock)}", clock.level if clock.level in RANK else "wait")


def village_name(village: str) -> str:
    """A village by its name, however it was said: as a code of divisions or in words."""
    return (lookup.name(lookup.DIVISIONS, village) if village.isdecimal() else "") or village
