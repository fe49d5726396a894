"""The page of one application: everything the template shows, worked out beforehand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms import apart, deadlines, page
from forms.answers import Context
from forms.formal import formal
from forms.kinds import DECISIONS, IDENTITIES, RESULTS
from forms.kinds_review import LEVELS
from forms.lifecycle import Entry, Item, Material, State, phase_title
from forms.whole import Family, Member
from sync.centre import cases, desks, marks, projection
from sync.centre.cases import Case
from sync.centre.centre import Centre
from sync.centre.desks import Duty
from sync.centre.marks import Mark
from sync.centre.review import counter, words
from sync.centre.review.counter import Counter
from sync.centre.review.words import Badge
from sync.centre.who import confirmers

SHOWN_VALUE_MAX = 2000
CORRECTION_WORKDAYS = 10  # offered, not imposed: the law leaves the length of a correction to the authority


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: its JSON Pointer, label, text for people, and the defects noted at it. `what` is what a defect of it
    is tied to: the field, or the material that was handed in there.
    """

    path: str
    what: str
    label: str
    display: str
    defects: list[str]


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form as the citizen saw it."""

    label: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Picture:
    """One material; `percent` of its bytes are here (100: whole). `ref` is what a correction names.

    `shown`: digest of the best that is here whole, "" for nothing; it is not the original before that is whole.
    """

    sha256: str
    ref: str
    label: str
    name: str
    is_image: bool
    percent: int
    defects: list[str]
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way; `state` is done, now, next, or end (closed, not granted)."""

    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the history; `actor` as the event names him."""

    at: str
    title: str
    actor: str
    detail: str
    effective: bool
    received_at: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Another application of the same 一件事: a part, or the whole."""

    title: str
    number: str
    by: str
    badge: Badge
    here: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the template of an application is given."""

    case: Case
    title: str
    phase: Badge
    badges: list[Badge]
    notes: list[str]
    way: str
    urgent: str
    channel: str
    identity: str
    sections: list[Section]
    pictures: list[Picture]
    steps: list[Step]
    history: list[Told]
    to_confirm: list[str]
    acts: set[str]
    own: bool
    marks: list[Mark]
    targets: list[tuple[str, str]]
    results: list[tuple[str, str]]
    levels: list[tuple[str, str]]
    corrections: list[str]
    refusals: list[str]
    due_day: str
    parts_title: str
    parts: list[Branch]
    counter: Counter
    names: dict[str, str]
    desk: str
    confirmed_it: bool

    @property
    def state(self) -> State:
        return self.case.state


def build(centre: Centre, case: Case, actor: str, duties: tuple[Duty, ...]) -> CaseView:
    """Everything about one application for this reviewer."""
    noted = marks.of(centre, case)
    sections = _sections(case, noted)
    labels = {row.path: row.label for section in sections for row in section.rows}
    names = words.slot_names(case.definition, labels)
    running = projection.clocks(centre, case.state, case.family, case.received_at)
    unsent = deadlines.unsent(case.state, case.received_at or None, centre.clock.now())
    return CaseView(
        case=case,
        title=case.definition.title if case.definition else case.state.service.id,
        phase=_phase(case.state),
        badges=[
            *words.confirmation_badges(case.state),
            *(words.clock_badge(clock) for clock in running if clock.level != "stopped"),
            *counter.badges(case.state),
        ],
        counter=counter.counter(case.state),
        to_confirm=words.phrases(case.definition, "officer_confirms") if words.is_to_confirm(case.state) else [],
        notes=sorted({clock.note for clock in running if clock.note}),
        way=unsent.label if unsent.seconds else "",
        urgent="请先办这一件" if case.state.urgent and case.state.phase != "closed" else "",
        channel=words.CHANNEL_NAMES.get(case.state.channel, case.state.channel),
        identity=IDENTITIES.get(case.state.identity, case.state.identity),
        sections=sections,
        pictures=[_picture(case, material, names, noted) for material in case.state.materials],
        steps=_steps(case.state),
        history=[_told(case, entry) for entry in reversed(case.state.history)],
        acts=cases.possible_acts(case, actor, duties),
        names=names,
        desk=_desk(case),
        confirmed_it=actor in confirmers(case.state) and case.state.phase != "closed",
        own=actor in case.handlers,
        marks=noted,
        targets=list(targets(case, labels, names).items()),
        results=[(code, RESULTS[code]) for code in DECISIONS],
        levels=[one for one in LEVELS.items() if one[0] != desks.level_of(case.state, case.definition)],
        corrections=words.phrases(case.definition, "corrections"),
        refusals=words.phrases(case.definition, "refusals"),
        due_day=centre.calendar.add(date.fromisoformat(centre.clock.today()), CORRECTION_WORKDAYS).isoformat(),
        parts_title=_parts_title(case),
        parts=_parts(case),
    )


def _desk(case: Case) -> str:
    """Who decides, in words."""
    if case.state.review.desk:
        return case.state.review.desk.desk
    level = desks.level_of(case.state, case.definition)
    return f"{LEVELS[level]}公安机关" if level in LEVELS and level != "station" else LEVELS.get(level, "审批部门")


def _parts_title(case: Case) -> str:
    if case.family is None:
        return ""
    return f"各分项（{case.family.summary}）" if case.state.parts else f"{case.family.title}中的一项"


def _parts(case: Case) -> list[Branch]:
    """A whole shows its parts, a part its whole and the others; one that has not come in yet can't be opened."""
    family = case.family
    if family is None:
        return []
    whole = [Branch(f"{family.title}（总件）", family.number, "", Badge(family.summary, "wait"), here=True)]
    others = [one for one in family.members if one.number != case.number]
    found = [
        Branch(one.part.title, one.number, one.part.by, _branch_badge(family, one), here=one.state.phase != "unknown")
        for one in others
    ]
    return found if case.state.parts else whole + found


def _branch_badge(family: Family, member: Member) -> Badge:
    level = {"closed": "wait", "correction": "due", "accepted": "ok"}.get(member.state.phase, "wait")
    return Badge(_of_desk(family.words(member)), "ok" if member.state.result == "granted" else level)


def sealed_sections(case: Case, answers: Mapping[str, Any]) -> list[page.Section]:
    """The answers of a complaint for its supervisor; nothing where the definition is not known here."""
    if case.definition is None:
        return []
    return page.summary(formal(case.definition), dict(answers), context=_context(case.state))


def targets(case: Case, labels: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """What a defect can be tied to: "field:<pointer>" or "material:<slot>" -> its name; a field that took a photograph
    is that material and stands here once.
    """
    used = _used(case)
    fields = {f"field:{path}": label for path, label in labels.items() if path not in used}
    slots = {code: name for code, name in names.items() if not code.startswith("/") or code in used}
    held = {slot: names.get(slot, slot) for slot in used}
    return {f"material:{slot}": name for slot, name in (slots | held).items()} | fields


def _used(case: Case) -> set[str]:
    return {material.slot for material in case.state.materials}


def item_of(view: CaseView, what: str, defect: str) -> Item:
    """A noted defect, with the name that this application gives to its target; an unknown target is the whole."""
    target, _, ref = what.partition(":")
    label = dict(view.targets).get(what)
    if label is None:
        return Item("field", "/", "整份申请", defect)
    return Item(target, ref, label, defect)


def _sections(case: Case, noted: list[Mark]) -> list[Section]:
    if case.definition is None:
        rows = [_row(case, path, path, text, noted) for path, text in flat(apart.shown(case.state))]
        return [Section("填报内容（没有这个版本的事项文件，按原样显示）", rows)]
    return [
        Section(section.label, [_row(case, *row, noted) for row in section.rows])
        for section in page.summary(formal(case.definition), apart.shown(case.state), context=_context(case.state))
    ]


def _context(state: State) -> Context:
    """The day and the place of the filing; in Chinese, whatever language the citizen used."""
    return Context(state.context.get("filing_day", ""), place=state.context.get("place", ""))


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every single value with its JSON Pointer."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flat(inner, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from flat(inner, f"{path}/{index}")
    else:
        yield path or "/", str(value)[:SHOWN_VALUE_MAX]


def _row(case: Case, path: str, label: str, display: str, noted: list[Mark]) -> Row:
    target = "material" if path in _used(case) else "field"
    return Row(path, f"{target}:{path}", label, display, _defects(noted, target, path))


def _picture(case: Case, material: Material, names: Mapping[str, str], noted: list[Mark]) -> Picture:
    held = case.materials.get(material.sha256)
    percent = 100 if held and held.complete_at else int(100 * (held.held if held else 0) / max(material.size, 1))
    return Picture(
        sha256=material.sha256,
        ref=material.slot,
        label=names.get(material.slot, material.slot),
        name=material.name,
        is_image=material.media_type.startswith("image/"),
        percent=min(percent, 99) if not (held and held.complete_at) else 100,
        defects=_defects(noted, "material", material.slot),
        shown=best.sha256 if (best := case.best(material.sha256)) else "",
    )


def _defects(noted: list[Mark], target: str, ref: str) -> list[str]:
    return [mark.item.defect for mark in noted if (mark.item.target, mark.item.ref) == (target, ref)]


def _phase(state: State) -> Badge:
    title = _of_desk(phase_title(state))
    levels = {"received": "due", "correction": "wait", "accepted": "due", "closed": "wait"}
    return Badge(title, "ok" if state.result == "granted" else levels.get(state.phase, "wait"))


def _of_desk(title: str) -> str:
    """A phase as it is said to a reviewer, who is not the one that has to correct anything."""
    return title.replace("等您补正", "等待补正")


def _steps(state: State) -> list[Step]:
    """收件 and 中心接收 lie behind whatever is here; the rest follows the state."""
    if state.phase == "closed":
        return _closed_steps(state)
    middle = "等待补正" if state.phase == "correction" else "受理审查"
    at = 3 if state.phase == "accepted" else 2
    titles = ["收件", "中心接收", middle, "审查决定", "办结"]
    return [Step(title, "done" if i < at else "now" if i == at else "next") for i, title in enumerate(titles)]


def _closed_steps(state: State) -> list[Step]:
    """What was never done isn't shown as done."""
    decided = state.result not in {"withdrawn", "not_accepted"}
    way = [("收件", True), ("中心接收", True), ("受理审查", bool(state.accepted_at)), ("审查决定", decided)]
    end = Step(phase_title(state), "done" if state.result == "granted" else "end")
    return [*(Step(title, "done") for title, taken in way if taken), end]


def _told(case: Case, entry: Entry) -> Told:
    received = case.received.get((entry.epoch, entry.seq), "") if entry.side == "node" else ""
    return Told(entry.at, entry.title, entry.actor, entry.detail, entry.effective, received)
