"""节点 at the review desk: all rooms a page at a time, and what each of them last said of itself."""

from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import Connection

from edge.typed import whole_number
from sync.centre import fleet, invitations, pack_page
from sync.centre.alarms import ALARMS
from sync.centre.fleet import AREA_DIGITS, ORDERS, SHOWN, TEXT_MAX, WAYS, Asked, Page
from sync.centre.review.context import asked_queue, centre, frame
from sync.centre.rooms import Room

AFTER_DIGITS: Final = 6


def add_to(bp: Blueprint) -> None:
    """Put the page under the review desk's blueprint, behind its guard."""
    bp.add_url_rule("/nodes", "nodes", show)


def show() -> str:
    """The rooms that were asked for, those that want looking at first."""
    found = fleet.page(centre(), _asked())
    return render_template(
        "review/nodes.html",
        **frame(asked_queue()),
        page=found,
        alarms=ALARMS,
        orders=ORDERS,
        ways=WAYS,
        links=_links(found),
        sorted_by=_sorted_by(found.asked),
        rings=_chips(found),
    )


def of_room(tx: Connection, room: Room) -> dict[str, Any]:
    """What the page of one room says of its machine, its packs and its codes."""
    return {
        "machine": fleet.one(centre(), tx, room.node_id),
        "packs": pack_page.of_room(tx, room.node_id, room.down_seen),
        "codes": invitations.of_room(tx, room.node_id),
        "now": centre().clock.now(),
    }


def _asked() -> Asked:
    given = request.args
    area, alarm, way, order = (given.get(name, "") for name in ("area", "alarm", "way", "order"))
    digits = area.isascii() and area.isdecimal() and len(area) in AREA_DIGITS
    return Asked(
        area=area if digits else "",
        alarm=alarm if alarm in ALARMS else "",
        way=way if way in WAYS else "",
        text=given.get("text", "").strip()[:TEXT_MAX],
        order=order if order in ORDERS else "alarm",
        after=whole_number(given.get("after", ""), digits_max=AFTER_DIGITS),
    )


def _at(asked: Asked, **changes: Any) -> str:
    values: dict[str, Any] = {**asked.args, **changes}
    return url_for("review.nodes", **{name: value for name, value in values.items() if value})


def _links(found: Page) -> dict[str, str]:
    """The pages before and behind this one, "" where there is none."""
    after = found.asked.after
    before = _at(found.asked, after=max(0, after - SHOWN)) if after else ""
    return {"before": before, "after": _at(found.asked, after=found.more) if found.more else ""}


def _sorted_by(asked: Asked) -> dict[str, str]:
    return {name: _at(asked, order=name if name != "alarm" else "") for name in ORDERS}


def _chips(found: Page) -> list[tuple[Any, int, str]]:
    """The alarms that ring in this area, each with its number and the list of its rooms."""
    rings = [(ALARMS[code], count) for code, count in found.alarms.items() if count or code == found.asked.alarm]
    chosen = found.asked.alarm
    return [(one, count, _at(found.asked, alarm="" if one.code == chosen else one.code)) for one, count in rings]
