"""`x-person`: which fields of a service say something lasting about the one person whose matter it is.

Two fields of different services with the same word mean the same, so that nobody writes it twice (M69). The words
follow the person of schema.org and of the EU's Core Person Vocabulary (name, identifier, contact point, address).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import fitting, pointer
from forms.definition import Definition
from forms.shape import Shape

# word -> what it means, for editors and faults
WORDS = {
    "name": "姓名",
    "idType": "证件类型",
    "idNumber": "公民身份号码：这些信息是谁的",
    "capacity": "由谁申请：只有选 self 时，其余各项才是本人提供的",
    "hasPhone": "是否有联系电话",
    "phone": "联系电话",
    "sex": "性别，代码按 GB/T 2261.1",
    "birth": "出生日期",
    "cardAddress": "身份证上的住址，与现住址可能不同",
    "contact.name": "联系人姓名",
    "contact.phone": "联系人电话",
    "employer": "工作单位",
    "address": "现住址，写成一句",
    "address.village": "现住址：村（社区）",
    "address.hasDoorplate": "现住址：是否有门牌号",
    "address.doorplate": "现住址：组和门牌号",
    "address.landmark": "现住址：小地名或参照物",
    "address.since": "从哪天起住在现住址",
    "postalAddress": "收件地址",
}
SUBJECT = "idNumber"
CAPACITY = "capacity"
SELF = "self"
ID_CARD = "idCard"  # what a reader's card is, for a field that asks which document it is
DEPTH_MAX = 6


def places(definition: Definition) -> dict[str, str]:
    """Word -> JSON Pointer of its field; {} for a service that marks none."""
    found: dict[str, str] | None = definition.cache.get(places)
    if found is None:
        found = definition.cache[places] = _places(definition.shape, "", 0)
    return found


def _places(here: Shape, place: str, depth: int) -> dict[str, str]:
    found: dict[str, str] = {}
    word = here.flat.get("x-person")
    if isinstance(word, str):
        found[word] = place
    for name in here.names if depth < DEPTH_MAX else ():
        child = here.child(name)
        found |= _places(child, f"{place}/{pointer.encode(name)}", depth + 1) if child is not None else {}
    return found


def told(definition: Definition, answers: Any) -> dict[str, Any]:
    """Word -> value of what somebody said about himself; {} when he named no number or another one spoke for him."""
    known = places(definition)
    said = {word: pointer.get(answers, place, None) for word, place in known.items()}
    if not said.get(SUBJECT) or (CAPACITY in known and said[CAPACITY] != SELF):
        return {}
    return {word: value for word, value in said.items() if value is not None}


def fitting_values(definition: Definition, data: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Pointer -> value of what may be put into a draft: fields that the form asks for, values that it would take."""
    known = {place: said[word] for word, place in places(definition).items() if word in said}
    wanted = {
        place: value
        for place, value in known.items()
        if fitting.asks(definition, place) and fitting.kind(definition, place) not in ("", "group", "list", "note")
    }
    tried = pointer.clone(data)
    for place, value in wanted.items():
        pointer.put(tried, place, value)
    wrong = fitting.wrong_places(definition, tried)
    return {place: value for place, value in wanted.items() if place not in wrong}


def subject(definition: Definition, answers: Any) -> str:
    """The identity number of the person whose matter it is, as typed; "" when the form marks or holds none."""
    place = places(definition).get(SUBJECT)
    found = pointer.get(answers, place, "") if place else ""
    return found if isinstance(found, str) else ""
