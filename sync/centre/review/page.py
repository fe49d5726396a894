"""The page of one application: queue, application with its panel, materials. What was typed comes back."""

from typing import Any

from flask import g, get_flashed_messages, render_template, request

from edge.errors import YizhanError
from forms.lifecycle import Entry
from sync.centre import cases, claims, deciding, hand_overs
from sync.centre.cases import Case
from sync.centre.review import difference, reminding, steps, view
from sync.centre.review.context import Queue, asked_queue, centre, duties, frame, reviewer
from sync.centre.review.difference import Difference

TYPED = ("due_day", "reason")
CHANGED = frozenset({"application_changed", "not_allowed_now", "claim_other"})
KEPT = ("reason", "text", "note", "defect")


def render(number: str, *, panel: str = "", error: YizhanError | None = None) -> str:
    """The three columns."""
    case = _case(number, fresh=error is not None)
    shown = view.build(centre(), case, reviewer().actor, duties())
    queue = asked_queue()
    beside = _around_it(case, shown)
    chosen = _chosen(shown.pictures, request.args.get("m", ""), beside["difference"])
    typed = _typed_before() | request.form.to_dict()
    lost = error is not None and error.code in CHANGED
    return render_template(
        "review/case.html",
        **frame(queue),
        **beside,
        view=shown,
        panel=panel if panel in shown.acts else "",
        error=error,
        since=_since(case, request.form.get("seen", "")) if lost else [],
        kept=[text for name in KEPT if (text := typed.get(name, "").strip())] if lost else [],
        chosen=chosen,
        around=_around(shown.pictures, chosen),
        typed={"due_day": shown.due_day, "what": request.args.get("what", ""), "step": request.args.get("step", "")}
        | typed,
        next_number=_next(queue, number),
        reminders=reminding.of(number),
        may_remind=reminding.may() and not case.sealed,
    )


def _chosen(pictures: list[view.Picture], wanted: str, brought: Difference | None) -> view.Picture | None:
    """The picture that was asked for; else the first one that a correction brought; else the first of all."""
    known = {one.sha256: one for one in pictures}
    new = [sha256 for sha256, _ in brought.materials] if brought else []
    return next((known[one] for one in (wanted, *new) if one in known), pictures[0] if pictures else None)


def _case(number: str, *, fresh: bool) -> Case:
    """What the guard has looked up; read anew where an act may have met another one."""
    known: Case | None = g.get("case")
    return cases.get(centre(), number) if fresh or known is None else known


def _around_it(case: Case, shown: view.CaseView) -> dict[str, Any]:
    """What stands beside the application itself: who else has it open, whose it is, its steps, what was corrected."""
    here = claims.look(centre(), case.node_id, case.number, reviewer().name)
    with centre().store.read() as tx:
        held = claims.holder(tx, case.node_id, case.number)
        name = claims.name_of(tx, held) if held else ""
        handed = hand_overs.of(tx, case.node_id, case.number)
    return {
        "others": here,
        "holder": held,
        "holder_name": name,
        "handed": handed,
        "steps": steps.lines(centre(), case, duties()),
        "difference": difference.of(centre(), case, shown.names),
        "procedures": [(one, deciding.ceiling(centre(), one)) for one in deciding.offered(case)],
    }


def _since(case: Case, seen: str) -> list[Entry]:
    """What happened after the version that somebody had before him."""
    left = dict(zip(("node", "centre"), (int(part) for part in seen.split("-") if part.isdecimal()), strict=False))
    found = []
    for entry in case.state.history:
        if left.get(entry.side, 0) > 0:
            left[entry.side] -= 1
        else:
            found.append(entry)
    return found if seen else []


def _typed_before() -> dict[str, str]:
    """What stood in the form of a correction when a defect was added or taken back."""
    return {field: str(text) for field in TYPED for text in get_flashed_messages(category_filter=[field])}


def _around(all_: list[view.Picture], chosen: view.Picture | None) -> tuple[str, str]:
    """The materials before and behind the chosen one, for the keys [ and ]."""
    place = all_.index(chosen) if chosen else 0
    before = all_[place - 1].sha256 if place > 0 else ""
    return before, all_[place + 1].sha256 if chosen and place + 1 < len(all_) else ""


def _next(queue: Queue, number: str) -> str:
    numbers = [entry.line.number for entry in queue.entries if entry.line.number != number]
    return numbers[0] if numbers else ""
