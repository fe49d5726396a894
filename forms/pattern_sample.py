"""Texts that a plain regular expression accepts, for samples. What isn't plain gives none."""

from __future__ import annotations

import re

LENGTH_MAX = 200
DEPTH_MAX = 12
_CLASSES = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "t": "\t", "n": "\n"}
_BRACES = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}")


class _NotPlainError(ValueError):
    """An expression that this small writer doesn't follow."""


def samples(pattern: str, least: int = 0) -> list[str]:
    """A few texts that `pattern` accepts, the shortest first and one of at least `least` characters if it can be."""
    found = []
    for more in (0, 1, least):
        try:
            text = _Writer(pattern, more).whole()
        except _NotPlainError:
            return []
        if len(text) <= LENGTH_MAX and text not in found and _accepts(pattern, text):
            found.append(text)
    return found


def _accepts(pattern: str, text: str) -> bool:
    """Only texts without surprises are kept; the pattern was checked by the lint to run in linear time elsewhere."""
    from forms import validation

    return not validation.problems({"pattern": pattern}, text)


class _Writer:
    """Goes over the expression once and writes the first branch, each repetition as often as it must, or `more`."""

    def __init__(self, pattern: str, more: int) -> None:
        self._pattern, self._more, self._at = pattern, more, 0

    def whole(self) -> str:
        text = self._branches(0)
        if self._at < len(self._pattern):
            raise _NotPlainError
        return text

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        char = self._peek()
        if not char:
            raise _NotPlainError
        self._at += 1
        return char

    def _branches(self, depth: int) -> str:
        if depth > DEPTH_MAX:
            raise _NotPlainError
        first = self._sequence(depth)
        while self._peek() == "|":
            self._at += 1
            self._sequence(depth)
        return first

    def _sequence(self, depth: int) -> str:
        parts = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom(depth)))
        return "".join(parts)

    def _atom(self, depth: int) -> str:
        char = self._take()
        if char in "^$":
            return ""
        if char == "(":
            return self._group(depth)
        if char == "[":
            return self._class()
        if char == "\\":
            return self._escaped()
        return "a" if char == "." else char

    def _group(self, depth: int) -> str:
        if self._peek() == "?":
            if self._pattern[self._at : self._at + 2] != "?:":
                raise _NotPlainError
            self._at += 2
        inner = self._branches(depth + 1)
        if self._take() != ")":
            raise _NotPlainError
        return inner

    def _escaped(self) -> str:
        char = self._take()
        if char in _CLASSES:
            return _CLASSES[char]
        if char.isalnum():
            raise _NotPlainError
        return char

    def _class(self) -> str:
        if self._peek() == "^":
            return self._other_than()
        first = self._take()
        found = self._escaped() if first == "\\" else first
        while self._take() != "]":
            pass
        return found

    def _other_than(self) -> str:
        start = self._at
        while self._take() != "]":
            pass
        held = self._pattern[start : self._at]
        return next(char for char in "a1中-#~" if char not in held)

    def _repeated(self, text: str) -> str:
        sign = self._peek()
        if sign in ("*", "+", "?") and sign:
            self._at += 1
            least, most = {"*": (0, LENGTH_MAX), "+": (1, LENGTH_MAX), "?": (0, 1)}[sign]
        elif match := _BRACES.match(self._pattern, self._at):
            self._at = match.end()
            least = int(match[1])
            most = least if match[2] is None else int(match[3] or LENGTH_MAX)
        else:
            return text
        if self._peek() == "?":
            self._at += 1
        return text * min(max(least, min(self._more, most)), LENGTH_MAX)
