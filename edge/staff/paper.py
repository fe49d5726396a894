"""补录: pads of numbered blank receipts for a day without power, and entering afterwards what was taken in on them."""

from typing import Any

from flask import Response, make_response, request, url_for

from edge import draft_notes, drafts, offering, pads, paper_slips, qr, slip_numbers, web, words
from edge.draft_notes import Note
from edge.errors import YizhanError, problem
from edge.node import Node
from edge.officers import Officer
from edge.staff.context import form_token, officer, page, signed
from edge.staff.people import name_of
from edge.staff.today_cards import Card
from edge.typed import whole_number
from edge.web_filters import group4
from edge.web_node import node

ANSWERABLE = frozenset({
    "slip_wrong", "slip_used", "slip_voided", "slip_unknown", "slip_day_wrong", "slip_reason_missing",
    "pad_size_wrong", "pad_series_full", "service_unknown",
})  # fmt: skip  # a table
SAID = {"voided": "已作废，请把废凭证剪角留存。"}


def card(running: Node, _: Officer) -> Card | None:
    """纸质凭证空缺; nothing where no blank was skipped."""
    with running.database.read() as tx:
        count = paper_slips.count_gaps(tx)
    say = "后面的号已用，这几张没有补录"
    return Card("纸质凭证空缺", count, say, "due", url_for("staff.paper_show")) if count else None


def show() -> str:
    """The page: enter a slip, print a pad, what the pads say."""
    return _page()


def _page(fault: YizhanError | None = None, act: str = "") -> str:
    running = node()
    with running.database.read() as tx:
        found = paper_slips.all_of(tx)
        stray = paper_slips.of_pad(tx, "")
    services = [one for one in offering.open_today(running) if not one.service.get("sealed")]
    return page(
        "paper.html",
        pads=found,
        stray=stray,
        services=services,
        fault=fault,
        act=act,
        typed=request.form,
        today=running.clock.today(),
        token=form_token,
        shown=slip_numbers.shown,
        group4=group4,
        done=SAID.get(request.args.get("done", ""), ""),
    )


def start() -> Response:
    """Begin a draft for what a slip was given out for; from its day on the clocks run."""
    running, typed = node(), request.form
    try:
        with running.database.read() as tx:
            slip = paper_slips.free(running, tx, typed.get("slip", "")[:40])
        pads.check_day(running, typed.get("day", ""))
        _must_be_plain(typed.get("service", ""))
        draft = drafts.create(running, typed.get("service", ""), officer().actor)
    except YizhanError as error:
        return _refused(error, "enter")
    with running.database.write() as tx:
        draft_notes.put(tx, draft.id, Note(slip=slip, day=typed["day"]))
    return web.see_other(url_for("staff.intake_show", draft=draft.id))


def _must_be_plain(service: str) -> None:
    if node().newest(service).service.get("sealed"):
        raise problem("sealed_at_kiosk")


def print_pad() -> Response:
    """Give out the next numbers, and show them as sheets."""
    count = whole_number(request.form.get("count", ""))
    try:
        first = pads.print_pad(node(), count, **signed())
    except YizhanError as error:
        return _refused(error, "print")
    return web.see_other(url_for("staff.paper_pad", pad=first))


def pad(pad: str) -> str:
    """The blanks of a pad as sheets to print, three to a page; what was used or voided is not printed again."""
    running = node()
    with running.database.read() as tx:
        slips = paper_slips.of_pad(tx, pad)
    if not slips or not pad:
        raise problem("not_found")
    who: dict[str, Any] = {one.actor: name_of(running, one.actor) for one in slips}
    blanks = [(one, slip_numbers.shown(one.slip), qr.svg(one.slip, "号码")) for one in slips if one.state == "unused"]
    return page(
        "pad.html",
        slips=slips,
        blanks=blanks,
        shown=slip_numbers.shown,
        states=paper_slips.STATES,
        first=slips[0].slip,
        last=slips[-1].slip,
        who=who,
        phone=words.telephone(running.room),
        hours=running.room.hours,
        group4=group4,
    )


def void() -> Response:
    """作废, with its reason."""
    try:
        pads.void(
            node(),
            request.form.get("slip", "")[:40],
            request.form.get("reason", ""),
            **signed(),
        )
    except YizhanError as error:
        return _refused(error, "void")
    return web.see_other(url_for("staff.paper_show", done="voided"))


def _refused(error: YizhanError, act: str) -> Response:
    """The page again with what was typed; what nobody can mend here goes on."""
    if error.code not in ANSWERABLE:
        raise error
    return make_response(_page(error, act), error.status)
