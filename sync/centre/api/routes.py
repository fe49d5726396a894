"""The routes of the interface: applications, their state, acts on them, materials, figures."""

from dataclasses import asdict
from datetime import date
from typing import Any, Final

from flask import Response, g, jsonify

from edge.errors import problem
from forms.figures import Period
from forms.state import phase_title
from sync.centre import cases, desks, figuring, guards, lists, outside, queue, supervisor_keys, tables, who
from sync.centre.api.operations import Operation, Query, bp, centre, operation, token
from sync.centre.api.schemas import AFTER_MAX, AREA, DAY
from sync.centre.blobs import BlobError
from sync.centre.cases import Case
from sync.centre.desks import Duty
from sync.centre.projection import NOTHING_DUE
from sync.centre.queue import Who

__all__ = ["bp"]
_TEXT: Final = {"type": "string", "maxLength": 50, "pattern": "^[^\\u0000]*$", "default": ""}
_AREA: Final = {"type": "string", "pattern": AREA, "default": "", "description": "警务室编号的开头；空为全部"}
_LIST: Final[Query] = {
    "show": {"enum": list(lists.SHOWS), "default": "todo"},
    "text": _TEXT | {"description": "姓名或编号的开头"},
    "service": {"type": "string", "pattern": "^[a-z0-9-]{0,100}$", "default": ""},
    "area": _AREA,
    "after": {"type": "integer", "minimum": 0, "maximum": AFTER_MAX, "default": 0, "description": "上一页的 next"},
}
_FIGURES: Final[Query] = {
    "kind": {"enum": ["day", "month", "quarter", "year"], "default": "month"},
    "day": {"type": "string", "format": "date", "pattern": DAY, "default": "", "description": "期间里的一天；默认今天"},
    "area": _AREA,
}


@operation("GET", "/applications", Operation("一页办件，最急的在前", "applications", "Lines", query=_LIST))
def list_applications(show: lists.Show, text: str, service: str, area: str, after: int) -> Response:
    """{"applications": [line], "next": number to ask with as `after`, or null}; only what the asking person may see.
    Raises not_signed_in.
    """
    asking = _asking()
    within = [*queue.visible(asking), *queue.narrowed_to(area, service)]
    with centre().store.read() as tx:
        lines = lists.applications(tx, show, centre().clock.today(), text=text, after=after, within=within)
    more = after + len(lines) if len(lines) == lists.LIMIT and after + lists.LIMIT <= AFTER_MAX else None
    return jsonify(applications=[asdict(line) for line in lines], next=more)


@operation("GET", "/applications/{number}", Operation("一个办件，和审批台看到的一样", "applications", "Application"))
def show_application(number: str) -> Response:
    """Everything that the review desk shows of it. Raises not_signed_in, not_found for others' too."""
    return jsonify(outside.as_json(centre(), _case(number)))


@operation("GET", "/applications/{number}/state", Operation("办件的状态，不含姓名和号码", "states", "State"))
def show_state(number: str) -> Response:
    """Phase, result and days, without whose it is. Raises as `show_application`."""
    return jsonify(_state(_case(number)))


@operation(
    "GET",
    "/applications/{number}/materials/{sha256}",
    Operation("一份材料，原样", "materials", "", media_type="application/octet-stream"),
)
def show_material(number: str, sha256: str) -> Response:
    """The bytes as they were handed in, to be kept and not opened here. Raises not_found for one that is still on its
    way, that is sealed, or that the file store has lost.
    """
    case = _case(number)
    held = case.materials.get(sha256)
    if held is None or not held.complete_at or case.sealed:
        raise problem("not_found")
    try:
        data = centre().blobs.read(case.node_id, sha256)
    except BlobError as error:
        raise problem("not_found") from error
    answer = Response(data, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename={sha256}"
    return answer


@operation(
    "POST",
    "/applications/{number}/decisions",
    Operation(
        "办理：受理、不予受理、补正、出具意见、停表、转办、办结",
        "decisions",
        "Application",
        body="Act",
        status=201,
        explain=outside.explain,
    ),
)
def add_decision(number: str, given: dict[str, Any]) -> tuple[Response, int]:
    """Act on it as its reviewer would; the application as it is then. Raises not_found, bad_request, and what the act
    itself raises (not_allowed_now, forbidden among them).
    """
    return jsonify(outside.decide(centre(), number, actor=token().reviewer.actor, **given)), 201


@operation("GET", "/figures", Operation("及时办结率、满意率等指标，附公式", "figures", "Figures", query=_FIGURES))
def show_figures(kind: Any, day: str, area: str) -> Response:
    """The figures of a day, week, month or year (that `day` is in, today's if "") in an area, each with its formula and
    its parts. Raises forbidden for who decides nothing in that area, bad_request for a day that is none.
    """
    duties = _duties()
    if not any(one.role != "opinion" and area.startswith(one.area) and not one.service for one in duties):
        raise problem("forbidden")
    try:
        period = Period.of(kind, date.fromisoformat(day or centre().clock.today()))
    except ValueError as error:
        raise problem("bad_request", detail="day") from error
    return jsonify(figuring.of_area(centre(), area, period))


def _duties() -> tuple[Duty, ...]:
    known: tuple[Duty, ...] | None = g.get("duties")
    if known is None:
        with centre().store.read() as tx:
            known = g.duties = desks.of(tx, token().reviewer.name)
    return known


def _asking() -> Who:
    one = token().reviewer
    with centre().store.read() as tx:
        own = who.room_accounts(tx, one.name)
        return Who(one.name, desks.of(tx, one.name), own, supervises=one.post == supervisor_keys.POST)


def _case(number: str) -> Case:
    """The application, for whom it is there. Raises not_found."""
    case = cases.get(centre(), number)
    guards.must_see(case, _duties(), token().reviewer.actor)
    return case


def _state(case: Case) -> dict[str, Any]:
    state = case.state
    with centre().store.read() as tx:
        row = tx.execute(tables.application.select().filter_by(node_id=case.node_id, number=case.number)).one()
    return {
        "number": case.number,
        "node": case.node_id,
        "service": state.service.id,
        "title": row.title,
        "state": state.phase,
        "state_title": phase_title(state),
        "result": state.result or "",
        "filed_at": state.filed_at or "",
        "closed_at": state.closed_at or "",
        "due": "" if row.due == NOTHING_DUE else row.due,
        "version": case.version,
    }
