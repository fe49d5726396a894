"""电子监察 over the centre's logs: the rules of forms.supervision, room by room, over what is open or closed of late.

What was closed before the asked days is not worked out again. Nothing is stored: whoever has the logs finds the same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection, func, or_, select

from edge.errors import problem
from forms import supervision, supervision_room
from forms.lifecycle import reduce
from forms.supervision import Case, Finding, Rule
from forms.supervision_room import Act
from sync.centre import calling_back, complaints, log, rooms, tables, tables_review, who
from sync.centre.centre import Centre

RULES: dict[str, Rule] = supervision.RULES | supervision_room.RULES
AT_ONCE = 200  # applications that are held in memory together
SHOWN_MAX = 200  # findings of one rule that are listed; all of them are counted
DAYS_MAX = 366
_CLOSING = ("application.decided", "application.refused", "application.withdrawn")
_event = tables.event


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding and where it is: `number` and `title` are "" where it is about a room, `node` where about the centre.

    `by`: the account, for what is about one.
    """

    finding: Finding
    node: str
    number: str = ""
    title: str = ""
    by: str = ""


@dataclass(slots=True)
class Report:
    """What was found: `looked` applications, how often each rule fired, and the first SHOWN_MAX of each."""

    at: str
    since: str
    looked: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    hits: list[Hit] = field(default_factory=list)

    def add(self, hit: Hit) -> None:
        self.counts[hit.finding.rule] += 1
        if self.counts[hit.finding.rule] <= SHOWN_MAX:
            self.hits.append(hit)


def supervise(centre: Centre, *, days: int, area: str = "") -> Report:
    """Look at what is open and at what was closed in the last `days`, in the rooms whose numbers begin with `area`.

    Raises bad_request for days that are none.
    """
    if not 1 <= days <= DAYS_MAX:
        raise problem("bad_request", detail=f"{days}：应为 1 至 {DAYS_MAX} 天")
    now = centre.clock.now()
    since = (date.fromisoformat(now[:10]) - timedelta(days=days)).isoformat()
    report, nights = Report(now, since), list[Act]()
    with centre.store.read() as tx:
        nodes = [node for node in rooms.ids(tx) if node.startswith(area)]
    for node in nodes:
        with centre.store.read() as tx:
            nights += _look(tx, centre, node, report)
    for act, finding in supervision_room.batches(nights):
        report.add(Hit(finding, act.room, by=act.actor))
    return report


def _look(tx: Connection, centre: Centre, node_id: str, report: Report) -> list[Act]:
    """One room into the report; what people did there at night."""
    _look_at_room(tx, centre, node_id, report)
    nights = []
    for case in cases(tx, centre, node_id, _numbers(tx, node_id, report.since), report.at):
        _add(report, node_id, case)
        nights += [act for act in supervision_room.night_acts(case.state, node_id) if act.at >= report.since]
    return nights


def _look_at_room(tx: Connection, centre: Centre, node_id: str, report: Report) -> None:
    """What is about the room itself, whatever its applications are."""
    said = [event for _, event in log.of_room(tx, node_id, supervision_room.KINDS) if event.at >= report.since]
    for finding in supervision_room.of_room(rooms.get(tx, node_id).fork_at, said):
        report.add(Hit(finding, node_id))
    for finding in supervision_room.of_complaints(complaints.late_of_room(tx, centre, node_id, report.since)):
        report.add(Hit(finding, node_id))


def of_rooms(tx: Connection, centre: Centre, nodes: Iterable[str], *, days: int) -> Report:
    """The findings about some rooms themselves, and whole nights of an account in them; nothing of one application.

    `looked` counts the rooms. Of their applications only those that somebody touched at night are read.
    """
    now = centre.clock.now()
    report = Report(now, (date.fromisoformat(now[:10]) - timedelta(days=days)).isoformat())
    nights = list[Act]()
    for node_id in nodes:
        report.looked += 1
        _look_at_room(tx, centre, node_id, report)
        touched = _touched_at_night(tx, node_id, report.since)
        for case in cases(tx, centre, node_id, touched, now):
            nights += [act for act in supervision_room.night_acts(case.state, node_id) if act.at >= report.since]
    for act, finding in supervision_room.batches(nights):
        report.add(Hit(finding, act.room, by=act.actor))
    return report


def _touched_at_night(tx: Connection, node_id: str, since: str) -> list[str]:
    hour = func.substr(_event.c.at, 12, 2)
    late = (hour >= f"{supervision_room.NIGHT_FROM:02d}") | (hour < f"{supervision_room.NIGHT_TO:02d}")
    by_people = or_(*(_event.c.actor.startswith(one) for one in supervision_room.PEOPLE))
    legible = select(_event.c.application).filter_by(node_id=node_id, refused="")
    found = legible.where(_event.c.at >= since, late, by_people)
    return [number for number in tx.execute(found.distinct().order_by(_event.c.application)).scalars() if number]


def of_some(tx: Connection, centre: Centre, places: Iterable[tuple[str, str]]) -> Report:
    """The findings about these applications, (node, number) each; nothing of their rooms, nothing of nights."""
    report, of_node = Report(centre.clock.now(), ""), defaultdict[str, list[str]](list)
    for node_id, number in places:
        of_node[node_id].append(number)
    for node_id, numbers in of_node.items():
        for case in cases(tx, centre, node_id, numbers, report.at):
            _add(report, node_id, case)
    return report


def _add(report: Report, node_id: str, case: Case) -> None:
    report.looked += 1
    for finding in supervision.of_case(case):
        report.add(Hit(finding, node_id, case.state.number, case.title))


def cases(tx: Connection, centre: Centre, node_id: str, numbers: Sequence[str], now: str) -> Iterator[Case]:
    """These applications of a room, where their definition is known here."""
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        owed = calling_back.of_applications(tx, node_id, some)
        for number, events in log.of_applications(tx, node_id, some).items():
            state = reduce((side, event) for side, event, _ in events)
            definition = centre.definitions.get(state.service.digest)
            if definition is None or "time_limit" not in definition.service:
                continue
            received_at = min((at for side, _, at in events if side == "node"), default="")
            handlers = who.handlers(tx, node_id, state)
            yield Case(
                state, definition, centre.calendar, now, received_at, handlers, definition.title, owed.get(number)
            )


def _numbers(tx: Connection, node_id: str, since: str) -> list[str]:
    """What is open, what was closed since a day, and whose rating nobody has called back."""
    queued = select(tables_review.queue.c.number).filter_by(node_id=node_id)
    closed = (
        select(_event.c.application)
        .filter_by(node_id=node_id, refused="")
        .where(_event.c.kind.in_(_CLOSING), _event.c.at >= since)
    )
    owed = calling_back.owed_numbers(tx, node_id)
    return sorted({*tx.execute(queued).scalars(), *tx.execute(closed).scalars(), *owed} - {""})
