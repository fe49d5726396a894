"""Faults of `x-person`: a word that nobody knows, one that stands twice, marks without saying whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms import lint_schema, persons, pointer
from forms.reading import Trouble

_IDENTITY_FORMAT = "cn-ric"
_NUMBERS = frozenset({persons.SUBJECT, "otherParent.idNumber"})


def troubles(schema: dict[str, Any]) -> Iterator[Trouble]:
    """Faults of the marks of one schema, each at its mark."""
    marks = [part for part in lint_schema.parts(schema) if "x-person" in part.schema]
    asked = next((part.schema for part in marks if part.schema["x-person"] == persons.CAPACITY), {})
    offered = {one.get("const") for one in asked.get("oneOf", ()) if isinstance(one, dict)}
    seen: dict[tuple[str, str], str] = {}
    for part in marks:
        mark, where = part.schema["x-person"], f"{part.where}/x-person"
        if part.place is None or "0" in part.place.split("/"):
            yield where, "本人信息只能标在一个固定的字段上", "不能标在可以加几行的列表、引用或者条件里"
            continue
        for role, word in mark.items() if isinstance(mark, Mapping) else [(persons.SELF, mark)]:
            here = f"{where}/{pointer.encode(role)}" if isinstance(mark, Mapping) else where
            if isinstance(mark, Mapping) and role not in offered:
                yield here, f"“由谁申报”里没有“{role}”", "请写标了 capacity 的那一项里有的选项"
            else:
                yield from _word(part.schema, role, word, here, seen)
    yield from _whose(seen)


def _word(
    schema: Mapping[str, Any], role: str, word: str, where: str, seen: dict[tuple[str, str], str]
) -> list[Trouble]:
    """What is wrong with one word, which the schema of service files knows; a right one is noted in `seen`."""
    if (role, word) in seen:
        return [(where, f"本人信息“{word}”标了两次", "一个事项里，每个词只能用一次")]
    if word in _NUMBERS and schema.get("format") != _IDENTITY_FORMAT:
        return [(where, f"{word} 要标在身份证号码上", f"请给这个字段写 format: {_IDENTITY_FORMAT}")]
    seen[(role, word)] = where
    return []


def _whose(seen: Mapping[tuple[str, str], str]) -> Iterator[Trouble]:
    """Whoever applies, his number is marked: once for all, or for each role."""
    for role in {role for role, _ in seen} - {persons.SELF} or {role for role, _ in seen}:
        if (role, persons.SUBJECT) not in seen:
            own = [where for (one, _), where in seen.items() if one == role]
            yield own[0], "没有标出是谁的信息", f"请在本人的身份证号码上写 x-person: {persons.SUBJECT}"
