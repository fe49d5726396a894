"""The queue of open applications: whose turn it is, by when; read by service, place and state, fifty at a time.

A row exists while an application is open, so that reading costs the same beside two million closed ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, or_, select, true

from sync.centre import complaints, lists, rooms, tables, tables_review, words
from sync.centre.desks import Duty
from sync.centre.lists import Line, Show

SHOWS: Final[dict[str, str]] = {
    "todo": "待办理",
    "mine": "我认领的",
    "free": "无人认领",
    "opinions": "待出意见",
    "unconfirmed": "待民警确认",
    "due": "即将到期",
    "waiting": "等待中",
    "closed": "已办结",
    "all": "全部",
}
OPEN: Final = ("todo", "mine", "free", "opinions", "unconfirmed", "due", "waiting")
LIMIT: Final = 50
COUNT_MAX: Final = 999
_queue, _claim, _opinion = tables_review.queue, tables_review.claim, tables_review.opinion_due
_application, _concerned = tables.application, tables_review.concerned


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list: `service` and `area` narrow it ("" for all), `after` is how many to leave out."""

    show: str = "todo"
    text: str = ""
    service: str = ""
    area: str = ""
    after: int = 0


@dataclass(frozen=True, slots=True)
class Who:
    """For whom: his account and duties; `own` are the accounts of rooms that are his.

    `supervises`: complaints are there for supervisors alone; nobody else finds or counts them.
    """

    account: str
    duties: tuple[Duty, ...]
    own: frozenset[str] = frozenset()
    supervises: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line, what it waits for, and who has taken it on ("" for nobody)."""

    line: Line
    waits: str = ""
    claimed_by: str = ""


def lines(tx: Connection, asked: Asked, who: Who, today: str) -> list[Entry]:
    """At most LIMIT entries; the most urgent first, closed ones and those that were searched for by time."""
    is_open = asked.show in OPEN and not asked.text
    if is_open:
        statement = _statement(asked, who, today)
    else:
        statement = _among_all(asked, who, common=words.is_common(tx, asked.text)).limit(LIMIT).offset(asked.after)
    rows = tx.execute(statement).all()
    names = rooms.names(tx, {row.node_id for row in rows})
    if not is_open:
        return [Entry(lists.line(row, names)) for row in rows]
    return [Entry(lists.line(row, names), row.waits, row.claimed_by or "") for row in rows]


def counts(tx: Connection, asked: Asked, who: Who, today: str) -> dict[str, int]:
    """How many there are in the lists that are work, up to COUNT_MAX + 1."""
    found = {}
    for show in OPEN:
        inner = _keys(Asked(show, "", asked.service, asked.area), who, today).limit(COUNT_MAX + 1).subquery()
        found[show] = int(tx.execute(select(func.count()).select_from(inner)).scalar_one())
    return found


def total(tx: Connection, asked: Asked, who: Who, today: str, counted: Mapping[str, int]) -> int | None:
    """How many there are in an open list, all of them; None for the others. `counted`: what `counts` gave."""
    if asked.text or asked.show not in counted:
        return None
    if counted[asked.show] <= COUNT_MAX:
        return counted[asked.show]
    inner = _keys(asked, who, today).order_by(None).subquery()
    return int(tx.execute(select(func.count()).select_from(inner)).scalar_one())


def _statement(asked: Asked, who: Who, today: str) -> Select[Any]:
    """The application rows of one page of a list with what the queue says of them. The page is cut before the rows are
    looked up, or a store that has few lines in a list beside millions of rows reads all of both.
    """
    keys = _keys(asked, who, today).limit(LIMIT).offset(asked.after).subquery()
    joined = keys.join(
        _application, and_(_application.c.node_id == keys.c.node_id, _application.c.number == keys.c.number)
    ).outerjoin(_claim, and_(_claim.c.node_id == keys.c.node_id, _claim.c.number == keys.c.number))
    columns = (_application, keys.c.waits, _claim.c.account.label("claimed_by"))
    return select(*columns).select_from(joined).order_by(keys.c.rank, keys.c.number)


def _keys(asked: Asked, who: Who, today: str) -> Select[Any]:
    """(node_id, number, rank, waits) of one list in its order: everything is answered from the queue's own indexes."""
    if asked.show == "opinions":
        return _opinion_keys(asked, who)
    columns = (_queue.c.node_id, _queue.c.number, _queue.c.rank, _queue.c.waits)
    statement = select(*columns).where(_within(asked, who, acting=asked.show != "waiting"), *_opens(who, _queue))
    taken = exists().where(_claim.c.node_id == _queue.c.node_id, _claim.c.number == _queue.c.number)
    waits = tables.unconfirmed
    match asked.show:
        case "mine":
            statement = statement.where(taken.where(_claim.c.account == who.account))
        case "free":
            statement = statement.where(_queue.c.waits == "", ~taken)
        case "unconfirmed":
            statement = statement.where(
                exists().where(waits.c.node_id == _queue.c.node_id, waits.c.number == _queue.c.number)
            )
        case "due":  # due today or before; a moment sorts behind its day
            statement = statement.where(_queue.c.waits == "", _queue.c.due < today + "U")
        case "waiting":
            statement = statement.where(_queue.c.waits != "")
        case _:
            statement = statement.where(_queue.c.waits == "")
    return statement.order_by(_queue.c.rank, _queue.c.number)


def _opinion_keys(asked: Asked, who: Who) -> Select[Any]:
    """Applications that wait for an opinion of one's own department."""
    own = [one for one in who.duties if one.role == "opinion"]
    columns = (_queue.c.node_id, _queue.c.number, _opinion.c.rank, _queue.c.waits)
    joined = _opinion.join(_queue, and_(_queue.c.node_id == _opinion.c.node_id, _queue.c.number == _opinion.c.number))
    mine = [and_(_opinion.c.desk == one.desk, _place(one.area), _service(one.service)) for one in own]
    statement = select(*columns).select_from(joined).where(or_(false(), *mine), *_narrowed(asked))
    return statement.where(*_opens(who, _queue)).order_by(_opinion.c.rank, _queue.c.number).distinct()


def _within(asked: Asked, who: Who, *, acting: bool) -> ColumnElement[bool]:
    """What lies at one's own desk (`acting`), or in one's area at least."""
    duties = [one for one in who.duties if one.role == "decide" or (not acting and one.role == "read")]
    if not duties:
        return false()
    scopes = [and_(_place(one.area), _service(one.service), _level(one.level if acting else "")) for one in duties]
    return and_(or_(*scopes), *_narrowed(asked))


def _narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    return [_place(asked.area), _service(asked.service)]


def _place(area: str) -> ColumnElement[bool]:
    match len(area):
        case 0:
            return true()
        case 4:
            return _queue.c.city == area
        case 6:
            return _queue.c.county == area
        case _:
            return _queue.c.node_id.between(area.ljust(10, "0"), area.ljust(10, "9"))


def _service(service: str) -> ColumnElement[bool]:
    return _queue.c.service_id == service if service else true()


def _level(level: str) -> ColumnElement[bool]:
    return _queue.c.level == level if level else true()


def _opens(who: Who, table: Any) -> list[ColumnElement[bool]]:
    """Nobody sees what is about himself, and what is sealed to the supervisors only they."""
    about = _not_about(who, table)
    return [about] if who.supervises else [about, ~complaints.is_one(table)]


def _not_about(who: Who, table: Any) -> ColumnElement[bool]:
    about = exists().where(
        _concerned.c.node_id == table.c.node_id,
        _concerned.c.number == table.c.number,
        _concerned.c.account.in_(sorted(who.own)),
    )
    return ~about if who.own else true()


def _among_all(asked: Asked, who: Who, *, common: bool) -> Select[Any]:
    """Closed ones, or a search among all: by the order of lists.applications, within one's areas."""
    show: Show = "closed" if asked.show == "closed" and not asked.text else "all"
    statement = lists.statement(show, asked.text, common=common).where(*visible(who), _nodes(asked.area))
    return statement.where(_application.c.service_id == asked.service) if asked.service else statement


def visible(who: Who) -> list[ColumnElement[bool]]:
    """The conditions on a row of `application` under which somebody may see it."""
    duties = [one for one in who.duties if one.role != "opinion"]
    scopes = [and_(_nodes(one.area), _of_service(one.service)) for one in duties]
    return [or_(false(), *scopes), *_opens(who, _application)]


def narrowed_to(area: str, service: str) -> list[ColumnElement[bool]]:
    """The conditions on a row of `application` that a place and a service add; "" for all."""
    return [_nodes(area), _of_service(service)]


def _of_service(service: str) -> ColumnElement[bool]:
    return _application.c.service_id == service if service else true()


def _nodes(area: str) -> ColumnElement[bool]:
    if not area:
        return true()
    return _application.c.node_id.between(area.ljust(10, "0"), area.ljust(10, "9"))


def services(tx: Connection, *, supervises: bool = False) -> dict[str, str]:
    """The services of open applications, id -> title, for the filter; those of complaints for supervisors alone."""
    shown = [] if supervises else [~complaints.is_one(_queue)]
    found = select(_queue.c.service_id, func.max(_queue.c.title)).where(*shown)
    rows = tx.execute(found.group_by(_queue.c.service_id))
    return dict(sorted((str(row[0]), str(row[1])) for row in rows))


def areas(tx: Connection) -> list[str]:
    """The counties of open applications."""
    return list(tx.execute(select(_queue.c.county).distinct().order_by(_queue.c.county)).scalars())
