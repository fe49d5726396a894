"""Composed services at the node: what each part of a filing gets, and acts that reach every part of a whole."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edge import heads, log
from edge.database import Connection
from edge.errors import Refused, problem
from forms import whole
from forms.answers import Checked, Context
from forms.definition import Definition
from forms.events import Event
from forms.state import Material, State
from forms.validation import Problem
from forms.whole import Part, Share

if TYPE_CHECKING:
    from edge.node import Node

NO_PART = "没有选任何一项要办的事，请至少选一项"


def check(node: "Node", definition: Definition, raw: Mapping[str, Any], judged_by: Context) -> Checked:
    """What is wrong with answers, for a composed service that of its parts too. Raises service_unknown."""
    return whole.check(definition, raw, judged_by, node.newest)


def shares(node: "Node", definition: Definition, checked: Mapping[str, Any], judged_by: Context) -> list[Share]:
    """The parts that checked answers ask for; [] for a plain service.

    Raises Refused where a part can't take its answers or none is asked for, service_unknown.
    """
    found = whole.shares(definition, checked, judged_by, node.newest)
    problems = [one for share in found for one in share.problems]
    if definition.service.get("parts") and not found:
        problems = [Problem("", "parts", {}, NO_PART)]
    if problems:
        raise Refused(problems)
    return found


def files(part: Part, materials: tuple[Material, ...]) -> list[Material]:
    """Those of the whole's files that a part may use, under the part's own codes; files of answers as they are."""
    coded = [(slot, code, one) for slot, code in part.materials.items() for one in materials if one.slot == code]
    given = [Material(one.sha256, one.size, one.media_type, one.name, slot) for slot, _, one in coded]
    return given + [one for one in materials if one.slot.startswith("/")]


def act(tx: Connection, state: State, kind: str, body: dict[str, Any], actor: str) -> Event:
    """One act on an application and, where it is a whole, on each of its parts that is still open; the last event."""
    for _, part in state.parts:
        if heads.state_of(tx, part).phase != "closed":
            log.append(tx, kind, part, body, actor)
    return log.append(tx, kind, state.number, body, actor)


def codes(tx: Connection, state: State) -> tuple[str, ...]:
    """The 查询码 that open an application: its own and, for a part, that of its whole, whose receipt people hold."""
    of_whole = heads.state_of(tx, state.whole).receipt.code if state.whole else ""
    return tuple(code for code in (state.receipt.code, of_whole) if code)


def must_be_none(state: State, what: str) -> None:
    """Raises whole_by_parts for a whole: it is changed in its parts."""
    if state.parts:
        raise problem("whole_by_parts", act=what)
