"""已核对本人证件: the officer looks at the document, and what its holder told this room before is filled in."""

from dataclasses import dataclass

from flask import request

from edge import prefill, prefill_marks, unwritten
from edge.drafts import Draft
from edge.errors import YizhanError
from edge.staff.context import node, officer
from edge.web_filters import when_short
from forms import persons
from forms.definition import Definition

ANSWERABLE = frozenset({"person_not_seen", "person_number_wrong", "person_not_self"})


@dataclass(frozen=True, slots=True)
class Box:
    """What the box above the form shows. `seen_at`: when the person of this draft was confirmed, "" before."""

    number: str
    seen_at: str
    fault: str


def box(draft: Draft, definition: Definition, fault: str = "") -> Box | None:
    """The box of a draft; None for a service that says nothing about a person, or that leaves no trace."""
    if unwritten.is_kept(draft) or not persons.places(definition):
        return None
    typed = request.form.get("_person", "") if fault else persons.subject(definition, draft.data)
    return Box(typed, confirmed_at(draft, definition), fault)


def confirmed_at(draft: Draft, definition: Definition) -> str:
    """When the applicant of a draft was confirmed; "" when he was not."""
    if unwritten.is_kept(draft):
        return ""
    with node().database.read() as tx:
        known = prefill_marks.confirmed(tx, draft.id)
        own = known is not None and prefill_marks.about(tx, known, definition, draft.data)
    return when_short(known.at) if own and known is not None else ""


def fill(draft: Draft) -> str:
    """Fill the draft for the person whose document the officer holds; a sentence when that can't be done."""
    try:
        seen = request.form.get("_person_seen") == "1"
        proof = prefill.by_officer(request.form.get("_person", "")[:40], officer().actor, seen=seen)
        prefill.fill(node(), draft, proof)
    except YizhanError as error:
        if error.code not in ANSWERABLE:
            raise
        return f"{error.sentence}。{error.hint}"
    return ""
