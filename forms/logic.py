"""JSON Logic (jsonlogic.com): rules as data, evaluated under limits.

Behaves as json-logic-js, with four differences that a form needs: steps, depth and sizes are limited; NaN and Infinity
never leave (they become None); sums of decimals are exact (0.1 + 0.2 is 0.3); `substr` counts code points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from decimal import Context, Decimal
from typing import Any

from forms import jsvalues, limits
from forms.jsvalues import number, parse_float, strictly_equal, text, truthy

_EXACT = Context(prec=40, Emax=400, Emin=-400, traps=[])


class LogicError(ValueError):
    """A rule that can't be evaluated: an unknown operator, too deep, too long."""


def evaluate(rule: Any, data: Any = None) -> Any:
    """The value of `rule` for `data`, as JSON. Raises LogicError for an unknown operator or beyond the limits."""
    return clean(_Run().value(rule, data, 0))


def operators() -> frozenset[str]:
    """Names of all operators, for the lint."""
    return frozenset(_EAGER) | frozenset(_LAZY)


def variables(rule: Any) -> Iterator[str]:
    """Paths that a rule reads from its data (not those inside map, filter, reduce and their like)."""
    pending = [rule]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict):
            for name, args in item.items():
                parts = args if isinstance(args, list) else [args]
                if name in ("var", "missing"):
                    yield from (part for part in (parts[:1] if name == "var" else parts) if isinstance(part, str))
                pending.extend(parts[:1] if name in _SCOPED else parts)


def unknown_operators(rule: Any) -> Iterator[str]:
    """Operators of a rule that don't exist."""
    pending = [rule]
    while pending:
        item = pending.pop()
        if isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, dict) and len(item) == 1:
            yield from (name for name in item if name not in _EAGER and name not in _LAZY)
            pending.extend(item.values())


def clean(value: Any) -> Any:
    """A value without NaN, Infinity and Decimal, whole numbers as int."""
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {name: clean(item) for name, item in value.items()}
    if isinstance(value, Decimal):
        value = float(value) if value.is_finite() else math.nan
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) <= limits.ANSWER_INTEGER_MAX else value
    return value


class _Run:
    """One evaluation, with its count of steps."""

    def __init__(self) -> None:
        self.steps = 0

    def spend(self, amount: int = 1) -> None:
        self.steps += amount
        if self.steps > limits.LOGIC_STEPS_MAX:
            raise LogicError("the rule takes too many steps")

    def value(self, rule: Any, data: Any, depth: int) -> Any:
        self.spend()
        if depth > limits.LOGIC_DEPTH_MAX:
            raise LogicError("the rule is nested too deep")
        if isinstance(rule, list):
            return [self.value(item, data, depth + 1) for item in rule]
        if not isinstance(rule, dict) or len(rule) != 1:
            return rule
        name, args = next(iter(rule.items()))
        parts = args if isinstance(args, list) else [args]
        if name in _LAZY:
            return _LAZY[name](self, parts, data, depth + 1)
        if name not in _EAGER:
            raise LogicError(f"unknown operator {name!r}")
        return self._apply(name, [self.value(part, data, depth + 1) for part in parts], data)

    def _apply(self, name: str, values: list[Any], data: Any) -> Any:
        # json-logic-js spreads its arguments; one argument that is itself a list stays one
        result = _EAGER[name](values, data)
        if isinstance(result, str):
            self.spend(len(result) // 100)
            if len(result) > limits.LOGIC_TEXT_MAX:
                raise LogicError("a text grows too long")
        elif isinstance(result, list):
            self.spend(len(result))
        return result

    def rows(self, parts: list[Any], data: Any, depth: int) -> list[Any]:
        found = self.value(parts[0], data, depth) if parts else None
        return found if isinstance(found, list) else []


def _part(parts: list[Any], index: int) -> Any:
    return parts[index] if index < len(parts) else None


# what decides by itself which parts are evaluated


def _if(run: _Run, parts: list[Any], data: Any, depth: int) -> Any:
    index = 0
    while index + 1 < len(parts):
        if truthy(run.value(parts[index], data, depth)):
            return run.value(parts[index + 1], data, depth)
        index += 2
    return run.value(parts[index], data, depth) if index < len(parts) else None


def _and(run: _Run, parts: list[Any], data: Any, depth: int) -> Any:
    value = None
    for part in parts:
        value = run.value(part, data, depth)
        if not truthy(value):
            return value
    return value


def _or(run: _Run, parts: list[Any], data: Any, depth: int) -> Any:
    value = None
    for part in parts:
        value = run.value(part, data, depth)
        if truthy(value):
            return value
    return value


def _filter(run: _Run, parts: list[Any], data: Any, depth: int) -> Any:
    test = _part(parts, 1)
    return [row for row in run.rows(parts, data, depth) if truthy(run.value(test, row, depth))]


def _map(run: _Run, parts: list[Any], data: Any, depth: int) -> Any:
    return [run.value(_part(parts, 1), row, depth) for row in run.rows(parts, data, depth)]


def _reduce(run: _Run, parts: list[Any], data: Any, depth: int) -> Any:
    result = run.value(_part(parts, 2), data, depth)
    for row in run.rows(parts, data, depth):
        result = run.value(_part(parts, 1), {"current": row, "accumulator": result}, depth)
    return result


def _all(run: _Run, parts: list[Any], data: Any, depth: int) -> bool:
    rows = run.rows(parts, data, depth)
    return bool(rows) and all(truthy(run.value(_part(parts, 1), row, depth)) for row in rows)


def _some(run: _Run, parts: list[Any], data: Any, depth: int) -> bool:
    return any(truthy(run.value(_part(parts, 1), row, depth)) for row in run.rows(parts, data, depth))


def _none(run: _Run, parts: list[Any], data: Any, depth: int) -> bool:
    return not _some(run, parts, data, depth)


_LAZY: dict[str, Callable[[_Run, list[Any], Any, int], Any]] = {
    "if": _if, "?:": _if, "and": _and, "or": _or,
    "filter": _filter, "map": _map, "reduce": _reduce, "all": _all, "some": _some, "none": _none,
}  # fmt: skip  # a table
_SCOPED = frozenset({"filter", "map", "reduce", "all", "some", "none"})


# what gets its arguments evaluated


def _var(values: list[Any], data: Any) -> Any:
    path, default = _part(values, 0), _part(values, 1)
    if path is None or path == "":
        return data
    value = data
    for name in text(path).split("."):
        if value is None:
            return default
        value = _member(value, name)
    return default if value is None else value


def _member(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(name)
    if isinstance(value, list | str):
        if name == "length":
            return len(value)
        return value[int(name)] if name.isascii() and name.isdigit() and int(name) < len(value) else None
    return None


def _missing(values: list[Any], data: Any) -> list[Any]:
    keys = values[0] if values and isinstance(values[0], list) else values
    return [key for key in keys if (found := _var([key], data)) is None or found == ""]


def _missing_some(values: list[Any], data: Any) -> list[Any]:
    needed, keys = number(_part(values, 0)), _part(values, 1)
    missing = _missing([keys], data) if isinstance(keys, list) else []
    found = len(keys) - len(missing) if isinstance(keys, list) else 0
    return [] if found >= needed else missing


def _merge(values: list[Any], _data: Any) -> list[Any]:
    return [item for value in values for item in (value if isinstance(value, list) else [value])]


def _in(values: list[Any], _data: Any) -> bool:
    needle, hay = _part(values, 0), _part(values, 1)
    if isinstance(hay, str):
        return text(needle) in hay
    return isinstance(hay, list) and any(strictly_equal(needle, item) for item in hay)


def _cat(values: list[Any], _data: Any) -> str:
    return "".join("" if value is None else text(value) for value in values)


def _substr(values: list[Any], _data: Any) -> str:
    source, start, count = text(_part(values, 0)), jsvalues.integer(_part(values, 1)), _part(values, 2)
    tail = source[start:] if start >= 0 or -start <= len(source) else source
    if count is None:
        return tail
    length = jsvalues.integer(count)
    return tail[:length] if length >= 0 else tail[: max(len(tail) + length, 0)]


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any], bool]:
    def compare(values: list[Any], _data: Any) -> bool:
        between = len(values) > 2  # noqa: PLR2004 - {"<": [1, x, 9]}
        first = test(_part(values, 0), _part(values, 1))
        return first and (not between or test(values[1], values[2]))

    return compare


def _exact(value: float) -> Decimal:
    return Decimal(repr(value)) if math.isfinite(value) else Decimal(str(value))


def _plus(values: list[Any], _data: Any) -> Any:
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, _exact(parse_float(value)))
    return clean_number(total)


def _times(values: list[Any], _data: Any) -> Any:
    if len(values) == 1:
        return clean_number(_exact(parse_float(values[0])))
    total = Decimal(1) if values else Decimal("NaN")
    for value in values:
        total = _EXACT.multiply(total, _exact(parse_float(value)))
    return clean_number(total)


def _minus(values: list[Any], _data: Any) -> Any:
    first = _exact(number(_part(values, 0)) if values else math.nan)
    if len(values) == 1:
        return clean_number(-first)
    return clean_number(_EXACT.subtract(first, _exact(number(_part(values, 1)))))


def _divide(values: list[Any], _data: Any) -> Any:
    above, below = number(_part(values, 0)), number(_part(values, 1))
    if below == 0 or math.isnan(above) or math.isnan(below):
        return math.nan if above == 0 or math.isnan(above) or math.isnan(below) else math.inf
    return above / below


def _modulo(values: list[Any], _data: Any) -> Any:
    above, below = number(_part(values, 0)), number(_part(values, 1))
    if below == 0 or not math.isfinite(above) or math.isnan(below):
        return math.nan
    return above if math.isinf(below) else clean_number(_EXACT.remainder(_exact(above), _exact(below)))


def clean_number(value: Decimal) -> float:
    """A Decimal as a float; beyond the range of a float it is Infinity, as in JavaScript."""
    return float(value)


def _extreme(choose: Callable[..., float], empty: float) -> Callable[[list[Any], Any], float]:
    def extreme(values: list[Any], _data: Any) -> float:
        numbers = [number(value) for value in values]
        if any(math.isnan(value) for value in numbers):
            return math.nan
        return choose(numbers, default=empty)

    return extreme


_EAGER: dict[str, Callable[[list[Any], Any], Any]] = {
    "var": _var, "missing": _missing, "missing_some": _missing_some,
    "==": lambda values, _data: jsvalues.loosely_equal(_part(values, 0), _part(values, 1)),
    "!=": lambda values, _data: not jsvalues.loosely_equal(_part(values, 0), _part(values, 1)),
    "===": lambda values, _data: strictly_equal(_part(values, 0), _part(values, 1)),
    "!==": lambda values, _data: not strictly_equal(_part(values, 0), _part(values, 1)),
    ">": _compared(lambda a, b: jsvalues.less(b, a)), "<": _compared(jsvalues.less),
    ">=": _compared(lambda a, b: jsvalues.less_or_equal(b, a)), "<=": _compared(jsvalues.less_or_equal),
    "!": lambda values, _data: not truthy(_part(values, 0)),
    "!!": lambda values, _data: truthy(_part(values, 0)),
    "+": _plus, "-": _minus, "*": _times, "/": _divide, "%": _modulo,
    "min": _extreme(min, math.inf), "max": _extreme(max, -math.inf),
    "in": _in, "cat": _cat, "substr": _substr, "merge": _merge,
    "log": lambda values, _data: _part(values, 0),
}  # fmt: skip  # a table
