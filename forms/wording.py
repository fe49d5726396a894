"""The texts of a form in the citizen's language, found by JSON Forms' keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from forms import display, lookup, pointer, texts, texts_en
from forms.definition import Definition
from forms.form import form_of
from forms.live import Live
from forms.shape import titled_options
from forms.validation import Problem


class Wording:
    """Labels, hints and sentences of a definition for one set of data."""

    def __init__(self, definition: Definition, live: Live, language: str) -> None:
        self._definition, self._live, self.language = definition, live, language
        self._form = form_of(definition)

    def prefix(self, place: str, element: Mapping[str, Any] | None = None) -> str:
        """The start of a field's keys: its `i18n`, else its path without row numbers ("applicant.idNumber")."""
        element = self._form.element(place) if element is None else element
        own = element.get("i18n") or self._live.flat(place).get("i18n")
        parts = [part for part in pointer.split(place) if not part.isdigit()]
        return own if isinstance(own, str) else ".".join(parts) or "root"

    def text(self, key: str, default: str = "") -> str:
        return self._definition.text(key, default, self.language)

    def own(self, word: str) -> str:
        """One of the form's own words (未填写, 已签名, 已拍照) in the language of the form."""
        key = {"未填写": "not_filled", "已签名": "signed", "已拍照": "photo_taken"}.get(word)
        return self.text(key, display.said(word, self.language)) if key else word

    def label(self, place: str, element: Mapping[str, Any] | None = None) -> str:
        """The name of a field: the element's label, the schema's title, else the property's name in words."""
        element = self._form.element(place) if element is None else element
        said = element.get("label")
        if said is False:
            return ""
        own = said if isinstance(said, str) else self._title(place)
        return self.text(f"{self.prefix(place, element)}.label", own)

    def _title(self, place: str) -> str:
        title = self._live.flat(place).get("title")
        return title if isinstance(title, str) else start_case(pointer.last(place))

    def hint(self, place: str, element: Mapping[str, Any]) -> str:
        said = self._live.flat(place).get("description")
        return self.text(f"{self.prefix(place, element)}.description", said if isinstance(said, str) else "")

    def element_label(self, element: Mapping[str, Any]) -> str:
        """The label of a page or group: by its `i18n`, else the label is its own key."""
        said, key = element.get("label", element.get("text")), element.get("i18n")
        own = said if isinstance(said, str) else ""
        suffix = "text" if element.get("type") == "Label" else "label"
        return self.text(f"{key}.{suffix}", own) if isinstance(key, str) else self.text(own, own)

    def options(self, place: str, flat: Mapping[str, Any], element: Mapping[str, Any]) -> list[tuple[Any, str]]:
        """(value, label) of a choice: titled constants, an enumeration, or a short code table."""
        prefix = self.prefix(place, element)
        branches = flat.get("oneOf") if titled_options(flat.get("oneOf")) else flat.get("anyOf")
        if titled_options(branches):
            return [(one["const"], self._option(prefix, one)) for one in branches or ()]
        if isinstance(flat.get("enum"), list):
            return [(value, self.text(f"{prefix}.{carried(value)}", carried(value))) for value in flat["enum"]]
        wanted = flat.get("x-lookup")
        source = str(wanted.get("source", "")) if isinstance(wanted, dict) else ""
        listed = lookup.options(source, self.language)
        return [(code, self.text(f"x-lookup.{source}.{code}", name)) for code, name in listed]

    def _option(self, prefix: str, one: Mapping[str, Any]) -> str:
        value = carried(one["const"])
        own = str(one.get("title", value))
        key = one.get("i18n")
        if isinstance(key, str):
            return self.text(key, own)
        return self.text(f"{prefix}.{value}", self.text(f"{prefix}.{own}", own))

    def problem(self, problem: Problem) -> Problem:
        """The problem with its sentence: the definition's own, else ours."""
        prefix = self.prefix(problem.path)
        own = self._live.flat(problem.path).get("x-jsf-errorMessage")
        said = own.get(problem.keyword) if isinstance(own, dict) else None
        for key in (f"{prefix}.error.custom", f"{prefix}.error.{problem.keyword}"):
            found = self._sentence_of(key)
            if found:
                return replace(problem, message=found)
        general = self._sentence_of(f"error.{problem.keyword}")
        message = said if isinstance(said, str) else general or self._sentence(problem)
        return replace(problem, message=message)

    def _sentence_of(self, key: str) -> str:
        """The definition's own sentence for a fault: in English its English one, since ours is better than Chinese."""
        if not display.is_english(self.language):
            return self.text(key)
        return self._definition.i18n.get(self.language, {}).get(key, "")

    def _sentence(self, problem: Problem) -> str:
        flat = dict(self._live.flat(problem.path))
        if (self._form.element(problem.path).get("options") or {}).get("capture") == "signature":
            flat["x-signature"] = True
        value = pointer.get(self._live.data, problem.path, None)
        label = self.label(problem.path) or self._title(problem.path)
        if problem.keyword == "x-jsf-logic-validations" and problem.message:
            return problem.message
        sentence = texts_en.sentence if display.is_english(self.language) else texts.sentence
        return sentence(problem.keyword, problem.params, flat, label, value)


def carried(value: Any) -> str:
    """A constant as an HTML form carries it: texts as they are, others as JSON writes them."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def start_case(name: str) -> str:
    """A property name in words, as lodash's startCase: "householdSize" -> "Household Size"."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\x00-\x7f]+", name)
    return " ".join(word[:1].upper() + word[1:] for word in words)
