"""What the room can answer: questions of its services and of its own files, cards for what is done elsewhere.

Found by the same word pairs as the services (edge.guide_words), so that names and words of two characters work.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edge import guide_words
from forms.head import DEFAULT_LANGUAGE as CHINESE
from forms.head import Head

if TYPE_CHECKING:
    from edge.node import Node

FOUND_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its answer; `of`: who says it. `service`: its id, "" for what the room's files say."""

    question: str
    answer: str
    of: str
    service: str = ""


def find(node: "Node", services: Sequence[Head], text: str) -> list[Answer]:
    """Answers that hold most of what was typed, the best first; `services`: those whose guide speaks of it."""
    wanted = guide_words.pairs(text)
    shares = [(guide_words.share(wanted, f"{one.question} {one.answer} {one.of}"), one) for one in _all(node, services)]
    good = [one for one in shares if wanted and one[0] >= guide_words.SHARE_MIN]
    return [one for _, one in sorted(good, key=lambda one: -one[0])[:FOUND_MAX]]


def _all(node: "Node", services: Sequence[Head]) -> Iterator[Answer]:
    for faq in node.files.faq:
        yield from (
            Answer(one.question.said(CHINESE), one.answer.said(CHINESE), faq.title.said(CHINESE))
            for one in faq.questions
        )
    for card in node.files.cards.values():
        places = "；".join(f"{one.name.said(CHINESE)} {one.phone}".strip() for one in card.where)
        yield Answer(card.title.said(CHINESE), f"{card.summary.said(CHINESE)}。在{places}办。", card.name.said(CHINESE))
    for head in services:
        asked = node.version(head.id, head.version).service.get("faq", ())
        yield from (Answer(one["question"], one["answer"], head.title, head.id) for one in asked)
