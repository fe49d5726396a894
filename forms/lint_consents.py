"""Faults of `x-service.consents` (个人信息保护法 13–16, 28–31): what is asked without words or without a choice.

That somebody who refuses is served all the same is not taken on trust: the samples must show it, and a sample with a
yes is tried again with a no, which has to leave nothing of what the consent covers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from forms import answers, consents, pointer
from forms.answers import Context
from forms.consents import Consent
from forms.definition import Definition
from forms.lint_texts import dotted
from forms.lint_ui import Spot, compiles, spots
from forms.reading import Trouble
from forms.shape import Shape

LANGUAGES: Final = {"zh-CN": "中文", "en": "英文"}  # each consent is asked in both
_PLACE: Final = "/x-service/consents"
_NO_PLACE: Final = "请写字段在填报内容里的位置，如 /consent/photo"


def troubles(value: dict[str, Any]) -> list[Trouble]:
    """Faults that can be seen without filling the form."""
    service = value["x-service"]
    if not service.get("consents"):
        return []
    shape = Shape([value["schema"]], value["schema"])
    found = [*_sealed(service), *_people(service, shape)]
    pages = _pages(list(spots(value["uischema"], shape)))
    codes: set[str] = set()
    for index, one in enumerate(consents.asked(service)):
        where = f"{_PLACE}/asked/{index}"
        if one.code in codes:
            found.append((f"{where}/code", f"同意的代码“{one.code}”用了两次", "每一项的代码都要不同"))
        codes.add(one.code)
        found += [*_question(one, shape, where), *_covers(one, service, shape, where)]
        found += [*_alone(one, pages, where), *_words(one, value, where)]
    return found


def _sealed(service: Mapping[str, Any]) -> Iterator[Trouble]:
    if service.get("sealed"):
        yield _PLACE, "封存给监督部门的事项不能另外记下同意", "封存的内容本点谁也看不到，请删去 consents"


def _people(service: Mapping[str, Any], shape: Shape) -> Iterator[Trouble]:
    """Where the age and the guardian stand."""
    said = service["consents"]
    places = (
        ("age", said["age"], "integer"),
        *((f"guardian/{name}", place, "string") for name, place in said["guardian"].items()),
    )
    for key, place, kind in places:
        here = shape.at(place)
        if here is None or here.flat.get("type") != kind:
            what = "整数的周岁" if kind == "integer" else "文字"
            yield f"{_PLACE}/{key}", f"“{place}”不是一个填{what}的字段", _NO_PLACE


def _question(one: Consent, shape: Shape, where: str) -> Iterator[Trouble]:
    """A free choice: yes or no, neither set before nor demanded (14)."""
    here = shape.at(one.answer)
    if here is None or here.flat.get("type") != "boolean":
        yield f"{where}/answer", f"“{one.answer}”不是一道是非题", "请写一个 type 是 boolean 的字段"
    elif any("const" in part or "default" in part for part in here.certain):
        yield f"{where}/answer", "同意不能替人选好，也不能只许选同意", "请删去 const 和 default，不同意的也要能办"
    if one.unless is not None and not compiles(dict(one.unless)):
        yield f"{where}/unless/when", "不用问的条件不是正确的 JSON Schema", "请写一个 JSON Schema"


def _covers(one: Consent, service: Mapping[str, Any], shape: Shape, where: str) -> Iterator[Trouble]:
    sensitive = tuple(service["privacy"].get("sensitive") or ())
    for index, place in enumerate(one.covers):
        if shape.at(place) is None:
            yield f"{where}/covers/{index}", f"“{place}”不存在", _NO_PLACE
        elif one.kind != "other" and not any(place == s or place.startswith(f"{s}/") for s in sensitive):
            yield f"{where}/covers/{index}", f"“{place}”没有列为敏感个人信息", "请写进 privacy.sensitive"


def _pages(every: list[Spot]) -> dict[str, list[str]]:
    """The places of the controls of each page."""
    controls = [spot for spot in every if spot.element.get("type") == "Control"]
    pages = [spot.where for spot in every if spot.element.get("type") == "Category"]
    return {page: [one.place for one in controls if one.where.startswith(f"{page}/")] for page in pages}


def _alone(one: Consent, pages: Mapping[str, list[str]], where: str) -> Iterator[Trouble]:
    """单独同意 (14, 29): nothing else stands on the page where it is asked."""
    on = [places for places in pages.values() if one.answer in places]
    if not on:
        yield f"{where}/answer", f"没有一页问“{one.answer}”", "请在 uischema 里给它单独一页"
    elif any(len(places) > 1 for places in on):
        yield f"{where}/answer", "同意和别的问题问在一页上", "同意要单独问：这一页只放这一道题"


def _words(one: Consent, value: Mapping[str, Any], where: str) -> Iterator[Trouble]:
    for language, name in LANGUAGES.items():
        texts = value["i18n"].get(language, {})
        for ending in ("label", "description"):
            key = f"{_prefix(one, value)}.{ending}"
            if not texts.get(key):
                yield (
                    f"{where}/answer",
                    f"没有写{name}的“{key}”",
                    f"请在 i18n 的 {language} 里写清同意什么、做什么用、不同意会怎样",
                )


def _prefix(one: Consent, value: Mapping[str, Any]) -> str:
    shape = Shape([value["schema"]], value["schema"])
    own = [s.element.get("i18n") for s in spots(value["uischema"], shape) if s.place == one.answer]
    return next((key for key in own if isinstance(key, str)), dotted(one.answer))


def sample_troubles(made: Definition, judged: list[tuple[Mapping[str, Any], Context]]) -> Iterator[Trouble]:
    """What the valid samples (answers, context) don't show: a refusal that is served, a guardian for a child."""
    where = consents.guardian(made.service)
    if where is None:
        return
    every = consents.asked(made.service)
    for index, one in enumerate(every):
        said = [(given, context, pointer.get(given, one.answer, None)) for given, context in judged]
        if not any(answer is False for _, _, answer in said):
            hint = "请在 x-samples.valid 里加一份这一项选“不同意”的"
            yield f"{_PLACE}/asked/{index}", "没有一份示例是不同意也办得成的", hint
        for given, context, answer in said:
            yield from _kept(made, one, (given, context), f"{_PLACE}/asked/{index}/covers") if answer is True else ()
    children = [given for given, _ in judged if consents.is_child(pointer.get(given, where.age, None))]
    if not any(isinstance(pointer.get(given, one.answer, None), bool) for given in children for one in every):
        hint = "请在 x-samples.valid 里加一份，填上监护人"
        yield f"{_PLACE}/guardian", "没有一份示例是未满14周岁、由监护人决定的", hint


def _kept(made: Definition, one: Consent, sample: tuple[Mapping[str, Any], Context], where: str) -> Iterator[Trouble]:
    """What stays of a sample when its yes becomes a no."""
    given: dict[str, Any] = pointer.clone(dict(sample[0]))
    pointer.put(given, one.answer, value=False)
    left = answers.check(made, given, sample[1]).answers
    for place in one.covers:
        if pointer.get(left, place, None) is not None:
            hint = f"请在 uischema 里写规则：{one.answer} 是 true 才显示"
            yield where, f"不同意以后“{place}”还留着", hint
