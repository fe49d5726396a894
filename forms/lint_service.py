"""Faults of `x-service` and of the samples: promises that contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms import answers, definition, formats, lint_consents, lint_persons, lint_purpose, lint_terms, pointer, proxies
from forms.answers import Context
from forms.form import leaves_and_holders
from forms.lint_ui import compiles
from forms.reading import Trouble
from forms.shape import Shape

SAMPLE_DAY = "2026-11-20"
_DAYS = {"hour": 1 / 24, "day": 1.0, "workday": 7 / 5, "month": 30.0}
_ONLINE = ("全程网办", "网上受理", "网上预审")


def troubles(value: dict[str, Any]) -> list[Trouble]:
    """Faults of the service's promises."""
    service = value["x-service"]
    shape = Shape([value["schema"]], value["schema"])
    found = [*lint_persons.troubles(value["schema"]), *_time_limit(service["time_limit"]), *_presence(service)]
    found += [*lint_purpose.troubles(value["schema"]), *lint_terms.troubles(value)]
    found += [*_twice(service), *_dates(service), *proxies.troubles(value)]
    found += [*_seals(service), *_sealed(service), *_opinions(service)]
    for index, material in enumerate(service["materials"]):
        if not compiles(material["required"]):
            where = f"/x-service/materials/{index}/required"
            found.append((where, "必须提供的条件不是正确的 JSON Schema", "请写 true、false 或者一个 JSON Schema"))
    for index, place in enumerate(service["privacy"].get("sensitive") or ()):
        if shape.at(place) is None:
            where = f"/x-service/privacy/sensitive/{index}"
            found.append((where, f"敏感字段“{place}”不存在", "请写字段在填报内容里的位置，如 /applicant/idNumber"))
    return found


def _time_limit(limit: Mapping[str, Any]) -> Iterator[Trouble]:
    promised, statutory = in_days(limit["promised"]), in_days(limit["statutory"])
    if promised > statutory:
        yield "/x-service/time_limit/promised", "承诺时限比法定时限长", "承诺时限不能超过法定时限"


def in_days(duration: Mapping[str, Any]) -> float:
    """A time limit as a number of days, to compare it with another."""
    return float(duration["value"]) * _DAYS[str(duration["unit"])]


def _presence(service: Mapping[str, Any]) -> Iterator[Trouble]:
    if service["visits"] and service["depth"] in _ONLINE and not service.get("visits_reason"):
        hint = "请写 visits_reason 说明为什么必须到场，或者把到场次数改为 0"
        yield "/x-service/visits", f"可以{service['depth']}的事项要求到场，却没有写理由", hint


def _twice(service: Mapping[str, Any]) -> Iterator[Trouble]:
    named = (("materials", "材料"), ("steps", "环节"), ("online_check", "核验"), ("special_procedures", "特别程序"))
    for key, name in named:
        seen: set[str] = set()
        for index, one in enumerate(service.get(key, ())):
            if one["code"] in seen:
                yield f"/x-service/{key}/{index}/code", f"{name}代码“{one['code']}”用了两次", "每一项的代码都要不同"
            seen.add(one["code"])


def _opinions(service: Mapping[str, Any]) -> Iterator[Trouble]:
    """An opinion waits for earlier opinions only; so no two wait for each other."""
    earlier: set[str] = set()
    for index, step in enumerate(service["steps"]):
        if "opinion" not in step:
            continue
        for place, code in enumerate(step["opinion"].get("after", ())):
            if code not in earlier:
                where = f"/x-service/steps/{index}/opinion/after/{place}"
                yield where, f"前面没有要出具意见的环节“{code}”", "请写排在前面、也要出具意见的环节代码"
        unless = step["opinion"].get("unless")
        if unless is not None and not compiles(unless):
            where = f"/x-service/steps/{index}/opinion/unless"
            yield where, "不用征求意见的条件不是正确的 JSON Schema", "请写一个 JSON Schema"
        earlier.add(step["code"])


def _seals(service: Mapping[str, Any]) -> Iterator[Trouble]:
    """Without its seal nothing is 即办: the room has sealed numbered stock at most, never a station's own seal."""
    for index, result in enumerate(service["results"]):
        where = f"/x-service/results/{index}/seal"
        if result["seal"] == "stock" and not result.get("document"):
            yield where, "用预先盖章的编号文书出结果，却没有写文书名称", "请写 document，台账按它登记领用和作废"
        here = service.get("case_type") == "即办件" and service["decide_at"] == "node"
        at_once = here and result["kind"] == "granted"
        if at_once and result["seal"] in ("station", "centre"):
            hint = "请改为承诺件，或者用预先盖章的编号文书（stock），或者由派出所以上决定"
            yield where, "在警务室即办的事项，结果要盖的印章却不在警务室", hint


def _sealed(service: Mapping[str, Any]) -> Iterator[Trouble]:
    """What is sealed to the supervisor is seen by nobody on its way, so nobody there can ask for a correction."""
    if service.get("sealed") and service.get("urgent"):
        hint = "请删去 urgent；危急的事请在说明里写先打110"
        yield "/x-service/urgent", "封存给监督部门的事项不能按内容标为急件", hint


def _dates(service: Mapping[str, Any]) -> Iterator[Trouble]:
    start, end = service.get("plan_effective_date"), service.get("plan_cancel_date")
    if start and end and start >= end:
        yield "/x-service/plan_cancel_date", "停办日期不晚于生效日期", "请核对两个日期"


def sample_troubles(value: dict[str, Any]) -> list[Trouble]:
    """Samples that don't do what they say. Tried with the engine that people's answers go through."""
    made = definition.build(value, "")
    found: list[Trouble] = []
    for index, sample in enumerate(value["x-samples"]["valid"]):
        found += _valid(made, sample, f"/x-samples/valid/{index}")
    judged = [(sample["answers"], context_of(sample)) for sample in value["x-samples"]["valid"]]
    found += lint_consents.sample_troubles(made, judged)
    for index, sample in enumerate(value["x-samples"]["invalid"]):
        found += _invalid(made, sample, f"/x-samples/invalid/{index}")
    return found


def context_of(sample: Mapping[str, Any]) -> Context:
    """The day, language and place that a sample is judged by."""
    said = sample.get("context") or {}
    return Context(said.get("filing_day", SAMPLE_DAY), said.get("language", "zh-CN"), said.get("place", ""))


def _valid(made: definition.Definition, sample: Mapping[str, Any], where: str) -> Iterator[Trouble]:
    checked = answers.check(made, sample["answers"], context_of(sample))
    for problem in checked.problems:
        place = f"{where}/answers{problem.path}"
        yield place, f"正确的示例没有通过：{problem.message}", f"{problem.path} {problem.keyword}"
    for place, given in leaves_and_holders(sample["answers"]):
        if not isinstance(given, dict | list) and pointer.get(checked.answers, place, None) is None:
            yield f"{where}/answers{place}", "示例填了不会显示或者没有定义的字段", "请从示例里删去，或者核对规则"
    known = {one["code"] for one in made.service["materials"]} | _file_places(sample["answers"])
    for index, material in enumerate(sample.get("materials") or ()):
        if material["slot"] not in known:
            yield f"{where}/materials/{index}/slot", f"没有材料“{material['slot']}”", "请写材料代码，或者文件字段的位置"


def _file_places(given: Any) -> set[str]:
    return {place for place, one in leaves_and_holders(given) if isinstance(one, str) and formats.is_file_ref(one)}


def _invalid(made: definition.Definition, sample: Mapping[str, Any], where: str) -> Iterator[Trouble]:
    found = {(one.path, one.keyword) for one in answers.check(made, sample["answers"], context_of(sample)).problems}
    for index, wanted in enumerate(sample["problems"]):
        if (wanted["path"], wanted["keyword"]) not in found:
            there = "、".join(f"{path} {keyword}" for path, keyword in sorted(found)) or "没有查出任何问题"
            message = f"没有查出 {wanted['path']} 的 {wanted['keyword']} 问题"
            yield f"{where}/problems/{index}", message, f"查出的是：{there}"
