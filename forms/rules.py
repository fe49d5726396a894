"""Rules of a UI schema: what is shown and what can be filled in, as JSON Forms' reference (@jsonforms/core) decides.

The corners of the reference are kept on purpose: a missing value makes most schema conditions true unless
`failWhenUndefined` says otherwise, comparison with `expectedValue` is JavaScript's ===, an unknown condition holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

from forms import pointer, shape, validation
from forms.pointer import MISSING

_APPLICATORS = re.compile(r"(anyOf|allOf|oneOf)/[0-9]+/")
_BRANCHES = re.compile(r"(then|else)/")
_NEGATED = {"SHOW": False, "HIDE": True, "ENABLE": False, "DISABLE": True}
_DEPTH_MAX = 40
_VISIBILITY, _ENABLEMENT = frozenset({"SHOW", "HIDE"}), frozenset({"ENABLE", "DISABLE"})


def visible(element: Mapping[str, Any], data: Any, *, root: Mapping[str, Any] | None = None) -> bool:
    """Whether a UI schema element is shown for `data` (inside a list: the data of the row).

    `root`: the schema that `$ref` in a condition may point into. Only the element's own rule is asked; what stands
    around it is for forms.page to ask.
    """
    return Judge(root).visible(element, data)


def enabled(element: Mapping[str, Any], data: Any, *, root: Mapping[str, Any] | None = None) -> bool:
    """Whether a UI schema element can be filled in for `data`, by its own rule."""
    return Judge(root).enabled(element, data)


@lru_cache(maxsize=20_000)
def data_segments(scope: str) -> tuple[str, ...]:
    """A scope as the names that lead to the value: "#/properties/a/properties/b" -> ("a", "b")."""
    plain = _BRANCHES.sub("", _APPLICATORS.sub("", scope))
    parts = [part.replace("~1", "/").replace("~0", "~", 1) for part in plain.split("/")]
    return tuple(parts[2 if parts[0] in ("#", "") else 1 :: 2])


@lru_cache(maxsize=20_000)
def _names(scope: str) -> tuple[str, ...]:
    dotted = ".".join(data_segments(scope))
    return tuple(dotted.split(".")) if dotted else ()


def value_at(data: Any, scope: str | None) -> Any:
    """The value of a scope, or MISSING. Names with a dot are taken apart, as the reference does."""
    value = data
    for part in _names(scope) if scope else ():
        value = _own(value, part) if _truthy(value) else MISSING
    return value


def _truthy(value: Any) -> bool:
    """JavaScript's truth: empty lists and objects are true."""
    return isinstance(value, dict | list) or bool(value)


def _own(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name, MISSING)
    if isinstance(value, list | str):
        items = _code_units(value) if isinstance(value, str) else value
        if name == "length":
            return len(items)
        if re.fullmatch("0|[1-9][0-9]{0,8}", name) and int(name) < len(items):
            return items[int(name)]
    return MISSING


def _code_units(text: str) -> str:
    """A text as JavaScript counts and cuts it: a character beyond U+FFFF, such as 𠮷, is two.

    Each half stands as U+FFFD, since a half alone is not a text that a schema can be asked about.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    return "".join(units[at : at + 2].decode("utf-16-le", "replace") for at in range(0, len(units), 2))


class Judge:
    """Evaluates conditions against one root schema; keeps what it compiled."""

    def __init__(self, root: Mapping[str, Any] | None = None) -> None:
        self._root: dict[str, Any] = dict(root) if root else {}
        self._compiled: dict[int, tuple[Any, validation.Validator | None]] = {}

    def visible(self, element: Mapping[str, Any], data: Any) -> bool:
        return self._decide(element, data, _VISIBILITY)

    def enabled(self, element: Mapping[str, Any], data: Any) -> bool:
        return self._decide(element, data, _ENABLEMENT)

    def _decide(self, element: Mapping[str, Any], data: Any, effects: frozenset[str]) -> bool:
        rule = element.get("rule")
        if not isinstance(rule, Mapping) or rule.get("effect") not in effects:
            return True
        return self.fulfilled(rule.get("condition"), data) is not _NEGATED[str(rule["effect"])]

    def fulfilled(self, condition: Any, data: Any) -> bool:
        """Whether a condition of a rule holds."""
        if not isinstance(condition, Mapping):
            return True
        kind = condition.get("type")
        if kind in ("AND", "OR", "NOT"):
            return self._combined(str(kind), condition, data)
        if kind == "LEAF":
            return _same(value_at(data, condition.get("scope")), condition.get("expectedValue", MISSING))
        if "schema" in condition:
            value = value_at(data, condition.get("scope"))
            if condition.get("failWhenUndefined") and value is MISSING:
                return False
            return self.holds(condition["schema"], value)
        return True

    def _combined(self, kind: str, condition: Mapping[str, Any], data: Any) -> bool:
        parts = condition.get("conditions")
        verdicts = (self.fulfilled(part, data) for part in (parts if isinstance(parts, list) else ()))
        if kind == "AND":
            return all(verdicts)
        return any(verdicts) if kind == "OR" else not any(verdicts)

    def holds(self, schema: Any, value: Any) -> bool:
        """Whether a value, or its absence, fits a schema. A schema that can't be used holds: it hides nothing."""
        if isinstance(schema, bool):
            return schema
        if value is MISSING:
            return self._holds_missing(schema, 0)
        known = self._compiled.get(id(schema))
        if known is None or known[0] is not schema:  # the schema is kept, so that its id stays its own
            known = self._compiled[id(schema)] = (schema, self._compile(schema))
        return known[1] is None or known[1].holds(value)

    def usable(self, schema: Any) -> bool:
        """Whether a condition's schema can be compiled."""
        return isinstance(schema, bool) or self._compile(schema) is not None

    def _compile(self, schema: Any) -> validation.Validator | None:
        base = str(self._root.get("$id") or "urn:yizhan:root")
        try:
            inside = _absolute(schema, base) if self._root else schema
            return validation.Validator(inside, resources={base.rstrip("#"): self._root} if self._root else None)
        except validation.SchemaError:
            return None

    def _holds_missing(self, schema: Any, depth: int) -> bool:
        """What a JSON Schema says about `undefined`, as ajv does: it has no type and equals nothing."""
        if not isinstance(schema, Mapping):
            return schema is not False
        if depth > _DEPTH_MAX or any(key in schema for key in ("type", "const", "enum")):
            return False
        return all(test(self, schema, depth + 1) for key, test in self._MISSING_TESTS.items() if key in schema)

    def _all(self, schema: Any, depth: int) -> bool:
        return all(self._holds_missing(part, depth) for part in schema["allOf"])

    def _any(self, schema: Any, depth: int) -> bool:
        return any(self._holds_missing(part, depth) for part in schema["anyOf"])

    def _one(self, schema: Any, depth: int) -> bool:
        return sum(self._holds_missing(part, depth) for part in schema["oneOf"]) == 1

    def _not(self, schema: Any, depth: int) -> bool:
        return not self._holds_missing(schema["not"], depth)

    def _if(self, schema: Any, depth: int) -> bool:
        branch = "then" if self._holds_missing(schema["if"], depth) else "else"
        return self._holds_missing(schema.get(branch, True), depth)

    def _ref(self, schema: Any, depth: int) -> bool:
        found = shape.resolve(self._root, str(schema["$ref"]))
        return found is None or self._holds_missing(found, depth)

    _MISSING_TESTS: ClassVar = {
        "allOf": _all,
        "anyOf": _any,
        "oneOf": _one,
        "not": _not,
        "if": _if,
        "$ref": _ref,
    }


def _same(value: Any, expected: Any) -> bool:
    """JavaScript's ===. Objects and lists equal only themselves, and a definition's never are the data's."""
    if isinstance(value, dict | list) or isinstance(expected, dict | list):
        return False
    if value is MISSING or expected is MISSING:
        return value is expected
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected
    return bool(value == expected)


def _absolute(schema: Any, base: str) -> Any:
    """The condition with "#/..." references led to the root, unless they lead to something in the condition itself."""
    if '"$ref"' not in (text := json.dumps(schema, default=str)):
        return schema
    copy = json.loads(text)
    pending = [copy]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            ref = item.get("$ref")
            if isinstance(ref, str) and ref.startswith("#/") and pointer.get(schema, ref) is MISSING:
                item["$ref"] = base + ref
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return copy
