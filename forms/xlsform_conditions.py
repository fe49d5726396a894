"""When a row of an XLSForm is shown and when it must be filled, with what can't be said listed by cell."""

from __future__ import annotations

from forms.xlsform_choices import Filter, filtered
from forms.xlsform_items import Cannot, Item, Items
from forms.xlsform_places import Remarks
from forms.xlsform_rules import ALWAYS, NEVER, Condition, Joined, both, condition
from forms.xpath import XPathError, parse

_YES, _NO = frozenset({"yes", "true", "true()", "1", "required"}), frozenset({"no", "false", "false()", "0", ""})


class Conditions:
    """Reads `relevant`, `required` and `choice_filter`; each cell once."""

    def __init__(self, items: Items, remarks: Remarks) -> None:
        self._items, self._remarks = items, remarks
        self._shown: dict[Item, Condition | None] = {}
        self._filters: dict[Item, Filter | None] = {}
        self.columns: set[str] = set()  # of the sheet `choices`, read by some filter

    def _read(self, source: str, item: Item, about: str, reason: str) -> Condition | None:
        try:
            return condition(parse(source), self._items, item)
        except (Cannot, XPathError) as fault:
            self._remarks.add("survey", item.row, about, f"{fault}；{reason}", source)
        return None

    def own(self, item: Item) -> Condition | None:
        """When an item itself is shown; None when that can't be said."""
        if item not in self._shown:
            said = item.bind("relevant")
            found: Condition | None = ALWAYS
            if isinstance(said, str) and said.strip():
                found = self._read(said, item, "relevant", "这一项会一直显示，里面的必填改为选填")
            listed = self.filter(item)
            self._shown[item] = found if found is None or listed is None else both([found, listed.shown])
        return self._shown[item]

    def filter(self, item: Item) -> Filter | None:
        """How the options of a question depend on earlier answers; None when they don't or it can't be said."""
        said = item.node.get("choice_filter")
        if item not in self._filters:
            self._filters[item] = None
            if isinstance(said, str) and said.strip() and item.kind in ("one", "many"):
                try:
                    self._filters[item] = found = filtered(said, item, self._items)
                    self.columns |= found.columns
                except (Cannot, XPathError) as fault:
                    self._remarks.add("survey", item.row, "choice_filter", f"{fault}；这一题会列出全部选项", said)
        return self._filters[item]

    def asked(self, item: Item) -> Condition | None:
        """When an item must be filled: ALWAYS, under a condition, or None for never."""
        said = item.bind("required")
        plain = str(said).strip().lower() if said is not None else ""
        if plain in _NO:
            return None
        own = ALWAYS if plain in _YES else self._read(str(said), item, "required", "改为选填")
        chain = [self.own(one) for one in item.above]
        if own is None or any(one is None for one in chain):
            if own is not None:
                self._remarks.add("survey", item.row, "required", "显示条件没有带过来，所以改为选填")
            return None
        found = both([*[one for one in chain if one is not None], own])
        return None if found == NEVER or (isinstance(found, Joined) and NEVER in found.parts) else found
