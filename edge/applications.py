"""What can be done with an application at the node: file, add, correct, withdraw, look up, search.

Each public act is one transaction: the event, the head row and the token that makes a repeat harmless, on disk before
it returns. What the centre does comes in through `apply_down`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge import (
    agreeing,
    board,
    comparison,
    definitions,
    desk_projection,
    filings,
    heads,
    incoming,
    log,
    materials,
    ranks,
    ratings,
    setting_apart,
    submissions,
    validity,
    wholes,
)
from edge.database import Connection
from edge.errors import problem
from edge.filings import Filed
from edge.heads import Summary
from forms import lifecycle, whole_clocks
from forms.answers import Context
from forms.calendar import Calendar
from forms.deadlines import Deadline
from forms.definition import Definition
from forms.events import Event
from forms.state import Material, State
from forms.whole import Family

if TYPE_CHECKING:
    from edge.node import Node


@dataclass(frozen=True, slots=True)
class Application:
    """One application: its row, its state, the definition that it was filled with, and its 一件事 if it is of one."""

    head: Summary
    state: State
    definition: Definition
    family: Family | None = None
    received_at: str = ""  # by the centre's clock, where this room's says that it was filed later than that

    @property
    def number(self) -> str:
        return self.head.number

    @property
    def received_by_centre(self) -> bool:
        return self.head.received_by_centre

    def clocks(self, calendar: Calendar, now: str) -> list[Deadline]:
        """All of its clocks, running or stopped; `now` is RFC 3339."""
        return whole_clocks.clocks(
            self.definition, self.state, self.family, calendar, now, received_at=self.received_at
        )


def file(
    node: "Node",
    service_id: str,
    raw_answers: Mapping[str, Any],
    *,
    token: str,
    channel: str,
    actor: str,
    materials: Sequence[Material] = (),
    identity: str = "unverified",
    on: str | None = None,
    language: str = "zh-CN",
) -> Filed:
    """File an application with the newest version of a service; the same `token` again returns the first.

    `channel`: kiosk, console, api, import. `on`: the day of filing for paper entered later, default today.
    Raises Refused with the problems of the answers, service_unknown, bad_token.
    """
    submissions.check_token(token)
    first = earlier(node, token)
    if first is not None:
        return first
    definition = node.newest(service_id)
    filing = filings.prepare(
        node,
        definition,
        raw_answers,
        materials=materials,
        token=token,
        channel=channel,
        actor=actor,
        identity=identity,
        context=filings.context(node, on, language),
    )
    with node.database.write() as tx:
        filed = filings.write(node, tx, filing)
    filings.announce(node, filing)
    return filed


def earlier(node: "Node", token: str) -> Filed | None:
    """What was filed with this token before; a repeat is answered with it, and nothing of it is looked at again."""
    with node.database.read() as tx:
        return filings.of_token(tx, token)


def get(tx: Connection, number: str) -> Application:
    """Raises not_found."""
    return _application(tx, heads.find(tx, number))


def of_head(tx: Connection, head: Summary) -> Application:
    """The application of a line that a search has just found."""
    return _application(tx, head)


def by_token(tx: Connection, receipt_token: str) -> Application:
    """The application of a receipt's QR; small letters are taken too. Raises not_found."""
    return _application(tx, heads.by_token(tx, receipt_token))


def _application(tx: Connection, head: Summary | None) -> Application:
    if head is None:
        raise problem("not_found")
    state = heads.state_of(tx, head.number)
    # only a clock that was ahead says a later time than the centre's last word; then its first word is looked for
    ahead = head.filed_at > tx.clock.centre_time() and head.received_by_centre
    received_at = log.received_at(tx, head.filed_epoch, head.filed_seq) if ahead else ""
    return Application(head, state, definitions.find(tx, head.definition), heads.family_of(tx, state), received_at)


search = heads.search
villages = heads.villages
counts = heads.counts


def add_material(node: "Node", number: str, material: Material, *, actor: str, token: str | None = None) -> Application:
    """Attach a stored material (slot set) to an open application. Raises not_found, not_allowed_now."""

    def act(tx: Connection, state: State) -> Event:
        _must_be_open(state, "添加材料")
        wholes.must_be_none(state, "添加材料")
        if materials.find(tx, material.sha256) is None:
            raise problem("material_missing")
        return log.append(tx, "material.added", number, {"material": filings.material_data(material)}, actor)

    return act_on(node, number, token, act)


def answer_correction(
    node: "Node",
    number: str,
    raw_answers: Mapping[str, Any],
    *,
    actor: str,
    materials: Sequence[Material] = (),
    note: str = "",
    token: str | None = None,
) -> Application:
    """Answer the open correction notice with all answers as they are now and the new materials.

    The answers are judged by the definition and the filing day of the application itself.
    Raises Refused, not_found, not_allowed_now.
    """

    def act(tx: Connection, state: State) -> Event:
        if state.correction is None:
            raise problem("not_allowed_now", phase=lifecycle.phase_title(state), act="补正")
        judged_by = Context(**state.context)
        definition = definitions.find(tx, state.service.digest)
        checked, named = filings.checked(tx, definition, raw_answers, judged_by, materials)
        body = {
            "request": state.correction.request,
            "answers": checked,
            "context": filings.context_data(judged_by),
            "materials": [filings.material_data(m) for m in named if m not in state.materials],
            **({"note": note} if note else {}),
            **ranks.mark(tx, definition, actor),
        }
        event = setting_apart.append(tx, "correction.answered", number, definition, body=body, actor=actor)
        agreeing.follow(tx, event, definition, (state.answers, checked), judged_by.language)
        return event

    return act_on(node, number, token, act)


def withdraw(node: "Node", number: str, *, actor: str, reason: str = "", token: str | None = None) -> Application:
    """The applicant takes it back before it is decided, a whole with all of its open parts.

    Raises not_found, not_allowed_now.
    """

    def act(tx: Connection, state: State) -> Event:
        _must_be_open(state, "撤回")
        return wholes.act(tx, state, "application.withdrawn", {"reason": reason} if reason else {}, actor)

    return act_on(node, number, token, act)


def verify_identity(
    node: "Node", number: str, method: str, *, actor: str, document: str = "", until: str = "", token: str | None = None
) -> Application:
    """人证核验 recorded, for a whole in all of its open parts: `method` is "officer" or "card".

    `document`: which one was looked at, a key of DOCUMENTS; "" where nobody said. `until`: the end of validity that
    stands on an identity card, a day or "long".

    Raises not_found, not_allowed_now, card_until.
    """

    def act(tx: Connection, state: State) -> Event:
        _must_be_open(state, "核验身份")
        on_card = validity.noted(until, tx.clock.today()) if document == "id-card" else ""
        said = {"looked_at": document, "until": on_card}
        body = {"method": method, **{name: value for name, value in said.items() if value}}
        return wholes.act(tx, state, "identity.verified", body, actor)

    return act_on(node, number, token, act)


def act_on(node: "Node", number: str, token: str | None, act: Callable[[Connection, State], Event]) -> Application:
    """One act of the node in one transaction; with a `token` that was used before nothing happens again."""
    if token is not None:
        submissions.check_token(token)
    with node.database.write() as tx:
        application = get(tx, number)
        if token is not None and filings.of_token(tx, token) is not None:
            return application
        if application.definition.service.get("sealed"):
            raise problem("sealed_act")
        event = act(tx, application.state)
        if token is not None:
            submissions.remember(tx, token, event)
        heads.project(tx, number)
        done = get(tx, number)
    if done.head.urgent:
        node.send_now()
    return done


def _must_be_open(state: State, act: str) -> None:
    if state.phase not in ("received", "correction", "accepted"):
        raise problem("not_allowed_now", phase=lifecycle.phase_title(state), act=act)


def apply_down(tx: Connection, received: Sequence[Event]) -> list[Event]:
    """Store what the centre wrote for this node and bring the head rows up to date; the events that were new.

    Raises forms.events.ChainError. An application that is not known here changes no row.
    """
    fresh = log.append_down(tx, received)
    for number in _numbers(fresh):
        heads.project(tx, number)
    desk_projection.take(tx, fresh)
    comparison.take(tx, fresh)
    ratings.take(tx, fresh)
    incoming.take(tx, fresh)
    board.take(tx, fresh)
    for event in fresh:
        if event.kind == "correction.supplied" and heads.find(tx, event.application) is not None:
            _follow_consents(tx, event)
    return fresh


def _follow_consents(tx: Connection, event: Event) -> None:
    state = heads.state_of(tx, event.application)
    if state.supplied is not None:  # None: it came too late, or can't be read
        agreeing.follow_phone(tx, event, state, definitions.find(tx, state.service.digest))
        heads.project(tx, event.application)


def _numbers(fresh: Iterable[Event]) -> list[str]:
    return list(dict.fromkeys(event.application for event in fresh if event.application))
