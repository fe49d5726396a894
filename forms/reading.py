"""Reading a JSON file that somebody else wrote: limits, duplicate keys, and the line of each place."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any

from forms import limits, pointer

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_STRINGS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKETS = re.compile(r"[{}\[\]]")

Trouble = tuple[str, str, str]  # pointer, message, hint


class ReadError(ValueError):
    """The bytes can't be read as JSON. `line` counts from 1, 0 when unknown."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.line = message, hint, line


def read(data: bytes, *, trusted: bool = False) -> tuple[Any, str]:
    """The JSON value and its text; `trusted`: our own build wrote it. Raises ReadError with a sentence and a hint."""
    if len(data) > limits.FILE_BYTES_MAX:
        raise ReadError("文件太大", f"一个事项文件最多 {limits.FILE_BYTES_MAX} 字节，请拆成几个事项")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError("文件不是 UTF-8 编码", "请用 UTF-8 另存一次", data.count(b"\n", 0, error.start) + 1) from error
    if not trusted:
        _check_depth(text)
    return _parse(text), text


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth += 1 if bracket in "{[" else -1
        if depth > limits.FILE_DEPTH_MAX:
            raise ReadError(f"嵌套超过 {limits.FILE_DEPTH_MAX} 层", "请减少嵌套，或者用 $defs 和 $ref 拆开")


def _parse(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        hint = "请检查这一行前后的逗号、引号和括号"
        raise ReadError(f"不是正确的 JSON：{_reason(error.msg)}", hint, error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise ReadError("文件里有不能使用的数", "请写普通的数字；很长的号码要写成文字") from error
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _reason(message: str) -> str:
    known = {
        "Expecting ',' delimiter": "缺少逗号",
        "Expecting ':' delimiter": "缺少冒号",
        "Expecting property name enclosed in double quotes": "这里应当是带双引号的键，可能多了一个逗号",
        "Illegal trailing comma before end of object": "末尾多了一个逗号",
        "Illegal trailing comma before end of array": "末尾多了一个逗号",
        "Expecting value": "这里缺少内容",
        "Extra data": "文件末尾有多余的内容",
        "Unterminated string starting at": "引号没有结束",
        "Invalid control character at": "文字里有换行等控制字符",
    }
    return known.get(message, message)


def trouble(value: Any) -> list[Trouble]:
    """What JSON allows and we don't: too many values, broken characters, numbers that can't be written again."""
    found: list[Trouble] = []
    pending: list[tuple[Any, tuple[str | int, ...]]] = [(value, ())]
    count = 0
    while pending:
        item, path = pending.pop()
        count += 1
        # what a list holds is counted before it is looked at, so that a million rows cost nothing
        if count + len(pending) + (len(item) if isinstance(item, dict | list) else 0) > limits.FILE_NODES_MAX:
            return [("", f"内容超过 {limits.FILE_NODES_MAX} 项", "请拆成几个事项")]
        if isinstance(item, dict):
            if not all(map(_clean, item)):
                found.append((pointer.join(path), "键里有坏字符（半个代理对）", "请重新输入这里的键"))
            pending.extend((child, (*path, key)) for key, child in item.items() if _clean(key))
        elif isinstance(item, list):
            pending.extend((child, (*path, index)) for index, child in enumerate(item))
        elif isinstance(item, str) and not _clean(item):
            found.append((pointer.join(path), "文字里有坏字符（半个代理对）", "请重新输入这段文字"))
        elif isinstance(item, int | float) and not _writable(item):
            found.append((pointer.join(path), "数太大，不能准确保存", "很长的号码要写成文字，加上双引号"))
    return found[: limits.FAULTS_MAX]


def has_doubles(text: str) -> bool:
    """Whether some object of a JSON text has a key twice; where it stands is told by `Lines`."""
    found = False

    def note(pairs: list[tuple[str, Any]]) -> None:
        nonlocal found
        found = found or len({key for key, _ in pairs}) < len(pairs)

    json.loads(text, object_pairs_hook=note)
    return found


def _clean(text: Any) -> bool:
    return isinstance(text, str) and (text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text))


def _writable(number: float) -> bool:
    if isinstance(number, int):
        return abs(number) <= limits.ANSWER_INTEGER_MAX
    return abs(number) <= 1e300  # noqa: PLR2004 - infinity and its neighbourhood; NaN fails every comparison


class Lines:
    """Finds the line of a JSON Pointer in a text; the text is walked once, when the first fault asks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[str, int] | None = None
        self.duplicates: list[str] = []

    def line(self, place: str) -> int:
        """The line of the value at `place`, or of its nearest holder that is in the file; 0 without text."""
        if not self._text:
            return 0
        places = self.places()
        while place not in places and place:
            place = pointer.parent(place)
        return places.get(place, 1)

    def places(self) -> dict[str, int]:
        """Line of every value, by pointer. Also fills `duplicates` with the places of keys that come twice."""
        if self._found is None:
            self._found = self._walk()
        return self._found

    def _walk(self) -> dict[str, int]:
        newlines = [match.end() for match in re.finditer("\n", self._text)]
        found: dict[str, int] = {"": 1}
        stack: list[_Level] = []
        for match in _TOKEN.finditer(self._text):
            self._take(match.group(), bisect_right(newlines, match.start()) + 1, stack, found)
        return found

    def _take(self, text: str, line: int, stack: list[_Level], found: dict[str, int]) -> None:
        top = stack[-1] if stack else None
        if text in "}]":
            del stack[-1:]
        elif text == ",":
            if top:
                top.row += 1
        elif text != ":":
            if top and top.awaits_key:
                self._take_key(_key(top.place, text), line, top, found)
                return
            place = top.value_place() if top else ""
            found.setdefault(place, line)
            if text in "{[":
                stack.append(_Level(place, is_list=text == "["))

    def _take_key(self, place: str, line: int, top: _Level, found: dict[str, int]) -> None:
        if place in found:
            self.duplicates.append(place)
        found[place] = line
        top.key = place


class _Level:
    """An object or list that is open while the text is walked."""

    __slots__ = ("is_list", "key", "place", "row")

    def __init__(self, place: str, *, is_list: bool) -> None:
        self.place, self.is_list, self.row, self.key = place, is_list, 0, ""

    @property
    def awaits_key(self) -> bool:
        return not self.is_list and not self.key

    def value_place(self) -> str:
        if self.is_list:
            return f"{self.place}/{self.row}"
        place, self.key = self.key, ""
        return place


def _key(prefix: str, text: str) -> str:
    try:
        return f"{prefix}/{pointer.encode(json.loads(text))}"
    except ValueError:
        return f"{prefix}/{text}"
