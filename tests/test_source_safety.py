"""What the source never does, so that no input can turn into a command, a program, a pattern or a page."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for name in ("edge", "forms", "kiosk", "sync") for path in (ROOT / name).rglob("*.py"))
SCRIPTS = sorted((ROOT / "edge" / "static").glob("*.js"))
RUNS_A_SHELL = frozenset({"os.system", "os.popen", "os.spawnl", "os.spawnlp", "os.spawnv", "pty.spawn", "subprocess.getoutput",
                          "subprocess.getstatusoutput"})  # fmt: skip  # a table
RUNS_TEXT = frozenset(
    {"eval", "exec", "pickle.load", "pickle.loads", "marshal.load", "marshal.loads", "yaml.load", "shelve.open"}
)
PATTERNS = frozenset(
    f"re.{name}" for name in ("compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")
)
# patterns that are put together, though of nothing that anybody typed -> of what
PUT_TOGETHER = {
    ("edge/command_line.py", "pattern"): "the program's own table of errors",
    ("edge/status/english.py", "re.escape(key).replace('\\\\{\\\\}', '(.+?)')"): "escaped",
    ("forms/fields.py", "pattern"): "the fields of the kinds, as the source says them",
    ("forms/xlsform_refusal.py", "pattern"): "the program's own table of errors",
    ("sync/coding/patterns.py", "f'[{one}]{{{FREE_MIN},{LENGTH_MAX}}}'"): "kinds of letters, as the source names them",
    ("sync/coding/patterns.py", "_form(bones, segments)"): "escaped, and counted",
    ("sync/centre/api/operations.py", "PATH[name]['pattern'].removeprefix('^').removesuffix('$')"): "its own document",
}
WRITES_PAGES = re.compile(
    r"\b(?:innerHTML|outerHTML)\s*\+?=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function|__proto__|createContextualFragment"
)
MERGES = re.compile(r"Object\.assign\((?!new |make\(|document\.createElement|sound,|pen,|video,|made,)")


def calls(source: str):
    """(name, arguments, keywords) of every call."""
    for found in ast.walk(ast.parse(source)):
        if isinstance(found, ast.Call):
            yield ast.unparse(found.func), found.args, {one.arg for one in found.keywords}


def is_fixed(part: ast.expr) -> bool:
    """Whether a text is said in the source: letters, names of constants, and what is put together of these."""
    if isinstance(part, ast.JoinedStr):
        return all(is_fixed(one) for one in part.values)
    if isinstance(part, ast.FormattedValue):
        return is_fixed(part.value)
    if isinstance(part, ast.BinOp):
        return is_fixed(part.left) and is_fixed(part.right)
    return isinstance(part, ast.Constant) or (
        isinstance(part, ast.Name) and (part.id.isupper() or part.id.strip("_").isupper())
    )


def faults(source: str, known=frozenset()) -> list[str]:
    found = []
    for name, arguments, keywords in calls(source):
        if name in RUNS_A_SHELL or "shell" in keywords:
            found.append(f"a shell: {name}")
        if name in RUNS_TEXT:
            found.append(f"text that runs: {name}")
        if name in PATTERNS and not is_fixed(arguments[0]) and ast.unparse(arguments[0]) not in known:
            found.append(f"a pattern of something typed: {ast.unparse(arguments[0])}")
    return found


def script_faults(source: str) -> list[str]:
    return [found.group() for one in (WRITES_PAGES, MERGES) for found in one.finditer(source)]


def test_no_source_runs_a_shell_or_a_text_and_every_pattern_is_its_own():
    """ASVS 5.0: 1.2.5, 1.2.9, 1.3.2."""
    assert len(SOURCES) > 400
    wrong = []
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        known = {text for file, text in PUT_TOGETHER if file == name}
        wrong += [f"{name}: {one}" for one in faults(path.read_text(encoding="utf-8"), known)]
    assert wrong == []


def test_no_script_writes_a_page_out_of_text_or_merges_what_came_from_elsewhere():
    """ASVS 5.0: 3.2.2, 15.3.6: elements are made one by one, their text is text; a form that is looked at again comes as a page."""
    assert len(SCRIPTS) > 5
    assert [f"{path.name}: {one}" for path in SCRIPTS for one in script_faults(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "source",
    [
        "os.system(name)",
        "subprocess.run(line, shell=True)",
        "eval(text)",
        "pickle.loads(data)",
        "re.compile(typed)",
        "re.search(f'{typed}x', text)",
        "re.match('a' + typed, text)",
    ],
)
def test_a_source_that_does_is_noticed(source):
    assert faults(source)


@pytest.mark.parametrize(
    "source",
    ["subprocess.run([name, text])", "re.compile(_WORDS)", "re.search('a|b', text)", "re.compile(f'{MAGIC}:x')"],
)
def test_a_source_that_does_not_is_let_through(source):
    assert faults(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "box.innerHTML = text",
        "box.outerHTML += text",
        "document.write(text)",
        "eval(text)",
        "Object.assign({}, JSON.parse(text))",
        "Object.assign(settings, given)",
        "x.__proto__ = y",
    ],
)
def test_a_script_that_does_is_noticed(source):
    assert script_faults(source)
