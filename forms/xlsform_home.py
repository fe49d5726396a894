"""The object that a group of conditions counts from: the answers themselves, or one row of a repeat."""

from __future__ import annotations

import json
from typing import Any

from forms.xlsform_rules import ALWAYS, Condition, Schema, as_schema


class Home:
    """Gathers what is asked under conditions and what is computed, and writes it into the object's schema once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._branches: dict[str, tuple[Schema, Schema]] = {}
        self._computed: dict[str, Any] = {}
        self._validations: dict[str, Any] = {}

    def require(self, way: tuple[str, ...], condition: Condition) -> None:
        """Asks for the value at the end of a way, and for the objects on the way, when the condition holds."""
        here = self.schema if condition == ALWAYS else self._then(condition)
        for name in way:
            asked = here.setdefault("required", [])
            if name not in asked:
                asked.append(name)
            here = here.setdefault("properties", {}).setdefault(name, {})
        if way and not here and condition != ALWAYS:
            self._tidy(self._then(condition), way)

    def _tidy(self, here: Schema, way: tuple[str, ...]) -> None:
        """`then` says only what is required, nothing of the value itself."""
        for name in way[:-1]:
            here = here["properties"][name]
        del here["properties"][way[-1]]
        if not here["properties"]:
            del here["properties"]

    def narrow(self, way: tuple[str, ...], condition: Condition, schema: Schema) -> None:
        """Lets a schema hold for a value when the condition holds."""
        here = self._then(condition)
        for name in way:
            here = here.setdefault("properties", {}).setdefault(name, {})
        here.update(schema)

    def _then(self, condition: Condition) -> Schema:
        wanted = as_schema(condition)
        return self._branches.setdefault(json.dumps(wanted, sort_keys=True), (wanted, {}))[1]

    def compute(self, name: str, rule: Any) -> str:
        return self._put(self._computed, name, {"rule": rule})

    def validate(self, name: str, rule: Any, message: str) -> str:
        return self._put(self._validations, name, {"errorMessage": message, "rule": rule})

    def _put(self, held: dict[str, Any], name: str, content: dict[str, Any]) -> str:
        found, number = name, 2
        while found in held:
            found, number = f"{name}{number}", number + 1
        held[found] = content
        return found

    def finish(self) -> None:
        """Writes everything into the schema."""
        branches = [{"if": wanted, "then": then} for wanted, then in self._branches.values() if then]
        if branches:
            self.schema["allOf"] = branches
        logic = {"computedValues": self._computed, "validations": self._validations}
        if any(logic.values()):
            self.schema["x-jsf-logic"] = {name: held for name, held in logic.items() if held}
