"""Where prefilled answers came from, in the words of a page."""

from edge import prefill, prefill_marks
from edge.drafts import Draft
from edge.node import Node
from edge.web import language, translate
from forms import display
from forms.definition import DEFAULT_LANGUAGE


def said(node: Node, draft: Draft) -> dict[str, str]:
    """Pointer -> 来自 2026年3月2日 居住登记, in the language of the page."""
    spoken = language()
    with node.database.read() as tx:
        known = prefill_marks.confirmed(tx, draft.id)
    shown = "card_from" if known is not None and known.method == "card" else "prefilled_document"
    return {
        place: translate(
            "prefilled_from",
            date=display.date(day) if spoken == DEFAULT_LANGUAGE else day,
            service=service.text("x-service.name", service.title, spoken),
        )
        if service is not None
        else translate(shown)
        for place, (service, day) in prefill.sources(node, draft).items()
    }
