"""The rows of each export, and nothing of how they are written: names of columns as other systems know them.

好差评 uses the names of the national interface (projectNo … acceptDate); what the centre doesn't know stays empty and
is never made up. Codes that each province sets itself (以当地公布为准) are the words of this system.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from edge import sealing
from forms.catalogue import Catalogue
from forms.definition import Definition
from forms.kinds import KINDS, RESULTS
from forms.lifecycle import reduce
from forms.people import applicant_number, people
from forms.state import State, phase_title
from sync.centre import log, projection, rooms, supervising, tables
from sync.centre.centre import Centre
from sync.centre.projection import NOTHING_DUE

AT_ONCE: Final = 200
FEW: Final = 50  # so that no rule finds more in them than is listed of it
COUNTY_DIGITS: Final = 6
STATUS: Final = {"received": "1", "accepted": "3", "correction": "6"}  # 办件状态 as provincial platforms count them
OUTCOMES: Final = {
    "granted": "0", "refused": "6", "returned": "1", "void": "2", "deleted": "3", "transferred": "4", "lapsed": "5",
    "withdrawn": "6", "mixed": "6",
}  # fmt: skip  # a table
GRADES: Final = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
_table, _rating = tables.application, tables.rating
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: of the rooms whose numbers begin with `area`, filed from `first` to `last` (days)."""

    area: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class _Case:
    row: Row[Any]
    state: State
    definition: Definition | None

    @property
    def service(self) -> dict[str, Any]:
        return dict(self.definition.service) if self.definition else {}


def _cases(tx: Connection, centre: Centre, asked: Asked) -> Iterator[_Case]:
    """The applications that were asked for, room by room, without complaints, which are the supervisor's alone."""
    span = _table.c.filed_at.between(asked.first, asked.last + "U")
    for node_id in _rooms(tx, asked):
        found = select(_table.c.number).filter_by(node_id=node_id).where(span).order_by(_table.c.number)
        yield from _of_room(tx, centre, node_id, list(tx.execute(found).scalars()))


def _rooms(tx: Connection, asked: Asked) -> list[str]:
    return sorted(one for one in rooms.ids(tx) if one.startswith(asked.area))


def _of_room(tx: Connection, centre: Centre, node_id: str, numbers: list[str]) -> Iterator[_Case]:
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        heard = log.of_applications(tx, node_id, some)
        rows = select(_table).filter_by(node_id=node_id).where(_table.c.number.in_(some)).order_by(_table.c.number)
        for row in tx.execute(rows).all():
            state = reduce((side, event) for side, event, _ in heard.get(row.number, ()))
            if state.parts:
                state = projection.state_of(tx, node_id, row.number)
            if not sealing.is_sealed(state.answers):
                yield _Case(row, state, centre.definitions.get(state.service.digest))


def _cases_rows(tx: Connection, centre: Centre, asked: Asked) -> Iterator[Values]:
    for one in _cases(tx, centre, asked):
        row, state = one.row, one.state
        yield {
            "projectNo": row.number,
            **_task(one),
            "itemVersion": row.service_version,
            "areaCode": row.node_id[:COUNTY_DIGITS],
            "node": row.node_id,
            "applyType": row.channel,
            "userName": row.applicant,
            "certKey": applicant_number(one.definition, state.answers) if one.definition else "",
            "receiveTime": state.filed_at or "",
            "acceptDate": state.accepted_at or "",
            "resultTime": state.closed_at or "",
            "promiseTime": "" if row.due == NOTHING_DUE else row.due,
            "proStatus": _status(state),
            "resultCode": OUTCOMES.get(state.result or "", ""),
            "result": RESULTS.get(state.result or "", ""),
        }


def _task(one: _Case) -> Values:
    """What the application is about, in the names of the national catalogue."""
    said = one.service
    return {
        "catalogCode": said.get("catalog_code", ""),
        "taskCode": said.get("task_code", ""),
        "taskName": one.row.title,
        "projectType": said.get("case_type", ""),
    }


def _status(state: State) -> str:
    if state.result == "not_accepted":
        return "4"
    if state.result is not None:
        return "11"
    return "9" if state.review.procedure is not None else STATUS.get(state.phase, "")


def _steps(tx: Connection, centre: Centre, asked: Asked) -> Iterator[Values]:
    """流程节点: what happened, when, by which side; no names, no texts."""
    for one in _cases(tx, centre, asked):
        for place, entry in enumerate(one.state.history, 1):
            yield {
                "projectNo": one.row.number,
                **_task(one),
                "orderNo": place,
                "nodeName": KINDS[entry.kind].title if entry.kind in KINDS else "",
                "handleTime": entry.at,
                "side": "警务室" if entry.side == "node" else "审批部门",
                "effective": "1" if entry.effective else "0",
            }


def _ratings(tx: Connection, centre: Centre, asked: Asked) -> Iterator[Values]:
    span = _rating.c.at.between(asked.first, asked.last + "U")
    for node_id in _rooms(tx, asked):
        given = tx.execute(select(_rating).filter_by(node_id=node_id).where(span)).all()
        known = {row.application: row for row in given}
        for one in _of_room(tx, centre, node_id, sorted(known)):
            yield _rated(one, known[one.row.number])


def _rated(one: _Case, row: Row[Any]) -> Values:
    named = people(one.definition, one.state.answers) if one.definition else None
    return {
        "projectNo": one.row.number,
        "pf": row.how,
        "deptCode": one.service.get("dept_code", ""),
        "taskCode": one.service.get("task_code", ""),
        "taskHandleItem": "",  # the national number of the application, which the platform gives
        "taskName": one.row.title,
        "subMatter": "",
        "proStatus": _status(one.state),
        "proDepart": one.row.node_id,
        "certKey": applicant_number(one.definition, one.state.answers) if one.definition else "",
        "userName": named.applicant if named else "",
        "userProp": "自然人",
        "userPageType": "居民身份证" if one.definition and applicant_number(one.definition, one.state.answers) else "",
        "handleUserName": _handled_by(one.state),
        "satisfaction": str(row.grade),
        "evalDetail": GRADES[row.grade],
        "writingEvaluation": row.words,
        "serviceNumber": "1",
        "assessTime": row.at,
        "assessNumber": "1",
        "dataSource": "驿站",
        "promisetime": one.service.get("case_type", ""),
        "acceptDate": one.state.accepted_at or "",
    }


def _handled_by(state: State) -> str:
    """Who received it: a rating is about a person of the room."""
    return next((entry.actor for entry in state.history if entry.kind == "application.filed"), "")


def _states(tx: Connection, centre: Centre, asked: Asked) -> Iterator[Values]:
    """For micro channels: no name, no number of a person, no text that somebody wrote."""
    for one in _cases(tx, centre, asked):
        yield {
            "projectNo": one.row.number,
            "taskName": one.row.title,
            "state": phase_title(one.state),
            "proStatus": _status(one.state),
            "promiseTime": "" if one.row.due == NOTHING_DUE else one.row.due,
            "updateTime": one.state.history[-1].at if one.state.history else "",
        }


def _late(tx: Connection, centre: Centre, asked: Asked) -> Iterator[Values]:
    """超期: open applications whose day is over."""
    now = centre.clock.now()
    for one in _cases(tx, centre, asked):
        due = one.row.due
        if due != NOTHING_DUE and one.state.result is None and due < (now if "T" in due else now[:10]):
            yield {"projectNo": one.row.number, **_task(one), "node": one.row.node_id, "promiseTime": due}


def _anomalies(tx: Connection, centre: Centre, asked: Asked) -> Iterator[Values]:
    """异常: what the rules of 电子监察 see in these applications."""
    places: list[tuple[str, str]] = []
    for one in _cases(tx, centre, asked):
        places.append((one.row.node_id, one.row.number))
        if len(places) == FEW:
            yield from _found(tx, centre, places)
            places = []
    yield from _found(tx, centre, places)


def _found(tx: Connection, centre: Centre, places: list[tuple[str, str]]) -> Iterator[Values]:
    for hit in supervising.of_some(tx, centre, places).hits:
        rule = supervising.RULES[hit.finding.rule]
        yield {
            "projectNo": hit.number,
            "taskName": hit.title,
            "node": hit.node,
            "ruleCode": rule.code,
            "ruleName": rule.title,
            "basis": rule.basis,
            "time": hit.finding.at,
        }


def _catalogue(tx: Connection, centre: Centre, _asked: Asked) -> Iterator[Values]:
    """The newest of each service, in the names of the national 实施清单; nested values as JSON."""
    digests = tx.execute(select(tables.definition.c.digest).order_by(tables.definition.c.digest)).scalars().all()
    known = [found for digest in digests if (found := centre.definitions.get(digest)) is not None]
    for _, definition in sorted(Catalogue(known).items()):
        said = definition.service
        yield {
            "catalog_code": said.get("catalog_code", ""),
            "task_code": said.get("task_code", ""),
            "local_code": said.get("code", ""),
            "task_id": definition.id,
            "task_version": definition.version,
            "digest": definition.digest,
            "task_name": definition.title,
            "task_type": said.get("type", ""),
            "project_type": said.get("case_type", ""),
            "server_type": said.get("object", []),
            "by_law": said.get("legal_basis", []),
            "accept_condition": said.get("who", []),
            "materials": said.get("materials", []),
            "handle_flow": said.get("steps", []),
            "anticipate_day": said.get("time_limit", {}).get("statutory", {}),
            "promise_day": said.get("time_limit", {}).get("promised", {}),
            "is_fee": "1" if said.get("fee", {}).get("amount") != 0 else "0",
            "fee_basis": said.get("fee", {}).get("basis", ""),
            "special_procedure": said.get("special_procedures", []),
            "limit_scene_num": said.get("visits", ""),
            "net_depth": said.get("depth", ""),
            "use_level": said.get("decide_at", ""),
            "link_way": said.get("telephones", {}),
            "plan_effective_date": said.get("plan_effective_date", ""),
            "plan_cancel_date": said.get("plan_cancel_date", ""),
        }


ROWS: Final[dict[str, Callable[[Connection, Centre, Asked], Iterator[Values]]]] = {
    "cases": _cases_rows,
    "steps": _steps,
    "ratings": _ratings,
    "states": _states,
    "late": _late,
    "anomalies": _anomalies,
    "catalogue": _catalogue,
}
