"""同意 (个人信息保护法 13–16, 28–31): what a service asks people to agree to, read out of its answers.

Most services of the police rest on their statutory duty: what is collected is told (17, 35) and nobody is asked.
Where something rests on consent, `x-service.consents` names a yes-no question of the form for each thing asked, which
answers need it, whose age counts and where a guardian is named. So the question is asked, read aloud, translated,
kept and printed as every other one, and the file that the application is pinned to holds its exact words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms import pointer
from forms.definition import Definition
from forms.form import Form, form_of
from forms.kinds_consents import CONSENT_KINDS
from forms.pointer import MISSING
from forms.validation import Problem, Validator

CHILD_AGE: Final = 14  # below it a guardian decides (个人信息保护法 31)


@dataclass(frozen=True, slots=True)
class Consent:
    """One thing that is asked: `answer` is the place of the yes-no question, `covers` what is filled in after a yes.

    `unless`: a JSON Schema of the answers for which nobody is asked, since the law itself allows it then (13).
    """

    code: str
    kind: str
    answer: str
    covers: tuple[str, ...]
    unless: Mapping[str, Any] | None = None

    @property
    def kind_title(self) -> str:
        return CONSENT_KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Guardian:
    """Where the age of the person stands, and the name and relation of whoever decides for him or her."""

    age: str
    name: str
    relation: str


def asked(service: Mapping[str, Any]) -> tuple[Consent, ...]:
    """What `x-service` asks for; () for a service that rests on statutory duty alone."""
    said = service.get("consents") or {}
    return tuple(
        Consent(one["code"], one["kind"], one["answer"], tuple(one["covers"]), one.get("unless", {}).get("when"))
        for one in said.get("asked", ())
    )


def guardian(service: Mapping[str, Any]) -> Guardian | None:
    """None for a service that asks for no consent."""
    said = service.get("consents")
    return Guardian(said["age"], said["guardian"]["name"], said["guardian"]["relation"]) if said else None


def words(definition: Definition, consent: Consent, language: str) -> tuple[str, str]:
    """The question and what stands below it, as a page in this language shows them."""
    here = definition.shape.at(consent.answer)
    title = str(here.flat.get("title", "")) if here is not None else ""
    start = _prefix(form_of(definition), consent.answer)
    return definition.text(f"{start}.label", title, language), definition.text(f"{start}.description", "", language)


def digest(definition: Definition, consent: Consent, language: str) -> str:
    """SHA-256 (hex) of the UTF-8 of the exact text: the question, a line feed, what stands below it."""
    return hashlib.sha256("\n".join(words(definition, consent, language)).encode()).hexdigest()


def _prefix(form: Form, place: str) -> str:
    own = form.element(place).get("i18n")
    return own if isinstance(own, str) else ".".join(pointer.split(place))


def decided(definition: Definition, answers: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """The bodies of `consent.recorded` for what was asked and answered, yes or no, in the order of the file."""
    return [
        {
            "consent": one.code,
            "kind": one.kind,
            "given": given,
            "text": digest(definition, one, language),
            "version": definition.version,
            "language": language,
            **_by(definition, answers),
        }
        for one in asked(definition.service)
        if isinstance(given := _at(answers, one.answer), bool)
    ]


def _by(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Who decided, where it was not the person: {"by": {"name", "relation"}}."""
    where = guardian(definition.service)
    name = _at(answers, where.name) if where is not None else None
    relation = _at(answers, where.relation) if where is not None else None
    if where is None or not isinstance(name, str) or not isinstance(relation, str):
        return {}
    return {"by": {"name": name, "relation": _option(definition, where.relation, relation)}}


def _option(definition: Definition, place: str, value: str) -> str:
    """A choice by its official title; what is no choice as it is."""
    here = definition.shape.at(place)
    options = (here.flat.get("oneOf") or ()) if here is not None else ()
    return next((str(one["title"]) for one in options if one.get("const") == value and "title" in one), value)


def problems(service: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[Problem]:
    """What the schema of no service may forget: without a yes nothing is kept, under 14 a guardian decides."""
    where = guardian(service)
    if where is None:
        return
    every = asked(service)
    for one in every:
        yield from _uncovered(one, answers)
    if is_child(_at(answers, where.age)) and any(isinstance(_at(answers, one.answer), bool) for one in every):
        yield from (Problem(place, "required") for place in (where.name, where.relation) if _at(answers, place) is None)


def _uncovered(one: Consent, answers: Mapping[str, Any]) -> Iterator[Problem]:
    given, filled = _at(answers, one.answer), [place for place in one.covers if _at(answers, place) is not None]
    if given is False:
        yield from (Problem(place, "consent") for place in filled)
    elif given is None and filled and not is_free(one, answers):
        yield Problem(one.answer, "required")


def is_free(one: Consent, answers: Mapping[str, Any]) -> bool:
    """Whether nobody is asked, because of what the answers say."""
    return one.unless is not None and Validator(one.unless).holds(dict(answers))


def is_child(age: object) -> bool:
    """Under 14; an age that nobody said is not one."""
    return isinstance(age, int) and not isinstance(age, bool) and age < CHILD_AGE


def _at(answers: Mapping[str, Any], place: str) -> Any:
    found = pointer.get(answers, place)
    return None if found is MISSING else found
