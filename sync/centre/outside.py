"""What other programs see and do: an application as JSON, an act by its name, the lines of a log."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from edge.errors import problem
from forms import apart
from forms.events import Side, to_json
from forms.kinds import DECISIONS
from forms.lifecycle import Item, Material, phase_title
from sync.centre import cases, deciding, guards, log, projection, rooms
from sync.centre.cases import Case
from sync.centre.centre import Centre

REASONED = frozenset({"unconfirm", "refuse", "pause", "forward"})


def show(centre: Centre, number: str) -> dict[str, Any]:
    """One application: state, result, both clocks, materials, corrections, history. Raises not_found."""
    return as_json(centre, cases.get(centre, number))


def decide(
    centre: Centre,
    number: str,
    *,
    act: str,
    actor: str,
    result: str = "",
    reason: str = "",
    note: str = "",
    items: object = (),
    due_day: str = "",
    version: str | None = None,
    **more: str,
) -> dict[str, Any]:
    """Do `act` (guards.ACTS) and show what came of it.

    `items` are objects with target, ref, label and defect; `version` is what the caller has seen (None: anything).
    `more`: step, outcome and text of an opinion; procedure and until of a pause; level and desk of a hand-over.
    Raises act_unknown and what the act itself raises.
    """
    match act:
        case "confirm" | "unconfirm":
            refused = _reason(reason, act) if act == "unconfirm" else ""
            case_ = cases.confirm(centre, number, actor=actor, refused=refused, seen=version)
        case "accept":
            case_ = cases.accept(centre, number, actor=actor, note=note, seen=version)
        case "refuse":
            case_ = cases.refuse(centre, number, actor=actor, reason=reason, seen=version)
        case "correct":
            case_ = cases.request_correction(
                centre, number, actor=actor, items=_items(items), due_day=due_day, reason=reason, seen=version
            )
        case "decide":
            case_ = cases.decide(centre, number, actor=actor, result=result, reason=reason, seen=version)
        case "opinion":
            case_ = deciding.give_opinion(centre, number, actor=actor, seen=version, **_of(more, "step outcome text"))
        case "pause":
            said = _of(more, "procedure until")
            case_ = deciding.begin_procedure(centre, number, actor=actor, reason=reason, seen=version, **said)
        case "resume":
            case_ = deciding.end_procedure(centre, number, actor=actor, note=note, seen=version)
        case "forward":
            said = _of(more, "level desk")
            case_ = deciding.forward(centre, number, actor=actor, reason=reason, seen=version, **said)
        case _:
            raise problem("act_unknown", act=act, acts="、".join(guards.ACTS))
    return as_json(centre, case_)


def _of(more: Mapping[str, str], names: str) -> dict[str, Any]:
    return {name: more.get(name, "") for name in names.split()}


def explain(given: object) -> None:
    """What is wrong with an act that isn't as it should be, where that can be said better than by naming the field.

    Raises act_unknown, result_unknown, correction_empty, correction_wrong, reason_missing.
    """
    if not isinstance(given, Mapping) or not isinstance(act := given.get("act", ""), str):
        return
    if act not in guards.ACTS:
        raise problem("act_unknown", act=act[:40], acts="、".join(guards.ACTS))
    if act == "decide" and given.get("result") not in DECISIONS:
        raise problem("result_unknown", result=str(given.get("result"))[:40])
    if act == "correct":
        if not given.get("items"):
            raise problem("correction_empty")
        _items(given["items"])
    needs = act in REASONED or (act == "decide" and given["result"] not in cases.PLAIN_RESULTS)
    if needs and not str(given.get("reason", "")).strip():
        raise problem("reason_missing", act=guards.ACTS[act])


def _reason(reason: str, act: str) -> str:
    if not reason.strip():
        raise problem("reason_missing", act=cases.ACTS[act])
    return reason


def log_lines(centre: Centre, node: str, side: Side | None = None) -> Iterator[bytes]:
    """Both logs of a node, one canonical line an event: the node's own first, then the centre's; or one of them."""
    with centre.store.read() as tx:
        rooms.get(tx, node)
        for one in ("node", "centre") if side is None else (side,):
            for event in log.walk(tx, node, one):
                yield to_json(event, one)


def as_json(centre: Centre, case: Case) -> dict[str, Any]:
    """A case as the API and the commands show it."""
    state = case.state
    return {
        "number": case.number,
        "node": case.node_id,
        "room": case.room,
        "version": case.version,
        "service": asdict(state.service) | {"title": case.definition.title if case.definition else ""},
        "state": state.phase,
        "state_title": phase_title(state),
        "result": state.result,
        "reason": state.reason,
        "urgent": state.urgent,
        "identity": state.identity,
        "confirmation": asdict(state.confirmation),
        "channel": state.channel,
        "filed_at": state.filed_at,
        "received_at": case.received_at,
        "accepted_at": state.accepted_at,
        "closed_at": state.closed_at,
        "context": state.context,
        "answers": apart.shown(state),
        "materials": [_material(case, material) for material in state.materials],
        "outside": [asdict(one) for one in state.outside],
        "official": state.official,
        "corrections": [asdict(correction) for correction in state.corrections],
        "deadlines": [asdict(one) for one in projection.clocks(centre, state, case.family, case.received_at)],
        "history": [asdict(entry) for entry in state.history],
        **_family(case),
    }


def _family(case: Case) -> dict[str, Any]:
    """For a composed service: its parts and how they stand; for a part: the number of its whole."""
    family, state = case.family, case.state
    if family is None:
        return {}
    return {"whole": state.whole} if state.whole else {"summary": family.summary, "parts": family.as_json()}


def _material(case: Case, material: Material) -> dict[str, Any]:
    held = case.materials.get(material.sha256)
    return asdict(material) | {"held": held.held if held else 0, "complete": bool(held and held.complete_at)}


def _items(given: object) -> list[Item]:
    """Defects from JSON. Raises correction_wrong for another form."""
    names = ("target", "ref", "label", "defect")
    if not isinstance(given, list | tuple):
        raise problem("correction_wrong", detail="items")
    items = []
    for index, item in enumerate(given):
        if not isinstance(item, Mapping) or not all(isinstance(item.get(name), str) for name in names):
            raise problem("correction_wrong", detail=f"items[{index}]")
        items.append(Item(**{name: item[name] for name in names}))
    return items
