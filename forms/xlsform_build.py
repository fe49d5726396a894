"""The schema and the elements of an XLSForm's items, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from forms import starting
from forms.xlsform_choices import titled
from forms.xlsform_conditions import Conditions
from forms.xlsform_constraint import LOWER, UPPER, Constraint, constraint
from forms.xlsform_fields import MAKERS, default, looks
from forms.xlsform_home import Home
from forms.xlsform_items import META, Cannot, Item, Items, scope
from forms.xlsform_logic import Logic, complete, type_of
from forms.xlsform_places import Remarks
from forms.xlsform_rules import ALWAYS, as_schema, number, rule_condition
from forms.xlsform_texts import CHINESE, Texts
from forms.xpath import XPathError, parse

Schema = dict[str, Any]
Element = dict[str, Any]
_TRUE = frozenset({"yes", "true", "true()", "1"})
ROWS_MAX = 200


class Build:
    """`materials`: what the photo fields collect; `fields`: how many questions came over."""

    def __init__(self, items: Items, texts: Texts, remarks: Remarks) -> None:
        self._items, self._texts, self._remarks = items, texts, remarks
        self.conditions = Conditions(items, remarks)
        self._homes: dict[Item | None, Home] = {}
        self.materials: list[dict[str, Any]] = []
        self.fields = 0

    def finish(self) -> None:
        for home in self._homes.values():
            home.finish()
        for item in self._items.nested_too_deep:
            self._remarks.add("survey", item.row, "type", "分组套得太深，里面的内容没有导入")

    def elements(self, item: Item, holder: Schema) -> list[Element]:
        """The elements of an item, its schema put into `holder`; [] for what shows nothing."""
        if item.home not in self._homes and item.home is None:
            self._homes[None] = Home(holder)
        found = self._KINDS.get(item.kind, Build._question)(self, item, holder)
        own = self.conditions.own(item)
        if own is not None and own != ALWAYS:
            for element in found:
                element["rule"] = {"effect": "SHOW", "condition": rule_condition(own)}
        return found

    def _home(self, item: Item) -> Home:
        return self._homes[item.home]

    def _label(self, item: Item) -> str:
        said = self._texts.take(item.node.get("label"), f"{item.place}.label", item.row, "label")
        return said or starting.to_do(item.name)

    def _group(self, item: Item, holder: Schema) -> list[Element]:
        texts = self._texts
        label = texts.take(item.node.get("label"), f"_page.{item.place}.label", item.row, "label")
        label = label or starting.to_do(item.name)
        held: Schema = {"type": "object", "title": label, "properties": {}}
        holder["properties"][item.name] = held
        inside = [element for child in item.children for element in self.elements(child, held)]
        hint = texts.take(item.node.get("hint"), f"_page.{item.place}_hint.text", item.row, "hint")
        if hint:
            inside.insert(0, self._keyed({"type": "Label", "text": hint}, f"_page.{item.place}_hint", "text"))
        if not held["properties"]:
            del holder["properties"][item.name]
        if not inside:
            self._remarks.add("survey", item.row, "type", "这一组里没有能显示的内容，没有页面")
            return []
        return [self._keyed({"type": "Group", "label": label, "elements": inside}, f"_page.{item.place}", "label")]

    def _keyed(self, element: Element, key: str, ending: str) -> Element:
        """With the key of its texts, when there are texts in other languages."""
        there = any(f"{key}.{ending}" in held for code, held in self._texts.i18n.items() if code != CHINESE)
        return {**element, "i18n": key} if there else element

    def _repeat(self, item: Item, holder: Schema) -> list[Element]:
        label = self._label(item)
        rows: Schema = {"type": "object", "properties": {}}
        held: Schema = {"type": "array", "title": label, "maxItems": ROWS_MAX, "items": rows}
        holder["properties"][item.name] = held
        self._homes[item] = Home(rows)
        inside = [element for child in item.children for element in self.elements(child, rows)]
        if not rows["properties"] or not inside:
            del holder["properties"][item.name]
            self._remarks.add("survey", item.row, "type", "重复组里没有可填的内容，没有导入")
            return []
        self._count(item, held, label)
        options = {"row_label": label, "detail": {"type": "VerticalLayout", "elements": inside}}
        return [{"type": "Control", "scope": scope(item.way), "options": options}]

    def _count(self, item: Item, held: Schema, label: str) -> None:
        """How many rows there must be: a number, or what an earlier answer says."""
        said = item.control("jr:count")
        if not isinstance(said, str):
            return
        source = self._items.counts.get(said.strip()[2:-1].strip(), said)
        fixed = number(source)
        if isinstance(fixed, int) and 0 < fixed <= ROWS_MAX:
            held |= {"minItems": fixed, "maxItems": fixed}
            return
        try:
            logic = Logic(self._items, item)
            wanted = logic.rule(parse(source))
        except (Cannot, XPathError) as reason:
            self._remarks.add("survey", item.row, "repeat_count", f"{reason}；行数由填表人自己增减", source)
            return
        counted = {"reduce": [{"var": ".".join(item.way)}, {"+": [{"var": "accumulator"}, 1]}, 0]}
        message = f"“{label}”的行数与前面填的数不一致，请核对"
        rule = {"or": [{"===": [wanted, None]}, {"==": [counted, wanted]}]}
        held["x-jsf-logic-validations"] = [self._home(item).validate(f"{item.name}Count", rule, message)]

    def _note(self, item: Item, _holder: Schema) -> list[Element]:
        label, hint = (
            self._texts.take(item.node.get(name), f"_page.{item.place}{mark}.text", item.row, name)
            for name, mark in (("label", ""), ("hint", "_hint"))
        )
        marked = ((label, f"_page.{item.place}"), (hint, f"_page.{item.place}_hint"))
        return [self._keyed({"type": "Label", "text": text}, key, "text") for text, key in marked if text]

    def _computed(self, item: Item, holder: Schema) -> list[Element]:
        source = item.bind("calculate")
        if item.node.get("type") == "hidden" or not isinstance(source, str) or not source.strip():
            self._remarks.add("survey", item.row, "type", "没有算式的隐藏项没有对应的写法，没有导入")
            return []
        held: Schema = {"title": self._texts.take(item.node.get("label"), "", item.row, "label") or item.name}
        if self._calculate(item, held, source):
            holder["properties"][item.name] = held
        return []

    def _calculate(self, item: Item, held: Schema, source: str, about: str = "calculation") -> bool:
        try:
            node, logic = parse(source), Logic(self._items, item)
            rule = complete(logic.rule(node), node, logic)
            kind = type_of(node, self._items, item)
        except (Cannot, XPathError) as reason:
            self._remarks.add("survey", item.row, about, f"{reason}；没有算式", source)
            return False
        name = self._home(item).compute(item.name, rule)
        held |= ({"type": kind} if kind and "type" not in held else {}) | {"readOnly": True}
        held["x-jsf-logic-computedAttrs"] = {"const": name}
        return True

    def _unknown(self, item: Item, _holder: Schema) -> list[Element]:
        kind = str(item.node.get("type"))
        own = "由系统自己记录，不需要导入" if kind in META else "这种题型没有对应，没有导入"
        self._remarks.add("survey", item.row, "type", own)
        return []

    def _question(self, item: Item, holder: Schema) -> list[Element]:
        made, options = MAKERS[item.kind](item, self._remarks)
        held = {"type": made.pop("type"), "title": self._label(item), **made}
        for about in ("guidance_hint", "hint"):
            hint = self._texts.take(item.node.get(about), f"{item.place}.description", item.row, about)
            held |= {"description": hint} if hint else {}
        try:
            self._choices(item, held)
        except Cannot as reason:
            self._remarks.add("survey", item.row, "type", f"{reason}；这一题没有导入")
            return []
        holder["properties"][item.name] = held
        self.fields += 1
        looks(item, self._remarks)
        self._values(item, held)
        self._required(item, held)
        return [{"type": "Control", "scope": scope(item.way)} | ({"options": options} if options else {})]

    def _choices(self, item: Item, held: Schema) -> None:
        if item.kind not in ("one", "many"):
            return
        options = titled(item.choices, item, self._texts)
        self._put_options(item, held, options)
        found = self.conditions.filter(item)
        for when, choices in found.branches if found else ():
            narrowed: Schema = {}
            self._put_options(item, narrowed, titled(choices, item, self._texts))
            self._home(item).narrow(item.way, when, narrowed)

    def _put_options(self, item: Item, held: Schema, options: list[dict[str, Any]]) -> None:
        if item.kind == "many":
            held["items"] = {"type": "string", "oneOf": options}
        else:
            held["oneOf"] = options

    def _values(self, item: Item, held: Schema) -> None:
        source = item.bind("calculate")
        if isinstance(source, str) and source.strip() and self._calculate(item, held, source):
            return
        if str(item.bind("readonly") or "").strip().lower() in _TRUE:
            held["readOnly"] = True
            dynamic = item.node.get("default") if item.node.get("_dynamic_default") else None
            # nobody can change it, so that what it starts with is what it stays
            if isinstance(dynamic, str) and self._calculate(item, held, dynamic, "default"):
                return
        try:
            given = default(item)
        except Cannot as reason:
            self._remarks.add("survey", item.row, "default", str(reason))
            given = None
        if given is not None:
            held["default"] = given
        self._constrain(item, held)

    def _constrain(self, item: Item, held: Schema) -> None:
        source = item.bind("constraint")
        if not isinstance(source, str) or not source.strip():
            return
        try:
            found = constraint(parse(source), self._items, item)
        except XPathError as fault:
            found = Constraint(left=[str(fault)])
        for reason in found.left:
            self._remarks.add("survey", item.row, "constraint", f"{reason}；这一条没有检查", source)
        self._keywords(item, held, found)
        if found.rules:
            rule = found.rules[0] if len(found.rules) == 1 else {"and": found.rules}
            message = self._message(item, "jr:constraintMsg", ["x-jsf-logic-validations"], write=False)
            message = message or f"请核对“{held['title']}”"
            held["x-jsf-logic-validations"] = [self._home(item).validate(f"{item.name}Check", rule, message)]

    def _keywords(self, item: Item, held: Schema, found: Constraint) -> None:
        for name, value in found.keywords.items():
            known = held.get(name)
            if known is None or name == "maxLength" or (name in LOWER and value > known):
                held[name] = value
            elif name in UPPER:
                held[name] = min(known, value)
            elif name not in LOWER and known != value:
                found.extra.append({name: value})
        if found.extra:
            held["allOf"] = found.extra
        names = [*found.keywords, *(name for one in found.extra for name in one)]
        self._message(item, "jr:constraintMsg", names, write=True)

    def _message(self, item: Item, column: str, keywords: list[str], *, write: bool) -> str:
        """The Chinese message of a cell; with `write`, also as the sentence for each keyword in every language."""
        texts = self._texts.by_code(item.bind(column))
        for keyword in keywords:
            for code, text in texts.items():
                if write or code != CHINESE:
                    self._texts.i18n.setdefault(code, {})[f"{item.place}.error.{keyword}"] = text
        return texts.get(CHINESE, "")

    def _required(self, item: Item, held: Schema) -> None:
        asked = self.conditions.asked(item)
        written = "x-jsf-logic-computedAttrs" in held
        if asked is None or written or held.get("readOnly"):
            held.pop("const", None) if item.kind == "yes" else None
        else:
            self._home(item).require(item.way, asked)
            self._message(item, "jr:requiredMsg", ["required"], write=True)
        if item.kind == "file" and item.home is None and not held.get("x-signature"):
            needed = False if asked is None else True if asked == ALWAYS else as_schema(asked)
            code = f"file{len(self.materials) + 1}"
            place = "/" + "/".join(item.way)
            self.materials.append(starting.material(code, held["title"], place, needed))

    _KINDS: ClassVar[dict[str, Callable[[Build, Item, Schema], list[Element]]]] = {
        "group": _group,
        "repeat": _repeat,
        "note": _note,
        "computed": _computed,
        "unknown": _unknown,
    }
