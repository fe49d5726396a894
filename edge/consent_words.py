"""What somebody agreed to or refused, as it stands on a receipt: the question, the word, and which text it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge import consents
from edge.web import language, translate

if TYPE_CHECKING:
    from edge.applications import Application
    from edge.consents import Line


def sentences(application: Application) -> list[str]:
    """One line for each consent and how to take one back, in the language of the page; [] where nothing was asked."""
    if application.definition.service.get("private"):
        return []
    said = [_sentence(line) for line in consents.lines(application, language())]
    return [*said, translate("consent_back")] if said else []


def _sentence(line: Line) -> str:
    word = translate("consent_yes" if line.said.given else "consent_no")
    if line.said.withdrawn_at:
        word = translate("consent_gone")
    by = translate("consent_guardian") if line.said.name else ""
    return translate(
        "consent_line", question=line.question, word=word + by, version=line.said.version, digest=line.digest
    )
