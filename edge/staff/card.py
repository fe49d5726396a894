"""读身份证 at the desk: what the reader read lies beside the form until the officer has compared face and photo.

Nothing is filled in before, and the photo is kept nowhere: it goes with the page, and is gone with the comparison.
"""

import base64
from dataclasses import dataclass

from flask import request

from edge import images, prefill
from edge.devices import at_hand, reading, wedge
from edge.devices.card import Card
from edge.devices.readers import FAULTS
from edge.drafts import Draft
from edge.errors import YizhanError, problem
from edge.staff.context import officer
from edge.web_node import node
from forms.kinds_receiving import LONG

READ, SAME, OTHER = "card-read", "card-same", "card-other"  # pressed buttons
TYPED = "_card"
ACTS = frozenset({READ, SAME, OTHER})
ANSWERABLE = FAULTS | {"person_not_self", "person_role_open", "person_number_wrong"}


@dataclass(frozen=True, slots=True)
class Read:
    """A card that was read and not compared yet. `photo`: an address that carries the picture itself, "" for none."""

    name: str
    number: str
    sex: str
    address: str
    until: str
    over: bool
    photo: str


@dataclass(frozen=True, slots=True)
class Reader:
    """What the desk has. `typed`: the reader types into a field; `read`: what lies on it."""

    typed: bool
    read: Read | None


def reader(draft: Draft) -> Reader | None:
    """For the box of 本人到场; None at a desk without a reader."""
    if not at_hand.reads(node().files.devices, "desk"):
        return None
    held = node().at_hand.held(draft.id, node().clock.ticks())
    return Reader(reading.types(node(), "desk"), _shown(held) if held else None)


def _shown(card: Card) -> Read:
    return Read(
        card.name,
        card.number,
        {"1": "男", "2": "女"}.get(card.sex, ""),
        card.address,
        "长期" if card.valid_until == LONG else card.valid_until,
        card.over(node().clock.today()),
        _picture(card.photo),
    )


def _picture(photo: bytes) -> str:
    """Drawn anew, so that what a reader sends can be nothing but a picture."""
    try:
        return "data:image/jpeg;base64," + base64.b64encode(images.preview(photo)).decode() if photo else ""
    except YizhanError:
        return ""


def wanted() -> str:
    """Which of ACTS was pressed; a reader that types presses Enter, whichever button that is."""
    if request.form.get(TYPED, "").strip():
        return READ
    pressed = request.form.get("act", "")
    return pressed if pressed in ACTS else ""


def act(draft: Draft, wish: str) -> None:
    """Read, or say whether face and card are of one person. Raises one of ANSWERABLE."""
    hand = node().at_hand
    if wish == READ:
        card = reading.read(node(), "desk", request.form.get(TYPED, "")[: wedge.TYPED_MAX])
        hand.hold(draft.id, card, node().clock.ticks())
        return
    held = hand.held(draft.id, node().clock.ticks())
    if wish == SAME:
        if held is None:
            raise problem("card_gone")
        prefill.fill(node(), draft, prefill.of_card(held, officer().actor))
    hand.let_go(draft.id)
