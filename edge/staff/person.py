"""已核对本人证件: the officer looks at the document, and what its holder told this room before is filled in."""

from dataclasses import dataclass

from flask import request

from edge import prefill, prefill_marks, unwritten
from edge.drafts import Draft
from edge.errors import YizhanError
from edge.staff import card
from edge.staff.context import officer
from edge.web_filters import when_short
from edge.web_node import node
from forms import persons
from forms.definition import Definition

ANSWERABLE = frozenset({"person_not_seen", "person_number_wrong", "person_not_self", "person_role_open"})


@dataclass(frozen=True, slots=True)
class Box:
    """What the box above the form shows. `seen_at`: when the person of this draft was confirmed, "" before.

    `by_machine`: a card was read at the kiosk, and nobody has compared it with its holder yet.
    """

    number: str
    seen_at: str
    fault: str
    reader: card.Reader | None
    by_machine: bool


def box(draft: Draft, definition: Definition, fault: str = "") -> Box | None:
    """The box of a draft; None for a service that says nothing about a person, or that leaves no trace."""
    if unwritten.is_kept(draft) or not persons.asks(definition):
        return None
    typed = request.form.get("_person", "") if fault else persons.subject(definition, draft.data)
    known = _confirmed(draft, definition)
    seen = known is not None and known.compared
    seen_at = when_short(known.at) if seen and known is not None else ""
    return Box(typed, seen_at, fault, card.reader(draft), known is not None and not seen)


def confirmed_at(draft: Draft, definition: Definition) -> str:
    """When the applicant of a draft was confirmed; "" when he was not."""
    known = _confirmed(draft, definition)
    return when_short(known.at) if known is not None and known.compared else ""


def _confirmed(draft: Draft, definition: Definition) -> prefill_marks.Confirmed | None:
    if unwritten.is_kept(draft):
        return None
    with node().database.read() as tx:
        return prefill_marks.own(tx, draft.id, definition, draft.data)


def fill(draft: Draft, wish: str = "") -> str:
    """Fill the draft for the person whose document the officer holds; a sentence when that can't be done.

    `wish`: what was pressed beside the card reader, one of edge.staff.card.ACTS.
    """
    try:
        if wish:
            card.act(draft, wish)
            return ""
        seen = request.form.get("_person_seen") == "1"
        proof = prefill.by_officer(request.form.get("_person", "")[:40], officer().actor, seen=seen)
        prefill.fill(node(), draft, proof)
    except YizhanError as error:
        if error.code not in ANSWERABLE | card.ANSWERABLE:
            raise
        return str(error)
    return ""
