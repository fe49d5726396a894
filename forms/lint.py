"""Every fault of a definition at once, each with its place, a sentence and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms import (
    limits,
    lint_consents,
    lint_logic,
    lint_mended,
    lint_schema,
    lint_service,
    lint_texts,
    lint_ui,
    lint_whole,
    parameters,
    pointer,
    validation,
)
from forms.faults import DefinitionError, Fault
from forms.reading import Trouble
from forms.shape import Shape

TYPES = {
    "string": "文字",
    "number": "数",
    "integer": "整数",
    "boolean": "true 或 false",
    "object": "{…}",
    "array": "[…]",
    "null": "null",
}

if TYPE_CHECKING:
    from forms.definition import Definition

SERVICE_SCHEMA = Path(__file__).with_name("service.schema.json")


@cache
def service_schema() -> dict[str, Any]:
    """The JSON Schema of a service file, the same one that an editor uses."""
    schema: dict[str, Any] = json.loads(SERVICE_SCHEMA.read_text("utf-8"))
    return schema


@cache
def _service_validator() -> validation.Validator:
    return validation.Validator(service_schema())


def troubles(value: dict[str, Any]) -> list[Trouble]:
    """Every fault of a parsed definition, at most limits.FAULTS_MAX; [] when it can be used.

    What the schema of service files refuses hides nothing of the other parts. Samples are tried on a sound file only.
    """
    found = _too_many_rules(value)
    if not found:
        problems = _service_validator().problems(value)
        found = [_explain(problem) for problem in problems]
        found += _of_parts(lint_mended.readable(value, problems))
    return (found or [*lint_whole.troubles(value), *lint_service.sample_troubles(value)])[: limits.FAULTS_MAX]


def _too_many_rules(value: dict[str, Any]) -> list[Trouble]:
    """Counted before anything is held against a schema, which takes its time for every element."""
    count, pending = 0, [value.get("uischema")]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            count += "rule" in item
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    hint = "请拆成几个事项"
    return [("/uischema", f"规则超过 {limits.RULES_MAX} 条", hint)] if count > limits.RULES_MAX else []


def _of_parts(file: lint_mended.Readable) -> list[Trouble]:
    """What no schema can say: whether the parts of the file fit each other, as far as they can be read."""
    found = [] if "schema" in file.unfit else lint_schema.troubles(file.value)
    rest = lint_mended.without_schema_faults(file, found)
    for needs, check in _CHECKS:
        if not rest.touches(needs):
            found += check(rest.value)
    return file.fresh(found)


# what is looked at once the schema can be read, and the parts that it reads
_CHECKS: tuple[tuple[tuple[str, ...], Callable[[dict[str, Any]], list[Trouble]]], ...] = (
    (("schema", "uischema"), lint_ui.troubles),
    (("schema", "rules"), lint_logic.troubles),
    (("schema", "uischema", "i18n", "x-service/languages"), lint_texts.troubles),
    (("schema", "x-service"), lint_service.troubles),
    (("schema", "uischema", "i18n", "x-service"), lint_consents.troubles),
    (("x-service/fee", "x-service/parameters"), parameters.troubles),
)


def _explain(problem: validation.Problem) -> Trouble:
    about = _about(problem.path)
    name, params = pointer.last(problem.path), problem.params
    messages = {
        "required": (f"缺少“{name}”", about),
        "additionalProperties": (f"不认识的键“{name}”", _known_keys(pointer.parent(problem.path))),
        "enum": (f"“{name}”的值不在可选的范围内", "可选：" + "、".join(str(one) for one in params.get("options", ()))),
        "type": (f"“{name}”的类型不对，应当是{_types(params)}", about),
        "pattern": (f"“{name}”的写法不对", about),
        "minItems": (f"“{name}”至少要有 {params.get('limit')} 项", about),
        "minLength": (f"“{name}”不能是空的", about),
        "oneOf": (f"“{name}”的写法不对", about),
        "anyOf": (f"“{name}”的写法不对", about),
        "const": (f"“{name}”只能是 {params.get('expected_value')}", about),
        "format": _format_fault(name, about),
    }
    limit = f"限制是 {params['limit']}" if "limit" in params else "请对照 service.schema.json"
    message, hint = messages.get(problem.keyword, (f"“{name}”不符合要求（{problem.keyword}）", about or limit))
    return problem.path, message, hint or "请对照 service.schema.json"


def _types(params: Mapping[str, Any]) -> str:
    return "或".join(TYPES.get(one, one) for one in params.get("types", ()))


def _format_fault(name: str, about: str) -> tuple[str, str]:
    if name == "pattern":
        return "正则表达式写错了", "请核对括号和反斜杠；反斜杠在 JSON 里要写两个"
    return f"“{name}”的写法不对", about or "请核对格式"


@cache
def _service_shape() -> Shape:
    return Shape([service_schema()], service_schema())


def _about(place: str) -> str:
    shape = _service_shape().at(place)
    return str(shape.flat.get("description", "")) if shape else ""


def _known_keys(place: str) -> str:
    shape = _service_shape().at(place)
    return "可用的键：" + "、".join(shape.names) if shape and shape.names else ""


def check_paths(paths: Iterable[str | Path]) -> list[Fault]:
    """The faults of files and of all *.json in folders, for `yizhan forms check`; [] when everything can be used."""
    from forms import definition, lint_family

    faults: list[Fault] = []
    catalogue = definition.packaged()
    sound: dict[Path, Definition] = {}
    for path in _files(paths):
        try:
            found = definition.load(path)
        except DefinitionError as error:
            faults += [Fault(str(path), one.pointer, one.line, one.message, one.hint) for one in error.faults]
        else:
            catalogue.add(found)
            sound[path] = found
    return faults + lint_family.faults(sound, catalogue)


def _files(paths: Iterable[str | Path]) -> Iterable[Path]:
    from forms import definition

    for path in map(Path, paths):
        yield from definition.service_files(path) if path.is_dir() else [path]
