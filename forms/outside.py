"""What other systems have reported of an application: values, and the words for people. Used by forms.lifecycle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.events import Event
from forms.kinds_outside import DIFFERS, REPORTS, TITLES

NOT_KNOWN = "这一类答复没有这种结果"
NUMBERED_BEFORE = "已经有统一的办件编号，永久对应，不再更改"


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `about`: the number of a parcel, the code of a material, "" for an identity."""

    what: str
    outcome: str
    at: str
    about: str = ""
    name: str = ""
    source: str = ""
    differs: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Such as 身份事后核对：不一致."""
        return f"{TITLES[self.what]}：{REPORTS[self.what][self.outcome]}"

    @property
    def detail(self) -> str:
        """What it is about and what differs."""
        differs = "、".join(DIFFERS[one] for one in self.differs)
        number = self.about if self.what == "parcel" else ""
        return "；".join(one for one in (self.name, number, differs and f"不一致：{differs}", self.source) if one)

    @property
    def is_amiss(self) -> bool:
        """Whether somebody has to look at it."""
        return self.outcome in ("differs", "unknown", "none", "returned")


def objection(data: Mapping[str, Any]) -> str:
    """Why a report can't be one; "" where it can."""
    return "" if data["outcome"] in REPORTS[data["what"]] else NOT_KNOWN


def report(_event: Event, data: Mapping[str, Any]) -> Report:
    """The report of an outside.reported event."""
    about = data["parcel"]["number"] if "parcel" in data else data.get("material", "")
    name = data["parcel"]["carrier"] if "parcel" in data else data.get("name", "")
    differs = tuple(data.get("differs", ()))
    return Report(data["what"], data["outcome"], data["at"], about, name, data.get("source", ""), differs)


def words(data: Mapping[str, Any]) -> tuple[str, str]:
    """(title, detail) of the history."""
    said = REPORTS[data["what"]].get(data["outcome"], data["outcome"])
    about = data.get("name", "") or (data["parcel"]["carrier"] if "parcel" in data else "")
    differs = "、".join(DIFFERS[one] for one in data.get("differs", ()))
    return f"{TITLES[data['what']]}：{said}", "；".join(one for one in (about, differs and f"不一致：{differs}") if one)
