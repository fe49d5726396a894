"""收费 at the desk: 缴款单, money with its 票据号, waivers, and the shift that is settled."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request, url_for

from edge import applications, bills, heads, money, officers, payments, shifts, web, words
from edge.applications import Application
from edge.errors import YizhanError, problem
from edge.node import Node
from edge.officers import Officer
from edge.ranks import POLICE
from edge.staff.context import form_token, officer, page, signed
from edge.staff.link import network
from edge.staff.panels import Panel
from edge.staff.today_cards import Card
from edge.typed import whole_number
from edge.web_filters import when_near, when_short
from edge.web_node import node
from forms.delivery import Bill, find_bill
from forms.kinds_delivery import PAID_BY, PAY_WHERE

NOT_FOUND = 404
ROWS_MAX = 100
SHIFTS_SHOWN = 15
STATES = {"due": ("待缴", "due"), "paid": ("已缴", "ok"), "waived": ("已减免", "wait")}
SAID = {
    "drawn": "缴款单已开，请打印给申请人。",
    "paid": "已记下收款和票据号。",
    "waived": "已记下减免。",
    "voided": "收款记录已作废，缴款单重新待缴。",
    "settled": "本班已对账。",
}


@dataclass(frozen=True, slots=True)
class Fees:
    """The panel of a case."""

    number: str
    bills: list[tuple[str, str, str, str]]
    fee: str


def panel(running: Node, application: Application) -> Panel | None:
    """The panel of an application whose service costs something, or that has a bill."""
    state, definition = application.state, application.definition
    offered = payments.fees(definition, running.files.province.parameters)
    if state.parts or not (state.bills or offered or payments.is_open(definition)):
        return None
    listed = [(one.number, money.yuan(one.amount), *STATES[one.state]) for one in state.bills]
    fee = "、".join(f"{money.yuan(one.amount)} 元" for one in offered) or str(definition.service["fee"]["amount"])
    return Panel("payments", Fees(application.number, listed, fee))


def card(running: Node, _: Officer) -> Card | None:
    """Bills that are not paid."""
    with running.database.read() as tx:
        count = bills.count_due(tx)
    return Card("缴款单待缴", count, "现场缴，或联网后缴", "due", url_for("staff.payments_show")) if count else None


def show() -> str:
    """收费: what is due, this shift's movements, and the shifts before."""
    return _page()


def _page(error: YizhanError | None = None) -> str:
    running = node()
    with running.database.read() as tx:
        shift = shifts.current(tx)
        lines = shifts.lines(tx, shift)
        due = [one for one in bills.due(tx, ROWS_MAX) if heads.find(tx, one.application) is not None]
        names = {one.application: heads.find(tx, one.application) for one in due}
        before = shifts.settled(tx, SHIFTS_SHOWN)
    people = {one.account: one.name for one in officers.all_of(running)}
    return page(
        "payments.html",
        due=due,
        names=names,
        shift=shift,
        lines=lines,
        sums=shifts.sums(lines),
        before=before,
        online=network(running).online,
        done=SAID.get(request.args.get("done", ""), ""),
        problem=error,
        typed=request.form,
        token=form_token,
        **_words(running, people),
    )


def _words(running: Node, people: dict[str, str]) -> dict[str, Any]:
    return {
        "yuan": money.yuan,
        "ways": PAID_BY,
        "where": PAY_WHERE,
        "states": STATES,
        "who": lambda actor: people.get(actor.removeprefix("officer:"), actor),
        "near": lambda at: when_near(at, running.clock.today()),
        "short": when_short,
    }


def settle() -> Response:
    """班次对账."""
    form = request.form
    try:
        shifts.settle(
            node(),
            _count("shift"),
            _count("payments"),
            money.fen(form.get("counted", "")),
            form.get("note", ""),
            **signed(),
        )
    except YizhanError as error:
        return make_response(_page(error), error.status)
    return web.see_other(url_for("staff.payments_show", done="settled"))


def _count(name: str) -> int:
    return whole_number(request.form.get(name, ""), digits_max=9, otherwise=-1)


def shift(number: int) -> str:
    """One settled shift, to be printed. Raises not_found."""
    running = node()
    with running.database.read() as tx:
        found = shifts.find(tx, number)
        lines = shifts.lines(tx, number)
    if found is None:
        raise problem("not_found")
    people = {one.account: one.name for one in officers.all_of(running)}
    return page("payments_shift.html", it=found, lines=lines, sums=shifts.sums(lines), **_words(running, people))


def one(number: str) -> str:
    """The bills of one application."""
    return _one(number)


def _one(number: str, act: str = "", error: YizhanError | None = None) -> str:
    running = node()
    with running.database.read() as tx:
        application = applications.get(tx, number)
    definition = application.definition
    people = {one.account: one.name for one in officers.all_of(running)}
    return page(
        "payments_one.html",
        application=application,
        offered=payments.fees(definition, running.files.province.parameters),
        is_open=payments.is_open(definition),
        fee=definition.service["fee"],
        bills=application.state.bills,
        moved=application.state.moved,
        may_draw=not any(one.state == "due" for one in application.state.bills),
        online=network(running).online,
        police=officer().rank == POLICE,
        done=SAID.get(request.args.get("done", ""), ""),
        act=act,
        problem=error,
        typed=request.form,
        token=form_token,
        **_words(running, people),
    )


def draw(number: str) -> Response:
    """开缴款单."""
    form = request.form
    chosen, _, what = form.get("fee", "").partition(":")
    amount = whole_number(chosen, digits_max=9, otherwise=-1)
    if amount < 0:
        amount = money.fen(form.get("amount", "")) or 0
    return _do(
        number,
        "draw",
        "drawn",
        lambda by: payments.draw(node(), number, amount, form.get("what", "") or what, form.get("where", ""), **by),
    )


def receive(number: str) -> Response:
    """收款."""
    form = request.form
    return _do(
        number,
        "receive",
        "paid",
        lambda by: payments.receive(
            node(), number, form.get("bill", ""), form.get("by", ""), form.get("receipt", ""), **by
        ),
    )


def waive(number: str) -> Response:
    """减免."""
    form = request.form
    return _do(
        number,
        "waive",
        "waived",
        lambda by: payments.waive(node(), number, form.get("bill", ""), form.get("reason", ""), **by),
    )


def void(number: str) -> Response:
    """收款记录作废."""
    form = request.form
    return _do(
        number,
        "void",
        "voided",
        lambda by: payments.take_back(node(), number, form.get("bill", ""), form.get("reason", ""), **by),
    )


def _do(number: str, act: str, done: str, do: Any) -> Response:
    try:
        do(signed())
    except YizhanError as error:
        if error.status == NOT_FOUND and error.code == "not_found":
            raise
        return make_response(_one(number, act, error), error.status)
    return web.see_other(url_for("staff.payments_one", number=number, done=done))


def slip(number: str, bill: str) -> str:
    """缴款单 on A4. Raises not_found."""
    running = node()
    with running.database.read() as tx:
        application = applications.get(tx, number)
    found: Bill | None = find_bill(application.state.bills, bill)
    if found is None:
        raise problem("not_found")
    return render_template(
        "staff/sheets/bill.html",
        application=application,
        bill=found,
        person=application.head.applicant or "申请人",
        amount=money.yuan(found.amount),
        capital=money.capital(found.amount),
        state=STATES[found.state],
        way=PAID_BY.get(found.by, ""),
        online=network(running).online,
        at=when_short(found.at),
        paid_at=when_short(found.paid_at) if found.paid_at else "",
        room=running.room,
        phone=words.telephone(running.room),
        problem=None,
    )
