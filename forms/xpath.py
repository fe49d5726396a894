"""The XPath that XLSForm's expressions are written in, read into a tree; nothing is evaluated here.

What is understood: ${name}, `.`, ../name, numbers, texts, and/or, comparison, arithmetic, function calls, and plain
names (columns, in a choice_filter). Everything else is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LENGTH_MAX = 5_000
DEPTH_MAX = 40
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<text>"[^"]*"|'[^']*')
    |\$\{\s*(?P<ref>[^${}]+?)\s*\}
    |(?P<sibling>(?:\.\./)+[^\W\d][\w.-]*)
    |(?P<name>[^\W\d][\w.-]*(?::[^\W\d][\w.-]*)?)
    |(?P<sign><=|>=|!=|[-+*=<>(),.\[\]/|@])
    )""",
    re.VERBOSE,
)
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))


class XPathError(ValueError):
    """An expression that isn't understood; the message is a Chinese phrase that says what in it."""


@dataclass(frozen=True, slots=True)
class Node:
    """`kind`: number, text, ref (${name}), here (.), sibling (../name), name, call or op; `value`: what it says."""

    kind: str
    value: str
    args: tuple[Node, ...] = ()

    def __iter__(self) -> Iterator[Node]:
        """The node and everything in it."""
        yield self
        for one in self.args:
            yield from one


def parse(source: str) -> Node:
    """The tree of an expression. Raises XPathError."""
    if len(source) > LENGTH_MAX:
        raise XPathError("表达式太长")
    reader = _Reader(list(_tokens(source)))
    found = reader.binary(0, 0)
    if reader.kind:
        raise XPathError(f"“{reader.text}”这里看不懂")
    return found


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if not match or match.lastgroup is None:
            raise XPathError(f"“{source[position : position + 10].strip()}”这里看不懂")
        yield match.lastgroup, match[match.lastgroup]
        position = match.end()


class _Reader:
    """Recursive descent over the tokens; `depth` stops an expression that only nests."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    @property
    def text(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        text = self.text
        self._at += 1
        return text

    def _expect(self, sign: str) -> None:
        if self.kind != "sign" or self.text != sign:
            raise XPathError(f"缺少“{sign}”")
        self._at += 1

    def binary(self, level: int, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise XPathError("表达式的括号套得太深")
        if level == len(_LEVELS):
            return self._unary(depth)
        left, links = self.binary(level + 1, depth), 0
        while self.kind in ("sign", "name") and self.text in _LEVELS[level]:
            operator, links = self._take(), links + 1
            right = self.binary(level + 1, depth)
            # a long chain of `or` lies flat, so that no tree gets deeper than the brackets say
            flat = left.args if links > 1 and operator in ("and", "or") else (left,)
            left = Node("op", operator, (*flat, right))
            if links > DEPTH_MAX and operator not in ("and", "or"):
                raise XPathError("表达式太长")
        return left

    def _unary(self, depth: int) -> Node:
        if self.kind == "sign" and self.text == "-":
            self._take()
            inner = self._primary(depth + 1)
            return Node("number", f"-{inner.value}") if inner.kind == "number" else Node("op", "neg", (inner,))
        return self._primary(depth)

    def _primary(self, depth: int) -> Node:
        kind, text = self.kind, self._take()
        if kind == "sign" and text == "(":
            inner = self.binary(0, depth + 1)
            self._expect(")")
            return inner
        if kind == "sign" and text == ".":
            return Node("here", ".")
        if kind == "text":
            return Node("text", text[1:-1])
        if kind in ("number", "ref"):
            return Node(kind, text)
        if kind == "sibling":
            return self._sibling(text)
        if kind == "name":
            return self._name(text, depth)
        raise XPathError(f"“{text}”这里看不懂" if text else "表达式没有写完")

    def _sibling(self, text: str) -> Node:
        if text.count("../") > 1:
            raise XPathError(f"引用了别处的路径 {text}")
        return Node("sibling", text[3:])

    def _name(self, text: str, depth: int) -> Node:
        if self.kind != "sign" or self.text != "(":
            return Node("name", text)
        self._take()
        args = []
        while not (self.kind == "sign" and self.text == ")"):
            args.append(self.binary(0, depth + 1))
            if self.kind == "sign" and self.text == ",":
                self._take()
            elif not (self.kind == "sign" and self.text == ")"):
                raise XPathError("函数的括号没有写完")
        self._take()
        return Node("call", text, tuple(args))
