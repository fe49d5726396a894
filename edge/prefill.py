"""What a person told this room before, offered again for a new application: with source and date, to be changed freely.

Somebody's data come up only for a `Proof` that he is there himself: a document that a reader has read, or one that an
officer has looked at. A number that was merely typed opens nothing. Sources are applications whose applicant was
confirmed in the same way; what strangers filed under somebody's number is never one. Everything is worked out from the
log and the head rows made from it: there is no second store of persons.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from edge import concerns, definitions, drafts, held, log, prefill_marks
from edge.database import Connection
from edge.drafts import Draft
from edge.errors import problem
from edge.prefill_marks import Prefilled
from forms import formats, lifecycle, persons, pointer
from forms.building import Control, Row
from forms.definition import Definition
from forms.pointer import MISSING

if TYPE_CHECKING:
    from edge.devices.card import Card
    from edge.node import Node

__all__ = ["Prefilled", "Proof", "by_card", "by_officer", "fill", "marked", "offer", "sources"]

CONFIRMED = ("officer", "card")
APPLICATIONS_MAX = 50  # the newest; what is older has rarely stayed true


@dataclass(frozen=True, slots=True)
class Proof:
    """Who is there himself, as `by_officer` or `by_card` made sure.

    `facts`: word of x-person -> what the document says; `until`: the end of its validity, a day or "long", where a
    reader read it.
    """

    number: str
    method: str
    actor: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    until: str = ""


def by_officer(number: str, actor: str, *, seen: bool) -> Proof:
    """An officer typed the number of a document that he holds against its holder; `seen`: he says so.

    Raises person_number_wrong, person_not_seen: the same whether anything is known about the number or not.
    """
    plain = _number(number)
    if not seen:
        raise problem("person_not_seen")
    return Proof(plain, "officer", actor, {persons.SUBJECT: plain})


def by_card(number: str, name: str, actor: str, *, until: str = "", more: Mapping[str, str] | None = None) -> Proof:
    """A reader read the card; `actor`: the officer who compared it with its holder, or "kiosk" where nobody did.

    `more`: word of x-person -> what else the card says. Raises person_number_wrong.
    """
    plain = _number(number)
    said = {persons.SUBJECT: plain, "name": name, **(more or {})}
    return Proof(plain, "card", actor, {word: one for word, one in said.items() if one}, until)


def of_card(card: "Card", actor: str) -> Proof:
    """As `by_card`, with everything that a reader read."""
    more = {"idType": persons.ID_CARD, "sex": card.sex, "birth": card.birth, "cardAddress": card.address}
    return by_card(card.number, card.name, actor, until=card.valid_until, more=more)


def _number(typed: str) -> str:
    plain = formats.canonical("cn-ric", typed)
    if not formats.is_ric(plain):
        raise problem("person_number_wrong")
    return plain


def offer(
    node: "Node", proof: Proof, definition: Definition, data: dict[str, Any] | None = None
) -> dict[str, Prefilled]:
    """Pointer -> value for a draft of a service: only fields that it asks for and values that it would take."""
    with node.database.read() as tx:
        return _offer(tx, proof, definition, data or {})


def _offer(tx: Connection, proof: Proof, definition: Definition, data: dict[str, Any]) -> dict[str, Prefilled]:
    role = persons.role(definition, data) or persons.SELF
    if role not in persons.roles(definition) or not persons.asks(definition):
        return {}
    known = _known(tx, proof)
    known |= {word: Prefilled(value) for word, value in proof.facts.items()}
    if persons.is_shared(definition):
        known.pop(persons.CAPACITY, None)
    else:
        known[persons.CAPACITY] = Prefilled(persons.SELF)
    fit = persons.fitting_values(definition, data, {word: one.value for word, one in known.items()})
    words = {place: word for word, place in persons.places(definition, role).items()}
    return {place: known[words[place]] for place in fit}


def _known(tx: Connection, proof: Proof) -> dict[str, Prefilled]:
    """Word -> what this person said last, himself and confirmed."""
    person = prefill_marks.person_key(tx, proof.number)
    unseen, account = concerns.shown()
    rows = tx.execute(
        "SELECT number, definition, filed_at FROM head JOIN head_person ON head_person.head = head.id"  # noqa: S608  own text
        f" WHERE person = ?{unseen and f' AND {unseen}'} ORDER BY head.id DESC LIMIT ?",
        (person, *account, APPLICATIONS_MAX),
    ).fetchall()
    found: dict[str, Prefilled] = {}
    for row in rows:
        for word, value in _said(tx, row["number"], row["definition"], proof.number).items():
            found.setdefault(word, Prefilled(value, row["definition"], row["filed_at"][:10]))
    return found


def _said(tx: Connection, number: str, digest: str, person: str) -> dict[str, Any]:
    """What one application says about the person; {} unless he was confirmed and it is his own."""
    state = lifecycle.reduce(log.of_application(tx, number))
    said = persons.told(definitions.find(tx, digest), state.answers)
    own = state.identity in CONFIRMED and said.get(persons.SUBJECT) == person
    return said if own else {}


def fill(node: "Node", draft: Draft, proof: Proof) -> Draft:
    """Put what is known into the empty fields of a draft and record who confirmed the person; in one transaction.

    What was typed stays, but the document's own words hold. Raises not_found, AlreadyFiled, person_not_self,
    person_role_open.
    """
    with node.database.write() as tx:
        own = drafts.find(tx, draft.id, draft.owner)
        definition = definitions.find(tx, own.digest)
        _must_be_himself(definition, own.data)
        data = pointer.clone(own.data)
        for place in prefill_marks.marks(tx, own.id, own.data):
            pointer.remove(data, place)
        files = held.offer(tx, proof.number, definition, node.clock.today())
        known = _offer(tx, proof, definition, data) | {place: one for place, (one, _) in files.items()}
        found = {place: one for place, one in known.items() if _open(data, place, one)}
        held.put(tx, own.id, {place: one for place, one in files.items() if place in found})
        for place, one in found.items():
            pointer.put(data, place, one.value)
        person = prefill_marks.person_key(tx, proof.number)
        prefill_marks.confirm(tx, own.id, person, proof.method, proof.actor, until=proof.until)
        tx.execute("DELETE FROM draft_prefilled WHERE draft = ?", (own.id,))
        prefill_marks.mark(tx, own.id, found)
        return drafts.write(tx, own, data)


def forget(node: "Node", draft: Draft) -> Draft:
    """Take out what came from a card or from before, and nobody is confirmed for the draft any more."""
    with node.database.write() as tx:
        held_now = drafts.find(tx, draft.id, draft.owner)
        data = pointer.clone(held_now.data)
        for place in prefill_marks.marks(tx, held_now.id, held_now.data):
            pointer.remove(data, place)
        tx.execute("DELETE FROM draft_prefilled WHERE draft = ?", (held_now.id,))
        prefill_marks.end(tx, held_now.id)
        return drafts.write(tx, held_now, data)


def _open(data: dict[str, Any], place: str, one: Prefilled) -> bool:
    """Whether a field may be filled: it is empty, or the document itself speaks."""
    return not one.definition or pointer.get(data, place) is MISSING


def _must_be_himself(definition: Definition, data: Mapping[str, Any]) -> None:
    role = persons.role(definition, data)
    if not role and persons.is_shared(definition):
        raise problem("person_role_open")
    if (role or persons.SELF) not in persons.roles(definition):
        raise problem("person_not_self")


def sources(node: "Node", draft: Draft) -> dict[str, tuple[Definition | None, str]]:
    """Pointer -> (service, day) of each prefilled answer that nobody edited; None: the document that was shown."""
    with node.database.read() as tx:
        return {
            place: (definitions.find(tx, one.definition) if one.definition else None, one.day)
            for place, one in prefill_marks.marks(tx, draft.id, draft.data).items()
        }


def marked(controls: Iterable[Control], said: Mapping[str, str]) -> list[Control]:
    """The controls with `said` (pointer -> words) as the source of their values."""
    return list(_marked(controls, said)) if said else list(controls)


def _marked(controls: Iterable[Control], said: Mapping[str, str]) -> Iterator[Control]:
    for control in controls:
        rows = tuple(Row(row.path, row.label, tuple(_marked(row.controls, said))) for row in control.items)
        children = tuple(_marked(control.children, said))
        yield replace(control, source=said.get(control.path, ""), items=rows, children=children)
