"""到期提醒: the list with telephone numbers, what came of each call, the text for the loudspeaker, messages."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request, url_for

from edge import applications, expiring, handover_list, sms_outbox, web, words
from edge.applications import Application
from edge.database import Connection
from edge.errors import YizhanError, problem
from edge.expiring import Call, Expiring
from edge.node import Node
from edge.officers import Officer
from edge.staff import rows
from edge.staff.context import form_token, officer, page, signed
from edge.staff.today_cards import Card
from edge.typed import whole_number
from edge.web_filters import day as day_text
from edge.web_filters import when_near
from edge.web_node import node
from forms import expiry, persons
from forms.expiry import BASES, WHATS
from forms.figures import SMALL
from forms.kinds_people import TOLD, TOLD_BY

PAGE_ROWS = 30
ELSEWHERE = "没有写明的"
SAID = {
    "told": "已记下。",
    "sms": "已排进短信出箱，随下一批交给省级中心，由中心发出。",
}
# what has to be brought, by the codes of the service's own list of materials
BRING = {
    expiry.ID_CARD: ("household_book", "old_card"),
    expiry.PERMIT: (),
    expiry.STAY: (),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list. `phone`, `whose`: a number to call, and "" or whose it is if not his own."""

    it: Expiring
    village: str
    phone: str
    whose: str
    may_write: bool
    called: str
    left: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list was narrowed to; "" for all."""

    what: str
    village: str
    settled: bool
    page: int


def show() -> str:
    """The list."""
    return _page()


def _asked() -> Asked:
    given = request.values
    return Asked(
        what=given.get("kind", "") if given.get("kind", "") in WHATS else "",
        village=given.get("village", "")[:60],
        settled=given.get("show") == "settled",
        page=whole_number(given.get("page", ""), digits_max=3),
    )


def _page(error: YizhanError | None = None, at: str = "") -> str:
    running, asked = node(), _asked()
    today = running.clock.today()
    with running.database.read() as tx:
        found = expiring.listed(tx, today)
        chosen = _chosen(found, asked)
        shown = chosen[asked.page * PAGE_ROWS : (asked.page + 1) * PAGE_ROWS]
        rows = [_row(tx, one, today) for one in shown]
        waiting = sms_outbox.waiting(tx)
    counts = Counter(one.what for one in expiring.pending(found))
    return page(
        "expiring.html",
        rows=rows,
        asked=asked,
        whats=WHATS,
        counts=counts,
        pending=sum(counts.values()),
        total=len(chosen),
        villages=sorted({_village(one) for one in found}),
        later=len(chosen) - len(shown) - asked.page * PAGE_ROWS,
        told_by=TOLD_BY,
        told=TOLD,
        bases=BASES,
        waiting=waiting,
        problem=error,
        at=at,
        token=form_token,
        done=SAID.get(request.args.get("done", ""), ""),
        here=_here,
        settled=len(found) - sum(counts.values()),
    )


def _here(**changed: Any) -> str:
    """The address of the list as it is narrowed now, with something else."""
    asked = _asked()
    kept: dict[str, Any] = {
        "kind": asked.what,
        "village": asked.village,
        "show": "settled" if asked.settled else "",
        "page": asked.page,
    }
    return url_for("staff.expiring_show", **{name: value or None for name, value in (kept | changed).items()})


def _chosen(found: list[Expiring], asked: Asked) -> list[Expiring]:
    return [
        one
        for one in found
        if one.is_settled == asked.settled and asked.what in ("", one.what) and asked.village in ("", _village(one))
    ]


def _village(one: Expiring) -> str:
    """The name of the village, however it was said."""
    return rows.village_name(one.village) if one.village else ELSEWHERE


def _row(tx: Connection, one: Expiring, today: str) -> Row:
    application = applications.get(tx, one.number)
    own = expiry.phone(application.definition, application.state.answers)
    phone, whose = (own, "") if own else _contact(application)
    called = f"{when_near(one.told_at, today)} {TOLD[one.result]}" if one.result else ""
    times = f"（共 {one.tries} 次）" if one.tries > 1 else ""
    return Row(one, _village(one), phone, whose, bool(own) and not one.sms, called + times, _left(one.until, today))


def _contact(application: Application) -> tuple[str, str]:
    """Whom to call for somebody who left no number of his own: (number, whose)."""
    said = persons.told(application.definition, application.state.answers)
    if said.get("contact.phone"):
        return str(said["contact.phone"]), f"联系人 {said.get('contact.name', '')}".strip()
    found = handover_list.phone(application.definition, application.state.answers)
    return (found, "申请时留的") if found else ("", "")


def _left(until: str, today: str) -> str:
    return "已过期" if until < today else "今天到期" if until == today else ""


def told(number: str, what: str) -> Response:
    """打通了, 没打通, 不用再提醒."""
    form = request.form
    call = Call(what, form.get("until", ""), form.get("how", ""), form.get("result", ""), form.get("note", ""))
    try:
        expiring.told(node(), number, call, **signed())
    except YizhanError as error:
        if error.code == "not_found":
            raise
        return make_response(_page(error, f"{number}:{what}"), error.status)
    return web.see_other(_here(done="told"))


def write() -> Response:
    """Ask the centre for a message to everybody who is ticked. A form sent twice asks once."""
    running, token = node(), request.form.get("token", "")
    try:
        wanted = [_ticked(one) for one in request.form.getlist("who")]
        if not wanted:
            raise problem("sms_none")
        for number, what in wanted:
            with running.database.read() as tx:
                one = expiring.find(tx, number, what, running.clock.today())
            said = {"what": WHATS[what], "day": one.until}
            sms_outbox.queue(
                running,
                number,
                expiring.TEMPLATE,
                one.about,
                said,
                actor=officer().actor,
                token=f"{token}-{number}-{what}",
            )
    except YizhanError as error:
        if error.code == "not_found":
            raise
        return make_response(_page(error), error.status)
    return web.see_other(_here(done="sms"))


def _ticked(text: str) -> tuple[str, str]:
    number, _, what = text.partition(":")
    return number, what


def broadcast() -> str:
    """广播稿: counts by village and group, what to bring, and nobody's name; a count of a few is not said (M68)."""
    running, asked = node(), _asked()
    today = running.clock.today()
    with running.database.read() as tx:
        found = [one for one in expiring.listed(tx, today) if asked.village in ("", _village(one))]
    matters = [(what, title, _parts(found, what), _bring(running, what)) for what, title in WHATS.items()]
    return page(
        "expiring_broadcast.html",
        matters=[one for one in matters if one[2]],
        village=asked.village,
        today=today,
        room=running.room,
        phone=words.telephone(running.room),
        months=expiry.LEAD_MONTHS,
        asked=asked,
        villages=sorted({_village(one) for one in found}),
        day=day_text(today),
    )


def _parts(found: list[Expiring], what: str) -> list[tuple[str, str]]:
    """(village and group, how many) of those who still have to come."""
    counted = Counter((_village(one), one.part) for one in expiring.pending(found) if one.what == what)
    return [
        (("" if village == ELSEWHERE else village) + part or "其他村组", _many(count))
        for (village, part), count in sorted(counted.items())
    ]


def _many(count: int) -> str:
    return f"{count} 位" if count >= SMALL else "有几位"


def _bring(running: Node, what: str) -> list[str]:
    """What the guide of the service names, in its own words."""
    known = running.catalogue.get(expiry.NEXT[what])
    if known is None:
        return []
    named = {one["code"]: str(one["name"]) for one in running.whole(known).service["materials"]}
    wanted = BRING[what] or tuple(code for code in named if "proof" not in code)[:2]
    return [named[code] for code in wanted if code in named]


def card(running: Node, _: Officer) -> Card | None:
    """Who should be told that something runs out."""
    with running.database.read() as tx:
        count, over = expiring.counts(tx, running.clock.today())
    if not count:
        return None
    say = f"其中已过期 {over} 位" if over else "打电话、广播、发短信"
    return Card("到期提醒", count, say, "due" if over else "wait", url_for("staff.expiring_show"))
