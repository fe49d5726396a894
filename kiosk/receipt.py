"""收件凭证: what the citizen takes home."""

from dataclasses import dataclass

from flask import Response, request, url_for
from markupsafe import Markup

from edge import applications, consent_words, qr, ratings, receipt_address, unwritten, web_node, words
from edge.applications import Application
from edge.devices import at_hand, printers, printing
from edge.drafts import AlreadyFiled
from edge.errors import YizhanError
from edge.guide import Speaker
from edge.room import Room
from edge.typed import whole_number
from edge.web import citizen_base, see_other, translate
from forms.state import State
from kiosk import apply, visit
from kiosk.form import CHECK


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the 收件凭证 says."""

    number: str
    code: str
    service: str
    at: str
    at_centre: bool
    qr: Markup
    urgent: str
    telephone: str
    telephone_note: str
    next: list[str]
    phone: str
    parts: tuple[tuple[str, str, str], ...] = ()
    unverified: bool = False
    consents: tuple[str, ...] = ()
    rating: str = ""


def already_filed(_filed: AlreadyFiled) -> Response:
    """Back button or second touch after filing: to the receipt."""
    return see_other(url_for("kiosk.receipt_show", draft=(request.view_args or {})["draft"]))


def show(draft: str) -> tuple[str, int] | Response:
    """The receipt, for this visit only."""
    try:
        walk = apply.walk_of(draft)
    except AlreadyFiled as done:
        with web_node.node().database.read() as tx:
            application = applications.get(tx, done.filed.number)
            copy = printing.next_copy(tx, done.filed.number)
        visit.speak_of(application.definition)
        return visit.page(
            "receipt.html",
            receipt=made(application, web_node.node().room),
            slip=url_for("kiosk.receipt_print_it", draft=draft) if _prints() else "",
            copy=copy,
            said=request.args.get("slip", ""),
        )
    return apply.to_place(walk, CHECK)


def _prints() -> bool:
    return at_hand.prints(web_node.node().files.devices, visit.place())


def print_it(draft: str) -> Response:
    """打印凭条, for this visit only. What does not work is said on the receipt, which can be photographed."""
    try:
        walk = apply.walk_of(draft)
    except AlreadyFiled as done:
        return _print(draft, done.filed.number)
    return apply.to_place(walk, CHECK)


def _print(draft: str, number: str) -> Response:
    node = web_node.node()
    with node.database.read() as tx:
        application = applications.get(tx, number)
    visit.speak_of(application.definition)
    try:
        copy = whole_number(request.form.get("copy", ""))
        printing.receipt(node, number, visit.place(), copy=copy, address=address(_code(application.state)))
    except YizhanError as error:
        if error.code not in printers.FAULTS:
            raise
        return visit.go("receipt_show", draft=draft, slip="failed")
    return visit.go("receipt_show", draft=draft, slip="done")


def made(application: Application, room: Room) -> Receipt:
    """What the receipt of an application says now."""
    state, definition = application.state, application.definition
    say = Speaker(definition, room)
    arrived = application.received_by_centre
    pending = definition.service.get("urgent", {}) if state.urgent and not arrived else {}
    return Receipt(
        number=state.number,
        code=state.receipt.code,
        service=visit.title(definition),
        at=state.filed_at or "",
        at_centre=arrived,
        qr=Markup(qr.svg(address(_code(state)), translate("receipt_scan"))),  # noqa: S704 - drawn by us
        urgent=_urgent(application, say),
        telephone=words.fill(pending.get("telephone", ""), room),
        telephone_note=say("urgent.telephone_note", pending.get("telephone_note", "")),
        next=say.lines("next"),
        phone=words.telephone(room),
        parts=_parts(application),
        rating="" if unwritten.keeps(definition) or state.parts else ratings.code_of(state.receipt.token),
        consents=tuple(consent_words.sentences(application)),
        unverified=state.identity == "unverified" and not unwritten.keeps(definition),
    )


def _code(state: State) -> str:
    return web_node.node().receipt_code(state.receipt.token, state.number, state.filed_at or "")


def _parts(application: Application) -> tuple[tuple[str, str, str], ...]:
    """(title, who handles it, number) of each part of a whole."""
    family = application.family if application.state.parts else None
    return tuple((one.part.title, one.part.by, one.number) for one in family.members) if family else ()


def _urgent(application: Application, say: Speaker) -> str:
    """The sentence of an urgent application in the language of the page."""
    state, service = application.state, application.definition.service
    arrived = application.received_by_centre
    sentence = words.urgent_sentence(service, urgent=state.urgent, received=arrived)
    return say(f"urgent.sentence_{'received' if arrived else 'pending'}", sentence) if sentence else ""


def address(code: str) -> str:
    """What the QR says."""
    return receipt_address.address(citizen_base(web_node.node().settings.status_url), code)
