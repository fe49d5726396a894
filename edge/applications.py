"""What can be done with an application at the node: file, add, correct, withdraw, look up, search.

Each public act is one transaction: the event, the head row and the token that makes a repeat harmless, on disk before
it returns. What the centre does comes in through `apply_down`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from edge import definitions, heads, log, materials, offering, receipts, sealing, wholes
from edge.database import Connection
from edge.errors import Refused, problem
from edge.heads import Summary
from forms import answers, lifecycle, whole_clocks
from forms.answers import Context
from forms.calendar import Calendar
from forms.deadlines import Deadline
from forms.definition import Definition
from forms.events import Event
from forms.state import Material, State
from forms.validation import Problem, Validator
from forms.whole import Family, Share

if TYPE_CHECKING:
    from edge.node import Node

_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,100}\Z")
_RETAKE = "这份材料没有保存成功，必须重新拍照"
# paper that is entered later, and other programs, may bring a file after the answers that name it; it shows as not held
_FILES_MAY_FOLLOW = frozenset({"import", "api"})


@dataclass(frozen=True, slots=True)
class Filed:
    """The answer to a filing. `token` is the receipt's; `created` is False when the same submission came before."""

    number: str
    token: str
    code: str
    state: str
    created: bool


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


@dataclass(frozen=True, slots=True)
class Filing:
    """What is about to be filed, checked already; `parts` are those of a composed service, by their code."""

    definition: Definition
    answers: dict[str, Any]
    context: Context
    materials: tuple[Material, ...]
    channel: str
    actor: str
    identity: str
    token: str
    # what the supervisor alone shall read: his public key, and the files that go into the seal with the answers
    supervisor: bytes = b""
    sealed_files: tuple[sealing.SealedFile, ...] = ()
    parts: tuple[tuple[str, "Filing"], ...] = ()


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
    check_token(token)
    first = _earlier(node, token)
    if first is not None:
        return first
    definition = node.newest(service_id)
    filing = prepare(
        node, definition, raw_answers, materials=materials, token=token, channel=channel, actor=actor,
        identity=identity, context=context(node, on, language),
    )  # fmt: skip
    with node.database.write() as tx:
        filed = write(node, tx, filing)
    announce(node, filing)
    return filed


def _earlier(node: "Node", token: str) -> Filed | None:
    with node.database.read() as tx:
        return of_token(tx, token)


def check_token(token: str) -> None:
    """Raises bad_token unless it is 8 to 100 letters, digits, "-" or "_"."""
    if not _TOKEN.match(token):
        raise problem("bad_token")


def context(node: "Node", on: str | None = None, language: str = "zh-CN") -> Context:
    """What answers are judged by: the day (today, unless paper is entered later), the language, the room's place."""
    return Context(filing_day=on or node.clock.today(), language=language, place=node.room.place)


def prepare(
    node: "Node",
    definition: Definition,
    raw_answers: Mapping[str, Any],
    *,
    materials: Sequence[Material],
    token: str,
    channel: str,
    actor: str,
    identity: str,
    context: Context,
) -> Filing:
    """Check everything that needs no pen. Raises Refused with every problem at once, service_not_yet, service_over."""
    offering.must_be_open(node, definition, context.filing_day)
    node.must_be_published(definition)
    if definition.service.get("sealed"):
        raise problem("sealed_at_kiosk")
    with node.database.read() as tx:
        may_follow = channel in _FILES_MAY_FOLLOW
        checked, named = _checked(tx, definition, raw_answers, context, materials, may_follow=may_follow)
        filing = Filing(definition, checked, context, named, channel, actor, identity, token)
        shares = wholes.shares(node, definition, checked, context)
        return replace(filing, parts=tuple((share.part.code, _part(tx, filing, share)) for share in shares))


def _part(tx: Connection, filing: Filing, share: Share) -> Filing:
    """The filing of one part of a whole: its own answers, and those of the files that it uses."""
    named, _ = _named_files(tx, share.answers, wholes.files(share.part, filing.materials))
    return replace(filing, definition=share.definition, answers=share.answers, materials=named)


def _checked(
    tx: Connection,
    definition: Definition,
    raw_answers: Mapping[str, Any],
    judged_by: Context,
    given: Sequence[Material],
    *,
    may_follow: bool = False,
) -> tuple[dict[str, Any], tuple[Material, ...]]:
    """(checked answers, materials with their slots). Raises Refused, with `may_follow` not for files to come."""
    result = answers.check(definition, dict(raw_answers), judged_by)
    named, lost = _named_files(tx, result.answers, given)
    if may_follow:
        lost = [one for one in lost if not one.path.startswith("/")]
    if result.problems or lost:
        raise Refused([*result.problems, *lost])
    return result.answers, named


def _named_files(tx: Connection, checked: Any, given: Sequence[Material]) -> tuple[tuple[Material, ...], list[Problem]]:
    """The files that the answers name and those given beside them; a problem for each that isn't stored here."""
    names = {material.sha256: material.name for material in given}
    wanted = [*materials.references(checked), *((m.slot, m.sha256) for m in given if not m.slot.startswith("/"))]
    found, lost = [], []
    for slot, sha256 in dict.fromkeys(wanted):
        held = materials.find(tx, sha256)
        if held is None:
            lost.append(Problem(slot, "material", {"sha256": sha256}, _RETAKE))
        else:
            found.append(Material(sha256, held.size, held.media_type, names.get(sha256, held.name), slot))
    return tuple(found), lost


def write(node: "Node", tx: Connection, filing: Filing) -> Filed:
    """The transaction's part of a filing: number, receipt, event, head row, token."""
    first = of_token(tx, filing.token)
    if first is not None:
        return first
    for one in (filing.definition, *(part.definition for _, part in filing.parts)):
        node.must_be_published(one)
    number, *own = [_number(node, tx) for _ in range(1 + len(filing.parts))]
    parts = [{"code": code, "number": part} for (code, _), part in zip(filing.parts, own, strict=True)]
    body = _filed_body(filing, {"parts": parts} if parts else {})
    event = _append(tx, number, filing, body)
    for (_, part), its in zip(filing.parts, own, strict=True):
        _append(tx, its, part, _filed_body(part, {"whole": number}))
    _remember(tx, filing.token, event)
    heads.project(tx, number)
    return Filed(number, body["receipt"]["token"], body["receipt"]["code"], "received", created=True)


def _number(node: "Node", tx: Connection) -> str:
    return receipts.next_number(tx, node.settings.node_id, node.epoch(tx))


def _append(tx: Connection, number: str, filing: Filing, body: dict[str, Any]) -> Event:
    definitions.keep(tx, filing.definition)
    return log.append(tx, "application.filed", number, body, filing.actor)


def _filed_body(filing: Filing, family: Mapping[str, Any]) -> dict[str, Any]:
    definition, receipt = filing.definition, receipts.new_receipt()
    return {
        **family,
        "service": {"id": definition.id, "version": definition.version, "digest": definition.digest},
        "answers": _stored_answers(filing, receipt.token),
        "context": context_data(filing.context),
        "channel": filing.channel,
        "receipt": {"token": receipt.token, "code": receipt.code},
        "materials": [material_data(material) for material in filing.materials],
        "urgent": is_urgent(definition, filing.answers),
        "identity": filing.identity,
    }


def _stored_answers(filing: Filing, receipt_token: str) -> Mapping[str, Any]:
    if not filing.definition.service.get("sealed"):
        return filing.answers
    return sealing.seal(filing.supervisor, receipt_token, filing.answers, filing.sealed_files)


def context_data(judged_by: Context) -> dict[str, str]:
    return {"filing_day": judged_by.filing_day, "language": judged_by.language, "place": judged_by.place}


def material_data(material: Material) -> dict[str, Any]:
    return {
        "sha256": material.sha256,
        "size": material.size,
        "media_type": material.media_type,
        "name": material.name,
        "slot": material.slot,
    }


def is_urgent(definition: Definition, checked: Mapping[str, Any]) -> bool:
    """Whether x-service.urgent is there and its `when` (a boolean or a JSON Schema) holds."""
    urgent = definition.service.get("urgent")
    if not urgent:
        return False
    when = urgent.get("when", True)
    return bool(when) if isinstance(when, bool) else Validator(when).holds(dict(checked))


def announce(node: "Node", filing: Filing) -> None:
    """What is urgent starts a sync at once."""
    if any(is_urgent(one.definition, one.answers) for one in (filing, *(part for _, part in filing.parts))):
        node.send_now()


def _remember(tx: Connection, token: str, event: Event) -> None:
    tx.execute("INSERT INTO submission VALUES (?, ?, ?)", (token, event.application, event.id))


def of_token(tx: Connection, token: str) -> Filed | None:
    """What a submission token led to before, or None."""
    row = tx.execute("SELECT application FROM submission WHERE token = ?", (token,)).fetchone()
    if row is None:
        return None
    state = heads.state_of(tx, row["application"])
    return Filed(state.number, state.receipt.token, state.receipt.code, state.phase, created=False)


def get(tx: Connection, number: str) -> Application:
    """Raises not_found."""
    return _application(tx, heads.find(tx, number))


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
counts = heads.counts


def add_material(node: "Node", number: str, material: Material, *, actor: str, token: str | None = None) -> Application:
    """Attach a stored material (slot set) to an open application. Raises not_found, not_allowed_now."""

    def act(tx: Connection, state: State) -> Event:
        _must_be_open(state, "添加材料")
        wholes.must_be_none(state, "添加材料")
        if materials.find(tx, material.sha256) is None:
            raise problem("material_missing")
        return log.append(tx, "material.added", number, {"material": material_data(material)}, actor)

    return _act(node, number, token, act)


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
        checked, named = _checked(tx, definition, raw_answers, judged_by, materials)
        body = {
            "request": state.correction.request,
            "answers": checked,
            "context": context_data(judged_by),
            "materials": [material_data(m) for m in named if m not in state.materials],
            **({"note": note} if note else {}),
        }
        return log.append(tx, "correction.answered", number, body, actor)

    return _act(node, number, token, act)


def withdraw(node: "Node", number: str, *, actor: str, reason: str = "", token: str | None = None) -> Application:
    """The applicant takes it back before it is decided, a whole with all of its open parts.

    Raises not_found, not_allowed_now.
    """

    def act(tx: Connection, state: State) -> Event:
        _must_be_open(state, "撤回")
        return wholes.act(tx, state, "application.withdrawn", {"reason": reason} if reason else {}, actor)

    return _act(node, number, token, act)


def verify_identity(node: "Node", number: str, method: str, *, actor: str, token: str | None = None) -> Application:
    """人证核验 recorded, for a whole in all of its open parts: `method` is "officer" or "card".

    Raises not_found, not_allowed_now.
    """

    def act(tx: Connection, state: State) -> Event:
        _must_be_open(state, "核验身份")
        return wholes.act(tx, state, "identity.verified", {"method": method}, actor)

    return _act(node, number, token, act)


def _act(node: "Node", number: str, token: str | None, act: Callable[[Connection, State], Event]) -> Application:
    """One act of the node in one transaction; with a `token` that was used before nothing happens again."""
    if token is not None:
        check_token(token)
    with node.database.write() as tx:
        application = get(tx, number)
        if token is not None and of_token(tx, token) is not None:
            return application
        if application.definition.service.get("sealed"):
            raise problem("sealed_act")
        event = act(tx, application.state)
        if token is not None:
            _remember(tx, token, event)
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
    return fresh


def _numbers(fresh: Iterable[Event]) -> list[str]:
    return list(dict.fromkeys(event.application for event in fresh if event.application))
