"""待民警确认: what an assistant (辅警) or the kiosk took in waits for a police officer's word.

The event that brings it says so (`to_confirm`), so that both sides judge alike and what was filed before this rule
needs nothing. 户口居民身份证管理工作规范(试行) 7: assistants help to receive, police officers answer for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from forms import outcomes
from forms.events import Event
from forms.state import Confirmation, State

NEEDS_IT = frozenset({"application.accepted", "application.decided"})


def objection(state: State, kind: str, data: Mapping[str, Any]) -> str:
    """Why 受理 or a decision has no effect before the confirmation; "" where it has. A police officer's own 受理 or
    decision may say that it `confirms`.
    """
    if kind not in NEEDS_IT or not state.confirmation.pending or data.get("confirms"):
        return ""
    return outcomes.UNCONFIRMED


def filed(event: Event, data: Mapping[str, Any]) -> Confirmation:
    """What a filing has to wait for."""
    return Confirmation("waiting", event.at) if data.get("to_confirm") else Confirmation()


def confirmed(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """A police officer said yes or no, at the room or over the link."""
    word = (
        Confirmation("confirmed", event.at) if data["ok"] else Confirmation("refused", event.at, data.get("reason", ""))
    )
    seen = bool(data["ok"] and data.get("identity")) and state.identity == "unverified"
    return replace(state, confirmation=word, identity="officer" if seen else state.identity)


def with_it(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """受理 and a decision that confirm what still waited."""
    if not (data.get("confirms") and state.confirmation.pending):
        return state
    return replace(state, confirmation=Confirmation("confirmed", event.at))


def mended(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """Something was added: an assistant's answer waits anew, and what was refused waits to be looked at again."""
    if data.get("to_confirm") or state.confirmation.status == "refused":
        return replace(state, confirmation=Confirmation("waiting", event.at))
    return state


def words(data: Mapping[str, Any]) -> tuple[str, str]:
    """(title, detail) of a line of the history. The reason is the officer's own text and stays in the body."""
    if not data["ok"]:
        return "民警不予确认", ""
    return "民警已确认", "同时当面核对了人和证件" if data.get("identity") else ""
