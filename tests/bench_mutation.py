"""Would the tests notice? Small faults are planted, one at a time, into the log, the envelope and the store, chosen by a seed;
a fault that no fast test of its module notices is a survivor.

Nothing is written: the module is changed while it is imported, in a process of its own that runs those tests. The first
run of each module is without a fault and must pass, and one with a fault at its very beginning must fail.
`YIZHAN_MUTANTS=60 YIZHAN_MUTATION_SEED=3` changes how many and which.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
MUTANTS: Final = int(os.environ.get("YIZHAN_MUTANTS", "60"))
SEED: Final = os.environ.get("YIZHAN_MUTATION_SEED", "20261122")
AT_ONCE: Final = 2
PATIENCE_S: Final = 600
# what a survivor would mean -> the fast tests that are asked
MODULES: Final = {
    "edge.log": ("test_edge_log", "test_edge_node", "test_edge_applications", "test_sync_push", "test_edge_restore"),
    "forms.events": ("test_forms_events", "test_edge_log", "test_sync_vectors"),
    "sync.envelope": ("test_sync_envelope", "test_sync_vectors", "test_sync_codebooks"),
    "sync.header": ("test_sync_envelope", "test_sync_vectors"),
    "edge.database": ("test_edge_database", "test_edge_log"),
    "edge.witness": ("test_edge_node", "test_edge_log", "test_edge_put_back"),
}
SWAPS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.And: ast.Or, ast.Or: ast.And, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
}  # fmt: skip
# what changes no answer: words for people and for the terminal, types
QUIET: Final = frozenset({"logger", "log_level", "TYPE_CHECKING"})


class Mutator(ast.NodeTransformer):
    """Counts the places where a fault can be planted, and plants the `wanted`-th; `said` tells what it was."""

    def __init__(self, wanted: int = -1) -> None:
        self.wanted, self.count, self.said = wanted, 0, ""

    def _here(self, node: ast.AST, what: str) -> bool:
        self.count += 1
        if self.count - 1 != self.wanted:
            return False
        self.said = f"{getattr(node, 'lineno', 0)}: {what}"
        return True

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """The body alone: decorators and types stay."""
        node.body = [self._statement(one) for one in _after_docstring(node.body)]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        if any(isinstance(part, ast.Name) and part.id in QUIET for part in ast.walk(node.test)):
            return node
        if self._here(node, "the condition turned round"):
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
                setattr(node, name, [self._statement(one) for one in getattr(node, name)])
        for handler in getattr(node, "handlers", []):
            handler.body = [self._statement(one) for one in handler.body]
        return node

    def _statement(self, node: ast.stmt) -> Any:
        call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if call and not _is_quiet(node) and self._here(node, f"left out: {ast.unparse(node)[:70]}"):
            return ast.copy_location(ast.Pass(), node)
        if isinstance(node, ast.Raise) and self._here(node, "nothing raised"):
            return ast.copy_location(ast.Pass(), node)
        return self.visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        empty = node.value is None or (isinstance(node.value, ast.Constant) and not node.value.value)
        if not empty and self._here(node, "None returned"):
            node.value = ast.Constant(None)
            return node
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        for at, operator in enumerate(node.ops):
            swap = SWAPS.get(type(operator))
            if swap and self._here(node, f"{ast.unparse(node)[:60]} with {swap.__name__}"):
                node.ops[at] = swap()  # type: ignore[call-overload]  # operators take nothing
                return node
        return self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        if self._here(node, f"{ast.unparse(node)[:60]} with the other word"):
            node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
            return node
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        swap = SWAPS.get(type(node.op))
        if swap and not _has_text(node) and self._here(node, f"{ast.unparse(node)[:60]} with {swap.__name__}"):
            node.op = swap()  # type: ignore[assignment]
            return node
        return self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, bool) and self._here(node, f"{node.value} the other way"):
            return ast.copy_location(ast.Constant(not node.value), node)
        if type(node.value) is int and self._here(node, f"{node.value} one more"):
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
    return bool(named & QUIET) or any(name in ast.unparse(node) for name in ("cipher_log_level", "forget_pages", "shrink_memory"))


def _has_text(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))


def source_of(module: str) -> Path:
    return ROOT / (module.replace(".", "/") + ".py")


def planted(module: str, wanted: int) -> tuple[ast.Module, str, int]:
    """The changed module, what was changed, and how many places it has."""
    mutator = Mutator(wanted)
    tree = ast.parse(source_of(module).read_text(encoding="utf-8"))
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    inner = {id(below) for one in functions for below in ast.walk(one) if below is not one}
    for one in functions:
        if id(one) not in inner:
            mutator.visit(one)
    return ast.fix_missing_locations(tree), mutator.said, mutator.count


class Planter(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module with a fault in it."""

    def __init__(self, module: str, wanted: int) -> None:
        self.module, self.wanted = module, wanted

    def find_spec(self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.module or PathFinder.find_spec(name, path) is None:
            return None
        return importlib.util.spec_from_file_location(name, source_of(name), loader=self)

    def exec_module(self, module: ModuleType) -> None:
        if self.wanted == BROKEN:
            raise RuntimeError("a fault at the very beginning")
        tree, _, _ = planted(self.module, self.wanted)
        exec(compile(tree, str(source_of(self.module)), "exec"), module.__dict__)


UNCHANGED, BROKEN = -1, -2


def is_noticed(module: str, wanted: int) -> bool:
    """Whether the tests of the module fail. A run that takes too long has noticed it."""
    tests = [f"tests/{name}.py" for name in MODULES[module] if (ROOT / "tests" / f"{name}.py").is_file()]
    words = [sys.executable, str(Path(__file__)), module, str(wanted), *tests]
    try:
        return subprocess.run(words, cwd=ROOT, capture_output=True, timeout=PATIENCE_S, check=False).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def chosen(count: int = MUTANTS, seed: str = SEED) -> list[tuple[str, int]]:
    """Places of all modules in one hat, so that each has the same chance."""
    places = [(module, at) for module in MODULES for at in range(planted(module, UNCHANGED)[2])]
    return sorted(random.Random(seed).sample(places, min(count, len(places))))


def survivors(mutants: Sequence[tuple[str, int]]) -> Iterator[str]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for (module, at), noticed in zip(mutants, pool.map(lambda one: is_noticed(*one), mutants), strict=True):
            if not noticed:
                yield f"{source_of(module).relative_to(ROOT)}:{planted(module, at)[1]}"


def figures() -> list[dict[str, Any]]:
    mutants = chosen()
    modules = sorted({module for module, _ in mutants})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sound = list(pool.map(lambda module: is_noticed(module, UNCHANGED), modules))
        controls = list(pool.map(lambda module: is_noticed(module, BROKEN), modules))
    if any(sound) or not all(controls):
        raise AssertionError((modules, sound, controls))
    left = list(survivors(mutants))
    sys.stdout.write("".join(f"    {one}\n" for one in left))
    places = sum(planted(module, UNCHANGED)[2] for module in MODULES)
    return [
        {"name": "faults planted into log, envelope and store", "value": len(mutants), "unit": "", "beside": f"of {places}, seed {SEED}"},
        {"name": "of them noticed by no test", "value": round(100 * len(left) / len(mutants), 1), "unit": "%", "limit": 10,
         "beside": "; ".join(left) or "none"},
        {"name": "modules whose tests pass without a fault", "value": sound.count(False), "unit": "", "beside": f"of {len(modules)}"},
        {"name": "modules whose broken import went unnoticed", "value": controls.count(False), "unit": "", "limit": 0, "beside": "control"},
    ]  # fmt: skip


def run(module: str, wanted: int, tests: list[str]) -> int:
    import pytest

    sys.path.insert(0, str(ROOT))
    sys.meta_path.insert(0, Planter(module, wanted))
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
