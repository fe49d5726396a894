"""Writing answers canonically before anything judges them, whatever was handed in."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from forms import formats, limits, pointer
from forms.shape import Shape

# C0 and C1 control characters except tab and newline, line separators, the byte order mark
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
EMPTY = object()


class Tidy:
    """One run over what was handed in. `troubles`: (path, keyword) of what no answer can be."""

    def __init__(self) -> None:
        self.troubles: list[tuple[str, str]] = []
        self._nodes = 0

    def answers(self, raw: Any, shape: Shape) -> dict[str, Any]:
        """Canonical answers; always an object, host facts and unknown names not in it."""
        if not isinstance(raw, dict):
            self.troubles.append(("", "type"))
            return {}
        return self._object({key: value for key, value in raw.items() if key != "_ctx"}, shape, ())

    def _value(self, value: Any, shape: Shape | None, path: tuple[str | int, ...]) -> Any:
        self._nodes += 1
        if len(path) > limits.ANSWER_DEPTH_MAX or self._nodes > limits.ANSWER_NODES_MAX:
            self._refuse(path[:1], "limit")
            return EMPTY
        if isinstance(value, str):
            return self._text(value, shape, path) or EMPTY
        if isinstance(value, dict):
            return self._object(value, shape, path) or EMPTY
        if isinstance(value, list | tuple):
            return self._list(list(value), shape, path)
        return self._scalar(value, path)

    def _refuse(self, path: tuple[str | int, ...], keyword: str) -> None:
        trouble = (pointer.join(path), keyword)
        if trouble not in self.troubles:
            self.troubles.append(trouble)

    def _scalar(self, value: Any, path: tuple[str | int, ...]) -> Any:
        if value is None:
            return EMPTY
        if isinstance(value, bool):
            return value
        if isinstance(value, int):
            return value if abs(value) <= limits.ANSWER_INTEGER_MAX else _huge(value)
        if isinstance(value, float):
            return _number(value)
        self._refuse(path, "type")
        return EMPTY

    def _text(self, value: str, shape: Shape | None, path: tuple[str | int, ...]) -> str:
        if len(value) > limits.ANSWER_TEXT_MAX:
            self._refuse(path, "limit")
            return ""
        text = value.encode("utf-8", "ignore").decode("utf-8")  # half of a surrogate pair is no character
        text = _CONTROLS.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()
        for name in shape.formats() if shape else ():
            text = formats.canonical(name, text)
        return text

    def _object(self, value: dict[Any, Any], shape: Shape | None, path: tuple[str | int, ...]) -> dict[str, Any]:
        found = {}
        closed = shape is not None and shape.closed
        for key, item in value.items():
            if not isinstance(key, str) or not _is_clean(key):
                self._refuse(path, "propertyNames")
                continue
            child = shape.child(key) if shape else None
            if child is None and closed:
                continue
            tidied = self._value(item, child, (*path, key))
            if tidied is not EMPTY:
                found[key] = tidied
        return found

    def _list(self, value: list[Any], shape: Shape | None, path: tuple[str | int, ...]) -> Any:
        rows = []
        for index, item in enumerate(value):
            tidied = self._value(item, shape.items if shape else None, (*path, index))
            if isinstance(item, dict):
                rows.append({} if tidied is EMPTY else tidied)  # an empty row keeps its number, so that errors find it
            elif tidied is not EMPTY:
                rows.append(tidied)
        return rows or EMPTY


def _is_clean(key: str) -> bool:
    return key.isascii() or not any("\ud800" <= char <= "\udfff" for char in key)


def _number(value: float) -> Any:
    if not math.isfinite(value):
        return str(value)
    return int(value) if value.is_integer() and abs(value) <= limits.ANSWER_INTEGER_MAX else value


def _huge(value: int) -> str:
    """A number that JSON can't carry exactly becomes a text, which the schema then refuses."""
    digits = value.bit_length() * 0.30103
    return str(value) if digits < 1000 else "数字过长"  # noqa: PLR2004 - longer ones take long to write
