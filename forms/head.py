"""What lists say of a service: a small part of its file, so that a node knows hundreds without holding them whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from forms import parameters

DEFAULT_LANGUAGE = "zh-CN"
FORMAT: Final = 4  # raised when `small` takes more or less out of a file: what an older program took is taken anew
_TEXTS = ("x-service.name", "x-service.citizen_name")
_PARAMETERS = "x-service.parameters."
_SERVICE = (
    "code", "name", "citizen_name", "category", "icon", "keywords", "publisher", "plan_effective_date",
    "plan_cancel_date", "part_only", "private", "sealed", "concerns", "parameters",
)  # fmt: skip  # a table
_PARTS = {"fee": ("amount", "local"), "time_limit": ("promised",)}  # what lists say of them


@dataclass(frozen=True, eq=False)
class Head:
    """One version of one service by name. `service` and `i18n` hold what `small` takes of a file, and no more.

    `digest`: SHA-256 (hex) of the canonical file (RFC 8785). `heading`: the title of its schema.
    """

    id: str
    version: str
    digest: str
    i18n: dict[str, dict[str, str]]
    service: dict[str, Any]
    heading: str

    @property
    def title(self) -> str:
        return str(self.service.get("name") or self.heading or self.id)

    def begun(self, day: str) -> bool:
        """Whether it is in force on a day (YYYY-MM-DD): `plan_effective_date` has come, or none is set."""
        return str(self.service.get("plan_effective_date") or "") <= day

    def over(self, day: str) -> bool:
        """Whether it takes nothing new on a day: `plan_cancel_date` has come."""
        return str(self.service.get("plan_cancel_date") or "9999") <= day

    def text(self, key: str, default: str = "", language: str = DEFAULT_LANGUAGE) -> str:
        """A text by its key (JSON Forms' keys), in the language, else in Chinese, else `default`."""
        for name in (language, language.split("-", 1)[0], DEFAULT_LANGUAGE):
            found = self.i18n.get(name, {}).get(key)
            if found is not None:
                return found
        return default


def small(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a service file that its head is made of; again a file, with the same keys in the same places.

    `placed`: whether its texts or its fee name a parameter, and so differ from place to place.
    """
    service = raw.get("x-service") or {}
    taken = {
        "id": str(raw.get("id", "")),
        "version": str(raw.get("version", "")),
        "schema": {"title": str(raw["schema"].get("title") or "")} if isinstance(raw["schema"], Mapping) else {},
        "uischema": {},
        "i18n": {tag: _texts(texts) for tag, texts in (raw.get("i18n") or {}).items()},
        "x-service": {key: service[key] for key in _SERVICE if key in service} | _cut(service),
    }
    # said here once, so that hundreds of heads need not be searched at every start
    return taken | {"placed": parameters.named_in(taken)}


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if key in _TEXTS or key.startswith(_PARAMETERS)}


def _cut(service: Mapping[str, Any]) -> dict[str, Any]:
    """What it costs and how long it takes, whose each material is, whether it may be urgent, and the documents on
    numbered stock.
    """
    parts = {
        key: {name: service[key][name] for name in names if name in service[key]}
        for key, names in _PARTS.items()
        if key in service
    }
    materials = [{"source": one["source"]} for one in service.get("materials") or ()]
    results = [one for one in service.get("results") or () if one.get("seal") == "stock"]
    stock = [{"document": one["document"], "seal": one["seal"]} for one in results]
    return {**parts, "materials": materials, "results": stock} | ({"urgent": {}} if "urgent" in service else {})


def of_small(taken: Mapping[str, Any], digest: str, values: Mapping[str, parameters.Value] | None = None) -> Head:
    """A head from what `small` took, in the words of a place; without `values` as it is written."""
    i18n, service = taken["i18n"], taken["x-service"]
    if values is not None and taken["placed"]:
        filled = parameters.fill(taken, values)
        i18n, service = filled.i18n, filled.service
    return Head(taken["id"], taken["version"], digest, i18n, service, taken["schema"].get("title", ""))
