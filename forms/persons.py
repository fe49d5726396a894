"""`x-person`: which fields of a service say something lasting about the one person whose matter it is.

Two fields of different services with the same word mean the same, so that nobody writes it twice (M69). The words
follow the person of schema.org and of the EU's Core Person Vocabulary (name, identifier, contact point, address).

Where one of several people applies (父亲, 母亲), a field's word depends on who does: `{"father": "name"}` is the
applicant's name as long as the field marked `capacity` says father.
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
    "nation": "民族，代码按 GB/T 3304",
    "parents.known": "给孩子登记哪些父母",
    "parents.marriage": "孩子父母的婚姻状况",
    "parents.sameNation": "孩子父母的民族是否相同",
    "otherParent.name": "孩子的另一方父母：姓名",
    "otherParent.idNumber": "孩子的另一方父母：公民身份号码",
    "otherParent.nation": "孩子的另一方父母：民族",
}
SUBJECT = "idNumber"
CAPACITY = "capacity"
SELF = "self"
ID_CARD = "idCard"  # what a reader's card is, for a field that asks which document it is
DEPTH_MAX = 6


def asks(definition: Definition) -> bool:
    """Whether a service marks anything as somebody's own."""
    return bool(_marks(definition))


def roles(definition: Definition) -> frozenset[str]:
    """The answers to `capacity` with which somebody speaks for himself."""
    named = frozenset(role for mark in _marks(definition).values() if isinstance(mark, Mapping) for role in mark)
    return named or frozenset({SELF})


def is_shared(definition: Definition) -> bool:
    """Whether one of several people applies, so that he must say which before anything is his."""
    return roles(definition) != {SELF}


def role(definition: Definition, data: Any) -> str:
    """How the applicant stands there; SELF where the form doesn't ask, "" while it isn't answered."""
    place = next((place for place, mark in _marks(definition).items() if mark == CAPACITY), None)
    found = SELF if place is None else pointer.get(data, place, "")
    return found if isinstance(found, str) else ""


def places(definition: Definition, role: str = SELF) -> dict[str, str]:
    """Word -> JSON Pointer of its field, for who applies in this role; {} for a service that marks none."""
    held: dict[str, dict[str, str]] = definition.cache.setdefault(places, {})
    if role not in held:
        marks = {place: _word(mark, role) for place, mark in _marks(definition).items()}
        held[role] = {word: place for place, word in marks.items() if word}
    return held[role]


def _word(mark: Any, role: str) -> str:
    found = mark.get(role, "") if isinstance(mark, Mapping) else mark
    return found if isinstance(found, str) else ""


def _marks(definition: Definition) -> dict[str, Any]:
    """JSON Pointer -> `x-person`."""
    found: dict[str, Any] | None = definition.cache.get(_marks)
    if found is None:
        found = definition.cache[_marks] = _marked(definition.shape, "", 0)
    return found


def _marked(here: Shape, place: str, depth: int) -> dict[str, Any]:
    mark = here.flat.get("x-person")
    found: dict[str, Any] = {} if mark is None else {place: mark}
    for name in here.names if depth < DEPTH_MAX else ():
        child = here.child(name)
        found |= _marked(child, f"{place}/{pointer.encode(name)}", depth + 1) if child is not None else {}
    return found


def told(definition: Definition, answers: Any) -> dict[str, Any]:
    """Word -> value of what somebody said about himself; {} when he named no number or another one spoke for him."""
    own = role(definition, answers)
    if own not in roles(definition):
        return {}
    said = {word: pointer.get(answers, place, None) for word, place in places(definition, own).items()}
    return {word: value for word, value in said.items() if value is not None} if said.get(SUBJECT) else {}


def fitting_values(definition: Definition, data: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Pointer -> value of what may be put into a draft: fields that the form asks for, values that it would take."""
    own = places(definition, role(definition, data) or SELF)
    known = {place: said[word] for word, place in own.items() if word in said}
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
    place = places(definition, role(definition, answers)).get(SUBJECT)
    found = pointer.get(answers, place, "") if place else ""
    return found if isinstance(found, str) else ""
