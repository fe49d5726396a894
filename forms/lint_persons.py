"""Faults of `x-person`: a word that nobody knows, one that stands twice, marks without saying whose they are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from forms import lint_schema, persons
from forms.reading import Trouble

_IDENTITY_FORMAT = "cn-ric"


def troubles(schema: dict[str, Any]) -> Iterator[Trouble]:
    """Faults of the marks of one schema, each at its mark."""
    seen: dict[str, str] = {}
    for part in lint_schema.parts(schema):
        word, where = part.schema.get("x-person"), f"{part.where}/x-person"
        if word is None:
            continue
        if not isinstance(word, str) or word not in persons.WORDS:
            near = difflib.get_close_matches(str(word), persons.WORDS, 1)
            hint = f"是不是想写 {near[0]}" if near else "可用：" + "、".join(persons.WORDS)
            yield where, f"不认识的本人信息“{word}”", hint
        elif part.place is None or "0" in part.place.split("/"):
            yield where, "本人信息只能标在一个固定的字段上", "不能标在可以加几行的列表、引用或者条件里"
        elif word in seen:
            yield where, f"本人信息“{word}”标了两次", "一个事项里，每个词只能用一次"
        elif word == persons.SUBJECT and part.schema.get("format") != _IDENTITY_FORMAT:
            yield where, "idNumber 要标在身份证号码上", f"请给这个字段写 format: {_IDENTITY_FORMAT}"
        else:
            seen[word] = where
    if seen and persons.SUBJECT not in seen:
        yield next(iter(seen.values())), "没有标出是谁的信息", f"请在本人的身份证号码上写 x-person: {persons.SUBJECT}"
