"""Modules that are run when somebody first looks into them: once, whole, by one thread while others wait."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from edge.cli import build_parser
from edge.commands import node as node_commands

ROOT = Path(__file__).resolve().parent.parent
FIRST = "import sys\nsys.path[:0] = [{root!r}, {folder!r}]\nfrom edge import later\n"
INSTALL = FIRST + 'later.PACKAGES = frozenset({{"parcel"}})\nlater.install()\nlater.install()\n'


def said(folder: Path, code: str, **files: str) -> list[str]:
    """What a program prints that finds these modules in a package `parcel`."""
    package = folder / "parcel"
    package.mkdir(exist_ok=True)
    for name, text in {"__init__": "", **files}.items():
        (package / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    program = INSTALL.format(root=str(ROOT), folder=str(folder)) + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_module_runs_at_the_first_look_and_once(tmp_path):
    code = """
        from parcel import one
        import parcel.one as again
        print("imported")
        print(one.VALUE, again.VALUE, again is one)
    """
    assert said(tmp_path, code, one='print("runs")\nVALUE = 7') == ["imported", "runs", "7", "7", "True"]


def test_a_name_out_of_a_module_looks_at_once(tmp_path):
    code = 'from parcel.one import VALUE\nprint("then", VALUE)'
    assert said(tmp_path, code, one='print("runs")\nVALUE = 7') == ["runs", "then", "7"]


def test_a_module_that_nobody_looks_into_never_runs_even_a_wrong_one(tmp_path):
    assert said(tmp_path, 'from parcel import bad\nprint("well")', bad="raise SystemExit(3)") == ["well"]


def test_a_module_that_fails_fails_at_every_look(tmp_path):
    code = """
        from parcel import bad
        for _ in range(2):
            try:
                bad.VALUE
            except ZeroDivisionError:
                print("failed")
    """
    assert said(tmp_path, code, bad="VALUE = 1\n1 / 0") == ["failed", "failed"]


def test_two_modules_may_look_into_each_other(tmp_path):
    files = {"one": "from parcel import two\nA = 1\nB = two.C + 1", "two": "from parcel import one\nC = one.A + 1"}
    assert said(tmp_path, "from parcel import one\nprint(one.B)", **files) == ["3"]


def test_a_module_below_a_package_is_found_without_running_the_package(tmp_path):
    code = """
        import sys
        import parcel.one
        print(parcel.one.__name__)
        print(parcel.__spec__.name, "runs" in dir(sys))
    """
    assert said(tmp_path, code, one="VALUE = 7") == ["parcel.one", "parcel", "False"]


def test_threads_that_look_at_the_same_moment_see_it_whole(tmp_path):
    code = """
        import threading
        from parcel import one, two
        start = threading.Barrier(8)
        found = []

        def look(at):
            start.wait()
            found.append((one if at % 2 else two).LAST)

        threads = [threading.Thread(target=look, args=(at,)) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(sorted(found))
    """
    long = "from parcel import {other}\nFIRST = [n * n for n in range(200_000)]\nprint('{name}')\nLAST = {value}"
    files = {
        "one": long.format(name="one", other="two", value=1),
        "two": long.format(name="two", other="one", value=2),
    }
    printed = said(tmp_path, code, **files)
    assert sorted(printed[:2]) == ["one", "two"]
    assert "".join(printed[2:]) == "[1,1,1,1,2,2,2,2]"


def test_the_modules_of_others_are_left_alone(tmp_path):
    code = "import fractions, types\nprint(type(fractions) is types.ModuleType, 'Fraction' in vars(fractions))"
    assert said(tmp_path, code) == ["True", "True"]


@pytest.mark.parametrize("command", sorted(node_commands.COMMANDS))
def test_a_command_that_is_parsed_alone_is_the_same(command, capsys):
    helps = []
    for first in ("", command):
        with pytest.raises(SystemExit):
            build_parser(first).parse_args([command, "--help"])
        helps.append(capsys.readouterr().out)
    assert helps[0] == helps[1]


def test_a_page_of_a_node_needs_no_carrying(tmp_path):
    """What the first page does not need is not run before it: this keeps the start short."""
    code = f"""
        import sys, types
        sys.path[:0] = [{str(ROOT)!r}]
        from edge import later
        later.install()
        from pathlib import Path
        from edge import app, node
        home = Path({str(tmp_path / "home")!r})
        node.create_home(home, "5224250017", "石门乡警务室")
        opened = node.open_node(home)
        assert app.create_app(opened).test_client().get("/kiosk/").status_code == 200
        run = {{name for name, one in sys.modules.items() if type(one) is types.ModuleType}}
        print(*sorted(run & set(sys.argv[1:])))
        opened.close()
    """
    heavy = ["sync.push", "sync.frames", "edge.carrying", "edge.scheduler", "apscheduler", "requests", "PIL", "argon2",
             "forms.lint", "edge.prints.sheets", "edge.backup", "edge.verify", "forms.page"]  # fmt: skip  # a table
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *heavy], capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_a_module_that_was_saved_after_its_neighbour_was_imported_is_found_and_one_that_is_not_there_is_said(tmp_path):
    code = """
        from pathlib import Path
        from parcel import one
        Path(one.__spec__.origin).with_name("fresh.py").write_text("VALUE = 8")
        from parcel import fresh
        print(fresh.VALUE, fresh.__spec__.origin == fresh.__file__)
        try:
            import parcel.nowhere
        except ModuleNotFoundError as error:
            print(error.name)
    """
    assert said(tmp_path, code, one="VALUE = 7") == ["8", "True", "parcel.nowhere"]
