"""An XLSForm, as pyxform understands it, as a definition of ours. One way and lossy, but nothing is lost in silence.

Groups at the top become pages, groups inside become groups, repeats become lists; conditions become rules and `if`/
`then` from one tree (forms.xlsform_rules). What has no counterpart is listed with its cell and the reason. XLSForm has
no service guide: that part is a start with everything marked that somebody must still write (forms.starting).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms import sampling, starting
from forms.xlsform_build import Build
from forms.xlsform_columns import leftovers
from forms.xlsform_items import Item, Items
from forms.xlsform_places import Left, Remarks, Sheet
from forms.xlsform_texts import CHINESE, Texts

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ID_LENGTH_MAX = 64
PAGE_LABEL = "填写内容"


@dataclass(frozen=True, slots=True)
class Imported:
    """`content`: the definition file. `left`: what stayed behind; `more`: how many more than are listed."""

    content: dict[str, Any]
    left: list[Left]
    more: int
    fields: int


def service_id(tree: Mapping[str, Any], given: str) -> str:
    """The service's id: the given one, else made of the form's; "" when neither can be one."""
    if given:
        return given if is_id(given) else ""
    plain = re.sub("[^a-z0-9]+", "-", str(tree.get("id_string") or "").lower()).strip("-")[:ID_LENGTH_MAX].strip("-")
    return plain if is_id(plain) else ""


def is_id(text: str) -> bool:
    """Whether `text` can be the id of a service: small letters, digits and hyphens, at most ID_LENGTH_MAX."""
    return len(text) <= ID_LENGTH_MAX and bool(_ID.fullmatch(text))


def convert(
    tree: Mapping[str, Any], sheets: Mapping[str, Sheet], left: list[Left], *, service: str, version: str
) -> Imported:
    """The definition of a form. `tree`: from pyxform; `left`: what the reader of the workbook left behind already."""
    remarks = Remarks(sheets, left)
    items, texts = Items(tree), Texts(tree, remarks)
    title = _title(tree, texts, service)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": starting.schema_id(service, version),
        "title": title,
        "type": "object",
        "properties": {},
    }
    build = Build(items, texts, remarks)
    pages = _pages(build, items, schema)
    build.finish()
    leftovers(tree, items, build.conditions.columns, remarks)
    for name, held in schema["properties"].items():
        held["x-purpose"] = starting.to_do(f"为什么要填“{held.get('title') or name}”")
    content = {
        "$schema": "service.schema.json",
        "id": service,
        "version": version,
        "schema": schema,
        "uischema": {"type": "Categorization", "options": {"variant": "stepper"}, "elements": pages},
        "i18n": {code: held for code, held in texts.i18n.items() if held or code == CHINESE},
        "x-service": starting.service_part(title, build.materials),
        "x-samples": {"valid": [], "invalid": []},
    }
    content["x-samples"] = sampling.samples(content)
    return Imported(content, remarks.all(), remarks.more, build.fields)


def _title(tree: Mapping[str, Any], texts: Texts, service: str) -> str:
    said = str(tree.get("title") or "").strip()[:100]
    return said if said and said != tree.get("id_string") else texts.by_code(said).get(CHINESE) or service


def _pages(build: Build, items: Items, schema: dict[str, Any]) -> list[dict[str, Any]]:
    """A page for each group and each list at the top, and one for each run of questions between them."""
    pages: list[dict[str, Any]] = []
    loose: list[dict[str, Any]] = []

    def close() -> None:
        if loose:
            number = sum(page["label"].startswith(PAGE_LABEL) for page in pages) + 1
            label = PAGE_LABEL if number == 1 else f"{PAGE_LABEL}（{number}）"
            pages.append({"type": "Category", "label": label, "elements": list(loose)})
            loose.clear()

    for item in items.top:
        elements = build.elements(item, schema)
        if item.kind in ("group", "repeat") and elements:
            close()
            pages.append(_page(item, elements[0]))
        else:
            loose.extend(elements)
    close()
    return pages or [{"type": "Category", "label": PAGE_LABEL, "elements": []}]


def _page(item: Item, element: dict[str, Any]) -> dict[str, Any]:
    if item.kind == "group":
        return {**element, "type": "Category"}
    return {"type": "Category", "label": element["options"]["row_label"], "elements": [element]}
