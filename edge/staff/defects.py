"""补正材料一次性告知 at the desk: tick every defect, print one sheet, have it signed. Works without a network."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from markupsafe import Markup

from edge import defects, demands, qr, web, words
from edge.applications import Application
from edge.defects import Ticked
from edge.errors import YizhanError, problem
from edge.node import Node
from edge.staff import cases, proofs, receipts
from edge.staff.context import application_of, form_token, officer, page
from edge.staff.panels import Panel
from edge.web_filters import day, when
from edge.web_node import node
from forms import notices
from forms.kinds_delivery import SIGNED
from forms.state import Correction, Item, State

PAD = "/signature"
PHOTO = "photo"
NOT_FOUND = 404
PERMIT_LAW = (
    "《中华人民共和国行政许可法》第三十二条第一款第四项："
    "申请材料不齐全或者不符合法定形式的，应当当场或者在五日内一次告知申请人需要补正的全部内容。"
)
OPEN = ("received", "correction")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be ticked: `target` is what the form sends, `note` what is said of it beside its name."""

    target: str
    label: str
    note: str
    text: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """The panel of a case: what is missing, whether a sheet waits for its signature, what supervision marks."""

    number: str
    missing: list[Item]
    waiting: bool
    given: int
    marks: list[str]
    open: bool


def panel(running: Node, application: Application) -> Panel | None:
    """The panel of an application that may still be completed."""
    state = application.state
    if state.parts or application.definition.service.get("sealed"):
        return None
    with running.database.read() as tx:
        waiting = defects.ticked(tx, application.number) is not None
    is_open = state.phase in OPEN
    missing = defects.missing(application) if is_open else []
    if not is_open and not state.corrections:
        return None
    data = Notice(application.number, missing, waiting, len(state.corrections), notices.marks(state), is_open)
    return Panel("defects", data)


def show(number: str) -> str:
    """Everything that can be asked for, with what is missing ticked. Raises not_found, not_allowed_now."""
    return _page(application_of(number), _before(number))


def _before(number: str) -> Ticked | None:
    with node().database.read() as tx:
        return defects.ticked(tx, number)


def tick(number: str) -> Response:
    """Keep what was ticked and show the sheet; what is wrong comes back with everything that was typed."""
    application = application_of(number)
    picked = request.form.getlist("pick")
    try:
        items = [_item(application, one) for one in picked]
        defects.tick(
            node(),
            number,
            items,
            due_day=request.form.get("due_day", "").strip(),
            reason=request.form.get("reason", ""),
            by=officer(),
        )
    except YizhanError as error:
        if error.status == NOT_FOUND:
            raise
        return make_response(_page(application, None, error=error, typed=request.form.to_dict()), error.status)
    return web.see_other(url_for("staff.defects_sheet", number=number))


def _item(application: Application, target: str) -> Item:
    """What was ticked; who asks for something outside of the guide is refused, and it is written down (M20)."""
    try:
        return defects.item(application, target, request.form.get(f"text:{target}", ""))
    except YizhanError as error:
        if error.code == "defect_unknown":
            demands.refuse(
                node(), application.definition.id, target, actor=officer().actor, application=application.number
            )
        raise


def _page(application: Application, kept: Ticked | None, error: YizhanError | None = None, **more: Any) -> str:
    state = application.state
    if state.phase not in OPEN or state.parts:
        raise problem("not_allowed_now", phase=application.head.phase_title, act="告知补正")
    typed: dict[str, str] = more.get("typed", {})
    return page(
        "defects.html",
        application=application,
        again=bool(state.corrections),
        counts=defects.counts(application.definition.service, officer().rank),
        permit=application.definition.service["type"] == defects.PERMIT,
        groups=_groups(application, kept, posted=bool(more)),
        due_day=typed.get("due_day", kept.due_day if kept else defects.offered_due(node())),
        reason=typed.get("reason", kept.reason if kept else ""),
        problem=error,
        token=form_token,
    )


def _groups(application: Application, kept: Ticked | None, *, posted: bool) -> list[tuple[str, bool, list[Offer]]]:
    """(heading, whether it is open, what can be ticked) in the order in which an officer looks."""
    definition = application.definition
    missing = {one.ref: one for one in defects.missing(application)}
    before = {(one.target, one.ref): one.defect for one in kept.items} if kept else {}
    asked = set(request.form.getlist("pick"))

    def offer(one: Item, note: str, text: str, *, at_first: bool) -> Offer:
        target = f"{one.target}:{one.ref}"
        was = before.get((one.target, one.ref))
        ticked = target in asked if posted else was is not None if kept else at_first
        return Offer(target, one.label, note, request.form.get(f"text:{target}", was or text), ticked)

    materials = []
    for one in defects.materials_of(definition):
        lacking = missing.get(one.ref)
        known, note = (lacking, "还没有交") if lacking else (one, "已经交了")
        materials.append(offer(known, note, known.defect, at_first=lacking is not None))
    fields = [offer(one, one.defect, "", at_first=False) for one in defects.fields_of(application)]
    phrases = [
        Offer(f"usual:{place}", text, "", text, _usual(text, f"usual:{place}", kept, asked, posted=posted))
        for place, text in enumerate(defects.usual(definition))
    ]
    groups = [("申请材料", True, materials), ("常见问题", True, phrases), ("填报的内容", False, fields)]
    return [
        (title, is_open or any(one.ticked for one in offers), offers) for title, is_open, offers in groups if offers
    ]


def _usual(text: str, target: str, kept: Ticked | None, asked: set[str], *, posted: bool) -> bool:
    return target in asked if posted else kept is not None and any(one.defect == text for one in kept.items)


def sheet(number: str) -> str:
    """The notice on A4: what waits for a signature, else the last one that was given. Raises not_found."""
    return _sheet(number)


def _sheet(number: str, error: YizhanError | None = None) -> str:
    application, kept = application_of(number), _before(number)
    state, running = application.state, node()
    given = next((one for one in reversed(state.corrections) if one.side == "node"), None)
    if kept is None and given is None:
        raise problem("not_found")
    return render_template(
        "staff/sheets/notice.html",
        application=application,
        kept=kept,
        given=None if kept else given,
        items=kept.items if kept else given.items if given else (),
        reason=kept.reason if kept else given.reason if given else "",
        at=when(kept.at if kept else given.at if given else ""),
        due=_due(kept, given),
        grounds=_grounds(application),
        deemed=application.definition.service["type"] == defects.PERMIT,
        again=_place(state, kept, given),
        person=application.head.applicant or "申请人",
        room=running.room,
        phone=words.telephone(running.room),
        signed=SIGNED.get(given.signed, "") if given and not kept else "",
        proofs=list(given.proofs) if given and not kept else [],
        pad=proofs.pad(PAD, "申请人签名"),
        qr=Markup(qr.svg(receipts.address(state.receipt.token), "办件进度二维码")),  # noqa: S704 - drawn by us
        problem=error,
        remark=request.form.get("remark", ""),
        token=form_token,
    )


def _due(kept: Ticked | None, given: Correction | None) -> str:
    found = kept.due_day if kept else given.due_day if given else ""
    return day(found) if found else ""


def _place(state: State, kept: Ticked | None, given: Correction | None) -> int:
    """The how manieth notice of this application it is."""
    if kept is not None or given is None:
        return len(state.corrections) + 1
    return state.corrections.index(given) + 1


def _grounds(application: Application) -> list[str]:
    """The law that the notice stands on, and that of the service."""
    service = application.definition.service
    own = [f"《{law['title']}》{law.get('article', '')}" for law in service["legal_basis"][:2]]
    return [PERMIT_LAW, *own] if service["type"] == defects.PERMIT else own


def sign(number: str) -> Response:
    """The sheet was given: signed on glass, on paper (photographed), or refused with a remark."""
    way = request.form.get("signed", "")
    try:
        proof = _proof(way)
        defects.hand(
            node(),
            number,
            signed=way,
            by=officer(),
            token=request.form.get("token", ""),
            proof=proof,
            remark=request.form.get("remark", ""),
        )
    except YizhanError as error:
        if error.status == NOT_FOUND:
            raise
        return make_response(_sheet(number, error), error.status)
    return web.see_other(cases.address(number, "told"))


def _proof(way: str) -> Any:
    if way == "glass":
        return proofs.signature(PAD, defects.SLOT)
    return proofs.photo(PHOTO, defects.SLOT) if way == "paper" else None
