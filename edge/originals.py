"""原件核验 at the desk: who saw which originals, and what is handed out to nobody before all of them were seen."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from edge import applications, definitions, heads, log
from edge.applications import Application
from edge.database import Connection
from edge.errors import problem
from forms import lifecycle, originals, proxies
from forms.definition import Definition
from forms.events import Event
from forms.state import Seen, State

if TYPE_CHECKING:
    from edge.node import Node


def outstanding(tx: Connection, application: Application) -> list[str]:
    """Names of what too few have seen, the papers of a proxy among them; nothing is handed out while there is one."""
    definition, state = application.definition, application.state
    if state.parts or definition.service.get("sealed"):
        return []
    standing = proxies.of(definition, state)
    missing = [f"{name}（代办）" for name in standing.missing] if standing is not None else []
    seen = (*state.seen, *_of_whole(tx, application))
    return [str(one["name"]) for one in originals.outstanding(definition, state.answers, seen, slots(state))] + missing


def slots(state: State) -> set[str]:
    """Where something was handed in."""
    return {material.slot for material in state.materials}


def _of_whole(tx: Connection, application: Application) -> list[Seen]:
    """What was seen of the whole 一件事, under the codes of this part."""
    family = application.family
    member = family.member(application.number) if family is not None else None
    if member is None or not application.state.whole:
        return []
    seen = {one.slot: one for one in heads.state_of(tx, application.state.whole).seen}
    found = ((code, seen.get(of_whole)) for code, of_whole in member.part.materials.items())
    return [Seen(code, one.at, one.by) for code, one in found if one is not None]


def record(
    node: "Node", number: str, ticked: Iterable[str], *, actor: str, second: str = "", token: str | None = None
) -> Application:
    """原件已核. `ticked`: codes of materials; `second`: another account that looked too, "" for nobody.

    Raises not_found, not_allowed_now, originals_none, original_not_asked, second_same.
    """

    def act(tx: Connection, state: State) -> Event:
        if state.phase == "unknown" or state.result not in (None, "granted", "refused", "returned", "transferred"):
            raise problem("not_allowed_now", phase=lifecycle.phase_title(state), act="核对原件")
        definition = definitions.find(tx, state.service.digest)
        body = checked(definition, state.answers, slots(state), ticked, actor=actor, second=second)
        return log.append(tx, "originals.seen", number, body, actor)

    return applications.act_on(node, number, token, act)


def checked(
    definition: Definition,
    answers: Mapping[str, Any],
    given: Collection[str],
    ticked: Iterable[str],
    *,
    actor: str,
    second: str,
) -> dict[str, Any]:
    """The body of the event. Raises originals_none, original_not_asked, second_same."""
    wanted = list(dict.fromkeys(ticked))
    known = {str(one["code"]) for one in originals.asked(definition, answers, given)}
    if not wanted:
        raise problem("originals_none")
    for slot in wanted:
        if slot not in known:
            raise problem("original_not_asked", slot=slot[:40])
    if second and second == actor:
        raise problem("second_same")
    return {"slots": wanted, **({"second": second} if second else {})}
