"""The steps of a service that others have a word in (征求意见): what is asked for, what has come, how long it may take.

Steps without an order among them go side by side; the whole ends with the longest branch. A service says of each in
`x-service.steps[].opinion` whose word it is and what it must come before; `unless` what makes it needless.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from forms.reviewing import Review
from forms.state import State
from forms.validation import Validator

ACCEPT, DECIDE = "accept", "decide"
AGREED, RETURNED = "agreed", "returned"
CORRECTED = frozenset({"correction.answered", "correction.supplied"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that another department writes its opinion for; `before` is "accept" or "decide", `after` are codes."""

    code: str
    title: str
    by: str
    at: str
    desk: str
    before: str
    after: tuple[str, ...]
    limit: Mapping[str, Any] | None

    @classmethod
    def of(cls, step: Mapping[str, Any]) -> Self:
        said = step["opinion"]
        plain = {name: step.get(name, "") for name in ("code", "title", "by", "at")}
        return cls(
            **plain,
            desk=said["desk"],
            before=said["before"],
            after=tuple(said.get("after", ())),
            limit=step.get("limit"),
        )


def asked(service: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The opinions that these answers ask for, in the order of the service."""
    return tuple(Asked.of(step) for step in service.get("steps", ()) if "opinion" in step and _needed(step, answers))


def _needed(step: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    unless = step["opinion"].get("unless")
    return unless is None or not Validator(unless).holds(dict(answers))


def missing(steps: tuple[Asked, ...], review: Review, before: str) -> tuple[Asked, ...]:
    """What still has to be agreed to before 受理 ("accept"), or before a decision ("decide": all of it)."""
    named = [one for one in steps if before in (DECIDE, one.before)]
    return tuple(one for one in named if not agreed(review, one.code))


def agreed(review: Review, code: str) -> bool:
    """Whether the last word about a step is yes."""
    opinion = review.opinion(code)
    return opinion is not None and opinion.outcome == AGREED


def to_write(state: State, code: str) -> bool:
    """Whether the word about a step is still to come: none is there, or it was sent back (退回) and corrected since."""
    opinion = state.review.opinion(code)
    if opinion is None or opinion.outcome != RETURNED:
        return opinion is None
    ids = [one.id for one in state.history]
    since = state.history[ids.index(opinion.id) + 1 :] if opinion.id in ids else ()
    return any(one.kind in CORRECTED and one.effective for one in since)


def waits_for(step: Asked, steps: tuple[Asked, ...], review: Review) -> tuple[Asked, ...]:
    """The steps that must be agreed to before this one can be written."""
    return tuple(one for one in steps if one.code in step.after and not agreed(review, one.code))


@dataclass(frozen=True, slots=True)
class Branch:
    """What the time of one opinion needs: `at` when it came ("" while it hasn't), else its limit as (value, unit);
    `after` are the places of those before it; `accept` whether 受理 waits for it.
    """

    at: str
    limit: tuple[int, str] | None
    after: tuple[int, ...]
    accept: bool


def branches(steps: tuple[Asked, ...], review: Review) -> tuple[Branch, ...]:
    """In the order of the service: a step stands behind those that it waits for, as the lint has seen to."""
    places = {one.code: place for place, one in enumerate(steps)}
    found = []
    for place, one in enumerate(steps):
        opinion = review.opinion(one.code)
        limit = (int(one.limit["value"]), str(one.limit["unit"])) if one.limit else None
        after = tuple(places[code] for code in one.after if places.get(code, place) < place)
        found.append(Branch(opinion.at if opinion else "", limit, after, one.before == ACCEPT))
    return tuple(found)


def longest(found: tuple[Branch, ...], begun: str, add: Callable[[str, Mapping[str, Any]], str]) -> str | None:
    """When the opinions before 受理 are all there, by the longest branch: what has come counts as it came, the rest by
    its limit. None where none is asked for. `add` gives the end of a limit that begins at a moment.
    """
    done: list[str] = []
    for one in found:
        start = max([begun, *(done[place] for place in one.after)])
        due = add(start, {"value": one.limit[0], "unit": one.limit[1]}) if one.limit and not one.at else start
        done.append(one.at or due)
    return max((end for end, one in zip(done, found, strict=True) if one.accept), default=None)


def ends(
    steps: tuple[Asked, ...], review: Review, begun: str, add: Callable[[str, Mapping[str, Any]], str]
) -> str | None:
    """`longest` of these steps as they stand."""
    return longest(branches(steps, review), begun, add)
