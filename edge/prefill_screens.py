"""Where prefilled answers came from, in the words of a page."""

from edge import prefill
from edge.drafts import Draft
from edge.node import Node
from edge.web import language, translate
from forms import display
from forms.definition import DEFAULT_LANGUAGE


def said(node: Node, draft: Draft) -> dict[str, str]:
    """Pointer -> 来自 2026年3月2日 居住登记, in the language of the page."""
    spoken = language()
    return {
        place: translate(
            "prefilled_from",
            date=display.date(day) if spoken == DEFAULT_LANGUAGE else day,
            service=service.text("x-service.name", service.title, spoken),
        )
        if service is not None
        else translate("prefilled_document")
        for place, (service, day) in prefill.sources(node, draft).items()
    }
