"""What taking in at the desk adds to the state: originals that were seen, who stands there for whom, paper slips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from forms.events import Event
from forms.kinds import IDENTITIES
from forms.kinds_receiving import DOCUMENTS, FINGER_REASONS, PROXY_PAPERS, RELATIONS
from forms.state import Fingerprint, Inbox, Paper, Proxy, Seen, State


def paper(data: Mapping[str, Any]) -> Paper | None:
    """The slip of an application that was taken in on paper and entered later."""
    said = data.get("paper")
    return None if said is None else Paper(said["slip"], said["day"])


def inbox(data: Mapping[str, Any]) -> Inbox | None:
    """The sealed inbox that an application came through: of the locked room, or of a visit."""
    said = data.get("inbox")
    return None if said is None else Inbox(said["series"], said["at"], said.get("visit", ""))


def filed_at(event: Event, data: Mapping[str, Any]) -> str:
    """收件: when the receipt was given. A sealed inbox gave it before the event could be written."""
    said = data.get("inbox")
    return event.at if said is None else min(event.at, str(said["at"]))


def identified(state: State, event: Event, data: Mapping[str, Any], identity: str) -> State:
    """人证核验: by which method, by whom and when; a card may have been read without it."""
    until = data.get("until", "") or state.identity_until
    if identity == "unverified":
        return replace(state, identity_until=until) if until else state
    by, document = data.get("identity_by", event.actor), data.get("looked_at", "")
    return replace(
        state,
        identity=identity,
        identity_by=by,
        identity_at=event.at,
        identity_document=document,
        identity_until=until,
    )


def identified_words(data: Mapping[str, Any]) -> str:
    """已当面核对证件原件，居民户口簿."""
    return "，".join(filter(None, (IDENTITIES[data["method"]], DOCUMENTS.get(data.get("looked_at", "")))))


def seen(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """原件已核. Two people are two accounts: the same one twice counts once."""
    people = tuple(dict.fromkeys(one for one in (event.actor, data.get("second", "")) if one))
    known = {one.slot: one for one in state.seen}
    for slot in data["slots"]:
        before = known.get(slot, Seen(slot, event.at, ()))
        known[slot] = Seen(slot, event.at, tuple(dict.fromkeys((*before.by, *people))))
    return replace(state, seen=tuple(known.values()))


def proxy(state: State, _event: Event, data: Mapping[str, Any]) -> State:
    """Who stands there for the applicant; the last word counts."""
    papers = tuple(dict.fromkeys(data["papers"]))
    return replace(state, proxy=Proxy(data["name"], data["number"], data["relation"], data.get("phone", ""), papers))


def fingerprint(state: State, event: Event, data: Mapping[str, Any]) -> State:
    """Taken or not; the last word counts."""
    said = Fingerprint(
        data["taken"], data["consent"], data.get("reason", ""), data.get("witness", ""), event.actor, event.at
    )
    return replace(state, fingerprint=said)


def fingerprint_words(data: Mapping[str, Any]) -> str:
    """Of the act, free of names: 没有采集，指纹磨损，有人见证."""
    if data["taken"]:
        return "已采集，本人单独同意"
    return "，".join(filter(None, ("没有采集", FINGER_REASONS.get(data.get("reason", "")), "有人见证")))


def proxy_words(data: Mapping[str, Any]) -> str:
    """Of the act, free of names: 村（社区）代办员，看过委托书、代办人的身份证件."""
    papers = "、".join(PROXY_PAPERS[one] for one in dict.fromkeys(data["papers"]))
    return f"{RELATIONS[data['relation']]}，{f'看过{papers}' if papers else '没有看到授权材料'}"


def seen_words(data: Mapping[str, Any]) -> str:
    """How many originals were seen, from the body of the event, and whether by two people: “2 样，两个人核对”."""
    count = f"{len(set(data['slots']))} 样"
    return f"{count}，两个人核对" if data.get("second") else count
