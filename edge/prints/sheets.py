"""What is on the four sheets of a service (办事指南、空白表、填写说明、示范文本), from its definition and the room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.web import language
from forms import display, paper_words, sheet
from forms.definition import Definition
from forms.sheet import Entry, Part

SHEETS = {"guide": "办事指南", "blank": "空白表", "help": "填写说明", "sample": "示范文本"}

FORMS = {"original": "原件", "copy": "复印件", "either": "原件或复印件"}
SOURCES = {"shared": "部门共享，不用交", "police": "公安机关自有，不用交", "promise": "可以告知承诺"}


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


def w(text: str, /, **values: object) -> str:
    """Words of the sheets themselves in the language of the page; those of a service come from its file."""
    return paper_words.said(language(), text, **values)


def languages(definition: Definition) -> tuple[str, ...]:
    """The languages that the sheets speak: Chinese, and those in which the service is whole (x-service.languages)."""
    return tuple(dict.fromkeys(("zh-CN", *definition.service.get("languages", ()))))


def titles() -> list[tuple[str, str]]:
    """Every sheet with what it is called in the language of the page."""
    return [(name, w(title)) for name, title in SHEETS.items()]


def name(definition: Definition) -> str:
    """The service as the guide calls it."""
    return definition.title if chinese() else definition.text("x-service.name", definition.title, language())


def title(definition: Definition) -> str:
    """What stands over the form."""
    official = str(_print(definition).get("title") or definition.title)
    return official if chinese() else definition.text("x-print.title", name(definition), language())


def note(definition: Definition) -> str:
    """What stands under the form."""
    return definition.text("x-print.note", str(_print(definition).get("note") or ""), language())


def day(text: str) -> str:
    """A day in words."""
    return display.date(text, language())


def chinese() -> bool:
    """Whether the paper is printed in Chinese."""
    return not display.is_english(language())


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
        for part in (sheet.sample(definition, language()) if filled else sheet.blank(definition, language()))
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
        Material(named(definition, at), copies(entry), w(FORMS[entry["form"]]), needed(definition, at))
        for at, entry in enumerate(definition.service["materials"])
        if entry["source"] in ("applicant", "promise")
    ]


def helps(definition: Definition) -> list[tuple[Part, list[Help]]]:
    """Field by field, part by part."""
    return [(part, list(_helps(part.entries, 0))) for part in sheet.blank(definition, language())]


def _helps(entries: Sequence[Entry], depth: int) -> Iterator[Help]:
    for entry in entries:
        if entry.kind == "note":
            continue
        yield Help(entry.label, need(entry, inside=depth > 0), _said(entry), depth)
        yield from _helps(entry.entries or entry.columns, depth + 1)


def _said(entry: Entry) -> list[str]:
    if entry.read_only:
        return [w("自动得出，不用填写")]
    asked = [w("屏幕上问：{text}", text=entry.question)] if entry.question else []
    return [*([entry.hint] if entry.hint else []), *entry.limits, *asked]


def need(entry: Entry, *, inside: bool = False) -> str:
    """When a field is filled in: 必填, 选填, or the condition. `inside`: of a group, which has said its condition."""
    if entry.when:
        return case(entry.when)
    if entry.kind == "group":
        return ""
    if entry.sometimes and not entry.required:
        return w("必填" if inside else "看情况填")
    return w("不用填" if entry.read_only else "必填" if entry.required else "选填")


def case(when: Sequence[str]) -> str:
    """A condition as it stands beside a field."""
    return w("{when}的，填写", when=w("，并且").join(when)) if when else ""


def note_case(when: Sequence[str]) -> str:
    """A condition as it stands before a remark."""
    return w("{when}的：", when=w("，并且").join(when)) if when else ""


def part_cases(found: Sequence[Part]) -> list[str]:
    """The condition of every part; one that an earlier part has said is not said again."""
    said: dict[tuple[str, ...], int] = {}
    cases = []
    for number, part in enumerate(found, 1):
        first = said.setdefault(part.when, number)
        cases.append(case(part.when) if first == number or not part.when else w("条件同第{first}部分", first=first))
    return cases


def named(definition: Definition, at: int) -> str:
    """The name of a material of the guide, with what may be brought instead of it in brackets."""
    entry, place = definition.service["materials"][at], f"materials.{at}"
    given = enumerate(entry.get("alternatives", []))
    others = [text(definition, f"{place}.alternatives.{number}", one) for number, one in given]
    return text(definition, f"{place}.name", entry["name"]) + bracket(w("、").join(others), w("也可以用"))


def text(definition: Definition, key: str, default: str) -> str:
    """A text of x-service in the language of the page; room and province have no say in it."""
    return definition.text(f"x-service.{key}", default, language())


def copies(entry: Mapping[str, Any]) -> str:
    """How many copies are kept, or that it is only looked at."""
    return w("{count}份", count=entry["copies"]) if entry["copies"] else w("只查验，不留存")


def needed(definition: Definition, at: int) -> str:
    """When a material is needed, or who gets it instead of the citizen."""
    entry = definition.service["materials"][at]
    if entry["source"] in SOURCES:
        return w(SOURCES[entry["source"]])
    if not isinstance(entry["required"], bool):
        return text(definition, f"materials.{at}.note", str(entry.get("note") or w("看情况需要")))
    return w("都要" if entry["required"] else "有就带")


def bracket(text: str | None, before: str = "") -> str:
    """A text in the brackets of the language; "" for none."""
    return w("（{text}）", text=before + text) if text else ""
