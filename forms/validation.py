"""JSON Schema validation: what is wrong with an instance, as problems with a place and a sentence.

The work is done by jsonschema-rs, which passes the whole official suite. This module adds what a form needs: the place
of a missing property is the property itself, our named formats, and a refusal to fetch anything from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from forms import formats as named
from forms import limits, pointer, texts
from forms.shape import Shape

Schema = Mapping[str, Any] | bool


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `path`: JSON Pointer into the answers; `message`: a sentence that says what to do."""

    path: str
    keyword: str
    params: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""


class SchemaError(ValueError):
    """The schema itself can't be used: not a schema, a reference that leads nowhere or out of the file."""


_DIALECTS: dict[str, Any] = {
    "2020-12": jsonschema_rs.Draft202012Validator,
    "draft7": jsonschema_rs.Draft7Validator,
}
_UNUSABLE = (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError, TypeError, OverflowError)
# linear by itself; only look-around and back-references go back and forth, and those within a budget
_PATTERNS = jsonschema_rs.FancyRegexOptions(
    backtrack_limit=limits.PATTERN_BACKTRACK_MAX, size_limit=limits.PATTERN_BYTES_MAX
)
_NAMELESS = re.compile(r"^[0-9]+$")


def problems(
    schema: Schema,
    instance: Any,
    *,
    dialect: str = "2020-12",
    resources: Mapping[str, Any] | None = None,
    formats: bool = True,
) -> list[Problem]:
    """Everything that is wrong with `instance`, at most limits.PROBLEMS_MAX.

    `dialect`: "2020-12" or "draft7". `resources`: {uri: schema} that `$ref` may reach; nothing else is ever fetched.
    `formats`: whether `format` is an assertion. Raises SchemaError for a schema that can't be used.
    """
    return Validator(schema, dialect=dialect, resources=resources, formats=formats).problems(instance)


class Validator:
    """A compiled schema; make it once, use it for many instances."""

    def __init__(
        self,
        schema: Schema,
        *,
        dialect: str = "2020-12",
        resources: Mapping[str, Any] | None = None,
        formats: bool = True,
    ) -> None:
        if dialect not in _DIALECTS:
            raise SchemaError(f"unknown dialect {dialect!r}; known are {', '.join(_DIALECTS)}")
        self._schema = schema
        self._shape: Shape | None = None
        self._compiled = _compile(schema, dialect, resources, formats=formats)

    def holds(self, instance: Any) -> bool:
        """Whether the instance is right; what can't be written as JSON never is."""
        try:
            return bool(self._compiled.is_valid(instance))
        except (ValueError, TypeError, OverflowError):
            return False

    def problems(self, instance: Any) -> list[Problem]:
        found: dict[tuple[str, str, str], Problem] = {}
        try:
            for error in self._compiled.iter_errors(instance):
                for problem in self._read(error, instance):
                    found.setdefault((problem.path, problem.keyword, str(problem.params)), problem)
                if len(found) >= limits.PROBLEMS_MAX:
                    break
        except (ValueError, TypeError, OverflowError) as error:
            raise SchemaError(f"the instance is no JSON: {error}") from error
        return list(found.values())

    def _read(self, error: Any, instance: Any) -> Iterable[Problem]:
        place = pointer.join(error.instance_path)
        keyword, params = error.kind.name, dict(error.kind.as_dict())
        if keyword == "required":
            yield self._problem(f"{place}/{pointer.encode(params['property'])}", keyword, params, instance)
        elif keyword in ("additionalProperties", "unevaluatedProperties"):
            for name in params["unexpected"]:
                yield self._problem(f"{place}/{pointer.encode(name)}", keyword, {"property": name}, instance)
        else:
            yield self._problem(place, keyword, _plain(params), instance)

    def _problem(self, place: str, keyword: str, params: dict[str, Any], instance: Any) -> Problem:
        if self._shape is None:
            self._shape = Shape([self._schema] if isinstance(self._schema, dict) else [], _root(self._schema))
        shape = self._shape.at(place)
        flat = shape.flat if shape else {}
        label = str(flat.get("title") or _name(place))
        value = pointer.get(instance, place, None)
        return Problem(place, keyword, params, texts.sentence(keyword, params, flat, label, value))


def _root(schema: Any) -> dict[str, Any]:
    return schema if isinstance(schema, dict) else {}


def _name(place: str) -> str:
    parts = [part for part in pointer.split(place) if not _NAMELESS.match(part)]
    return parts[-1] if parts else "填报内容"


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters that are JSON: errors inside errors stay behind."""
    return {key: value for key, value in params.items() if key not in ("context", "error")}


def _compile(schema: Schema, dialect: str, resources: Mapping[str, Any] | None, *, formats: bool) -> Any:
    known = resources or {}

    def retrieve(uri: str) -> Any:
        if uri.rstrip("#") not in known:
            raise SchemaError(f"a schema may not reach out of its file: {uri}")
        return known[uri.rstrip("#")]

    # None: 2020-12 asserts formats only where the meta-schema's vocabulary says so
    asserted = True if formats else None if dialect == "2020-12" else False
    try:
        return _DIALECTS[dialect](
            schema,
            validate_formats=asserted,
            formats=named.FORMATS,
            mask="***",
            pattern_options=_PATTERNS,
            retriever=retrieve,
        )
    except _UNUSABLE as error:
        raise SchemaError(str(error).split("\n", 1)[0]) from error
