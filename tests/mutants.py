"""Small faults for bench_mutation: where a module could be wrong by one sign, one word or one line, and the code with it.

A fault is planted into the code of the functions that are loaded already, so that whoever imported them by name runs it
too. No file is written.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
SWAPS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.And: ast.Or, ast.Or: ast.And, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
}  # fmt: skip  # a table
# what changes no answer: words for people and for the terminal, types
QUIET: Final = frozenset({"logger", "log_level", "TYPE_CHECKING"})
SILENT: Final = ("cipher_log_level", "forget_pages", "shrink_memory")
UNCHANGED: Final = -1
_SEEN: Final = "__seen_by_the_tests__"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault can be planted: the `at`-th of its module; `line` is where its statement begins."""

    module: str
    at: int
    function: str
    what: str
    line: int

    def __str__(self) -> str:
        return f"{source_of(self.module).relative_to(ROOT)}:{self.line} {self.function}: {self.what}"

    @property
    def name(self) -> tuple[str, str, str]:
        """What stays the same when lines above it come and go."""
        return (self.module, self.function, self.what)


class Mutator(ast.NodeTransformer):
    """Notes the places where a fault can be planted, and plants the `wanted`-th."""

    def __init__(self, module: str, wanted: int = UNCHANGED) -> None:
        self.module, self.wanted = module, wanted
        self.places: list[Place] = []
        self._function, self._line = "", 0

    def plant(self, name: str, function: ast.FunctionDef) -> None:
        self._function = name
        function.body = self._all(_after_docstring(function.body))

    def _here(self, what: str) -> bool:
        self.places.append(Place(self.module, len(self.places), self._function, what, self._line))
        return len(self.places) - 1 == self.wanted

    def _all(self, body: Sequence[ast.stmt]) -> list[Any]:
        return [self._statement(one) for one in body]

    def _statement(self, node: ast.stmt) -> Any:
        self._line = node.lineno
        call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if call and not _is_quiet(node) and self._here(f"left out: {ast.unparse(node)[:70]}"):
            # super() has a free variable of its own, and code with fewer of them takes no other's place
            nothing = ast.Expr(ast.Name("__class__", ast.Load())) if "super()" in ast.unparse(node) else ast.Pass()
            return ast.copy_location(nothing, node)
        if isinstance(node, ast.Raise) and self._here("nothing raised"):
            return ast.copy_location(ast.Pass(), node)
        return self.visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """The body alone: decorators and types stay."""
        node.body = self._all(_after_docstring(node.body))
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        if any(isinstance(part, ast.Name) and part.id in QUIET for part in ast.walk(node.test)):
            return node
        if self._here(f"the condition turned round: {ast.unparse(node.test)[:60]}"):
            node.test = ast.UnaryOp(ast.Not(), node.test)
            return node
        return self._blocks(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.For | ast.While | ast.With | ast.Try):
            return self._blocks(node)
        return super().generic_visit(node)

    def _blocks(self, node: Any) -> Any:
        for name in ("test", "iter"):
            if isinstance(getattr(node, name, None), ast.AST):
                setattr(node, name, self.visit(getattr(node, name)))
        for item in getattr(node, "items", []):
            self.visit(item)
        for name in ("body", "orelse", "finalbody"):
            if getattr(node, name, None):
                setattr(node, name, self._all(getattr(node, name)))
        for handler in getattr(node, "handlers", []):
            handler.body = self._all(handler.body)
        return node

    def visit_Return(self, node: ast.Return) -> ast.AST:
        empty = node.value is None or (isinstance(node.value, ast.Constant) and not node.value.value)
        if not empty and self._here(f"None returned for {ast.unparse(node)[7:67]}"):
            node.value = ast.Constant(None)
            return node
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        for at, operator in enumerate(node.ops):
            swap = SWAPS.get(type(operator))
            if swap and self._here(f"{ast.unparse(node)[:60]} with {swap.__name__}"):
                node.ops[at] = swap()  # type: ignore[call-overload]  # operators take nothing
                return node
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if self._here(f"{ast.unparse(node)[:60]} with the other word"):
            node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
            return node
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        swap = SWAPS.get(type(node.op))
        if swap and not _has_text(node) and self._here(f"{ast.unparse(node)[:60]} with {swap.__name__}"):
            node.op = swap()  # type: ignore[assignment]
            return node
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool) and self._here(f"{node.value} the other way"):
            return ast.copy_location(ast.Constant(not node.value), node)
        if type(node.value) is int and self._here(f"{node.value} one more"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return node


def _after_docstring(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return list(body[1:]) if documented and len(body) > 1 else list(body)


def _is_quiet(node: ast.AST) -> bool:
    named = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return bool(named & QUIET) or any(name in ast.unparse(node) for name in SILENT)


def _has_text(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))


def source_of(module: str) -> Path:
    return ROOT / (module.replace(".", "/") + ".py")


def _functions(body: Sequence[ast.stmt], before: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """The outermost functions and methods; what is defined within one belongs to it."""
    for one in body:
        if isinstance(one, ast.FunctionDef):
            yield before + one.name, one
        elif isinstance(one, ast.ClassDef):
            yield from _functions(one.body, f"{before}{one.name}.")


def planted(module: str, wanted: int) -> tuple[ast.Module, list[Place]]:
    """The changed tree of a module, and every place that it has."""
    tree = ast.parse(source_of(module).read_text(encoding="utf-8"))
    mutator = Mutator(module, wanted)
    for name, function in _functions(tree.body):
        mutator.plant(name, function)
    return ast.fix_missing_locations(tree), mutator.places


def places_of(module: str) -> list[Place]:
    return planted(module, UNCHANGED)[1]


def plant(module: str, wanted: int) -> None:
    """Give the loaded functions of a module the code with one fault in it."""
    tree, places = planted(module, wanted)
    if not 0 <= wanted < len(places):
        raise ValueError(f"{module} has {len(places)} places")
    exchange(module, compile(tree, str(source_of(module)), "exec", dont_inherit=True))


def watch(module: str, seen: set[tuple[str, int]]) -> None:
    """Let every statement of a module's functions put (module, its line) into `seen` before it runs.

    What sys.settrace would do, without slowing everything else down.
    """
    tree = ast.parse(source_of(module).read_text(encoding="utf-8"))
    for _, function in _functions(tree.body):
        Watcher(module).visit(function)
    vars(sys.modules[module])[_SEEN] = seen.add
    exchange(module, compile(ast.fix_missing_locations(tree), str(source_of(module)), "exec", dont_inherit=True))


class Watcher(ast.NodeTransformer):
    def __init__(self, module: str) -> None:
        self.module = module

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            held = getattr(node, name, None)
            if isinstance(held, list):
                setattr(node, name, [one for each in held for one in (self._mark(each), each)])
        return node

    def _mark(self, statement: ast.stmt) -> ast.stmt:
        (mark,) = ast.parse(f"{_SEEN}(({self.module!r}, {statement.lineno}))").body
        for one in ast.walk(mark):
            ast.copy_location(one, statement)
        return mark


def spoil(module: str) -> None:
    """Let every function of a module fail at its first line: what no test notices then, no test runs."""
    tree = ast.parse(source_of(module).read_text(encoding="utf-8"))
    for _, function in _functions(tree.body):
        function.body = [*ast.parse("raise RuntimeError('planted')").body, *function.body]
    exchange(module, compile(ast.fix_missing_locations(tree), str(source_of(module)), "exec", dont_inherit=True))


def exchange(module: str, made: CodeType) -> None:
    """Give the loaded functions of a module the code of the same ones in `made`. Raises RuntimeError where there is none."""
    fresh = {(code.co_qualname, code.co_firstlineno): code for code in _codes(made)}
    loaded = set(_loaded(vars(sys.modules[module]), module))
    for function in loaded:
        function.__code__ = fresh[(function.__code__.co_qualname, function.__code__.co_firstlineno)]
    if not loaded:
        raise RuntimeError(f"no function of {module} is loaded")


def _codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from _codes(one)


def _loaded(names: Any, module: str) -> Iterator[FunctionType]:
    """The functions of a module under whatever they are wrapped in."""
    for value in list(names.values()):
        if isinstance(value, type):
            if value.__module__ == module:
                yield from _loaded(vars(value), module)
            continue
        found: Any = getattr(value, "fget", None) or getattr(value, "__func__", None) or value
        while found is not None:
            if isinstance(found, FunctionType) and found.__code__.co_filename == str(source_of(module)):
                yield found
            found = getattr(found, "__wrapped__", None)
