"""收件凭证, to be printed and given to the citizen; printed again when it is lost."""

from flask import Response, make_response, request, url_for
from markupsafe import Markup

from edge import applications, consent_words, defects, qr, ratings, receipt_address, slip_numbers, unwritten, web, words
from edge.applications import Application
from edge.devices import at_hand, printers, printing
from edge.errors import YizhanError
from edge.staff import reprinting, rows
from edge.staff.context import page
from edge.typed import whole_number
from edge.web_filters import when
from edge.web_node import node
from forms import proxies
from forms.kinds_people import GRADES
from forms.state import State


def show(number: str) -> str:
    """The receipt as it reads now. Raises not_found."""
    return _page(number)


def print_slip(number: str) -> Response:
    """打凭条 on the printer of the desk. Raises not_found."""
    with node().database.read() as tx:
        state = applications.get(tx, number).state
    copy = whole_number(request.form.get("copy", ""))
    try:
        printing.receipt(node(), number, "desk", copy=copy, address=address(_code(state)))
    except YizhanError as error:
        if error.code not in printers.FAULTS:
            raise
        return make_response(_page(number, str(error)), error.status)
    return web.see_other(url_for("staff.receipts_show", number=number, said="printed"))


def again(number: str, fault: str) -> str:
    """The page with what was wrong with an act."""
    return _page(number, fault)


def _page(number: str, fault: str = "") -> str:
    running = node()
    with running.database.read() as tx:
        application = applications.get(tx, number)
        copy = printing.next_copy(tx, number)
    state, service, room = application.state, application.definition.service, running.room
    received = application.received_by_centre
    urgent = words.urgent_sentence(service, urgent=state.urgent and state.phase != "closed", received=received)
    rules = service.get("urgent", {})
    return page(
        "receipt.html",
        **reprinting.values(running, application),
        number=state.number,
        href=url_for("staff.cases_show", number=number),
        service=application.head.title,
        filed=when(state.filed_at or ""),
        state=application.head.phase_title,
        transfer=rows.transfer(application.head),
        code=state.receipt.code,
        urgent=urgent,
        urgent_phone=words.fill(rules.get("telephone", ""), room) if urgent and not received else "",
        urgent_note=rules.get("telephone_note", ""),
        qr=Markup(qr.svg(address(_code(state)), "办件进度二维码")),  # noqa: S704 - drawn by us, from our own token
        consents=consent_words.sentences(application),
        following=[words.fill(line, room) for line in service.get("next", ())],
        identity=words.UNVERIFIED if state.identity == "unverified" else "",
        standing=None if application.definition.service.get("private") else proxies.of(application.definition, state),
        applicant=application.head.applicant,
        paper=slip_numbers.shown(state.paper.slip) if state.paper else "",
        paper_day=state.paper.day if state.paper else "",
        lacking=_lacking(application),
        tell=url_for("staff.defects_show", number=number),
        phone=words.telephone(room),
        hours=room.hours,
        rating="" if unwritten.keeps(application.definition) or state.parts else ratings.code_of(state.receipt.token),
        grades=list(GRADES.values()),
        slip=at_hand.prints(running.files.devices, "desk"),
        copy=copy,
        fault=fault,
    )


def _code(state: State) -> str:
    return node().receipt_code(state.receipt.token, state.number, state.filed_at or "")


def _lacking(application: Application) -> list[str]:
    """What is still to be brought: told right after the filing, while the citizen stands there."""
    state = application.state
    if state.phase not in ("received", "correction") or state.parts or application.definition.service.get("sealed"):
        return []
    asked = [item.label for item in state.correction.items] if state.correction else []
    return asked or [one.label for one in defects.missing(application)]


def address(code: str) -> str:
    """What the QR says."""
    return receipt_address.address(web.citizen_base(node().settings.status_url), code)
