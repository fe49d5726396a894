"""A filing: what is about to be filed, checked without a pen, then written in one transaction with its token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from edge import (
    agreeing,
    concerns,
    definitions,
    heads,
    materials,
    offering,
    ranks,
    receipts,
    sealing,
    setting_apart,
    submissions,
    taking_in,
    wholes,
)
from edge.database import Connection
from edge.errors import Refused, problem
from edge.taking_in import Desk
from forms import answers
from forms.answers import Context
from forms.definition import Definition
from forms.events import Event
from forms.state import Material
from forms.validation import Problem, Validator
from forms.whole import Share

if TYPE_CHECKING:
    from edge.node import Node

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
    desk: Desk = taking_in.NOTHING


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
        taken, named = checked(tx, definition, raw_answers, context, materials, may_follow=may_follow)
        filing = Filing(definition, taken, context, named, channel, actor, identity, token)
        shares = wholes.shares(node, definition, taken, context)
        return replace(filing, parts=tuple((share.part.code, _part(tx, filing, share)) for share in shares))


def _part(tx: Connection, filing: Filing, share: Share) -> Filing:
    """The filing of one part of a whole: its own answers, and those of the files that it uses."""
    named, _ = _named_files(tx, share.answers, wholes.files(share.part, filing.materials))
    return replace(filing, definition=share.definition, answers=share.answers, materials=named)


def checked(
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


def _named_files(
    tx: Connection, answered: Any, given: Sequence[Material]
) -> tuple[tuple[Material, ...], list[Problem]]:
    """The files that the answers name and those given beside them; a problem for each that isn't stored here."""
    names = {material.sha256: material.name for material in given}
    wanted = [*materials.references(answered), *((m.slot, m.sha256) for m in given if not m.slot.startswith("/"))]
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
    number, *own = [node.next_number(tx) for _ in range(1 + len(filing.parts))]
    parts = [{"code": code, "number": part} for (code, _), part in zip(filing.parts, own, strict=True)]
    marks = concerns.mark(tx, filing.definition, filing.answers, filing.actor)
    marks |= taking_in.marks(node, tx, filing.desk, filing.actor)
    client = {"client": submissions.mark(filing.token)}
    body = _filed_body(tx, filing, client | ({"parts": parts} if parts else {}) | marks)
    event = _append(tx, number, filing, body)
    for (_, part), its in zip(filing.parts, own, strict=True):
        _append(tx, its, part, _filed_body(tx, part, {"whole": number} | marks))
    taking_in.follow(tx, filing.desk, number, own, filing.actor)
    submissions.remember(tx, filing.token, event)
    heads.project(tx, number)
    return Filed(number, body["receipt"]["token"], body["receipt"]["code"], "received", created=True)


def _append(tx: Connection, number: str, filing: Filing, body: dict[str, Any]) -> Event:
    definitions.keep(tx, filing.definition)
    event = setting_apart.append(tx, "application.filed", number, filing.definition, body=body, actor=filing.actor)
    agreeing.follow(tx, event, filing.definition, ({}, filing.answers), filing.context.language)
    return event


def _filed_body(tx: Connection, filing: Filing, family: Mapping[str, Any]) -> dict[str, Any]:
    definition, receipt = filing.definition, receipts.new_receipt()
    return {
        **family,
        **ranks.mark(tx, filing.definition, filing.actor),
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
    """The circumstances that answers were judged by, as they stand in the filing: the centre judges by the same day."""
    return {"filing_day": judged_by.filing_day, "language": judged_by.language, "place": judged_by.place}


def material_data(material: Material) -> dict[str, Any]:
    """A material as an event names it: SHA-256, size in bytes, media type, name, and the slot that it was given for."""
    return {
        "sha256": material.sha256,
        "size": material.size,
        "media_type": material.media_type,
        "name": material.name,
        "slot": material.slot,
    }


def is_urgent(definition: Definition, answered: Mapping[str, Any]) -> bool:
    """Whether x-service.urgent is there and its `when` (a boolean or a JSON Schema) holds."""
    urgent = definition.service.get("urgent")
    if not urgent:
        return False
    when = urgent.get("when", True)
    return bool(when) if isinstance(when, bool) else Validator(when).holds(dict(answered))


def announce(node: "Node", filing: Filing) -> None:
    """What is urgent starts a sync at once."""
    if any(is_urgent(one.definition, one.answers) for one in (filing, *(part for _, part in filing.parts))):
        node.send_now()


def of_token(tx: Connection, token: str) -> Filed | None:
    """What a submission token led to before, or None."""
    number = submissions.application(tx, token)
    if number is None:
        return None
    state = heads.state_of(tx, number)
    return Filed(state.number, state.receipt.token, state.receipt.code, state.phase, created=False)
