"""The elements of a 办事指南, in the order in which people look for them, from a service's definition and the room."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.guide import Speaker, fee_text, time_text
from edge.prints.sheets import FORMS, bracket, chinese, copies, name, named, needed, text, w
from edge.room import Room
from edge.web import language
from forms.deadlines import limit_words
from forms.definition import Definition
from forms.pointer import split

Row = tuple[str, ...]

_NUMBERED = re.compile(r"(.*?)(（[^（）]*〔[^（）]*）)")
_SEALS = {"none": "不需要", "signature": "本人签名", "seal": "单位盖章", "both": "签名并盖章"}
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
_BEFORE = {"accept": "受理以前", "decide": "决定以前"}
_DELIVERY = {"node": "警务室发放", "window": "窗口领取", "post": "邮寄", "proxy": "代领", "electronic": "电子版"}


@dataclass(frozen=True, slots=True)
class Block:
    """A section of the guide: `lines` as a list, or `rows` as a table under `head`; without `head` name and value."""

    title: str
    lines: Sequence[str] = ()
    head: Row = ()
    rows: Sequence[Row] = ()
    ordered: bool = False


def guide(definition: Definition, room: Room) -> list[Block]:
    """The elements of a 办事指南, in the order in which people look for them."""
    service, say = definition.service, Speaker(definition, room)
    found = [
        Block(w("基本信息"), rows=list(_basics(definition, say))),
        Block(w("谁可以办（办理条件）"), say.lines("who")),
        Block(w("设定依据"), [_law(say, at, one) for at, one in enumerate(service["legal_basis"])]),
        _materials(definition, say),
        _steps(service, say),
        Block(w("办理时限"), rows=_times(service["time_limit"], say)),
        Block(w("收费"), rows=_fee(service["fee"], say)),
        Block(w("到场次数和网办深度"), rows=_visits(service, say)),
        _results(service, say),
        Block(w("不予办理的情形"), say.lines("refusals")),
        Block(w("常要补正的地方"), say.lines("corrections")),
        Block(w("交了以后"), say.lines("next"), ordered=True),
        Block(w("常见问题"), rows=[_asked(say, at, one) for at, one in enumerate(service.get("faq", []))]),
        Block(w("个人信息的使用"), rows=_privacy(service["privacy"], say)),
        Block(w("咨询和投诉"), rows=list(_telephones(service, say))),
        Block(w("说明"), [_noted(say, at, one) for at, one in enumerate(service.get("notes", []))]),
    ]
    return [block for block in found if block.lines or block.rows]


def deciding(definition: Definition, room: Room) -> list[Block]:
    """What whoever decides goes by: the checks, the times, what may be corrected or refused, and which document each
    decision gives.
    """
    service, say = definition.service, Speaker(definition, room)
    found = [
        Block(w("联网核验"), rows=[_checked(say, at, one) for at, one in enumerate(service["online_check"])]),
        Block(w("办理时限"), rows=_times(service["time_limit"], say)),
        Block(w("常要补正的地方"), say.lines("corrections")),
        Block(w("不予办理的情形"), say.lines("refusals")),
        _results(service, say),
    ]
    return [block for block in found if block.lines or block.rows]


def _checked(say: Speaker, at: int, one: Mapping[str, Any]) -> Row:
    return say(f"online_check.{at}.title", one["title"]), w(_BEFORE[one["before"]])


def _asked(say: Speaker, at: int, one: Mapping[str, Any]) -> Row:
    return say(f"faq.{at}.question", one["question"]), say(f"faq.{at}.answer", one["answer"])


def _noted(say: Speaker, at: int, one: Mapping[str, Any]) -> str:
    return say(f"notes.{at}.text", one["text"]) + (w("（以当地公布为准）") if one.get("local") else "")


def _law(say: Speaker, at: int, one: Mapping[str, Any]) -> str:
    title, article = (say(f"legal_basis.{at}.{key}", one[key]) for key in ("title", "article"))
    note = bracket(say(f"legal_basis.{at}.note", one.get("note", "")))
    return (_titled(title) + article if chinese() else f"{title}, {article}") + note


def _titled(name: str) -> str:
    """《…》 around the title alone, not around the number of the document (公通字〔2021〕12号)."""
    found = _NUMBERED.fullmatch(name)
    title_only, number = (found[1], found[2]) if found else (name, "")
    return title_only + number if title_only.startswith("《") else f"《{title_only}》{number}"


def _basics(definition: Definition, say: Speaker) -> Iterator[Row]:
    service = definition.service
    yield w("事项名称"), name(definition)
    yield w("群众的说法"), say("citizen_name", service["citizen_name"])
    yield from _filled((w("办了有什么用"), say("summary", service.get("summary", ""))))
    codes = [service.get(key) for key in ("code", "catalog_code", "task_code")]
    yield w("事项编码"), w("、").join(filter(None, codes))
    yield w("事项类型"), " · ".join(w(one) for one in (service["type"], service.get("case_type")) if one)
    yield from _filled((w("服务对象"), w("、").join(w(one) for one in service.get("object", []))))
    accept, decide = (w(_LEVELS[service[key]]) for key in ("accept_at", "decide_at"))
    yield w("受理和决定"), w("{accept}受理，{decide}决定", accept=accept, decide=decide)
    yield from _filled(
        (w("办理地点"), say("place", service.get("place", ""))), (w("办理时间"), say("hours", service.get("hours", "")))
    )


def _filled(*rows: Row) -> Iterator[Row]:
    """Rows whose value the room has given; brackets around nothing go."""
    for head, value in rows:
        if plain := value.replace("（）", "").replace(" ()", "").strip():
            yield head, plain


def _materials(definition: Definition, say: Speaker) -> Block:
    rows = [
        (
            str(at + 1),
            named(definition, at),
            copies(entry),
            w(FORMS[entry["form"]]),
            w(_SEALS[entry["seal"]]),
            needed(definition, at),
            w("；").join(_prepared(definition, at)),
            say(f"materials.{at}.basis", entry["basis"]),
        )
        for at, entry in enumerate(definition.service["materials"])
    ]
    head = tuple(map(w, _MATERIALS_HEAD))
    return Block(w("申请材料"), [w("不用带材料")] if not rows else (), head if rows else (), rows)


_MATERIALS_HEAD = ("序号", "材料名称", "份数", "原件或复印件", "签章", "什么时候要", "怎样准备", "设定依据")


def _prepared(definition: Definition, at: int) -> Iterator[str]:
    """How it is prepared, and where on the form it has its place."""
    entry, place = definition.service["materials"][at], f"materials.{at}"
    if entry.get("how"):
        yield text(definition, f"{place}.how", entry["how"]).rstrip("。.")
    if entry.get("field") and (here := definition.shape.at(entry["field"])):
        yield w("填表时放在“{name}”一栏", name=_label(definition, entry["field"], here.flat))
    if entry.get("note") and isinstance(entry["required"], bool):
        yield text(definition, f"{place}.note", entry["note"])


def _label(definition: Definition, place: str, schema: Mapping[str, Any]) -> str:
    official = str(schema.get("title") or split(place)[-1])
    return official if chinese() else definition.text(f"{'.'.join(split(place))}.label", official, language())


def _limit(limit: Mapping[str, Any]) -> str:
    return limit_words(limit) if chinese() else time_text({"time_limit": {"promised": limit}})


def _steps(service: Mapping[str, Any], say: Speaker) -> Block:
    rows = [
        (
            str(at + 1),
            say(f"steps.{at}.title", one["title"]),
            say(f"steps.{at}.by", one["by"]),
            _limit(one["limit"]) if "limit" in one else "",
            say(f"steps.{at}.note", one.get("note", "")),
        )
        for at, one in enumerate(service["steps"])
    ]
    return Block(w("办理流程"), head=tuple(map(w, ("序号", "环节", "谁来办", "时限", "说明"))), rows=rows)


def _times(limit: Mapping[str, Any], say: Speaker) -> list[Row]:
    names = {"notice": "受理或一次性告知", "statutory": "法定办结时限", "promised": "承诺办结时限"}
    rows: list[Row] = [(w(title), _limit(limit[key])) for key, title in names.items() if key in limit]
    more = (("basis", "依据"), ("note", "说明"))
    return rows + [(w(title), say(f"time_limit.{key}", limit[key])) for key, title in more if limit.get(key)]


def _fee(fee: Mapping[str, Any], say: Speaker) -> list[Row]:
    rows = [(w("收费标准"), fee_text({"fee": fee})), (w("收费依据"), say("fee.basis", fee.get("basis", "")))]
    return [row for row in [*rows, (w("说明"), say("fee.note", fee.get("note", "")))] if row[1]]


def _visits(service: Mapping[str, Any], say: Speaker) -> list[Row]:
    count, why = service["visits"], say("visits_reason", service.get("visits_reason", ""))
    said = w("最多{count}次", count=count) if count else w("不用到场")
    return [(w("到场次数"), said + bracket(why)), (w("网办深度"), w(service["depth"]))]


def _results(service: Mapping[str, Any], say: Speaker) -> Block:
    rows = [
        (
            say(f"results.{at}.title", one["title"]),
            say(f"results.{at}.document", one.get("document", "")),
            w(_STAMPS[one["seal"]]) if one.get("document") else "",
            w("、").join(w(_DELIVERY[way]) for way in one.get("delivery", [])),
            say(f"results.{at}.note", one.get("note", "")),
        )
        for at, one in enumerate(service["results"])
    ]
    return Block(w("办理结果"), head=tuple(map(w, ("结果", "文书或证件", "印章", "怎样领取", "说明"))), rows=rows)


def _privacy(privacy: Mapping[str, Any], say: Speaker) -> list[Row]:
    texts = (("用来做什么", "purpose"), ("保存多久", "retention"))
    return [(w(title), say(f"privacy.{key}", privacy[key])) for title, key in texts]


def _telephones(service: Mapping[str, Any], say: Speaker) -> Iterator[Row]:
    names = {"consult": "咨询电话", "complaint": "投诉电话"}
    given = service.get("telephones", {})
    yield from _filled(*((w(title), say(f"telephones.{key}", given.get(key, ""))) for key, title in names.items()))
