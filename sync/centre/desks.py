"""谁审批谁受理 (M90): an application lies at once at the desk that decides it, by service, level and place.

What an account may do stands in its duties. Who has none works for the whole province, as in a centre that is small.
Who decides at another level, or in another place of it, reads what lies in his area and does nothing to it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, delete, insert, select

from edge import three
from edge.errors import problem
from forms.definition import Definition
from forms.kinds_review import LEVELS
from forms.state import State
from forms.steps import Asked
from sync.centre import tables_review
from sync.centre.tables_people import account as _account
from sync.centre.who import CENTRE

Role = Literal["decide", "opinion", "read"]
ROLES: Final[dict[str, str]] = {"decide": "受理、审批", "opinion": "出具意见", "read": "只看"}
AREA_DIGITS: Final = frozenset({0, 2, 4, 6, 10})
_duty = tables_review.duty
_BELOW = {"node": "station"}  # a room decides nothing: what it is named for lies at its station


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of what an account may do; "" is for all. `area` is the beginning of the rooms' numbers."""

    role: Role
    area: str = ""
    level: str = ""
    service: str = ""
    desk: str = ""
    organ: str = ""

    def covers(self, node_id: str, service: str) -> bool:
        return node_id.startswith(self.area) and self.service in ("", service)

    def decides(self, node_id: str, service: str, level: str) -> bool:
        return self.role == "decide" and self.covers(node_id, service) and self.level in ("", level)


ALL: Final = Duty("decide")


def give(tx: Connection, account: str, duties: Sequence[Duty]) -> None:
    """The duties of an account; what it had before is gone.

    Raises bad_request, posts_exclusive for one of the three administrators.
    """
    if duties and _of_three(tx, account):
        raise problem("posts_exclusive")
    for one in duties:
        wrong = one.role not in ROLES or len(one.area) not in AREA_DIGITS or one.level not in ("", *LEVELS)
        if wrong or (one.area and not (one.area.isascii() and one.area.isdecimal())):
            raise problem("bad_request", detail=f"{one.role} {one.area} {one.level}")
    tx.execute(delete(_duty).filter_by(account=account))
    rows = [asdict(one) | {"account": account, "place": place} for place, one in enumerate(duties)]
    if rows:
        tx.execute(insert(_duty), rows)


def of(tx: Connection, account: str) -> tuple[Duty, ...]:
    """What an account may do: nothing with applications for one of the three administrators."""
    rows = tx.execute(select(_duty).filter_by(account=account).order_by(_duty.c.place))
    found = tuple(Duty(row.role, row.area, row.level, row.service, row.desk, row.organ) for row in rows)
    return found or (() if _of_three(tx, account) else (ALL,))


def _of_three(tx: Connection, account: str) -> bool:
    post = tx.execute(select(_account.c.post).filter_by(name=account)).scalar()
    return bool(three.one_of((post or "",)))


def of_actor(tx: Connection, actor: str) -> tuple[Duty, ...]:
    """The duties of who acts, named as events name him."""
    return of(tx, actor.removeprefix(CENTRE))


def level_of(state: State, definition: Definition | None) -> str:
    """Who decides: the desk that it was handed on to, else whom the service names; "" where that is not known."""
    if state.review.desk is not None:
        return state.review.desk.level
    named = str(definition.service["decide_at"]) if definition else ""
    return _BELOW.get(named, named)


def may_see(duties: Iterable[Duty], node_id: str, service: str, asked: Iterable[Asked]) -> bool:
    """Whether an application may be opened: in one's area, and for opinions where the own department is asked."""
    desks = {one.desk for one in asked}
    return any(one.covers(node_id, service) and (one.role != "opinion" or one.desk in desks) for one in duties)


def decides(duties: Iterable[Duty], node_id: str, service: str, level: str) -> bool:
    """Whether any of these duties may decide this service of this room at this level."""
    return any(one.decides(node_id, service, level) for one in duties)


def writes(duties: Iterable[Duty], node_id: str, service: str, step: Asked) -> bool:
    """Whether it is one's own department that is asked."""
    own = (one for one in duties if one.role == "opinion" and one.desk == step.desk)
    return any(one.covers(node_id, service) for one in own)


def organ(duties: Iterable[Duty], node_id: str, service: str, level: str, default: str) -> str:
    """Whose seal a notice bears: that of the duty by which somebody acts."""
    acting = (one.organ for one in duties if one.organ and one.decides(node_id, service, level))
    return next(acting, default)


def open_numbers(tx: Connection, count: int) -> list[str]:
    """The first applications that are somebody's turn."""
    table = tables_review.queue
    return list(tx.execute(select(table.c.number).filter_by(waits="").order_by(table.c.rank).limit(count)).scalars())


def as_json(duties: Iterable[Duty]) -> list[dict[str, Any]]:
    """The duties as a program is told of them."""
    return [asdict(one) for one in duties]
