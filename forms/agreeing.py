"""What consents add to the state: what was agreed to, refused, taken back, by whom (个人信息保护法 13–16, 31)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from forms.events import Event
from forms.kinds_consents import CONSENT_KINDS
from forms.state import Agreed, State

NOT_GIVEN = "没有同意过这一项，或者已经撤回"


def objection(state: State, kind: str, data: Mapping[str, Any]) -> str:
    """Only what was agreed to and not taken back yet can be taken back."""
    if kind != "consent.withdrawn" or any(one.consent == data["consent"] and one.holds for one in state.consents):
        return ""
    return NOT_GIVEN


def recorded(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """Each consent once, as it was last decided."""
    by = data.get("by", {})
    said = Agreed(
        data["consent"],
        data["kind"],
        data["given"],
        data["text"],
        data["version"],
        data["language"],
        by.get("name", ""),
        by.get("relation", ""),
        event.at,
    )
    others = tuple(one for one in state.consents if one.consent != said.consent)
    return replace(state, consents=(*others, said))


def withdrawn(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """The state in which a consent is taken back from this event on."""
    found = tuple(
        replace(one, withdrawn_at=event.at) if one.consent == data["consent"] else one for one in state.consents
    )
    return replace(state, consents=found)


def recorded_words(data: Mapping[str, Any]) -> tuple[str, str]:
    """(title, note) of a consent in the history of an application."""
    title = f"{'同意' if data['given'] else '不同意'}处理{CONSENT_KINDS[data['kind']]}"
    return title, "由监护人决定" if "by" in data else ""


def withdrawn_words(data: Mapping[str, Any], state: State) -> tuple[str, str]:
    """(title, note) of a consent that was taken back, in the history of an application."""
    kinds = [CONSENT_KINDS[one.kind] for one in state.consents if one.consent == data["consent"]]
    return "".join(["已撤回同意", *(f"（{kind}）" for kind in kinds)]), "由监护人撤回" if "by" in data else ""
