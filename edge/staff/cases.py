"""One application on one page: what to do, the answers, the materials, both clocks, how far it has travelled."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, make_response, url_for

from edge import applications, log, sealing, slip_numbers, stock, stock_slips, words
from edge.applications import Application
from edge.node import Node
from edge.staff import materials, panels, rows
from edge.staff.context import form_token, page
from edge.staff.link import network
from edge.staff.materials import Picture
from edge.staff.people import name_of
from edge.web_filters import day, when, when_near, when_short
from edge.web_node import node
from edge.words import Mark
from forms import apart
from forms import page as form_page
from forms.answers import Context
from forms.deadlines import Deadline, Unsent, left_words, unsent
from forms.formal import formal
from forms.head import DEFAULT_LANGUAGE
from forms.kinds_receiving import DOCUMENTS
from forms.lifecycle import IDENTITIES
from forms.reviewing import Writ
from forms.state import Entry, State
from forms.whole import Family, Member


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit as shown."""

    mark: Mark
    label: str
    due: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history."""

    title: str
    at: str
    who: str
    detail: str
    effective: bool
    transfer: Mark | None


@dataclass(frozen=True, slots=True)
class Branch:
    """Another application of the same 一件事: a part, or the whole."""

    title: str
    number: str
    by: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Case:
    """The page of one application."""

    number: str
    service: str
    applicant: str
    state: Mark
    transfer: Mark
    transfer_note: str
    identity: Mark
    identity_note: str
    documents: dict[str, str]
    on_paper: str
    urgent: str
    urgent_level: str
    correction: Any
    due: str
    reason: str
    sections: list[Any]
    pictures: list[Picture]
    missing: list[str]
    slots: list[tuple[str, str]]
    clocks: list[Clock]
    waited: str
    history: list[Line]
    is_open: bool
    may_verify: bool
    parts_title: str
    parts: list[Branch]
    is_whole: bool
    sealed: bool
    papers: list[str]
    writs: tuple[Writ, ...]
    slips: list[Any]
    panels: list[panels.Panel]


def show(number: str) -> str:
    """The page; raises not_found for a number that is not here."""
    return render(number)


def answer(number: str, *, status: int, **problems: Any) -> Response:
    """The page again, with what was wrong with an act."""
    return make_response(render(number, **problems), status)


def render(number: str, **problems: Any) -> str:
    """The page of one application; `problems` are what the last act on it found wrong. Raises not_found."""
    running = node()
    with running.database.read() as tx:
        application = applications.get(tx, number)
        head = application.head
        received_at = log.received_at(tx, head.filed_epoch, head.filed_seq)
        held = log.acked(tx).position
    case = _case(running, application, received_at, held)
    return page("case.html", case=case, token=form_token, **problems)


def _case(running: Node, application: Application, received_at: str, held: tuple[int, int]) -> Case:
    state, definition = application.state, application.definition
    head = application.head
    now = running.clock.now()
    is_open = state.phase != "closed"
    papers = _papers(running, application)
    return Case(
        number=head.number,
        service=head.title,
        applicant=head.applicant or "未留姓名",
        state=_state(application, papers, is_open=is_open),
        transfer=rows.transfer(head),
        transfer_note=_transfer_note(running, application, received_at),
        identity=_identity(state.identity),
        identity_note=_identity_note(running, state),
        documents=DOCUMENTS,
        on_paper=_on_paper(state),
        urgent=words.urgent_sentence(definition.service, urgent=state.urgent and is_open, received=bool(received_at)),
        urgent_level="ok" if received_at else "late",
        correction=state.correction,
        due=day(state.correction.due_day) if state.correction and state.correction.due_day else "",
        reason=state.reason,
        sections=_sections(application),
        pictures=materials.pictures(application),
        missing=materials.missing(application) if is_open else [],
        slots=[] if state.parts else materials.slots(definition, brought=state.proxy is not None),
        clocks=[_clock(clock) for clock in application.clocks(running.calendar, now)],
        waited=_waited(unsent(state, received_at or None, now)),
        history=_history(running, application, received_at, held),
        writs=state.review.writs,
        is_open=is_open,
        may_verify=is_open and state.identity == "unverified",
        parts_title=_parts_title(application),
        parts=_parts(application),
        is_whole=bool(state.parts),
        sealed=sealing.is_sealed(state.answers),
        papers=papers,
        slips=_issued(running, application),
        panels=panels.of(running, application),
    )


def _state(application: Application, papers: list[str], *, is_open: bool) -> Mark:
    """Without its sealed document a decided application is not done here."""
    if papers and not is_open:
        return Mark("已准予，盖章文书待出具", "due")
    return Mark(application.head.phase_title, _level(application))


def _papers(running: Node, application: Application) -> list[str]:
    """The sealed and numbered documents that are still to be handed out."""
    with running.database.read() as tx:
        return stock.wanted(tx, application)


def _issued(running: Node, application: Application) -> list[Any]:
    with running.database.read() as tx:
        return stock_slips.of_application(tx, application.number)


def _parts_title(application: Application) -> str:
    family = application.family
    if family is None:
        return ""
    return f"各分项（{family.summary}）" if application.state.parts else f"{family.title}中的一项"


def _parts(application: Application) -> list[Branch]:
    """A whole shows its parts, a part its whole and the others."""
    family = application.family
    if family is None:
        return []
    others = [one for one in family.members if one.number != application.number]
    found = [Branch(one.part.title, one.number, one.part.by, _branch_mark(family, one)) for one in others]
    whole = [Branch(f"{family.title}（总件）", family.number, "", Mark(family.summary, "wait"))]
    return found if application.state.parts else whole + found


def _branch_mark(family: Family, member: Member) -> Mark:
    level = {"closed": "ok", "correction": "late", "accepted": "ok"}.get(member.state.phase, "wait")
    return Mark(family.words(member), words.result_level(member.state.result) if member.closed else level)


def _level(application: Application) -> str:
    state = application.state
    if state.phase == "closed":
        return words.result_level(state.result)
    return {"correction": "late", "accepted": "ok"}.get(state.phase, "wait")


def _identity(identity: str) -> Mark:
    return Mark(words.UNVERIFIED, "due") if identity == "unverified" else Mark(IDENTITIES[identity], "ok")


def _identity_note(running: Node, state: State) -> str:
    """By whom, when, with which document: 韦建国 11-22 09:12，居民户口簿."""
    said = f"{name_of(running, state.identity_by)} {when_short(state.identity_at)}" if state.identity_by else ""
    return "，".join(filter(None, (said, DOCUMENTS.get(state.identity_document, ""))))


def _on_paper(state: State) -> str:
    """补录: the slip that was given out first."""
    if state.paper is None:
        return ""
    return f"补录 · 纸质凭证 {slip_numbers.shown(state.paper.slip)}，{day(state.paper.day)}收件"


def _sections(application: Application) -> list[Any]:
    """The answers page by page; files are shown among the materials and not twice."""
    files = {material.slot for material in application.state.materials}
    context = Context(**{**application.state.context, "language": DEFAULT_LANGUAGE})
    if sealing.is_sealed(application.state.answers):
        return []
    found = form_page.summary(formal(application.definition), apart.shown(application.state), context=context)
    kept = [replace(one, rows=tuple(row for row in one.rows if row[0] not in files)) for one in found]
    return [section for section in kept if section.rows]


def _transfer_note(running: Node, application: Application, received_at: str) -> str:
    if not received_at:
        link = network(running)
        return f"{link.reason or '正在等下一次上传。'}{link.hint if link.reason else ''}"
    later = "后来补充的内容还没有上传。" if application.head.unsent else ""
    return f"省级中心 {when(received_at)} 接收。{later}"


def _clock(clock: Deadline) -> Clock:
    if clock.level == "stopped":
        mark = Mark("已完成", "ok") if not clock.late else Mark("逾期完成", "late")
    else:
        mark = Mark(left_words(clock), clock.level)
    due = when_short(clock.due) if "T" in clock.due else day(clock.due)
    return Clock(mark, clock.label, f"{due} 到期", clock.note)


def _waited(waited: Unsent) -> str:
    return waited.label


def _history(running: Node, application: Application, received_at: str, held: tuple[int, int]) -> list[Line]:
    """Newest first. That the centre received the filing is no event, but belongs to the story: it stands after it."""
    lines = [_line(running, entry, held) for entry in application.state.history]
    if received_at:
        at = when_near(received_at, running.clock.today())
        lines.insert(1, Line("省级中心已接收", at, "省级中心", "", effective=True, transfer=None))
    return lines[::-1]


def _line(running: Node, entry: Entry, held: tuple[int, int]) -> Line:
    mine = entry.side == "node"
    return Line(
        title=entry.title,
        at=when_near(entry.at, running.clock.today()),
        who=name_of(running, entry.actor),
        detail=entry.detail,
        effective=entry.effective,
        transfer=rows.UNSENT if mine and (entry.epoch, entry.seq) > held else None,
    )


def address(number: str, said: str) -> str:
    """The page of an application, saying what was done."""
    return url_for("staff.cases_show", number=number, said=said)
