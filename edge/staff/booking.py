"""预约 at the desk: the slots of a day, who has them, home visits, and who must be told of another time."""

from datetime import date, timedelta
from typing import Any

from flask import Response, make_response, request, url_for

from edge import applications, appointments, opening, web
from edge.appointments import Booked, Wish
from edge.errors import YizhanError
from edge.node import Node
from edge.officers import Officer
from edge.staff.context import form_token, page, signed
from edge.staff.panels import Panel
from edge.staff.today_cards import Card
from edge.web_filters import day as day_text
from edge.web_node import node
from forms import pointer
from forms.appointments import STATES
from forms.kinds_desk import HOW
from forms.people import people
from forms.schedule import Slot

FIELDS = ("how", "day", "start", "what", "name", "phone", "address", "bring")
SAID = {
    "made": "已约好，请把预约单交给本人，或者把预约号念给他听。",
    "moved": "已改期。",
    "cancelled": "已取消，时段空出来了。",
    "kept": "已记下。",
    "told": "已记下：本人知道新的时间了。",
}
WEEKDAYS = "一二三四五六日"
APPLIED = "yuyue-shangmen"  # 预约办理、上门办理


def show() -> str:
    """A day: its slots, who comes, whom to visit."""
    return _page()


def _day() -> str:
    asked = request.values.get("day", "")
    return asked if appointments.is_day(asked) else node().clock.today()


def _page(error: YizhanError | None = None) -> str:
    running, day = node(), _day()
    today = running.clock.today()
    schedule = opening.schedule(running.room)
    with running.database.read() as tx:
        listed = appointments.of_day(tx, day)
        places = appointments.free(tx, day, schedule)
        days = appointments.ahead(tx, today, schedule)
        untold = appointments.untold(tx)
    in_room = [one for one in listed if one.how == "room"]
    return page(
        "booking.html",
        keep_days=running.settings.appointments_keep_days,
        day=day,
        today=today,
        title=title(day, today),
        before=_near(day, -1),
        behind=_near(day, 1),
        slots=[(slot, left, [one for one in in_room if one.slot == slot]) for slot, left in places.items()],
        others=[one for one in in_room if one.slot not in places],
        visits=[one for one in listed if one.how == "home"],
        days=_named(days, today),
        untold=untold,
        states=STATES,
        hows=HOW,
        problem=error,
        typed=_typed(day),
        token=form_token,
        unread=opening.unread(running.room),
        market=schedule.is_market(day),
        minutes=running.room.appointment_minutes,
        done=SAID.get(request.args.get("done", ""), ""),
        made=_made(),
    )


def _named(days: list[tuple[str, int, int]], today: str) -> list[tuple[str, int, int, str]]:
    """(in words, booked, left, day)."""
    return [(title(day, today), booked, left, day) for day, booked, left in days]


def _typed(day: str) -> dict[str, str]:
    """What was typed; before that what an application for an appointment asks for, and the slot that was touched."""
    asked = _wished(request.args.get("from", "")) | {"start": request.args.get("start", "")}
    typed = {name: request.form.get(name, "") or asked.get(name, "") for name in FIELDS}
    return {**typed, "day": day, "how": typed["how"] or "room"}


def _wished(number: str) -> dict[str, str]:
    """The fields of the form from an application of 预约办理、上门办理; nothing from any other."""
    if not number:
        return {}
    with node().database.read() as tx:
        found = applications.get(tx, number)
    if found.definition.id != APPLIED:
        return {}
    said = found.state.answers
    whose = people(found.definition, said)
    how = "home" if pointer.get(said, "/visit/how", "") == "atHome" else "room"
    matters = found.definition.schema["properties"]["visit"]["properties"]["matter"]["oneOf"]
    named = {one["const"]: one["title"] for one in matters}
    what = pointer.get(said, "/visit/other", "") or named.get(pointer.get(said, "/visit/matter", ""), "")
    address = str(pointer.get(said, "/atHome/address", ""))
    return {
        "how": how,
        "name": whose.applicant,
        "phone": dict(whose.numbers).get("phone", ""),
        "what": what,
        "address": address,
    }


def panel(_: Node, application: applications.Application) -> Panel | None:
    """From an application for an appointment to the appointment."""
    if application.definition.id != APPLIED or application.state.phase == "closed":
        return None
    day = str(pointer.get(application.state.answers, "/visit/day", ""))
    return Panel("booking", {"number": application.number, "day": day})


def _made() -> Booked | None:
    identity = request.args.get("made", "")
    if not identity:
        return None
    with node().database.read() as tx:
        return appointments.find(tx, identity)


def title(day: str, today: str) -> str:
    """11月26日 周四, with 今天 or 明天."""
    found = date.fromisoformat(day)
    near = {0: "今天 ", 1: "明天 "}.get((found - date.fromisoformat(today)).days, "")
    return f"{near}{found.month}月{found.day}日 周{WEEKDAYS[found.weekday()]}"


def _near(day: str, step: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=step)).isoformat()


def make() -> Response:
    """约一个."""
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    wish = Wish(**{**given, "how": given["how"] if given["how"] in HOW else "room"})
    if wish.how == "home":
        wish = Wish(**{**given, "start": given["start"] if _is_clock(given["start"]) else ""})
    try:
        appointments.make(node(), wish, **signed())
    except YizhanError as error:
        return make_response(_page(error), error.status)
    with node().database.read() as tx:
        made = appointments.by_token(tx, request.form["token"])
    return web.see_other(url_for("staff.booking_show", day=made.day, done="made", made=made.id))


def _is_clock(text: str) -> bool:
    return len(text) == 5 and text[2] == ":" and text[:2].isdecimal() and text[3:].isdecimal()  # noqa: PLR2004 - 09:30


def one(identity: str) -> str:
    """One appointment: move, cancel, keep. Raises not_found."""
    return _one(identity)


def _one(identity: str, error: YizhanError | None = None) -> str:
    running, today = node(), node().clock.today()
    with running.database.read() as tx:
        found = appointments.find(tx, identity)
        wanted = request.values.get("day", "")
        day = wanted if appointments.is_day(wanted) else max(found.day, today)
        schedule = opening.schedule(running.room)
        places = appointments.free(tx, day, schedule)
        days = appointments.ahead(tx, today, schedule)
    return page(
        "booking_one.html",
        one=found,
        day=day,
        places=places,
        days=_named(days, today),
        states=STATES,
        hows=HOW,
        problem=error,
        token=form_token,
        when=when(found, today),
        today=today,
        wanted=when(found, today, wanted=True),
        done=SAID.get(request.args.get("done", ""), ""),
        title=title(day, today),
    )


def when(found: Booked, today: str, *, wanted: bool = False) -> str:
    """When it is, or was promised to be, in words."""
    day, start = (found.wanted_day, found.wanted_start) if wanted else (found.day, found.start)
    if not wanted and not found.placed:
        return "还没有新的时间"
    return f"{title(day, today)} {start or '当天'}"


def slip(identity: str) -> str:
    """预约单. Raises not_found."""
    with node().database.read() as tx:
        found = appointments.find(tx, identity)
    when = f"{day_text(found.day)} 周{WEEKDAYS[date.fromisoformat(found.day).weekday()]} {found.start}"
    keep_days = node().settings.appointments_keep_days
    return page("booking_slip.html", one=found, when=when.strip(), hows=HOW, room=node().room, keep_days=keep_days)


def visits() -> str:
    """上门名单 of a day, for the road."""
    day = _day()
    with node().database.read() as tx:
        found = [one for one in appointments.of_day(tx, day) if one.how == "home" and one.state == "booked"]
    return page("booking_visits.html", day=day, visits=found, room=node().room)


def move(identity: str) -> Response:
    """改期."""
    day, _, start = request.form.get("slot", "").partition(" ")
    slot = Slot(day or request.form.get("day", ""), start)
    reason = request.form.get("reason", "")
    return _act(identity, "moved", lambda **by: appointments.move(node(), identity, slot, reason, **by))


def cancel(identity: str) -> Response:
    """取消."""
    reason = request.form.get("reason", "")
    return _act(identity, "cancelled", lambda **by: appointments.cancel(node(), identity, reason, **by))


def keep(identity: str) -> Response:
    """来了, 没有来."""
    result = "kept" if request.form.get("came") == "1" else "absent"
    return _act(identity, "kept", lambda **by: appointments.keep(node(), identity, result, **by))


def told(identity: str) -> Response:
    """已告知."""
    return _act(identity, "told", lambda **by: appointments.told(node(), identity, **by))


def _act(identity: str, done: str, act: Any) -> Response:
    try:
        act(**signed())
    except YizhanError as error:
        if error.code == "not_found":
            raise
        return make_response(_one(identity, error), error.status)
    back = request.form.get("back", "")
    if back == "calls":
        return web.see_other(url_for("staff.calling_show", done=done))
    if back == "day":
        return web.see_other(url_for("staff.booking_show", day=_day(), done=done))
    return web.see_other(url_for("staff.booking_one", identity=identity, done=done))


def card(running: Node, _: Officer) -> Card:
    """今天的预约."""
    today = running.clock.today()
    with running.database.read() as tx:
        found = [one for one in appointments.of_day(tx, today) if one.state == "booked"]
    rooms = [one for one in found if one.how == "room"]
    following = next((one for one in rooms if one.start >= running.clock.now()[11:16]), None)
    say = f"下一位 {following.start}" if following else f"上门 {len(found) - len(rooms)} 户" if found else "没有预约"
    return Card("今天预约", len(found), say, "wait" if found else "ok", url_for("staff.booking_show"))
