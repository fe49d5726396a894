"""盖章文书台账: what lies in the safe, what was issued for whom, what was voided and why. Printable."""

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request, url_for

from edge import officers, stock, stock_slips, web
from edge.errors import YizhanError, problem
from edge.ranks import POLICE
from edge.staff.context import form_token, officer, page, signed
from edge.typed import whole_number
from edge.web_filters import group4, when_short
from edge.web_node import node

SHOWN_MAX = 2000
SAID = {
    "received": "已入库。",
    "issued": "已领用，请把这个号码的凭证交给申请人。",
    "voided": "已作废，请把废证剪角留存。",
    "counted": "盘点已记下。",
}
ACTS = {"stock.received": "入库", "stock.issued": "领用", "stock.voided": "作废", "stock.counted": "盘点"}


@dataclass(frozen=True, slots=True)
class Line:
    """One act of the ledger in words."""

    at: str
    title: str
    what: str
    who: str


def show() -> str:
    """The page."""
    return _page()


def _page(**more: Any) -> str:
    running = node()
    with running.database.read() as tx:
        balances = stock_slips.balances(tx)
        slips = stock_slips.all_of(tx, limit=SHOWN_MAX)
        awaiting = [(one.number, one.head.title, stock.owed(tx, one)) for one in stock.awaiting(running, tx)]
        lines = [_line(*one) for one in stock.history(tx)]
    names = {one.account: one.name for one in officers.all_of(running)}
    asked = request.args.get("application", "")
    values: dict[str, Any] = {
        "balances": balances,
        "slips": slips,
        "states": stock_slips.STATES,
        "awaiting": awaiting,
        "lines": lines,
        "kinds": stock.kinds(running),
        "names": names,
        "who": lambda actor: names.get(actor.removeprefix("officer:"), actor),
        "asked": asked,
        "today": running.clock.today(),
        "may": officer().rank == POLICE,
        "token": form_token,
        "typed": {},
        "problem": None,
        "act": "",
        "done": SAID.get(request.args.get("done", ""), ""),
    }
    return page("stock.html", **{**values, **more})


def _line(at: str, kind: str, actor: str, body: dict[str, Any]) -> Line:
    match kind:
        case "stock.received":
            what = f"{body['first']}–{body['last']}"
        case "stock.issued":
            what = f"{body['number']} 用于办件 {group4(body['application'])}"
        case "stock.voided":
            what = f"{body['number']}：{body['reason']}"
        case _:
            what = f"实有 {body['unused']}，台账 {body['expected']}" + (f"：{body['note']}" if "note" in body else "")
    return Line(when_short(at), f"{ACTS[kind]} · {body['stock']}", what, actor)


def receive() -> Response:
    """入库."""
    _police()
    return _do(
        "received", lambda given: stock.receive(node(), given["stock"], given["first"], given["last"], **signed())
    )


def issue() -> Response:
    """领用, for one application."""

    def act(given: dict[str, str]) -> None:
        number = "".join(given["application"].split())
        stock.issue(node(), given["stock"], given["number"].strip().upper(), number, **signed())

    return _do("issued", act)


def void() -> Response:
    """作废, with its reason."""
    _police()
    return _do(
        "voided",
        lambda given: stock.void(node(), given["stock"], given["number"].strip().upper(), given["reason"], **signed()),
    )


def count() -> Response:
    """盘点."""
    _police()

    def act(given: dict[str, str]) -> None:
        counted = whole_number(given["unused"], otherwise=-1)
        stock.count(node(), given["stock"], counted, given["note"], **signed())

    return _do("counted", act)


def _do(done: str, act: Any) -> Response:
    """303 to the ledger; the page again with the sentence and everything typed where it could not be done."""
    given = {name: request.form.get(name, "") for name in _FIELDS}
    try:
        act(given)
    except YizhanError as error:
        return make_response(_page(problem=error, act=done, typed=given), error.status)
    return web.see_other(url_for("staff.stock_show", done=done))


_FIELDS = ("stock", "first", "last", "number", "application", "reason", "unused", "note")


def _police() -> None:
    """辅警 may hand out, but not take in, void or count."""
    if officer().rank != POLICE:
        raise problem("forbidden")
