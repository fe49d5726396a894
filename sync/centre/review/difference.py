"""What a correction changed, field by field, beside what was asked for (M8): who reads it sees at once what is new."""

from dataclasses import dataclass

from forms import apart, notices, page
from forms.answers import Context
from forms.formal import formal
from forms.kinds_apart import KIND as SET_APART
from forms.lifecycle import ANSWERS, State, reduce
from forms.merge import merge
from sync.centre import log
from sync.centre.cases import Case
from sync.centre.centre import Centre


@dataclass(frozen=True, slots=True)
class Change:
    """One answer before and after; "" where it was not there."""

    path: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Answered:
    """One thing that was asked for, and whether anything about it is new."""

    label: str
    defect: str
    touched: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What the last answer to a notice brought. `materials` are (digest, name of its slot) of what came with it."""

    at: str
    changes: list[Change]
    asked: list[Answered]
    materials: list[tuple[str, str]]


def of(centre: Centre, case: Case, names: dict[str, str]) -> Difference | None:
    """The difference that the last answer made; None where there was none, or the form is not known here."""
    last = next((one for one in reversed(case.state.history) if one.kind in ANSWERS and one.effective), None)
    if last is None or case.definition is None or case.sealed:
        return None
    with centre.store.read() as tx:
        told = [(side, event) for side, event, _ in log.of_application(tx, case.node_id, case.number)]
    events, beside = merge(told), [one for one in told if one[1].kind == SET_APART]
    place = next(index for index, (_, event) in enumerate(events) if event.id == last.id)
    before, after = (reduce([*beside, *events[:end]]) for end in (place, place + 1))
    new = [one for one in after.materials if one not in before.materials]
    touched = notices.changed(before.answers, after.answers) | {one.slot for one in new}
    return Difference(
        at=last.at,
        changes=_changes(case, before, after),
        asked=_asked(before, touched, _fields(case)),
        materials=[(one.sha256, names.get(one.slot, one.slot)) for one in new],
    )


def _changes(case: Case, before: State, after: State) -> list[Change]:
    old, new = _rows(case, before), _rows(case, after)
    paths = [*new, *(path for path in old if path not in new)]
    nothing = ("", "")
    pairs = ((path, old.get(path, nothing), new.get(path, nothing)) for path in paths)
    return [Change(path, was[0] or now[0], was[1], now[1]) for path, was, now in pairs if was[1] != now[1]]


def _rows(case: Case, state: State) -> dict[str, tuple[str, str]]:
    """JSON Pointer -> (label, text for people)."""
    assert case.definition is not None
    context = Context(state.context.get("filing_day", ""), place=state.context.get("place", ""))
    sections = page.summary(formal(case.definition), apart.shown(state), context=context)
    return {path: (label, text) for section in sections for path, label, text in section.rows}


def _fields(case: Case) -> dict[str, str]:
    """Code of a material -> the field that its picture is an answer of."""
    listed = case.definition.service["materials"] if case.definition else []
    return {str(one["code"]): str(one["field"]) for one in listed if "field" in one}


def _asked(before: State, touched: frozenset[str] | set[str], fields: dict[str, str]) -> list[Answered]:
    """What stood in the notices that were open, each with whether anything of it changed."""
    open_ = before.correction
    return [
        Answered(item.label, item.defect, _is_touched(fields.get(item.ref, item.ref), item.ref, touched))
        for item in (open_.items if open_ else ())
    ]


def _is_touched(field: str, ref: str, touched: frozenset[str] | set[str]) -> bool:
    inside = field.rstrip("/")
    return ref in touched or any(one == inside or one.startswith(f"{inside}/") for one in touched)
