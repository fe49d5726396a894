"""出件 at the desk: what lies here and for whom, whom to call, and handing over against a proof."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request, url_for

from edge import applications, handover, handover_list, heads, originals, pickup, sms_outbox, stock, stock_slips, web
from edge.applications import Application
from edge.errors import YizhanError, problem
from edge.handover import Handing, Proxy
from edge.node import Node
from edge.officers import Officer
from edge.staff import cases, proofs
from edge.staff.context import form_token, officer, page, signed
from edge.staff.panels import Panel
from edge.staff.today_cards import Card
from edge.web_filters import when_near
from edge.web_node import node
from forms import expiry, service_results
from forms.delivery import Call
from forms.kinds_delivery import CALLED_BY, PROOFS, REACHED, SOURCES, WAYS

PAD, PHOTO, LETTER = "/signature", "photo", "letter"
NOT_FOUND = 404
ROWS_MAX = 100
STAGES = {
    "here": "到件待通知",
    "told": "已通知，等来领",
    "expected": "已办结，等文书",
    "posted": "寄递途中",
    "served": "已送达",
}
LEVELS = {"here": "due", "told": "wait", "expected": "wait", "posted": "wait", "served": "ok"}


@dataclass(frozen=True, slots=True)
class Row:
    """One application of a list."""

    number: str
    href: str
    service: str
    applicant: str
    since: str
    names: str
    place: str
    calls: str


@dataclass(frozen=True, slots=True)
class Documents:
    """The panel of a case."""

    number: str
    stage: str
    level: str
    names: list[str]
    handed: list[str]
    at_once: bool
    unseen: list[str]


def panel(running: Node, application: Application) -> Panel | None:
    """The panel of an application that has, or will have, something to hand over."""
    state, service = application.state, application.definition.service
    if state.parts or service.get("sealed") or state.phase == "unknown":
        return None
    with running.database.read() as tx:
        stage = handover_list.stage_of(tx, application.number)
        unseen = originals.outstanding(tx, application)
    names = [name for _, name in handover.handable(application)]
    handed = [f"{'、'.join(one.names)}：{WAYS[one.how]}，{PROOFS[one.proof]}" for one in state.delivery.handed]
    at_once = service_results.at_once(service) and state.phase == "received" and bool(names)
    if not (stage or names or handed or state.phase == "accepted"):
        return None
    level = LEVELS.get(stage, "wait")
    unseen = unseen if names else []
    return Panel(
        "handover", Documents(application.number, STAGES.get(stage, ""), level, names, handed, at_once, unseen)
    )


def card(running: Node, _: Officer) -> Card | None:
    """Documents whose owner nobody has told yet."""
    with running.database.read() as tx:
        count = handover_list.counts(tx).get("here", 0)
    href = url_for("staff.handover_show", stage="here")
    return Card("到件待通知", count, "打电话叫人来领", "due", href) if count else None


def show() -> str:
    """出件: the lists by stage, and a search by application, parcel or name."""
    running, wanted = node(), request.args.get("stage", "here")
    text = request.args.get("text", "").strip()
    stage = wanted if wanted in STAGES else "here"
    with running.database.read() as tx:
        counts = handover_list.counts(tx)
        found = handover_list.search(tx, text) if text else handover_list.numbers(tx, stage, ROWS_MAX)
        rows = [row for number in found if (row := _row(tx, running, number)) is not None]
    return page(
        "handover.html",
        stage="" if text else stage,
        stages=STAGES,
        counts=counts,
        rows=rows,
        text=text,
        today=running.clock.today(),
    )


def _row(tx: Any, running: Node, number: str) -> Row | None:
    """None for what this officer may not see."""
    if heads.find(tx, number) is None:
        return None
    application = applications.get(tx, number)
    delivery, head = application.state.delivery, application.head
    names = [one.name for one in delivery.here] or [name for one in delivery.travelling for name in one.names]
    names = names or service_results.owed(application.definition.service, application.state) or sorted(delivery.names)
    call = delivery.calls[-1] if delivery.calls else None
    since = delivery.here[-1].at if delivery.here else application.state.closed_at or ""
    return Row(
        number=number,
        href=url_for("staff.handover_one", number=number),
        service=head.title,
        applicant=head.applicant or "未留姓名",
        since=when_near(since, running.clock.today()) if since else "",
        names="、".join(names),
        place="、".join(one.place for one in delivery.here if one.place),
        calls=_said(call, running.clock.today()) if call else "",
    )


def _said(call: Call, today: str) -> str:
    return f"{when_near(call.at, today)} {CALLED_BY[call.how]}，{REACHED[call.reached]}"


def one(number: str) -> str:
    """One application's documents: what came, who was told, handing over."""
    return _page(number)


def _page(number: str, act: str = "", error: YizhanError | None = None) -> str:
    running = node()
    with running.database.read() as tx:
        application = applications.get(tx, number)
        waiting = stock.wanted(tx, application) if application.state.phase != "closed" else stock.owed(tx, application)
        unseen = originals.outstanding(tx, application)
        slips = [(paper, stock_slips.next_number(tx, paper)) for paper in waiting]
    state, service = application.state, application.definition.service
    handable = handover.handable(application)
    at_once = service_results.at_once(service) and state.phase in ("received", "accepted")
    return page(
        "handover_one.html",
        application=application,
        delivery=state.delivery,
        handable=handable,
        ready=bool(handable) and (state.phase == "closed" or at_once),
        at_once=at_once,
        slips=slips,
        unseen=unseen,
        unpaid=[one for one in state.bills if one.state == "due"],
        proxy=state.proxy,
        result=service_results.document_of(service, state.result or "granted"),
        post_offered="post" in service_results.ways(service, state.result or "granted"),
        locked=pickup.locked_minutes(running, number),
        words={"sources": SOURCES, "by": CALLED_BY, "reached": REACHED, "ways": WAYS, "proofs": PROOFS},
        phone=_phone(application),
        may_write=bool(state.delivery.here) and bool(expiry.phone(application.definition, state.answers)),
        near=lambda at: when_near(at, running.clock.today()),
        pad=proofs.pad(PAD, "领取人签名"),
        act=act,
        problem=error,
        typed=request.form,
        token=form_token,
    )


def _phone(application: Application) -> str:
    """Whom to call: the number that the applicant left."""
    return handover_list.phone(application.definition, application.state.answers)


def arrive(number: str) -> Response:
    """到件登记."""
    form = request.form
    return _do(
        number,
        "arrive",
        "arrived",
        lambda by: handover.arrive(
            node(),
            number,
            form.get("name", ""),
            form.get("source", ""),
            place=form.get("place", ""),
            parcel=(form.get("carrier", ""), form.get("parcel", "")),
            own_code=form.get("own_code") == "1",
            until=form.get("until", ""),
            **by,
        ),
    )


def call(number: str) -> Response:
    """通知取件."""
    form = request.form
    return _do(
        number,
        "call",
        "called",
        lambda by: handover.call(
            node(), number, form.get("how", ""), form.get("reached", ""), form.get("note", ""), **by
        ),
    )


def write(number: str) -> Response:
    """短信: ask the centre to tell the applicant that his document is here; once for each document that came."""

    def act(by: dict[str, str]) -> Any:
        with node().database.read() as tx:
            here = applications.get(tx, number).state.delivery.here
        if not here:
            raise problem("document_none")
        said = {"what": "、".join(one.name for one in here)[:60]}
        sms_outbox.queue(node(), number, "collect", here[-1].id, said, **by)

    return _do(number, "call", "message", act)


def post(number: str) -> Response:
    """寄出."""
    form = request.form
    return _do(
        number,
        "post",
        "posted",
        lambda by: handover.post(
            node(),
            number,
            form.getlist("document"),
            (form.get("carrier", ""), form.get("parcel", "")),
            free=form.get("free") == "1",
            **by,
        ),
    )


def hand(number: str) -> Response:
    """送达; for 即办 with its sealed blank in the same sitting."""
    slips = {paper: request.form.get(f"slip:{paper}", "").strip().upper() for paper in request.form.getlist("paper")}

    def act(by: dict[str, str]) -> Any:
        given, own = _handing(), officer().name
        if slips:
            return handover.at_once(node(), number, slips, given, name=own, **by)
        return handover.hand(node(), number, given, name=own, **by)

    return _do(number, "hand", "served", act)


def _handing() -> Handing:
    form = request.form
    proof = form.get("proof", "")
    material = None
    if proof == "signature":
        material = proofs.signature(PAD, handover.SIGNATURE)
    elif proof == "photo":
        material = proofs.photo(PHOTO, handover.PHOTO)
    return Handing(
        documents=form.getlist("document"),
        how=form.get("how", "room"),
        proof=proof,
        code="".join(form.get("code", "").split()),
        compared=form.get("compared") == "1",
        material=material,
        remark=form.get(f"remark:{proof}", ""),
        witness=form.get("witness", ""),
        proxy=_proxy() if form.get("to") == "proxy" else None,
    )


def _proxy() -> Proxy:
    form = request.form
    letter = proofs.photo(LETTER, handover.LETTER)
    return Proxy(form.get("proxy_name", ""), form.get("proxy_id", ""), form.get("proxy_relation", ""), letter)


def _do(number: str, act: str, said: str, do: Any) -> Response:
    """303 back to the page; the page again with the sentence and everything typed where it could not be done."""
    try:
        do(signed())
    except YizhanError as error:
        if error.status == NOT_FOUND:
            raise
        return make_response(_page(number, act, error), error.status)
    if said == "served":
        return web.see_other(cases.address(number, said))
    return web.see_other(url_for("staff.handover_one", number=number, said=said))


def find() -> Response:
    """From the list to one application by its number."""
    number = "".join(request.args.get("number", "").split())
    with node().database.read() as tx:
        if heads.find(tx, number) is None:
            raise problem("not_found")
    return web.see_other(url_for("staff.handover_one", number=number, _anchor="arrive"))
