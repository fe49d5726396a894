"""读身份证 at the kiosk: one touch instead of typing; without card or reader the page is filled in as ever.

What a machine reads says whose card it is and not who holds it: the application stays 身份待核 until an officer has
compared the two. Name and number then come from the card and can't be typed over here; the officer can.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import request

from edge import prefill, prefill_marks, unwritten, web_node
from edge.devices import at_hand, reading, wedge
from edge.devices.readers import FAULTS
from edge.drafts import Draft
from edge.errors import YizhanError
from forms import persons
from forms.building import Control
from forms.definition import Definition
from kiosk import visit
from kiosk.form import Walk

READ, DROP = "card", "card-drop"  # touched buttons
TYPED = "_card"  # the field that a reader types into
LOCKED = (persons.SUBJECT, "name")
# what the citizen is told; a fault of the reader's settings is the room's business, and reads like a silent reader
_ANSWERABLE = FAULTS | {"person_not_self", "person_role_open", "person_number_wrong"}
_SAID = {code: code for code in ("card_absent", "card_unreadable", "person_not_self", "person_role_open")}


@dataclass(frozen=True, slots=True)
class Box:
    """What stands above the form. `typed`: the reader types; `done`: a card was read; `fault`: key of a text."""

    typed: bool
    done: bool
    over: bool
    fault: str


def box(walk: Walk, controls: Iterable[Control]) -> Box | None:
    """The box of a page that asks who somebody is; None on every other, and where there is no reader."""
    node, draft = web_node.node(), walk.draft
    places = persons.places(walk.definition, persons.role(walk.definition, draft.data))
    words = (*LOCKED, persons.CAPACITY) if persons.is_shared(walk.definition) else LOCKED
    asked = {control.path for control in _flat(controls)} & {places.get(word) for word in words}
    if not asked or unwritten.is_kept(draft) or not at_hand.reads(node.files.devices, visit.place()):
        return None
    with node.database.read() as tx:
        known = prefill_marks.own(tx, draft.id, walk.definition, draft.data)
    read = known is not None and known.method == "card"
    over = read and known is not None and known.over(node.clock.today())
    fault = "" if read else request.args.get("card", "")
    fault = fault if fault in (*_SAID.values(), "reader_silent") else ""
    return Box(reading.types(node, visit.place()), read, over, fault)


def wanted() -> str:
    """Which of READ and DROP was touched, or "". A reader that types presses Enter, whichever button that is."""
    if request.form.get(TYPED, "").strip():
        return READ
    act = request.form.get("_act", "")
    return act if act in (READ, DROP) else ""


def act(draft: Draft, wish: str) -> str:
    """Do it; the key of the text that says why it did not work, or ""."""
    node = web_node.node()
    if wish == DROP:
        prefill.forget(node, draft)
        return ""
    try:
        card = reading.read(node, visit.place(), request.form.get(TYPED, "")[: wedge.TYPED_MAX])
        prefill.fill(node, draft, prefill.of_card(card, prefill_marks.KIOSK))
    except YizhanError as error:
        if error.code not in _ANSWERABLE:
            raise
        return _SAID.get(error.code, "reader_silent")
    return ""


def locked(draft: Draft, definition: Definition) -> frozenset[str]:
    """The fields that hold what the card said, while it is the card of who applies."""
    if unwritten.is_kept(draft):
        return frozenset()
    with web_node.node().database.read() as tx:
        known = prefill_marks.own(tx, draft.id, definition, draft.data)
        if known is None or known.method != "card":
            return frozenset()
        marks = prefill_marks.marks(tx, draft.id, draft.data)
    known_as = persons.places(definition, persons.role(definition, draft.data))
    places = {known_as.get(word) for word in LOCKED}
    return frozenset(place for place, one in marks.items() if place in places and not one.definition)


def shown(controls: Iterable[Control], places: frozenset[str]) -> list[Control]:
    """The controls with the locked ones as text."""
    return [
        replace(one, read_only=one.read_only or one.path in places, children=tuple(shown(one.children, places)))
        for one in controls
    ]


def _flat(controls: Iterable[Control]) -> Iterator[Control]:
    for control in controls:
        yield control
        yield from _flat(control.children)
