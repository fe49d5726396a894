"""Columns of an XLSForm that nothing here reads, so that nothing of them is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from forms.xlsform_items import Items
from forms.xlsform_places import ROW, Remarks

_MEDIA = "题目或选项里的图片、声音、录像没有导入"
_REASONS = {
    "media": _MEDIA,
    "trigger": "由别的题触发的计算没有对应；算式会一直跟着答案算",
    "intent": "打开别的程序没有对应",
    "query": "外部选项表没有对应",
    "instance": "给 XForm 用的属性没有对应",
    "save_to": "写入实体表没有对应",
    "parameters": "这种参数没有对应",
}
_READ = frozenset({
    "type", "name", "label", "hint", "guidance_hint", "bind", "control", "default", "choice_filter", "children",
    "choices", "itemset", "list_name", "actions", "_dynamic_default", "columns", ROW,
})  # fmt: skip  # a table
_BIND = frozenset({"relevant", "required", "constraint", "jr:constraintMsg", "jr:requiredMsg", "readonly", "calculate"})
_CONTROL = frozenset({"appearance", "jr:count", "rows", "start", "end", "step"})
_QUIET = frozenset({"max-pixels", "quality"})  # of photographs, which the node sizes itself
_SETTINGS = frozenset({"form_title", "form_id", "title", "id_string", "name", "version", "default_language"})


def leftovers(tree: Mapping[str, Any], items: Items, filters: set[str], remarks: Remarks) -> None:
    """Remarks for what stands in columns without a counterpart. `filters`: columns that choice filters read."""
    for item in items:
        for about, reason in _of_node(item.node):
            remarks.add("survey", item.row, about, reason)
    _settings(remarks)
    _choices(tree, filters, remarks)


def _of_node(node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, held in node.items():
        if key == "parameters":
            if node.get("type") != "range" and isinstance(held, Mapping) and not set(held) <= _QUIET:
                yield key, _REASONS[key]
        elif key in ("bind", "control"):
            known = _BIND if key == "bind" else _CONTROL
            yield from _inside(held, known)
        elif key == "media" and isinstance(held, Mapping):
            yield from ((str(name), _MEDIA) for name in held)
        elif key not in _READ and held:
            yield str(key), _REASONS.get(str(key), "这一列没有对应，没有导入")


def _inside(held: Any, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    for name in held if isinstance(held, Mapping) else ():
        if name not in known and not str(name).startswith("orx:max-pixels"):
            yield str(name), "这一列没有对应，没有导入"


def _settings(remarks: Remarks) -> None:
    sheet = remarks.sheet("settings")
    for name, column in sheet.columns.items() if sheet else ():
        if name not in _SETTINGS and sheet and name == sheet.plain_at(column) and sheet.text(2, column):
            remarks.add("settings", 2, name, "这项设置没有对应，没有导入")


def _choices(tree: Mapping[str, Any], filters: set[str], remarks: Remarks) -> None:
    sheet = remarks.sheet("choices")
    known = {"list_name", "name", "label"} | filters | {one.lower() for one in filters}
    for name, column in sheet.columns.items() if sheet else ():
        if sheet and name == sheet.plain_at(column) and name not in known:
            row = next((row for row in range(2, len(sheet.rows) + 1) if sheet.text(row, column)), 0)
            if row:
                remarks.add("choices", row, name, _MEDIA if name in _MEDIA_NAMES else "没有筛选用到这一列，没有导入")
    used = {str(name) for name in (tree.get("choices") or {})}
    asked = {str(item) for item in _lists(tree)}
    for name in sorted(used - asked):
        remarks.add("choices", 0, "list_name", "这个选项表没有题目用到，没有导入", name)


_MEDIA_NAMES = frozenset({"image", "big-image", "audio", "video"})


def _lists(tree: Mapping[str, Any]) -> Iterator[Any]:
    pending: list[Any] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            yield from (node[key] for key in ("itemset", "list_name") if key in node)
            pending.extend(node.get("children") or ())
