"""凭条: the receipt as a thermal printer writes it. Number, code and what comes next are large; no name is on it."""

from typing import TYPE_CHECKING, Final, NamedTuple

from edge import consent_words, ratings, unwritten, words
from edge.devices.roll import Code, Item, Roll, Rule, Text
from edge.guide import Speaker
from edge.web import language, translate
from edge.web_filters import group4, when

if TYPE_CHECKING:
    from edge.applications import Application
    from edge.node import Node

FIRST: Final = 1


class Slip(NamedTuple):
    """All sentences ready, in the language of the page. `address`: what the QR says; `copy` from 1."""

    number: str
    code: str
    service: str
    at: str
    state: str
    urgent: list[str]
    parts: list[str]
    next: list[str]
    consents: list[str]
    rating: str
    phone: str
    room: str
    address: str
    copy: bool


def made(node: "Node", application: "Application", address: str, copy: int) -> Slip:
    """What the receipt says now; after the first, and after the day of the filing, it is 补打."""
    state, definition, room = application.state, application.definition, node.room
    private = unwritten.keeps(definition)
    title = definition.text("x-service.name", definition.title, language())
    filed_at = state.filed_at or ""
    return Slip(
        number=state.number,
        code=state.receipt.code,
        service=translate("private_title") if private else title,
        at=when(filed_at, language()),
        state=translate("at_centre" if application.received_by_centre else "unsent"),
        urgent=_urgent(node, application),
        parts=[] if private else _parts(application),
        next=[] if private or state.phase == "closed" else _next(node, application),
        consents=consent_words.sentences(application),
        rating="" if private or state.parts else ratings.code_of(state.receipt.token),
        phone=words.telephone(room),
        room=room.name,
        address=address,
        copy=copy > FIRST or filed_at[:10] != node.clock.today(),
    )


def _urgent(node: "Node", application: "Application") -> list[str]:
    state, definition = application.state, application.definition
    received, say = application.received_by_centre, Speaker(application.definition, node.room)
    sentence = words.urgent_sentence(definition.service, urgent=state.urgent, received=received)
    if not sentence:
        return []
    rules = definition.service.get("urgent", {})
    number = "" if received else words.fill(rules.get("telephone", ""), node.room)
    said = say(f"urgent.sentence_{'received' if received else 'pending'}", sentence)
    return [said, *([translate("guide_telephone", number=number)] if number else [])]


def _parts(application: "Application") -> list[str]:
    """Title, who handles it and number of each part of a whole."""
    family = application.family if application.state.parts else None
    return [f"{one.part.title}（{one.part.by}） {group4(one.number)}" for one in family.members] if family else []


def _next(node: "Node", application: "Application") -> list[str]:
    waits = node.sealed or not application.received_by_centre
    first = [translate(f"sealed_receipt_{node.sealed}" if node.sealed else "receipt_unsent")] if waits else []
    if application.state.identity == "unverified":
        first.append(translate("receipt_unverified"))
    return [*first, *Speaker(application.definition, node.room).lines("next")]


def roll(slip: Slip) -> Roll:
    """The receipt from top to bottom."""
    mark = f"（{translate('slip_copy')}）" if slip.copy else ""
    return [
        Text(translate("receipt") + mark, size=2, bold=True, centre=True),
        Text(slip.room, centre=True),
        Rule(),
        *_large(translate("receipt_number"), group4(slip.number)),
        *_large(translate("receipt_code"), slip.code),
        Text(f"{translate('receipt_service')}  {slip.service}", tall=True),
        Text(f"{translate('receipt_time')}  {slip.at}"),
        Text(slip.state, bold=True),
        *(Text(line, tall=True, bold=True) for line in slip.urgent),
        *map(Text, slip.parts),
        *_next_lines(slip),
        *_consent_lines(slip),
        Rule(),
        Code(slip.address),
        Text(translate("receipt_scan"), centre=True),
        *([Text(f"{translate('rate_code')}  {group4(slip.rating)}", centre=True)] if slip.rating else []),
        Text(""),
        Text(translate("receipt_not_accepted")),
        *([Text(translate("slip_phone", room=slip.room, phone=slip.phone))] if slip.phone else []),
        Text(translate("slip_keep")),
    ]


def _large(label: str, text: str) -> list[Item]:
    return [Text(label), Text(text, size=2, bold=True)]


def _consent_lines(slip: Slip) -> list[Item]:
    if not slip.consents:
        return []
    return [Rule(), Text(translate("receipt_consents"), tall=True), *map(Text, slip.consents)]


def _next_lines(slip: Slip) -> list[Item]:
    if not slip.next:
        return []
    numbered = [Text(f"{at}. {line}", tall=True) for at, line in enumerate(slip.next, 1)]
    return [Rule(), Text(translate("next_title"), tall=True, bold=True), *numbered]
