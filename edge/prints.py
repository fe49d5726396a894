"""What is on the four sheets of a service (办事指南、空白表、填写说明、示范文本), from its definition and the room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.guide import Speaker, fee_text
from edge.settings import Room
from forms import sheet
from forms.deadlines import limit_words
from forms.definition import Definition
from forms.pointer import split
from forms.sheet import Entry, Part

SHEETS = {"guide": "办事指南", "blank": "空白表", "help": "填写说明", "sample": "示范文本"}
Row = tuple[str, ...]

_NUMBERED = re.compile(r"(.*?)(（[^（）]*〔[^（）]*）)")
_FORMS = {"original": "原件", "copy": "复印件", "either": "原件或复印件"}
_SEALS = {"none": "不需要", "signature": "本人签名", "seal": "单位盖章", "both": "签名并盖章"}
_SOURCES = {"shared": "部门共享，不用交", "police": "公安机关自有，不用交", "promise": "可以告知承诺"}
_LEVELS = {
    "node": "警务室",
    "station": "派出所",
    "county": "县级公安机关",
    "city": "市级公安机关",
    "province": "省级公安机关",
}
_STAMPS = {
    "none": "不需要印章",
    "stock": "预先盖章并编号的凭证",
    "station": "派出所印章",
    "centre": "省级中心电子印章",
}
_DELIVERY = {"node": "警务室发放", "window": "窗口领取", "post": "邮寄", "proxy": "代领", "electronic": "电子版"}


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the guide: `lines` as a list, or `rows` as a table under `head`; without `head` name and value."""

    title: str
    lines: Sequence[str] = ()
    head: Row = ()
    rows: Sequence[Row] = ()
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """A line of the list of materials that goes with the form."""

    name: str
    copies: str
    form: str
    when: str


@dataclass(frozen=True, slots=True)
class Help:
    """How one field is filled in. `depth`: 1 inside of a group or list."""

    label: str
    need: str
    lines: Sequence[str]
    depth: int = 0


def title(definition: Definition) -> str:
    """What stands over the form."""
    return str(_print(definition).get("title") or definition.title)


def note(definition: Definition) -> str:
    """What stands under the form."""
    return str(_print(definition).get("note") or "")


def new_sheets(definition: Definition) -> frozenset[int]:
    """Pages of the form that begin on a new sheet of paper."""
    return frozenset(_print(definition).get("new_sheet_before") or ())


def _print(definition: Definition) -> Mapping[str, Any]:
    found: Mapping[str, Any] = definition.raw.get("x-print") or {}
    return found


def parts(definition: Definition, *, filled: bool) -> list[Part]:
    """The form, empty or filled with the first sample; what is worked out by the program stands on no paper."""
    return [
        Part(part.index, part.title, part.when, entries)
        for part in (sheet.sample(definition) if filled else sheet.blank(definition))
        if (entries := tuple(one for one in part.entries if not one.read_only))
    ]


def filing_day(definition: Definition) -> str:
    """The day on which the first sample is signed; "" where it says none."""
    return str(definition.samples["valid"][0].get("context", {}).get("filing_day", ""))


def signed(found: Sequence[Part]) -> bool:
    """Whether the form itself has a place for the signature."""
    entries = [entry for part in found for entry in part.entries]
    return any(one.kind == "signature" for entry in entries for one in (entry, *entry.entries))


def materials(definition: Definition) -> list[Material]:
    """What is handed in with the form."""
    return [
        Material(_named(entry), _copies(entry), _FORMS[entry["form"]], _needed(entry))
        for entry in definition.service["materials"]
        if entry["source"] in ("applicant", "promise")
    ]


def helps(definition: Definition) -> list[tuple[Part, list[Help]]]:
    """Field by field, part by part."""
    return [(part, list(_helps(part.entries, 0))) for part in sheet.blank(definition)]


def _helps(entries: Sequence[Entry], depth: int) -> Iterator[Help]:
    for entry in entries:
        if entry.kind == "note":
            continue
        yield Help(entry.label, need(entry, inside=depth > 0), _said(entry), depth)
        yield from _helps(entry.entries or entry.columns, depth + 1)


def _said(entry: Entry) -> list[str]:
    if entry.read_only:
        return ["自动得出，不用填写"]
    asked = [f"屏幕上问：{entry.question}"] if entry.question else []
    return [*([entry.hint] if entry.hint else []), *entry.limits, *asked]


def need(entry: Entry, *, inside: bool = False) -> str:
    """When a field is filled in: 必填, 选填, or the condition. `inside`: of a group, which has said its condition."""
    if entry.when:
        return case(entry.when)
    if entry.kind == "group":
        return ""
    if entry.sometimes and not entry.required:
        return "必填" if inside else "看情况填"
    return "不用填" if entry.read_only else "必填" if entry.required else "选填"


def case(when: Sequence[str]) -> str:
    """A condition as it stands beside a field."""
    return f"{'，并且'.join(when)}的，填写" if when else ""


def note_case(when: Sequence[str]) -> str:
    """A condition as it stands before a remark."""
    return f"{'，并且'.join(when)}的：" if when else ""


def part_cases(found: Sequence[Part]) -> list[str]:
    """The condition of every part; one that an earlier part has said is not said again."""
    said: dict[tuple[str, ...], int] = {}
    cases = []
    for number, part in enumerate(found, 1):
        first = said.setdefault(part.when, number)
        cases.append(case(part.when) if first == number or not part.when else f"条件同第{first}部分")
    return cases


def guide(definition: Definition, room: Room) -> list[Block]:
    """The elements of a 办事指南, in the order in which people look for them."""
    service, say = definition.service, Speaker(definition, room)
    found = [
        Block("基本信息", rows=list(_basics(definition, say))),
        Block("谁可以办（办理条件）", say.lines("who")),
        Block(
            "设定依据",
            [_law(one["title"]) + one["article"] + _bracket(one.get("note")) for one in service["legal_basis"]],
        ),
        _materials(definition, say),
        _steps(service),
        Block("办理时限", rows=_times(service["time_limit"])),
        Block("收费", rows=_fee(service["fee"], say)),
        Block("到场次数和网办深度", rows=_visits(service)),
        _results(service),
        Block("不予办理的情形", say.lines("refusals")),
        Block("常要补正的地方", say.lines("corrections")),
        Block("交了以后", say.lines("next"), ordered=True),
        Block("常见问题", rows=[(one["question"], one["answer"]) for one in service.get("faq", [])]),
        Block("个人信息的使用", rows=_privacy(service["privacy"], say)),
        Block("咨询和投诉", rows=list(_telephones(service, say))),
        Block(
            "说明",
            [one["text"] + ("（以当地公布为准）" if one.get("local") else "") for one in service.get("notes", [])],
        ),
    ]
    return [block for block in found if block.lines or block.rows]


def _law(name: str) -> str:
    """《…》 around the title alone, not around the number of the document (公通字〔2021〕12号)."""
    found = _NUMBERED.fullmatch(name)
    title_only, number = (found[1], found[2]) if found else (name, "")
    return title_only + number if title_only.startswith("《") else f"《{title_only}》{number}"


def _basics(definition: Definition, say: Speaker) -> Iterator[Row]:
    service = definition.service
    yield "事项名称", definition.title
    yield "群众的说法", service["citizen_name"]
    yield from _filled(("办了有什么用", say("summary", service.get("summary", ""))))
    codes = [service.get(key) for key in ("code", "catalog_code", "task_code")]
    yield "事项编码", "、".join(filter(None, codes))
    yield "事项类型", " · ".join(filter(None, (service["type"], service.get("case_type"))))
    yield from _filled(("服务对象", "、".join(service.get("object", []))))
    yield "受理和决定", f"{_LEVELS[service['accept_at']]}受理，{_LEVELS[service['decide_at']]}决定"
    yield from _filled(
        ("办理地点", say("place", service.get("place", ""))), ("办理时间", say("hours", service.get("hours", "")))
    )


def _filled(*rows: Row) -> Iterator[Row]:
    """Rows whose value the room has given; brackets around nothing go."""
    for name, value in rows:
        if plain := value.replace("（）", "").strip():
            yield name, plain


def _materials(definition: Definition, say: Speaker) -> Block:
    rows = [
        (
            str(at + 1),
            say(f"materials.{at}.name", entry["name"]) + _bracket("、".join(entry.get("alternatives", [])), "也可以用"),
            _copies(entry),
            _FORMS[entry["form"]],
            _SEALS[entry["seal"]],
            _needed(entry),
            "；".join(_prepared(definition, entry)),
            entry["basis"],
        )
        for at, entry in enumerate(definition.service["materials"])
    ]
    return Block("申请材料", ["不用带材料"] if not rows else (), _MATERIALS_HEAD if rows else (), rows)


_MATERIALS_HEAD = ("序号", "材料名称", "份数", "原件或复印件", "签章", "什么时候要", "怎样准备", "设定依据")


def _named(entry: Mapping[str, Any]) -> str:
    return str(entry["name"]) + _bracket("、".join(entry.get("alternatives", [])), "也可以用")


def _copies(entry: Mapping[str, Any]) -> str:
    return f"{entry['copies']}份" if entry["copies"] else "只查验，不留存"


def _needed(entry: Mapping[str, Any]) -> str:
    if entry["source"] in _SOURCES:
        return _SOURCES[entry["source"]]
    if not isinstance(entry["required"], bool):
        return str(entry.get("note") or "看情况需要")
    return "都要" if entry["required"] else "有就带"


def _prepared(definition: Definition, entry: Mapping[str, Any]) -> Iterator[str]:
    """How it is prepared, and where on the form it has its place."""
    if entry.get("how"):
        yield entry["how"].rstrip("。")
    if entry.get("field") and (here := definition.shape.at(entry["field"])):
        yield f"填表时放在“{here.flat.get('title') or split(entry['field'])[-1]}”一栏"
    if entry.get("note") and isinstance(entry["required"], bool):
        yield entry["note"]


def _steps(service: Mapping[str, Any]) -> Block:
    rows = [
        (str(at), one["title"], one["by"], limit_words(one["limit"]) if "limit" in one else "", one.get("note", ""))
        for at, one in enumerate(service["steps"], 1)
    ]
    return Block("办理流程", head=("序号", "环节", "谁来办", "时限", "说明"), rows=rows)


def _times(limit: Mapping[str, Any]) -> list[Row]:
    names = {"notice": "受理或一次性告知", "statutory": "法定办结时限", "promised": "承诺办结时限"}
    rows = [(name, limit_words(limit[key])) for key, name in names.items() if key in limit]
    return rows + [(name, limit[key]) for key, name in (("basis", "依据"), ("note", "说明")) if limit.get(key)]


def _fee(fee: Mapping[str, Any], say: Speaker) -> list[Row]:
    rows = [("收费标准", fee_text({"fee": fee})), ("收费依据", fee.get("basis", ""))]
    return [row for row in [*rows, ("说明", say("fee.note", fee.get("note", "")))] if row[1]]


def _visits(service: Mapping[str, Any]) -> list[Row]:
    count, why = service["visits"], service.get("visits_reason", "")
    return [("到场次数", (f"最多{count}次" if count else "不用到场") + _bracket(why)), ("网办深度", service["depth"])]


def _results(service: Mapping[str, Any]) -> Block:
    rows = [
        (
            one["title"],
            one.get("document", ""),
            _STAMPS[one["seal"]] if one.get("document") else "",
            "、".join(_DELIVERY[way] for way in one.get("delivery", [])),
            one.get("note", ""),
        )
        for one in service["results"]
    ]
    return Block("办理结果", head=("结果", "文书或证件", "印章", "怎样领取", "说明"), rows=rows)


def _privacy(privacy: Mapping[str, Any], say: Speaker) -> list[Row]:
    texts = (("用来做什么", "purpose"), ("保存多久", "retention"))
    return [(name, say(f"privacy.{key}", privacy[key])) for name, key in texts]


def _telephones(service: Mapping[str, Any], say: Speaker) -> Iterator[Row]:
    names = {"consult": "咨询电话", "complaint": "投诉电话"}
    given = service.get("telephones", {})
    yield from _filled(*((name, say(f"telephones.{key}", given.get(key, ""))) for key, name in names.items()))


def _bracket(text: str | None, before: str = "") -> str:
    return f"（{before}{text}）" if text else ""
