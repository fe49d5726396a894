"""What stands beside the form of 收件: paper slip, kiosk, materials that nobody has to bring; and before filing the
originals and the one who stands there for the applicant.
"""

from typing import Any

from flask import g, request

from edge import draft_notes, prefill_marks, slip_numbers, unwritten
from edge.drafts import Draft
from edge.staff import bringing, seeing
from edge.web_node import node
from forms import display, proxies
from forms import originals as rules
from forms.definition import Definition
from forms.kinds_receiving import PROXY_PAPERS, RELATIONS

SPARED = {"shared": "由部门共享，不用交", "promise": "可以书面承诺，不用交证明", "police": "公安机关自有或者现场填"}
LOCAL = "（期限以当地公布为准）"
# what was wrong with what the desk noted, and can be mended on the same page
ANSWERABLE = seeing.ANSWERABLE | bringing.ANSWERABLE | {"slip_used", "slip_voided"}


def of_form(draft: Draft, definition: Definition) -> dict[str, Any]:
    """For the form; notes in `g.scan` which of its fields can be taken by the camera of the desk."""
    g.scan = {one["field"]: one["code"] for one in definition.service["materials"] if _by_camera(one)}
    with node().database.read() as tx:
        note = draft_notes.of(tx, draft.id)
        held = {} if unwritten.is_kept(draft) else prefill_marks.marks(tx, draft.id, draft.data)
    return {
        "paper": slip_numbers.shown(note.slip) if note.slip else "",
        "paper_day": note.day,
        "from_kiosk": bool(note.home),
        "spared": _spared(definition, held),
    }


def _by_camera(entry: dict[str, Any]) -> bool:
    return entry["source"] == "applicant" and "field" in entry


def _spared(definition: Definition, held: dict[str, prefill_marks.Prefilled]) -> list[tuple[str, str]]:
    """(material, why nobody has to bring it); what is held comes with its day."""
    found = []
    for entry in definition.service["materials"]:
        before = held.get(entry.get("field", ""))
        if entry["source"] in SPARED:
            found.append((entry["name"], SPARED[entry["source"]]))
        elif before is not None and before.day and "reuse" in entry:
            local = LOCAL if entry["reuse"].get("local") else ""
            found.append((entry["name"], f"{display.date(before.day)}交过，还有效，已经带出，不用再交{local}"))
    return found


def before_filing(draft: Draft, definition: Definition) -> dict[str, Any]:
    """For the page before filing: originals to be ticked, and the fields for who stands there."""
    given = {material.slot for material in draft.materials}
    asks = proxies.asks(definition) or bool(definition.service.get("sealed") or definition.service.get("private"))
    with node().database.read() as tx:
        note = draft_notes.of(tx, draft.id)
    return {
        "originals": seeing.lines(definition, draft.data, given, ()),
        "two": rules.people(definition) > 1,
        "ticked": seeing.ticked(),
        "proxy_asked": not asks,
        "relations": RELATIONS,
        "proxy_papers": PROXY_PAPERS,
        "typed": request.form,
        "paper": slip_numbers.shown(note.slip) if note.slip else "",
        "paper_day": note.day,
    }


def acts(draft: Draft, definition: Definition) -> tuple[tuple[str, dict[str, Any]], ...]:
    """What the desk did in this sitting, to be written behind the filing. Raises one of ANSWERABLE."""
    given = {material.slot for material in draft.materials}
    return (*seeing.act(definition, draft.data, given), *bringing.act(definition))
