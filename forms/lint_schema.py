"""Faults of the `schema` part: what a validator wouldn't notice, or would notice only when somebody files."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forms import dates, derive, divisions, formats, limits, lookup, pointer, validation
from forms.reading import Trouble
from forms.shape import Shape, resolve

_BY_NAME = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = (
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
)  # fmt: skip  # a table
_SAME_PLACE = frozenset({"allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas"})
KEYWORDS = frozenset(_BY_NAME) | frozenset(_LISTED) | frozenset(_SINGLE) | {
    "$schema", "$id", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$comment", "$vocabulary",
    "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
    "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains",
    "maxProperties", "minProperties", "required", "dependentRequired", "format",
    "contentEncoding", "contentMediaType", "title", "description", "default", "deprecated", "readOnly",
    "writeOnly", "examples", "i18n",
    "x-jsf-logic", "x-jsf-logic-computedAttrs", "x-jsf-logic-validations", "x-jsf-errorMessage",
    "x-lookup", "x-derive", "x-person", "x-signature", "x-purpose", "x-retention",
}  # fmt: skip  # a table
_STANDARD_FORMATS = frozenset({
    "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4", "ipv6",
    "uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer",
    "relative-json-pointer", "regex",
})  # fmt: skip  # a table
_COST_CAP = 10**9
_FANCY = re.compile(r"\(\?[=!<]|\\[1-9]")
_NESTED = re.compile(r"[+*}]\)[+*{]")


@dataclass(frozen=True, slots=True)
class Part:
    """A schema inside the schema. `place`: where its values stand in the answers, None where that depends."""

    where: str
    place: str | None
    schema: dict[str, Any]


def parts(schema: Any, where: str = "/schema") -> Iterator[Part]:
    """Every schema in a schema, with its pointer in the file."""
    pending: list[tuple[str, str | None, Any]] = [(where, "", schema)]
    while pending:
        here, place, one = pending.pop()
        if isinstance(one, dict):
            yield Part(here, place, one)
            pending += list(_inside(here, place, one))[::-1]


def _inside(here: str, place: str | None, one: dict[str, Any]) -> Iterator[tuple[str, str | None, Any]]:
    for key in _BY_NAME:
        named = one.get(key)
        for name, child in named.items() if isinstance(named, dict) else ():
            below = None if place is None else f"{place}/{pointer.encode(name)}" if key == "properties" else None
            yield f"{here}/{key}/{pointer.encode(name)}", place if key in _SAME_PLACE else below, child
    for key in _LISTED:
        listed = one.get(key)
        for index, child in enumerate(listed if isinstance(listed, list) else ()):
            yield f"{here}/{key}/{index}", place if key in _SAME_PLACE else None, child
    for key in _SINGLE:
        row = None if place is None else f"{place}/0" if key == "items" else None
        yield f"{here}/{key}", place if key in _SAME_PLACE else row, one.get(key)
    logic = one.get("x-jsf-logic")
    rules = logic.get("allOf") if isinstance(logic, dict) else None
    for index, child in enumerate(rules if isinstance(rules, list) else ()):
        yield f"{here}/x-jsf-logic/allOf/{index}", place, child


def troubles(value: dict[str, Any]) -> list[Trouble]:
    """Faults of the schema; the validator is asked last, and only when nothing else explains its refusal."""
    schema = value["schema"]
    if cost(schema, schema) > limits.SCHEMA_COST_MAX:
        return [too_costly("/schema")]
    shape = Shape([schema], schema)
    found = [trouble for part in parts(schema) for trouble in _of_part(part, schema, shape)]
    count = sum(1 for part in parts(schema) if part.where.rsplit("/", 2)[-2:-1] == ["properties"])
    if count > limits.FIELDS_MAX:
        found.append(("/schema", f"字段超过 {limits.FIELDS_MAX} 个", "请拆成几个事项"))
    return found or _compiles(schema)


def too_costly(where: str) -> Trouble:
    """The trouble at `where` of a schema that grows past what may be checked once its references are followed."""
    return where, "定义里的引用和组合展开后太多，校验会很慢", "请减少 allOf、anyOf、oneOf 里重复的引用"


def cost(schema: Any, root: dict[str, Any]) -> int:
    """The most schemas that one value may be held against: what a validator spends on it at worst."""
    known: dict[int, int] = {}
    return max((_cost(part.schema, root, known, 0) for part in parts(schema)), default=0)


def _cost(one: Any, root: dict[str, Any], known: dict[int, int], depth: int) -> int:
    if not isinstance(one, dict) or depth > limits.REF_DEPTH_MAX:
        return 1
    if id(one) not in known:
        known[id(one)] = 1  # a circle of references is another fault
        ref = one.get("$ref")
        inside = [resolve(root, ref)] if isinstance(ref, str) else []
        for key in ("allOf", "anyOf", "oneOf"):
            inside += one[key] if isinstance(one.get(key), list) else []
        inside += [one.get(key) for key in ("not", "if", "then", "else", "contains", "propertyNames")]
        dependent = one.get("dependentSchemas")
        inside += list(dependent.values()) if isinstance(dependent, dict) else []
        known[id(one)] = min(1 + sum(_cost(child, root, known, depth + 1) for child in inside if child), _COST_CAP)
    return known[id(one)]


def _compiles(schema: dict[str, Any]) -> list[Trouble]:
    try:
        validation.Validator(schema)
    except validation.SchemaError as error:
        return [("/schema", "数据定义不是正确的 JSON Schema", str(error))]
    return []


def _of_part(part: Part, root: dict[str, Any], shape: Shape) -> Iterator[Trouble]:
    yield from _unknown_keys(part)
    yield from reference(part.where, part.schema, root)
    yield from _pattern(part)
    yield from _names(part, shape)
    yield from _host_keywords(part, shape)


def _unknown_keys(part: Part) -> Iterator[Trouble]:
    for key in part.schema:
        if key not in KEYWORDS:
            near = difflib.get_close_matches(key, KEYWORDS, 1)
            hint = f"是不是想写 {near[0]}" if near else "JSON Schema 和本系统都没有这个键，请删去"
            yield f"{part.where}/{pointer.encode(key)}", f"不认识的键“{key}”", hint


def reference(where: str, schema: dict[str, Any], root: dict[str, Any]) -> Iterator[Trouble]:
    """Faults of a `$ref`: out of the file, to nowhere, or round in a circle."""
    ref = schema.get("$ref")
    if not isinstance(ref, str):
        return
    outside = not ref.startswith("#") and not ref.startswith(str(root.get("$id") or "\0"))
    if outside:
        yield f"{where}/$ref", f"引用到了文件外面：{ref}", "只能引用本文件的内容，例如 #/$defs/名称"
    elif resolve(root, ref) is None:
        yield f"{where}/$ref", f"引用的位置不存在：{ref}", "请核对 $defs 里的名称"
    elif _circular(ref, root):
        yield f"{where}/$ref", f"引用绕成了圈：{ref}", "一个定义不能只引用自己"


def _circular(ref: str, root: dict[str, Any]) -> bool:
    """Whether a chain of nothing but references comes back to itself."""
    seen: set[str] = set()
    while ref not in seen:
        seen.add(ref)
        found = resolve(root, ref)
        if not found or not isinstance(found.get("$ref"), str):
            return False
        ref = found["$ref"]
    return True


def _pattern(part: Part) -> Iterator[Trouble]:
    patterns = [("/pattern", part.schema.get("pattern"))]
    named = part.schema.get("patternProperties")
    patterns += [("/patternProperties", name) for name in named] if isinstance(named, dict) else []
    for where, pattern in patterns:
        fault = pattern_fault(pattern) if isinstance(pattern, str) else ""
        if fault:
            yield part.where + where, fault, "请写得简单些，或者改用 format"


def pattern_fault(pattern: str) -> str:
    """Why a pattern can't be used, "" when it can. Plain ones run in linear time whatever they look like."""
    if len(pattern) > limits.PATTERN_LENGTH_MAX:
        return f"正则表达式超过 {limits.PATTERN_LENGTH_MAX} 个字符"
    if _FANCY.search(pattern) and _NESTED.search(pattern):
        return "正则表达式可能要算很久（前后查找加上重复里的重复）"
    try:
        validation.Validator({"pattern": pattern})
    except validation.SchemaError:
        return "正则表达式写错了，或者展开后太大"
    return ""


def _names(part: Part, shape: Shape) -> Iterator[Trouble]:
    name = part.schema.get("format")
    known = _STANDARD_FORMATS | set(formats.FORMATS)
    if isinstance(name, str) and name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"是不是想写 {near[0]}" if near else "可用：" + "、".join(sorted(known))
        yield f"{part.where}/format", f"不认识的格式“{name}”", hint
    if name == dates.FORMAT and part.schema.get("minLength", dates.YEAR) not in (dates.YEAR, dates.MONTH, dates.DAY):
        hint = "写 4（只要年）、7（要写到月）或 10（要写到日）；不写就是 4"
        yield f"{part.where}/minLength", "日期要写到哪一级，minLength 说得不对", hint
    here = shape.at(part.place) if part.place is not None else None
    required = part.schema.get("required")
    for index, asked in enumerate(required if isinstance(required, list) else ()):
        if here and here.names and isinstance(asked, str) and here.child(asked) is None:
            yield f"{part.where}/required/{index}", f"必填的字段“{asked}”没有定义", "请核对 properties 里的名称"


def _host_keywords(part: Part, shape: Shape) -> Iterator[Trouble]:
    wanted = part.schema.get("x-lookup")
    if wanted is not None:
        source = wanted.get("source") if isinstance(wanted, dict) else None
        if not isinstance(source, str) or source not in lookup.SOURCES:
            yield f"{part.where}/x-lookup", f"不认识的代码表“{source}”", "可用：" + "、".join(sorted(lookup.SOURCES))
        else:
            yield from _level(part, wanted)
    derived = part.schema.get("x-derive")
    if derived is not None:
        yield from _derived(part, derived, shape)


def _level(part: Part, wanted: dict[str, Any]) -> Iterator[Trouble]:
    """How far down a division is chosen; other tables have no levels."""
    level, titles = wanted.get("level"), wanted.get("levels")
    if (level is not None or titles is not None) and wanted["source"] != lookup.DIVISIONS:
        yield f"{part.where}/x-lookup", "只有区划（divisions）才分级", "请删去 level 和 levels"
    elif isinstance(titles, list) and level is not None and len(titles) <= divisions.LEVELS.index(level):
        yield f"{part.where}/x-lookup/levels", "级数不够选到 level 说的那一级", "请把各级写全，或者删去 levels"


def _derived(part: Part, derived: Any, shape: Shape) -> Iterator[Trouble]:
    take = derived.get("take") if isinstance(derived, dict) else None
    if not isinstance(take, str) or take not in derive.TAKES:
        yield f"{part.where}/x-derive", f"不认识的推算“{take}”", "take 可用：" + "、".join(sorted(derive.TAKES))
    elif part.place is not None and shape.at(derive.source(derived, part.place)) is None:
        message = f"推算的来源“{derived.get('from')}”不存在"
        yield f"{part.where}/x-derive/from", message, "写同一组里的字段名，或者从 / 开始的位置"
