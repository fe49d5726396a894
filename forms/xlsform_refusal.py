"""pyxform's refusals in Chinese, for whoever wrote the workbook; what isn't known keeps pyxform's own words."""

from __future__ import annotations

import re

_ROW = re.compile(r"\[row : (\d+)\]")
_SENTENCES = (
    (r"You must have a sheet named 'survey'", "没有名为 survey 的工作表"),
    (r"Question with no type", "这一行没有写 type（题型）"),
    (r"Question or group with no name", "这一行没有写 name（字段名）"),
    (r"List name not in choices sheet: (\S+)", "choices 工作表里没有选项表 {0}"),
    (r"There should be a choices sheet", "有选择题，但没有 choices 工作表"),
    (r"Unmatched 'end_(\w+)'.*name '(.*?)'", "end_{0} 前面没有对应的 begin_{0}"),
    (r"Unmatched 'begin_(\w+)'.*name '(.*?)'", "begin_{0}（{1}）没有对应的 end_{0}"),
    (r"required column headers were not found: (.*?)\. ", "缺少必须有的列：{0}"),
    (r"different names for the same column were found: (.*?)\. ", "有两列意思相同：{0}"),
    (r"'name' value '(.*?)' is invalid\. Questions, groups, and repeats must", "字段名 {0} 在同一组里用了两次"),
    (r"'name' value '(.*?)' is invalid\. Repeat names must", "重复组的名字 {0} 用了两次或者与整张表单同名"),
    (r"Could not find the name '(.*?)'", "引用的字段 ${{{0}}} 不存在"),
    (r"The name '(.*?)' appears more than once", "引用的字段 ${{{0}}} 有好几个，分不清是哪一个"),
    (r"Names must begin with a letter", "名字要以字母或下划线开头，后面只能是字母、数字、下划线、连字符和点"),
    (r"Choice names must be unique", "同一个选项表里有重复的选项值"),
    (r"Choices must have a name", "选项没有写 name（选项值）"),
    (r"Choices should have a label", "选项没有写 label（名称）"),
    (r"Choice names with spaces.*\[(.*?)\] in \[(.*?)\]", "多选题的选项值不能有空格：{1} 的 {0}"),
    (r"Choice filter not supported with or_other", "or_other 的选择题不能再写 choice_filter"),
    (r"'parameters' value is invalid", "parameters（参数）的写法不对"),
    (r"Reference variables must start with", "引用的写法不对，应当是 ${{字段名}}"),
    (r"'meta' is invalid", "字段名 meta 是保留的，请换一个"),
)
_OWN_WORDS_MAX = 300


def in_chinese(message: str) -> str:
    """One sentence with the row where pyxform tells it."""
    row = _ROW.search(message)
    where = f"第 {row[1]} 行：" if row else ""
    sheet = re.search(r"[Oo]n the '(\w+)' sheet", message)
    where = f"工作表 {sheet[1]} {where}" if sheet and row else where
    for pattern, sentence in _SENTENCES:
        found = re.search(pattern, message, re.DOTALL)
        if found:
            return where + sentence.format(*found.groups())
    own = " ".join(_ROW.sub("", message).split())[:_OWN_WORDS_MAX]
    return f"{where}pyxform 的说明是 {own}"
