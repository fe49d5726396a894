"""What runs out without anybody asking: identity cards, endorsements of residence permits, registered stays.

Worked out of one application as it stands, and nothing else. A card that was issued here is reckoned from the day of
the decision (居民身份证法 5: 16 to 25 ten years, 26 to 45 twenty, from 46 without end, below 16 five); what stands on
the card itself, where an officer noted it, goes before that. A residence permit is endorsed each year, in the month
before the year is full (居住证暂行条例 10).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms import formats, persons, pointer
from forms.dates import is_date, months_later
from forms.definition import Definition
from forms.kinds_people import EXPIRING
from forms.kinds_receiving import LONG
from forms.state import State

ID_CARD, PERMIT, STAY = "id_card", "permit", "stay"
WHATS = EXPIRING
# how many months before its end somebody is told (规范 76: a card may be renewed from three months before), and how
# many after it he is still listed
LEAD_MONTHS: Final[dict[str, int]] = {ID_CARD: 3, PERMIT: 1, STAY: 1}
KEPT_MONTHS: Final[dict[str, int]] = {ID_CARD: 6, PERMIT: 6, STAY: 3}
BASES: Final[dict[str, str]] = {
    "card": "证面上的日期",
    "reckoned": "按办结日推算，以证面为准",
    "said": "本人填报，以证面为准",
    "busy": "正在办理",
    "": "",
}
RENEWAL, REPLACEMENT, FIRST_CARD = "shenfenzheng-huanling", "shenfenzheng-buling", "shenfenzheng-shenling"
PERMIT_FIRST, PERMIT_YEARLY = "juzhuzheng-shenling", "juzhuzheng-qianzhu"
REGISTRATION, DEATH = "juzhu-dengji", "siwang-zhuxiao"
# whose service leads to a new one
NEXT: Final[dict[str, str]] = {ID_CARD: RENEWAL, PERMIT: PERMIT_YEARLY, STAY: REGISTRATION}
_YEARS = ((16, 5), (26, 10), (46, 20))  # younger than, valid for
_GRANTED = "granted"
_MOBILE_DIGITS = 11
_STAY_MONTHS_MAX = 120  # what is said beyond it is a slip of the pen
_PART = re.compile(r"[0-9０-９一二三四五六七八九十百]{1,4}\s*(?:村民)?(?:组|社|队)")
_VILLAGE = re.compile(r"(?:.*[省市区县旗乡镇])?([\u4e00-\u9fff]{1,8}?(?:村|社区|寨))")


@dataclass(frozen=True, slots=True)
class Term:
    """What one application says of one thing of one person; of several the one with the latest `at` counts.

    `what`: a key of WHATS; `person`: an identity number; `until`: the last day, "" where nothing runs out (without
    end, lost, the person has died); `basis`: a key of BASES, "busy" while it is applied for.
    """

    what: str
    person: str
    until: str
    basis: str
    at: str


@dataclass(frozen=True, slots=True)
class Dwelling:
    """Where a person said that he lives: `village` is a code of divisions or a name, `part` such as 三组."""

    person: str
    village: str
    part: str


def terms(definition: Definition, state: State) -> tuple[Term, ...]:
    """What an application says; at most one term of each kind."""
    if state.filed_at is None or state.parts:
        return ()
    found = _OF_SERVICE.get(definition.id, _nothing)(definition, state)
    said = {one.what: one for one in (*_looked_at(definition, state), *found) if one.person}
    return tuple(said.values())


def enters(what: str, until: str) -> str:
    """The first day on which somebody is told."""
    return months_later(until, -LEAD_MONTHS[what])


def leaves(what: str, until: str) -> str:
    """The last day on which he still is listed."""
    return months_later(until, KEPT_MONTHS[what])


def card_ends(born: str, issued: str) -> str:
    """The last day of an identity card that was issued on a day; "" for one without end."""
    age = formats.age(born, issued)
    years = next((years for below, years in _YEARS if age < below), 0)
    return months_later(issued, 12 * years) if years else ""


def dwelling(definition: Definition, answers: Mapping[str, Any]) -> Dwelling | None:
    """Where the person of an application lives, as far as he said it for himself."""
    said = persons.told(definition, answers)
    text = str(said.get("postalAddress") or said.get("address") or "")
    named = _VILLAGE.match(text)
    village = str(said.get("address.village") or "") or (named[1] if named else "")
    near = " ".join(str(said.get(word) or "") for word in ("address.doorplate", "address.landmark")) + " " + text
    part = _PART.search(near)
    if not village and not part:
        return None
    return Dwelling(str(said[persons.SUBJECT]), village, "".join(part[0].split()) if part else "")


def phone(definition: Definition, answers: Mapping[str, Any]) -> str:
    """The mobile telephone that somebody left for news of his own matter; "" for none, and for that of another."""
    found = persons.told(definition, answers).get("phone")
    return found if isinstance(found, str) and len(found) == _MOBILE_DIGITS and found.startswith("1") else ""


def _nothing(_definition: Definition, _state: State) -> Iterator[Term]:
    yield from ()


def _day(state: State) -> str:
    return (state.closed_at or "")[:10]


def _looked_at(definition: Definition, state: State) -> Iterator[Term]:
    """An identity card that an officer held in his hand, of somebody who came for himself."""
    until = state.identity_until
    if until and state.identity_document == "id-card" and persons.told(definition, state.answers):
        end = "" if until == LONG else until
        yield Term(ID_CARD, persons.subject(definition, state.answers), end, "card", state.identity_at)


def _on_the_document(state: State) -> str:
    """The end of validity that was noted when the new document came; "" where nobody did."""
    return next((one.until for one in reversed(state.delivery.arrived) if one.until), "")


def _card(definition: Definition, state: State) -> Iterator[Term]:
    """An application for a card: in hand, issued, or gone back to what was before."""
    person = persons.subject(definition, state.answers)
    if state.result is None:
        yield Term(ID_CARD, person, "", "busy", state.filed_at or "")
    elif state.result == _GRANTED:
        yield _issued(state, person)
    else:
        yield from _old_card(definition, state, person)


def _issued(state: State, person: str) -> Term:
    at, noted = state.closed_at or "", _on_the_document(state)
    if pointer.get(state.answers, "/request/kind", "") == "report":  # 只挂失: there is no card any more
        return Term(ID_CARD, person, "", "", at)
    if noted:
        return Term(ID_CARD, person, "" if noted == LONG else noted, "card", at)
    known = formats.is_ric(person)
    until = card_ends(formats.birth_date(person), _day(state)) if known else ""
    return Term(ID_CARD, person, until, "reckoned" if until else "", at)


def _old_card(definition: Definition, state: State, person: str) -> Iterator[Term]:
    """Nothing was issued: the card is the one that he had, with what was read off it or what he wrote."""
    looked = next(_looked_at(definition, state), None)
    until = pointer.get(state.answers, "/card/expiry", "")
    if looked is not None:
        yield looked
    elif isinstance(until, str) and is_date(until):
        yield Term(ID_CARD, person, until, "said", state.filed_at or "")


def _permit(definition: Definition, state: State) -> Iterator[Term]:
    """A residence permit: due again a year after it was issued or endorsed."""
    person = persons.subject(definition, state.answers)
    last = pointer.get(state.answers, "/card/last", "")
    if state.result is None:
        yield Term(PERMIT, person, "", "busy", state.filed_at or "")
    elif state.result == _GRANTED:
        noted = _on_the_document(state)
        until = noted if is_date(noted) else months_later(_day(state), 12)
        yield Term(PERMIT, person, until, "card" if is_date(noted) else "reckoned", state.closed_at or "")
    elif isinstance(last, str) and is_date(last):
        yield Term(PERMIT, person, months_later(last, 12), "said", state.filed_at or "")


def _stay(definition: Definition, state: State) -> Iterator[Term]:
    """居住登记: how long somebody said that he stays."""
    person = persons.subject(definition, state.answers)
    start, months = (pointer.get(state.answers, f"/residence/{name}", None) for name in ("start", "months"))
    stated = isinstance(start, str) and is_date(start) and isinstance(months, int) and 0 < months <= _STAY_MONTHS_MAX
    if state.result is None:
        yield Term(STAY, person, "", "busy", state.filed_at or "")
    elif state.result == _GRANTED:
        until = months_later(str(start), int(months or 0)) if stated else ""
        yield Term(STAY, person, until, "said" if until else "", state.closed_at or "")


def _dead(_definition: Definition, state: State) -> Iterator[Term]:
    """Nobody is reminded of a card of somebody who has died."""
    person = pointer.get(state.answers, "/deceased/idNumber", "")
    if state.result == _GRANTED and isinstance(person, str):
        yield from (Term(what, person, "", "", state.closed_at or "") for what in WHATS)


_OF_SERVICE: Final[dict[str, Callable[[Definition, State], Iterator[Term]]]] = {
    RENEWAL: _card,
    REPLACEMENT: _card,
    FIRST_CARD: _card,
    PERMIT_FIRST: _permit,
    PERMIT_YEARLY: _permit,
    REGISTRATION: _stay,
    DEATH: _dead,
}
