"""Faults of a composed service (`x-service.parts`): what its own file shows, and what each part then gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from forms import lint_copies, pointer, whole
from forms.definition import Definition
from forms.lint_service import context_of, in_days
from forms.lint_ui import compiles
from forms.reading import Trouble
from forms.shape import Shape
from forms.whole import Part

Find = Callable[[str], Definition | None]
_BASE = "/x-service/parts"
_OBJECT = "object"


def troubles(value: Mapping[str, Any]) -> list[Trouble]:
    """What can be seen without the other files."""
    entries = value["x-service"].get("parts") or []
    shape = Shape([value["schema"]], value["schema"])
    codes = {one["code"] for one in value["x-service"]["materials"]}
    found: list[Trouble] = []
    for index, entry in enumerate(entries):
        found += _entry(Part.of(entry), f"{_BASE}/{index}", shape, codes)
    return found + list(_among(entries))


def _entry(part: Part, where: str, shape: Shape, codes: set[str]) -> Iterator[Trouble]:
    if not compiles(part.when):
        yield f"{where}/when", "办这一项的条件不是正确的 JSON Schema", "请写 true 或者一个 JSON Schema"
    for target, sources in part.answers.items():
        for source in sources:
            if shape.at(source) is None:
                yield _at(where, target), f"总表里没有“{source}”这一处", "请写总表里字段的位置，如 /child/name"
    targets = [*part.answers, *part.constants]
    for one in targets:
        if targets.count(one) > 1 or any(one.startswith(other + "/") for other in targets):
            yield _at(where, one), f"“{one}”有两个来源", "分项的每一处只能来自总表的一处，或者一个固定的值"
    for target, code in part.materials.items():
        if code not in codes:
            hint = "请写总表材料清单里的代码"
            yield f"{where}/materials/{pointer.encode(target)}", f"总表没有材料“{code}”", hint


def _at(where: str, target: str) -> str:
    return f"{where}/answers/{pointer.encode(target)}"


def _among(entries: list[dict[str, Any]]) -> Iterator[Trouble]:
    """Codes and services once each, and an order without a circle."""
    known: set[str] = set()
    for index, entry in enumerate(entries):
        for key, name in (("code", "分项代码"), ("service", "事项")):
            if entry[key] in {one[key] for one in entries[:index]}:
                yield f"{_BASE}/{index}/{key}", f"{name}“{entry[key]}”用了两次", "每一项都要不同"
        for place, code in enumerate(entry.get("after", ())):
            if code not in known:
                hint = "请把先办的写在前面，after 里只写前面各项的代码"
                yield f"{_BASE}/{index}/after/{place}", f"前面没有分项“{code}”", hint
        known.add(entry["code"])


def across(definition: Definition, find: Find) -> list[Trouble]:
    """What only shows beside the parts' own definitions: nothing is missing, and every sample goes through."""
    found: list[Trouble] = []
    parts = whole.parts_of(definition)
    for index, part in enumerate(parts):
        where, its = f"{_BASE}/{index}", find(part.service)
        if its is None:
            found.append((f"{where}/service", f"没有事项“{part.service}”", "请把这一项的事项文件放在同一个文件夹里"))
        elif its.service.get("parts"):
            found.append((f"{where}/service", f"“{its.title}”自己也是一件事", "一件事只能由单个的事项组成"))
        else:
            found += [*_places(definition, part, its, where), *_required(part, its, where)]
            found += [*_codes(part, its, where), *lint_copies.troubles(definition, part, its, where)]
    if found or not parts:
        return found
    return [*_longest(definition, find), *_samples(definition, find)]


def _places(definition: Definition, part: Part, its: Definition, where: str) -> Iterator[Trouble]:
    for target in [*part.answers, *part.constants]:
        if its.shape.at(target) is None:
            yield _at(where, target), f"“{its.title}”没有“{target}”这一处", "请写分项里字段的位置"
    for target, sources in part.answers.items():
        for source in sources:
            why = _misfit(definition, source, its, target)
            if why:
                hint = "两处的类型、格式和选项要一致，不然总表填得对，分项却不收"
                yield _at(where, target), f"总表的“{source}”交不给“{target}”：{why}", hint


def _misfit(definition: Definition, source: str, its: Definition, target: str) -> str:
    """Why what is filled at `source` may not be taken at `target`; "" where it is. Objects go field by field."""
    given, wanted = definition.shape.at(source), its.shape.at(target)
    if given is None or wanted is None:
        return ""
    if given.flat.get("type") != wanted.flat.get("type"):
        return f"类型是 {given.flat.get('type')}，要的是 {wanted.flat.get('type')}"
    if given.flat.get("type") == _OBJECT:
        inner = [_misfit(definition, f"{source}/{name}", its, f"{target}/{name}") for name in wanted.names]
        return next(filter(None, inner), "")
    if wanted.flat.get("format") and given.flat.get("format") != wanted.flat.get("format"):
        return f"格式要的是 {wanted.flat['format']}"
    options, known = _options(given.flat), _options(wanted.flat)
    return f"多了选项 {'、'.join(sorted(map(str, options - known)))}" if known and options - known else ""


def _options(flat: Mapping[str, Any]) -> set[Any]:
    return set(flat.get("enum", ())) | {one["const"] for one in flat.get("oneOf", ()) if "const" in one}


def _required(part: Part, its: Definition, where: str) -> Iterator[Trouble]:
    """Every field that the part always asks for comes from somewhere."""
    given = [*part.answers, *part.constants]
    for place in _always(its.schema):
        covered = any(place == one or place.startswith(one + "/") for one in given)
        if not covered:
            yield f"{where}/answers", f"“{its.title}”要填的“{place}”没有来源", "请写它来自总表的哪一处，或者写固定的值"


def _always(schema: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """The places of fields that are required whatever is answered; an object stands for its own required fields."""
    for name in schema.get("required", ()):
        inner, here = schema.get("properties", {}).get(name, {}), f"{place}/{pointer.encode(name)}"
        if inner.get("type") == _OBJECT and inner.get("required"):
            yield from _always(inner, here)
        elif inner.get("type") != _OBJECT:
            yield here


def _codes(part: Part, its: Definition, where: str) -> Iterator[Trouble]:
    codes = {one["code"] for one in its.service["materials"]}
    for target in part.materials:
        if target not in codes:
            place = f"{where}/materials/{pointer.encode(target)}"
            yield place, f"“{its.title}”没有材料“{target}”", "请写分项材料清单里的代码"


def _longest(definition: Definition, find: Find) -> Iterator[Trouble]:
    """The whole promises what its longest branch promises: no more, no less."""
    ends: dict[str, float] = {}
    for part in whole.parts_of(definition):
        its = find(part.service)
        own = in_days(its.service["time_limit"]["promised"]) if its else 0.0
        ends[part.code] = own + max((ends[code] for code in part.after), default=0.0)
    longest, promised = max(ends.values()), in_days(definition.service["time_limit"]["promised"])
    if abs(longest - promised) > 1e-6:  # noqa: PLR2004 - days as fractions
        hint = "总时限等于最长的一条线：先后办的相加，同时办的取最长"
        yield "/x-service/time_limit/promised", "总时限和各分项的时限对不上", hint


def _samples(definition: Definition, find: Find) -> Iterator[Trouble]:
    for index, sample in enumerate(definition.samples.get("valid", ())):
        where, context = f"/x-samples/valid/{index}", context_of(sample)
        checked = whole.check(definition, sample["answers"], context, find)
        if not checked.problems and not whole.shares(definition, checked.answers, context, find):
            yield where, "这个示例一个分项也没有", "请在示例里选至少一项"
        for one in checked.problems:
            yield f"{where}/answers{one.path}", f"分项没有通过：{one.message}", f"{one.path} {one.keyword}"
