"""一件事: one service made of others. Filled once, it becomes one application for the whole and one for each part.

A part takes its answers from the whole's by a mapping of JSON Pointers and is judged by its own definition. The whole
has no decision of its own: how it stands is worked out from its parts, and a part that waits stops no other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from forms import answers as engine
from forms import pointer
from forms.answers import Checked, Context
from forms.definition import Definition
from forms.pointer import MISSING
from forms.state import Confirmation, State, phase_title
from forms.validation import Problem, Validator

MIXED = "mixed"
Find = Callable[[str], Definition | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One entry of `x-service.parts`. `answers`: place in the part -> places in the whole, the first filled one counts;
    `materials`: code in the part -> code in the whole; `after`: codes of the parts that must be closed before it;
    `own`: places that the whole words its own way (forms.lint_copies).
    """

    code: str
    service: str
    title: str
    by: str
    answers: Mapping[str, tuple[str, ...]]
    at: str = ""
    when: Any = True
    constants: Mapping[str, Any] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    after: tuple[str, ...] = ()
    note: str = ""
    own: tuple[str, ...] = ()

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        mapping: Mapping[str, Any] = entry["answers"]
        given = {place: (source,) if isinstance(source, str) else tuple(source) for place, source in mapping.items()}
        plain = {name: entry[name] for name in ("at", "when", "constants", "materials", "note") if name in entry}
        named = {name: entry[name] for name in ("code", "service", "title", "by")}
        after, own = (tuple(entry.get(name, ())) for name in ("after", "own"))
        return cls(**named, answers=given, after=after, own=own, **plain)

    def applies(self, given: Mapping[str, Any]) -> bool:
        """Whether these answers of the whole ask for the part: `when` is a boolean or a JSON Schema."""
        return self.when if isinstance(self.when, bool) else Validator(self.when).holds(dict(given))

    def handed(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The answers of the part: the constants, and what the whole's answers fill."""
        made: dict[str, Any] = {}
        for place, constant in self.constants.items():
            pointer.put(made, place, constant)
        for place, sources in self.answers.items():
            value = next((found for one in sources if (found := pointer.get(given, one)) is not MISSING), MISSING)
            if value is not MISSING:
                pointer.put(made, place, value)
        return made

    def home(self, place: str) -> str:
        """Where the whole asks for what stands at a place of the part; "" where it asks for nothing like it."""
        for target, sources in self.answers.items():
            if place == target or place.startswith(target + "/"):
                return sources[0] + place.removeprefix(target)
        below = [sources[0] for target, sources in self.answers.items() if target.startswith(place + "/")]
        return below[0] if below else ""


def parts_of(definition: Definition) -> tuple[Part, ...]:
    """The parts of a composed service in its own order; () for any other."""
    return tuple(Part.of(entry) for entry in definition.service.get("parts", ()))


@dataclass(frozen=True, slots=True)
class Share:
    """What one part gets of a filing: its definition and its own checked answers."""

    part: Part
    definition: Definition
    answers: dict[str, Any]
    problems: tuple[Problem, ...] = ()


def shares(definition: Definition, given: Mapping[str, Any], context: Context, find: Find) -> list[Share]:
    """The parts that checked answers of the whole ask for; a problem of a part stands at the whole's own field."""
    return [_share(part, given, context, find) for part in parts_of(definition) if part.applies(given)]


def _share(part: Part, given: Mapping[str, Any], context: Context, find: Find) -> Share:
    found = find(part.service)
    if found is None:
        raise LookupError(part.service)
    checked = engine.check(found, part.handed(given), context)
    problems = tuple(
        replace(one, path=part.home(one.path), message=f"{one.message}（{part.title}）") for one in checked.problems
    )
    return Share(part, found, checked.answers, problems)


def check(definition: Definition, raw: Mapping[str, Any], context: Context, find: Find) -> Checked:
    """As forms.answers.check; for a composed service what its parts find is added once its own form is right.

    Raises LookupError naming a service that `find` doesn't know.
    """
    checked = engine.check(definition, raw, context)
    if checked.problems or not definition.service.get("parts"):
        return checked
    found = [one for share in shares(definition, checked.answers, context, find) for one in share.problems]
    return replace(checked, problems=list({(one.path, one.keyword): one for one in found}.values()))


@dataclass(frozen=True, slots=True)
class Member:
    """One part of a filed whole as it stands; `state.phase` is "unknown" while its filing has not come in."""

    part: Part
    number: str
    state: State
    definition: Definition | None

    @property
    def closed(self) -> bool:
        return self.state.result is not None


@dataclass(frozen=True, slots=True)
class Family:
    """A filed whole with all of its parts."""

    number: str
    title: str
    members: tuple[Member, ...]

    def member(self, number: str) -> Member | None:
        return next((one for one in self.members if one.number == number), None)

    @property
    def closed(self) -> int:
        return sum(one.closed for one in self.members)

    @property
    def summary(self) -> str:
        """In words: 3 项中 2 项已办结."""
        return f"{len(self.members)} 项中 {self.closed} 项已办结" if self.closed else f"共 {len(self.members)} 项"

    def words(self, member: Member) -> str:
        """How a part stands, for people: its own state, or what it waits for."""
        if member.state.phase == "unknown":
            return "还没有收到这一项"
        waiting = self.waits_for(member)
        if waiting and member.state.phase == "received":
            return f"等“{'”“'.join(waiting)}”办结后再办"
        return phase_title(member.state)

    def as_json(self) -> list[dict[str, Any]]:
        """The parts as other programs see them: number, who handles it, how it stands, what it comes after."""
        return [
            {
                "code": one.part.code,
                "title": one.part.title,
                "by": one.part.by,
                "number": one.number,
                "service": one.state.service.id,
                "state": one.state.phase,
                "state_title": self.words(one),
                "result": one.state.result,
                "after": list(one.part.after),
            }
            for one in self.members
        ]

    def before(self, member: Member) -> list[Member]:
        """The parts that must be closed first, of those that were filed."""
        return [one for one in self.members if one.part.code in member.part.after]

    def waits_for(self, member: Member) -> list[str]:
        """The titles of what has to be closed before this part can go on."""
        return [] if member.closed else [one.part.title for one in self.before(member) if not one.closed]


def family(
    state: State, state_of: Callable[[str], State], definition_of: Callable[[str], Definition | None]
) -> Family | None:
    """The family that an application belongs to, as the whole or as a part; None for any other.

    `state_of` gives the state of a number (an empty State where nothing is known), `definition_of` that of a digest.
    """
    whole = state_of(state.whole) if state.whole else state
    if not whole.parts:
        return None
    definition = definition_of(whole.service.digest)
    known = {part.code: part for part in parts_of(definition)} if definition else {}
    members = []
    for code, number in whole.parts:
        own = state_of(number)
        its = definition_of(own.service.digest) if own.service.digest else None
        part = known.get(code) or Part(code, own.service.id, its.title if its else code, "", {})
        members.append(Member(part, number, own, its))
    return Family(whole.number, definition.title if definition else whole.service.id, tuple(members))


def derived(whole: State, members: Iterable[State]) -> State:
    """The whole's state as its parts make it: closed when all are, accepted as soon as one is, else received.

    A part that is to be corrected says so itself; its whole goes on.
    """
    states = list(members)
    closed = [state for state in states if state.result is not None]
    begun = [at for state in states if (at := state.accepted_at or state.closed_at)]
    noticed = [state.noticed_at or state.closed_at for state in states]
    done = bool(states) and len(closed) == len(states)
    results = {state.result for state in closed}
    confirmed = next((one.confirmation for one in states if one.confirmation.status), Confirmation())
    pending = (one.confirmation for one in states if one.result is None and one.confirmation.pending)
    return replace(
        whole,
        accepted_at=min(begun, default=None),
        noticed_at=max(at for at in noticed if at) if states and all(noticed) else None,
        result=(results.pop() if len(results) == 1 else MIXED) if done else None,
        closed_at=max(state.closed_at or "" for state in closed) if done else None,
        parts_closed=len(closed),
        confirmation=next(pending, confirmed),
    )
