"""One draft as a walk through pages: question pages, photographs, check, file. Knows the order, not the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from edge.drafts import Draft
from forms import originals, whole
from forms import page as pages
from forms.answers import Context
from forms.definition import Definition
from forms.page import Control
from forms.validation import Problem
from forms.whole import Find

PHOTOS = "photos"
CHECK = "check"
Place = int | str  # the index of a page of the definition, PHOTOS or CHECK


def _nothing(_service: str) -> None:
    return None


@dataclass(frozen=True)
class Walk:
    """A draft with its definition. `context` is what the answers are judged by today; `find` gives the services that a
    composed one is made of.
    """

    draft: Draft
    definition: Definition
    context: Context
    find: Find = _nothing

    @cached_property
    def places(self) -> list[Place]:
        """Where this citizen has to go, in order; hidden pages are left out."""
        found: list[Place] = [*pages.visible_pages(self.definition, self.draft.data, context=self.context)]
        return [*found, *([PHOTOS] if self.materials else []), CHECK]

    @cached_property
    def materials(self) -> list[dict[str, Any]]:
        """What the citizen brings and the room keeps, as the answers ask for it; one with a `field` has its page."""
        return [entry for entry in self.definition.service["materials"] if self._wanted(entry)]

    def _wanted(self, entry: dict[str, Any]) -> bool:
        if entry["source"] != "applicant" or not entry["copies"] or entry.get("field"):
            return False
        return entry["required"] is False or originals.needed(entry, self.draft.data)

    def controls(self, place: int, problems: Sequence[Problem] = ()) -> list[Control]:
        """What one page shows."""
        return pages.controls(self.definition, self.draft.data, place, problems, context=self.context)

    def shown(self, place: int) -> list[str]:
        """The paths of the fields that a page shows, in order."""
        return [leaf.path for leaf in pages.leaves(self.controls(place)) if leaf.visible]

    def places_chosen(self, place: int) -> list[tuple[str, Any]]:
        """The divisions of a page as they are chosen so far: what is offered below follows from them."""
        return [(leaf.path, leaf.value) for leaf in pages.leaves(self.controls(place)) if leaf.kind == "division"]

    @cached_property
    def problems(self) -> Sequence[Problem]:
        """Everything that is wrong with the answers as they stand."""
        return whole.check(self.definition, self.draft.data, self.context, self.find).problems

    def problems_of(self, place: int) -> list[Problem]:
        """Those that belong on one page."""
        return list(pages.page_problems(self.definition, self.draft.data, place, self.problems))

    def first_open(self) -> Place:
        """The first page that is not right yet, or CHECK."""
        return next((place for place in self.places if isinstance(place, int) and self.problems_of(place)), CHECK)

    def resume(self) -> Place:
        """Where to go on: the page that was reached last."""
        return self.draft.page if self.draft.page in self.places else self.places[0]

    def label(self, place: int) -> str:
        """What a page is about, in the draft's language."""
        page = self.definition.pages[place]
        return self.definition.text(f"{page.key}.label", page.label, self.context.language)

    def step(self, place: Place) -> int:
        """Which step a place is, from 1."""
        return self.places.index(place) + 1

    def after(self, place: Place) -> Place:
        """The next place; pages may have come or gone with the last answer."""
        if place in self.places:
            return self.places[min(self.places.index(place) + 1, len(self.places) - 1)]
        later = (other for other in self.places if isinstance(other, int) and isinstance(place, int) and other > place)
        return next(later, CHECK)

    def before(self, place: Place) -> Place | None:
        """The place before; None before the first."""
        earlier = self.places[: self.places.index(place)] if place in self.places else self.places[:1]
        return earlier[-1] if earlier else None
