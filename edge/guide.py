"""What a citizen wants to know before starting, taken from a service's definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from edge import words
from edge.web import language, translate
from forms import whole

if TYPE_CHECKING:
    from edge.room import Room
    from forms.definition import Definition
    from forms.head import Head
    from forms.whole import Part

UNITS = {"workday": "units", "day": "units_day", "hour": "units_hour", "month": "units_month"}
SHOWN_SOURCES = frozenset({"applicant", "promise"})  # what others already have is not asked of the citizen
SEALS = {"stock": "seal_stock", "station": "seal_station", "centre": "seal_centre"}
DEFAULT_ICON = "file-text"
FREE = "不收费"


class Bring(NamedTuple):
    """A material as a citizen reads it."""

    name: str
    note: str


class Branch(NamedTuple):
    """One part of a composed service: what, who handles it, and when it begins or in which case it is done."""

    title: str
    by: str
    note: str


class Guide(NamedTuple):
    """The guide of one service, all sentences ready."""

    id: str
    name: str
    title: str
    summary: str
    who: list[str]
    materials: list[Bring]
    time: str
    fee: str
    fee_note: str
    next: list[str]
    privacy: str
    basis: list[str]
    urgent: str
    telephone: str
    telephone_note: str
    parts: list[Branch]
    results: list[str]


def guide(definition: Definition, room: Room) -> Guide:
    """The guide of a service for this room."""
    service = definition.service
    say = Speaker(definition, room)
    urgent = service.get("urgent", {})
    return Guide(
        id=definition.id,
        name=say("name", definition.title),
        title=citizen_title(definition),
        summary=say("summary", service.get("summary", "")),
        who=say.lines("who"),
        materials=[_bring(say, at, entry) for at, entry in enumerate(service["materials"]) if _asked(entry)],
        time=time_text(service),
        fee=fee_text(service),
        fee_note=_fee_note(service, say),
        next=say.lines("next"),
        privacy=_privacy(say, service["privacy"]),
        basis=_laws(say, service["legal_basis"]) + _notes(say, service),
        urgent=say("urgent.sentence_pending", urgent.get("sentence_pending", "")),
        telephone=words.fill(urgent.get("telephone", ""), room),
        results=_documents(say, service),
        telephone_note=say("urgent.telephone_note", urgent.get("telephone_note", "")),
        parts=[_branch(definition, part) for part in whole.parts_of(definition)],
    )


def _branch(definition: Definition, part: Part) -> Branch:
    titles = {one.code: one.title for one in whole.parts_of(definition)}
    first = "、".join(titles[code] for code in part.after)
    start = translate("guide_part_after", first=first) if first else translate("guide_part_together")
    chosen = "" if part.when is True else translate("guide_part_chosen")
    return Branch(part.title, part.by, translate("guide_part_note", start=start, chosen=chosen))


class Speaker:
    """The texts of x-service in the language of the page, with the room's own values put in.

    A translation stands in the definition's i18n under `x-service.` and the place, e.g. `x-service.who.0`.
    """

    def __init__(self, definition: Head, room: Room) -> None:
        self.definition = definition
        self.room = room

    def __call__(self, key: str, default: str) -> str:
        return words.fill(self.definition.text(f"x-service.{key}", default, language()), self.room)

    def lines(self, key: str) -> list[str]:
        """A list of sentences."""
        return [self(f"{key}.{at}", line) for at, line in enumerate(self.definition.service.get(key, []))]


def citizen_title(definition: Head) -> str:
    """The service in the citizen's own words (生娃上户口)."""
    default = str(definition.service.get("citizen_name") or definition.title)
    return definition.text("x-service.citizen_name", default, language())


def _documents(say: Speaker, service: dict[str, Any]) -> list[str]:
    """What one gets when it is granted, and whose seal it bears; nothing of a private service."""
    if service.get("private"):
        return []
    return [
        _sealed(say(f"results.{at}.document", one["document"]), one["seal"])
        for at, one in enumerate(service["results"])
        if one["kind"] == "granted" and one.get("document")
    ]


def _sealed(name: str, seal: str) -> str:
    return translate("guide_sealed", name=name, seal=translate(SEALS[seal])) if seal in SEALS else name


def _asked(entry: dict[str, Any]) -> bool:
    return entry["source"] in SHOWN_SOURCES


def _bring(say: Speaker, at: int, entry: dict[str, Any]) -> Bring:
    required = entry["required"]
    depends = not isinstance(required, bool)
    note = translate("guide_case") if depends else "" if required else translate("guide_may")
    return Bring(say(f"materials.{at}.name", entry["name"]), note)


def _laws(say: Speaker, laws: list[dict[str, Any]]) -> list[str]:
    joint = "" if language().startswith("zh") else ", "
    parts = [[say(f"legal_basis.{at}.{key}", law[key]) for key in ("title", "article")] for at, law in enumerate(laws)]
    return [joint.join(part) for part in parts]


def _notes(say: Speaker, service: dict[str, Any]) -> list[str]:
    local = translate("bracketed", text=translate("guide_local"))
    notes = enumerate(service.get("notes", []))
    return [say(f"notes.{at}.text", note["text"]) + (local if note.get("local") else "") for at, note in notes]


def _privacy(say: Speaker, privacy: dict[str, Any]) -> str:
    parts = (say("privacy.purpose", privacy["purpose"]), say("privacy.retention", privacy["retention"]))
    return translate("sentences", first=parts[0].rstrip("。."), second=parts[1].rstrip("。."))


def time_text(service: dict[str, Any]) -> str:
    """The promised time limit in words."""
    promised = service["time_limit"]["promised"]
    if promised["value"] == 0:
        return translate("guide_spot")
    return translate(UNITS[promised["unit"]], value=promised["value"])


def _fee_note(service: dict[str, Any], say: Speaker) -> str:
    """What is to be said of the fee beyond the amount; "" where it only says again that nothing is charged."""
    note = service["fee"].get("note", "")
    return "" if note == FREE else say("fee.note", note)


def fee_text(service: dict[str, Any]) -> str:
    """The fee in words."""
    amount = service["fee"]["amount"]
    said = translate("guide_free") if not amount else translate("guide_yuan", amount=f"{amount:g}")
    return said + translate("bracketed", text=translate("guide_local")) if service["fee"].get("local") else said
