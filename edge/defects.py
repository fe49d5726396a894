"""补正材料一次性告知: every defect that the room can find, ticked, printed once and signed for.

What may be asked for stands in the definition: its materials, its fields, its list of usual corrections (M20). What was
ticked is kept until it is signed for; only then it is an event, and the notice was given.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from edge import applications, filings, log
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from edge.officers import Officer
from forms import lifecycle, originals
from forms import page as pages
from forms.answers import Context
from forms.definition import Definition
from forms.events import Event
from forms.formal import formal
from forms.head import DEFAULT_LANGUAGE
from forms.kinds_delivery import SIGNED
from forms.ranks import POLICE
from forms.state import Item, Material, State

if TYPE_CHECKING:
    from edge.node import Node

WHOLE = Item("field", "/", "整份申请", "")
SLOT = "notice-signature"
PERMIT = "行政许可"
DEFECT_MAX, REASON_MAX = 500, 500
DUE_WORKDAYS = 10  # offered, not imposed
DUE_DAYS_MAX = 366
_FORMS = {"original": "原件", "copy": "复印件", "either": "原件或复印件"}


@dataclass(frozen=True, slots=True)
class Ticked:
    """What was ticked for a notice that nobody has signed for yet."""

    items: tuple[Item, ...]
    due_day: str
    reason: str
    by: str
    at: str


def missing(application: Application) -> list[Item]:
    """Every material that the guide asks of the applicant and that is not there, by the definition's own rules."""
    state = application.state
    given = {material.slot for material in state.materials}
    return [
        Item("material", entry["code"], entry["name"], f"没有交。{what_to_bring(entry)}")
        for entry in application.definition.service["materials"]
        if entry["source"] == "applicant"
        and entry["copies"]
        and not {entry["code"], entry.get("field")} & given
        and originals.needed(entry, state.answers)
    ]


def what_to_bring(entry: Mapping[str, Any]) -> str:
    """请带原件 1 份，and how."""
    others = f"，也可以用{'、'.join(entry['alternatives'])}" if entry.get("alternatives") else ""
    return f"请带{_FORMS[entry['form']]}{entry['copies'] or 1}份{others}。{entry.get('how', '')}"


def materials_of(definition: Definition) -> list[Item]:
    """The materials that may be asked for, each with the words that a missing one would get."""
    return [
        Item("material", entry["code"], entry["name"], f"请补交。{what_to_bring(entry)}")
        for entry in definition.service["materials"]
        if entry["source"] == "applicant"
    ]


def fields_of(application: Application) -> list[Item]:
    """The answers that may be wrong, as the form shows them; the defect is what stands there now."""
    context = Context(**{**application.state.context, "language": DEFAULT_LANGUAGE})
    found = pages.summary(formal(application.definition), application.state.answers, context=context)
    return [Item("field", path, label, display) for section in found for path, label, display in section.rows if path]


def usual(definition: Definition) -> list[str]:
    """What usually has to be corrected, in the definition's words."""
    return [str(text) for text in definition.service.get("corrections", ())]


def item(application: Application, target: str, text: str) -> Item:
    """One ticked line: "material:<code>", "field:<pointer>" or "usual:<place in the list>". Raises defect_unknown,
    defect_unsaid.
    """
    kind, _, ref = target.partition(":")
    if kind == "usual":
        phrases = usual(application.definition)
        if not (ref.isascii() and ref.isdigit() and int(ref) < len(phrases)):
            raise problem("defect_unknown", target=target)
        return Item(WHOLE.target, WHOLE.ref, WHOLE.label, phrases[int(ref)])
    offered = materials_of(application.definition) if kind == "material" else fields_of(application)
    known = {one.ref: one for one in offered}.get(ref) if kind in ("material", "field") else None
    if known is None:
        raise problem("defect_unknown", target=ref or target)
    if not 0 < len(text.strip()) <= DEFECT_MAX:
        raise problem("defect_unsaid", label=known.label)
    return Item(known.target, known.ref, known.label, text.strip())


def counts(service: Mapping[str, Any], rank: str) -> bool:
    """Whether a notice by this officer is the one of the law and ends the first clock.

    The room speaks for the station (accept_at node or station); for a permit only a 民警 does (行政许可法 32). Where
    another body gives the notice (a step "notice" elsewhere), the room's sheet is a help and the clock runs on.
    """
    if any(step["code"] == "notice" and step.get("at") != "node" for step in service["steps"]):
        return False
    is_permit = service["type"] == PERMIT
    return rank == POLICE if is_permit else service["accept_at"] in ("node", "station")


def tick(
    node: "Node", number: str, items: Sequence[Item], *, due_day: str = "", reason: str = "", by: Officer
) -> Application:
    """Keep what was ticked, for the sheet that is printed next.

    Raises not_found, not_allowed_now, defects_none, notice_again, notice_due_wrong.
    """
    with node.database.write() as tx:
        application = applications.get(tx, number)
        _check(node, application.state, items, due_day, reason.strip())
        kept = json.dumps([asdict(one) for one in items], ensure_ascii=False)
        values = (number, kept, due_day, reason.strip(), by.actor, tx.clock.now())
        tx.execute("INSERT OR REPLACE INTO defects VALUES (?, ?, ?, ?, ?, ?)", values)
    return application


def _check(node: "Node", state: State, items: Sequence[Item], due_day: str, reason: str) -> None:
    if state.phase not in ("received", "correction") or state.parts:
        raise problem("not_allowed_now", phase=lifecycle.phase_title(state), act="告知补正")
    if not items:
        raise problem("defects_none")
    if state.corrections and not 0 < len(reason) <= REASON_MAX:
        raise problem("notice_again")
    if due_day and not _is_ahead(due_day, node.clock.today()):
        raise problem("notice_due_wrong")


def _is_ahead(day: str, today: str) -> bool:
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        return False
    start = date.fromisoformat(today)
    return chosen.isoformat() == day and start <= chosen <= start + timedelta(days=DUE_DAYS_MAX)


def offered_due(node: "Node") -> str:
    """A day for the correction: ten working days from now."""
    return node.calendar.add(date.fromisoformat(node.clock.today()), DUE_WORKDAYS).isoformat()


def ticked(tx: Connection, number: str) -> Ticked | None:
    """What waits for a signature."""
    row = tx.execute("SELECT * FROM defects WHERE application = ?", (number,)).fetchone()
    if row is None:
        return None
    items = tuple(Item(**one) for one in json.loads(row["items"]))
    return Ticked(items, row["due_day"], row["reason"], row["by"], row["at"])


def hand(
    node: "Node",
    number: str,
    *,
    signed: str,
    by: Officer,
    token: str,
    proof: Material | None = None,
    remark: str = "",
) -> Application:
    """告知: the printed sheet was given and signed for, on glass or on paper (`proof`), or refused (`remark`).

    Raises not_found, not_allowed_now, defects_none, notice_again, notice_unsigned.
    """
    remark = remark.strip()[:REASON_MAX]
    if signed not in SIGNED or (proof is None and signed != "refused") or (signed == "refused" and not remark):
        raise problem("notice_unsigned")

    def act(tx: Connection, state: State) -> Event:
        kept = ticked(tx, number)
        if kept is None:
            raise problem("defects_none")
        _check(node, state, kept.items, "", kept.reason)
        application = applications.get(tx, number)
        body: dict[str, Any] = {
            "items": [asdict(one) for one in kept.items],
            "counts": counts(application.definition.service, by.rank),
            "signed": signed,
            "materials": [filings.material_data(proof)] if proof else [],
        }
        body |= {name: text for name, text in _said(kept, remark).items() if text}
        tx.execute("DELETE FROM defects WHERE application = ?", (number,))
        return log.append(tx, "notice.handed", number, body, by.actor)

    return applications.act_on(node, number, token, act)


def _said(kept: Ticked, remark: str) -> dict[str, str]:
    return {"due_day": kept.due_day, "reason": kept.reason, "remark": remark}
